import Diagnostics
import GoGraph
import Rules

/// Decides what is new: a finding that the base lacks, or one that affects a main that it does not affect in the base.
extension Judge {
  /// In a merge, a finding that any parent has is known.
  func askOtherParents(_ findings: [Finding], _ known: inout Baseline?) throws(CheckError) {
    guard var base = known, findings.contains(where: { isNew($0, base) }) else { return }
    for var parent in try otherParents() {
      let new = findings.filter { isNew($0, base) }
      for target in plan.targets {
        let reaching = new.filter { $0.targets.contains(target.platform.description) }
        let keys = Set(reaching.flatMap(\.mains)).sorted().filter { plan.judges($0, on: target) }
          .map { Baseline.Key(main: $0, target: target) }
        for key in keys { parent.judge(key) }
        let isBuilt = reaching.contains { parent.reached[$0.fingerprint] == nil && $0.rule.comesFromBuilds }
        if isBuilt, plan.build != .none { try buildBase(keys, target, &parent) }
      }
      base.note(all: parent)
    }
    known = base
  }

  func isNew(_ finding: Finding, _ known: Baseline?) -> Bool {
    guard let known else { return true }
    if finding.isOfNote, !plan.raises(finding.rule) {
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
  private func keys(of finding: Finding) -> some Sequence<Baseline.Key> {
    let platforms = Set(finding.targets)
    return finding.mains.lazy.flatMap { main in
      plan.targets(of: main).filter { platforms.contains($0.platform.description) }.map {
        Baseline.Key(main: main, target: $0)
      }
    }
  }

  /// Returns the mains that an error or warning affects here but not in the base.
  func newlyReached(_ findings: [Finding], _ known: Baseline?) -> Set<Baseline.Key> {
    var found: Set<Baseline.Key> = []
    for finding in findings where finding.severity > .note {
      let before = known?.reached(by: finding) ?? []
      for key in keys(of: finding) where !before.contains(key) { found.insert(key) }
    }
    return found
  }
}
