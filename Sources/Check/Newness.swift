import Diagnostics
import GoGraph
import Rules

/// What is new: a finding, or a main that it reaches, that the base does not have.
extension Judge {
  /// In a merge, what any of the parents has is nothing new.
  func askOtherParents(_ findings: [Finding], _ known: inout Baseline?) throws(CheckError) {
    guard var base = known, findings.contains(where: { isNew($0, base) }) else { return }
    for var parent in try otherParents() {
      let new = findings.filter { isNew($0, base) }
      for target in options.targets {
        let reaching = new.filter { $0.targets.contains(target.platform.description) }
        let keys = Set(reaching.flatMap(\.mains)).sorted().map { Baseline.Key(main: $0, target: target) }
        for key in keys { parent.judge(key) }
        let isBuilt = reaching.contains { parent.reached[$0.fingerprint] == nil && $0.rule.comesFromBuilds }
        if isBuilt, options.build != .none { try buildBase(keys, target, &parent) }
      }
      base.note(all: parent)
    }
    known = base
  }

  func isNew(_ finding: Finding, _ known: Baseline?) -> Bool {
    guard let known else { return true }
    if finding.isOfNote {
      // Most are not; that was found out when they were made.
      return finding.isNew
        && options.targets.contains { target in
          finding.targets.contains(target.platform.description)
            && finding.mains.contains { main in
              !(known.noted[Baseline.Key(main: main, target: target)] ?? []).contains {
                $0.fingerprint == finding.fingerprint
              }
            }
        }
    }
    guard let reached = known.reached(by: finding) else { return true }
    return options.targets.contains { target in
      guard finding.targets.contains(target.platform.description) else { return false }
      return finding.mains.contains { !reached.contains(Baseline.Key(main: $0, target: target)) }
    }
  }

  /// The mains that a finding reaches that stops a commit, and that it did not reach in the base.
  func newlyReached(_ findings: [Finding], _ known: Baseline?) -> Set<Baseline.Key> {
    var found: Set<Baseline.Key> = []
    for finding in findings where finding.severity > .note {
      let before = known?.reached(by: finding) ?? []
      for target in options.targets where finding.targets.contains(target.platform.description) {
        for main in finding.mains {
          let key = Baseline.Key(main: main, target: target)
          if !before.contains(key) { found.insert(key) }
        }
      }
    }
    return found
  }
}
