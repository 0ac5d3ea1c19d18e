import ArgumentParser
import Bytes
import Check
import Diagnostics
import Plan

/// The verdict of the source about a binary that the linker calls static: a program that builds without cgo may lack a
/// driver, or have functions that always fail.
struct SourceRemark {
  let verdict: Verdict
  /// The headlines of the errors and warnings.
  let headlines: [String]

  /// Nil where no repository is around, or the main has no such verdict.
  init?(main: String, tags: String?) {
    guard let subject = try? SubjectOptions.parse(["--worktree"] + (tags.map { ["--tags", $0] } ?? [])),
      var options = try? subject.enter()
    else { return nil }
    options.patterns = [main]
    options.build = BuildDepth.none
    options.hasBase = false
    options.wantsNotes = false
    func remark(_ report: Report) -> (Verdict, [String])? {
      guard let result = report.mains.first, report.mains.count == 1, result.verdict == .degraded else { return nil }
      return (result.verdict, report.findings.filter { $0.severity > .note }.map(\.message))
    }
    let found = try? check(options, progress: { _ in }, report: remark)
    guard let found = found ?? nil else { return nil }
    (verdict, headlines) = found
  }
}
