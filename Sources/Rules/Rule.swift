package import Diagnostics

/// A rule's page: what `explain`, the documentation and the tests read.
package struct Rule: Sendable {
  package let id: RuleID
  package let severity: Severity
  /// One line: what the rule says of a program.
  package let summary: String
  package let why: String
  package let fix: [String]
  /// The version of staticgo that brought the rule.
  package let since: String
  package let examples: [Example]

  init(
    _ id: RuleID, _ severity: Severity, summary: String, why: String, fix: [String], since: String = "0.1.0",
    examples: [Example] = []
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.why = why
    self.fix = fix
    self.since = since
    self.examples = examples
  }

  /// A repository in one text, as golang.org/x/tools/txtar has it. The line that ends in `// HERE` is where the rule's
  /// finding stands; an example without one must stay silent under the rule.
  package struct Example: Sendable {
    package let title: String
    package let archive: String
    /// What is to be done with it where it takes more than a look at the source: the lines before the first file, in the
    /// language of Tests/Scripts.
    package var steps: [Substring] {
      Array(archive.split(separator: "\n").prefix { !$0.hasPrefix("-- ") })
    }
  }

  package static let all: [Rule] = [
    cgoImport, cgoDependency, dynamicImport, cgoStub, cgoLostRegistration, cgoFallback, stdCgo, cSource, buildFailed,
    goError, binaryInterpreter, binaryNeeded,
    binaryRelocation, unexplainedLinkage, unusedAllow,
  ]

  package static func named(_ id: RuleID) -> Rule { all.first { $0.id == id }! }
}
