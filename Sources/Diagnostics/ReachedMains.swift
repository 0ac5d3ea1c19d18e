/// The pairs of main and target that each finding reaches. A finding that reaches one main on one target and another
/// main on another target does not reach both mains on both targets.
package struct ReachedMains: Sendable {
  private struct Pair: Hashable {
    let main: MainName
    let target: String
  }

  private var pairs: [String: Set<Pair>] = [:]

  package init(_ report: Report) {
    for part in report.parts {
      for target in part.targets {
        for main in part.mains { pairs[part.fingerprint, default: []].insert(Pair(main: main, target: target)) }
      }
    }
  }

  /// Whether a finding reaches a main on a target.
  package func holds(_ finding: Finding, _ main: MainName, _ target: String) -> Bool {
    pairs[finding.fingerprint]?.contains(Pair(main: main, target: target))
      ?? (finding.mains.contains(main) && finding.targets.contains(target))
  }

  /// Whether a finding reaches each of its mains on each of its targets.
  package func isWhole(_ finding: Finding) -> Bool {
    pairs[finding.fingerprint].map { $0.count == finding.mains.count * finding.targets.count } ?? true
  }

  /// Returns a finding restricted to one target; nil where it reaches no main there. A finding without mains is the
  /// same on every target.
  package func finding(_ finding: Finding, on target: String) -> Finding? {
    guard !finding.mains.isEmpty else { return finding }
    var own = finding
    own.mains = finding.mains.filter { holds(finding, $0, target) }
    own.targets = [target]
    return own.mains.isEmpty ? nil : own
  }
}
