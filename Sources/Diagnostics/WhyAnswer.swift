package import Bytes

/// The import chains from a main to a package on a target.
package struct WhyAnswer: Sendable {
  package let main: MainName
  package let target: String
  /// The import path of the requested package.
  package let package: ByteString
  /// The name of the package in messages.
  package let name: String
  /// The rule that the package breaks; nil where no finding led to it.
  package let rule: RuleID?
  package let severity: Severity?
  /// Whether only the build with cgo imports it.
  package let isWithCgoOnly: Bool
  /// The chains from the main to the package, a hop for each import; empty where the main does not import it.
  package let ways: [[Hop]]
  /// Whether there are more chains than these.
  package let isTruncated: Bool

  package init(
    main: MainName, target: String, package: ByteString, name: String, rule: RuleID?, severity: Severity?,
    isWithCgoOnly: Bool,
    ways: [[Hop]], isTruncated: Bool
  ) {
    self.main = main
    self.target = target
    self.package = package
    self.name = name
    self.rule = rule
    self.severity = severity
    self.isWithCgoOnly = isWithCgoOnly
    self.ways = ways
    self.isTruncated = isTruncated
  }
}
