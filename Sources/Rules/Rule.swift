package import Diagnostics

/// A rule with the text of its page, which `explain`, the documentation and the tests read.
package struct Rule: Sendable {
  package let id: RuleID
  package let severity: Severity
  /// One line: what the rule reports about a program.
  package let summary: String
  package let why: String
  package let fix: [String]
  /// The first version of staticgo that has the rule.
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

  /// A repository in one text, in the format of golang.org/x/tools/txtar. The rule's finding is on the line that ends
  /// in `// HERE`; the rule must report nothing for an example without such a line.
  package struct Example: Sendable {
    package let title: String
    package let archive: String
    /// The commands to run where the source alone does not show the finding: the lines before the first file, in the
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
