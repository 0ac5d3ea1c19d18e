import Builds
import Bytes
import Diagnostics
import GoBuild
import GoToolchain
import Loader
import Modules
import Plan
import Rules

/// The fifth stage: decides what is new, that is a finding that the base lacks, or one that affects a main that it does
/// not affect in the base.
struct CompareStage {
  let plan: Plan
  let builder: Builder

  /// Adds what another parent of a merge has: a finding that any parent has is known. `parent` is compared for the
  /// findings that are new against `base`.
  func add(_ parent: Baseline, for findings: [Finding], to base: inout Baseline) throws(CheckError) {
    var parent = parent
    let new = findings.filter { isNew($0, base) }
    for target in plan.targets {
      let reaching = new.filter { $0.targets.contains(target.platform.description) }
      let keys = Set(reaching.flatMap(\.mains)).sorted().filter { plan.judges($0, on: target) }
        .map { MainOnTarget(main: $0, target: target) }
      for key in keys { parent.judge(key) }
      let isBuilt = reaching.contains { parent.reached[$0.fingerprint] == nil && Rule.named($0.rule).phase == .build }
      if isBuilt, plan.build != .none { try buildBase(keys, target, &parent) }
    }
    base.note(all: parent)
  }

  func isNew(_ finding: Finding, _ known: Baseline?) -> Bool {
    guard let known else { return true }
    if Rule.named(finding.rule).isInformational, !plan.raises(finding.rule) {
      // Most notes are known: `isNew` was set when the note was made.
      return finding.isNew
        && keys(of: finding).contains { key in
          !(known.noted[key] ?? []).contains { $0.fingerprint == finding.fingerprint }
        }
    }
    guard let reached = known.reached(by: finding) else { return true }
    return keys(of: finding).contains { !reached.contains($0) }
  }

  /// Returns the mains that a finding affects, on each target on which they are judged and the finding holds.
  private func keys(of finding: Finding) -> some Sequence<MainOnTarget> {
    let platforms = Set(finding.targets)
    return finding.mains.lazy.flatMap { main in
      plan.targets(of: main).filter { platforms.contains($0.platform.description) }.map {
        MainOnTarget(main: main, target: $0)
      }
    }
  }

  /// Returns the mains that an error or warning affects here but not in the base.
  func newlyReached(_ findings: [Finding], _ known: Baseline?) -> Set<MainOnTarget> {
    var found: Set<MainOnTarget> = []
    for finding in findings where finding.severity > .note {
      let before = known?.reached(by: finding) ?? []
      for key in keys(of: finding) where !before.contains(key) { found.insert(key) }
    }
    return found
  }

  /// Links mains of the base whose source has a stub that the snapshot's program contains, and forgets the findings about
  /// stubs that the base's program does not contain: such a stub is new.
  func linkBase(
    _ wanted: [(key: MainOnTarget, culprits: Set<ByteString>)], _ target: Target, _ baseline: inout Baseline
  ) throws(CheckError) {
    let before = baseline.judged
    for group in before.tree.groups where group.group.failure == nil {
      for (key, culprits) in wanted where baseline.holds(key, in: group) {
        guard let analysis = baseline.analysis(of: key) else { continue }
        let differences = before.differences(of: group)
        let findings = analysis.judgeSource(differences).findings.filter { culprits.contains($0.culprit) }
        let questions = analysis.stubQuestions(findings, differences)
        guard !questions.isEmpty else { continue }
        let path = analysis.main.importPath
        let built = try builder.build([analysis], target, group, in: before.tree, asking: [path: questions])
        for answer in built[path]?.stubs ?? [] where answer.possible.isEmpty {
          baseline.forget(Finding.identity(.cgoStub, answer.culprit), key)
        }
      }
    }
  }

  /// Builds mains of the base, and records their findings as known. Needed only if the snapshot's build fails: what fails
  /// in both trees is not new.
  func buildBase(_ keys: [MainOnTarget], _ target: Target, _ baseline: inout Baseline) throws(CheckError) {
    let before = baseline.judged
    for group in before.tree.groups where group.group.failure == nil {
      var mains: [(key: MainOnTarget, analysis: MainAnalysis)] = []
      for key in keys where baseline.holds(key, in: group) {
        if let analysis = baseline.analysis(of: key) { mains.append((key, analysis)) }
      }
      guard !mains.isEmpty else { continue }
      let built = try builder.build(mains.map(\.analysis), target, group, in: before.tree)
      for (key, analysis) in mains {
        guard let result = built[analysis.main.importPath] else { continue }
        var findings = analysis.compilerFindings(result.errors, before.differences(of: group).inspector)
        if !result.complaints.isEmpty, result.complaints.allSatisfy({ $0.kind == .code }) {
          findings.append(analysis.goCommandError(result.complaints.map(\.text)))
        }
        if let binary = result.binary {
          let isDynamic = !analysis.dynamicImports().isEmpty
          findings += analysis.linkage(binary, flag: linkFlag(of: group, target, plan), isDynamic: isDynamic)
        }
        baseline.note(findings, key)
      }
    }
  }
}
