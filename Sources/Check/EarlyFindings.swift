import Diagnostics
import System

/// The findings of the source that are told while a build runs: a build takes minutes, and no build refutes them but for stubs
/// that are not linked.
final class EarlyFindings {
  private let tell: ([Finding]) -> Void
  private var waiting: [Finding] = []
  private var told: Set<String> = []
  /// The time at which the build was first seen, in nanoseconds.
  private var start: UInt64?
  /// The report of a shorter build is not worth a line before it.
  private static let delay: UInt64 = 1_000_000_000

  init(tell: @escaping ([Finding]) -> Void) { self.tell = tell }

  func add(_ findings: [Finding]) {
    for finding in findings where told.insert(finding.fingerprint).inserted { waiting.append(finding) }
  }

  /// Returns a function for the progress of builds that tells the findings too.
  func telling(_ progress: @escaping (String?) -> Void) -> (String?) -> Void {
    { text in
      if text != nil { self.buildRuns() }
      progress(text)
    }
  }

  /// Tells the findings that were not told yet.
  private func buildRuns() {
    let now = monotonicNanoseconds()
    let first = start ?? now
    start = first
    guard !waiting.isEmpty, now - first >= Self.delay else { return }
    let findings = waiting
    waiting = []
    tell(findings)
  }
}
