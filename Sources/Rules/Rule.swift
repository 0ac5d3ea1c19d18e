package import Diagnostics

/// A rule: its properties, its page, and the function that finds its findings by source.
///
/// Everything that depends on which rules exist loops over `Rule.all`: the verdict by source, the lists of the
/// documentation, `explain`, SARIF and the tests. A rule that needs no new fact is one file in Pages and one line here.
package struct Rule: Sendable {
  /// The step of a check that finds the findings of a rule.
  package enum Phase: Sendable {
    /// The source of the closure.
    case source
    /// A build. The source may predict some of the findings.
    case build
    /// The files that build the mains for release.
    case recipe
    /// The linked program, compared with the image in which a recipe runs it.
    case image
    /// A binary that was built elsewhere, in `staticgo inspect`.
    case binary
    /// The comparison of allow directives and entries with the findings.
    case allow
  }

  package let id: RuleID
  package let severity: Severity
  package let phase: Phase
  /// The verdict that a finding proves; nil where it does not affect the verdict.
  package let verdict: Verdict?
  /// Whether the rule only informs: its findings are notes, made once for all mains that reach a package.
  package var isInformational: Bool { findNotes != nil }
  /// Whether a team may intend the findings, so that the report shows how to allow them.
  package let isAllowable: Bool
  /// One line: what the rule reports about a program.
  package let summary: String
  package let why: String
  package let fix: [String]
  /// The first version of staticgo that has the rule.
  package let since: String
  package let examples: [Example]
  /// Finds the findings that the source of a main shows.
  let find: @Sendable (SourceFacts) -> [Finding]
  /// Finds the packages that the rule has a note about; nil for rules whose findings are not notes.
  let findNotes: (@Sendable (SourceFacts) -> [Note])?

  init(
    _ id: RuleID, _ severity: Severity, phase: Phase = .source, verdict: Verdict? = nil, isAllowable: Bool = false,
    summary: String, why: String, fix: [String], since: String = "0.1.0", examples: [Example] = [],
    find: @escaping @Sendable (SourceFacts) -> [Finding] = { _ in [] },
    findNotes: (@Sendable (SourceFacts) -> [Note])? = nil
  ) {
    self.id = id
    self.severity = severity
    self.phase = phase
    self.verdict = verdict
    self.isAllowable = isAllowable
    self.summary = summary
    self.why = why
    self.fix = fix
    self.since = since
    self.examples = examples
    self.find = find
    self.findNotes = findNotes
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

  /// The registry, in the order of the documentation.
  package static let all: [Rule] = [
    cgoImport,
    cgoDependency,
    dynamicImport,
    cgoStub,
    cgoLostRegistration,
    cgoFallback,
    stdCgo,
    cSource,
    buildFailed,
    goError,
    forbiddenDependency,
    binaryInterpreter,
    binaryNeeded,
    binaryRelocation,
    binaryPlatform,
    unexplainedLinkage,
    recipeLinkage,
    recipeNoEffect,
    recipeFlag,
    recipePlatform,
    recipeEntrypoint,
    runtimeRoots,
    runtimeZoneinfo,
    runtimeUser,
    runtimeTmp,
    runtimeProgram,
    unusedAllow,
  ]

  package static func named(_ id: RuleID) -> Rule { all.first { $0.id == id }! }
}
