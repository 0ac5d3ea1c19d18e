package import Bytes

/// The ways by which a main comes to import a package on a target.
package struct WhyAnswer: Sendable {
  package let main: MainName
  package let target: String
  /// The import path asked about.
  package let package: ByteString
  /// The package as people call it.
  package let name: String
  /// The rule that the package breaks, where one brought it up.
  package let rule: RuleID?
  /// Whether only the build with cgo imports it.
  package let isWithCgoOnly: Bool
  /// Each from the main to the package, a hop for each import; empty where the main does not import it.
  package let ways: [[Hop]]
  /// Whether there are more.
  package let isCut: Bool

  package init(
    main: MainName, target: String, package: ByteString, name: String, rule: RuleID?, isWithCgoOnly: Bool,
    ways: [[Hop]], isCut: Bool
  ) {
    self.main = main
    self.target = target
    self.package = package
    self.name = name
    self.rule = rule
    self.isWithCgoOnly = isWithCgoOnly
    self.ways = ways
    self.isCut = isCut
  }
}
