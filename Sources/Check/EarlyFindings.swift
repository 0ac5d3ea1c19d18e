import Diagnostics

/// The findings of the source that are told before a build starts: a build takes minutes, and no build refutes them but for
/// stubs that are not linked.
final class EarlyFindings {
  private let tell: ([Finding]) -> Void
  private var waiting: [Finding] = []
  private var told: Set<String> = []

  init(tell: @escaping ([Finding]) -> Void) { self.tell = tell }

  func add(_ findings: [Finding]) {
    for finding in findings where told.insert(finding.fingerprint).inserted { waiting.append(finding) }
  }

  /// Returns a function for the progress of builds that tells the findings first.
  func telling(_ progress: @escaping (String?) -> Void) -> (String?) -> Void {
    { text in
      if text != nil { self.buildStarts() }
      progress(text)
    }
  }

  /// Tells the findings that were not told yet.
  private func buildStarts() {
    guard !waiting.isEmpty else { return }
    let findings = waiting
    waiting = []
    tell(findings)
  }
}
