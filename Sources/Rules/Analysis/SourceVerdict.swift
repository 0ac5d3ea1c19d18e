package import Bytes
package import Diagnostics
package import GoBuild
import GoGraph
import GoSource

/// The verdict on a main from its source alone.
package struct SourceVerdict: Sendable {
  package let verdict: Verdict
  package let reason: String
  package let findings: [Finding]
  /// The notes, which do not affect the verdict.
  package let notes: [Note]
  package let errors: [JudgementError]
  /// Whether packages outside the standard library, in the closure without cgo, differ between the cgo modes. The
  /// compiler can then tell whether their remaining files suffice.
  package let differs: Bool
  /// The packages that differ and lose names.
  package let losing: [ByteString]

  package init(
    verdict: Verdict, reason: String, findings: [Finding], notes: [Note], errors: [JudgementError], differs: Bool,
    losing: [ByteString]
  ) {
    self.verdict = verdict
    self.reason = reason
    self.findings = findings
    self.notes = notes
    self.errors = errors
    self.differs = differs
    self.losing = losing
  }
}

/// A reference to a note about a package that a main reaches. The note itself is made once for all mains that reach the
/// package, since a thousand mains may reach a hundred such packages.
package struct Note: Sendable, Equatable {
  package let rule: RuleID
  package let culprit: ByteString

  init(_ rule: RuleID, _ package: Package) {
    self.rule = rule
    culprit = package.importPath
  }

  private init(_ rule: RuleID, of culprit: ByteString) {
    self.rule = rule
    self.culprit = culprit
  }

  /// The same note about the package by another import path.
  package func renamed(_ path: ByteString) -> Note { Note(rule, of: path) }

  /// The cgo mode of the closure that contains the culprit.
  package var cgoMode: CgoMode { rule == .stdCgo ? .on : .off }

  package var fingerprint: String { Finding.identity(rule, culprit) }
}

extension MainAnalysis {
  /// Judges the main by its source: every rule looks at the same facts.
  package func judgeSource(
    _ differences: CgoDifferences, forbidding forbidden: [ForbiddenPackages] = []
  ) -> SourceVerdict {
    let facts = SourceFacts(self, differences, forbidding: forbidden)
    let findings = Rule.all.flatMap { $0.find(facts) }
    let notes = Rule.all.flatMap { $0.findNotes?(facts) ?? [] }
    let (verdict, reason) = facts.verdict(of: findings)
    return SourceVerdict(
      verdict: !platform.hasStaticBinaries && verdict < .degraded ? .notApplicable : verdict, reason: reason,
      findings: findings, notes: notes, errors: facts.obstacles, differs: facts.differs,
      losing: facts.present.filter {
        !$0.difference.missing.isEmpty || $0.difference.hasSwig || $0.difference.hasForeignAssembly
      }.map(\.package.importPath)
    )
  }

  /// Returns the finding of a note for this main.
  package func finding(_ note: Note, _ differences: CgoDifferences) -> Finding? {
    guard let package = package(note.culprit) else { return nil }
    return note.cgoMode == .on ? standardPackage(package) : fallback(package, differences)
  }
}
