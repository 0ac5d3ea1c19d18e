import Bytes
import Diagnostics
import GoBuild
import Loader
import Plan
import Rules
import Snapshots

/// The last stage: completes a report whose findings are known to be new or not.
struct ReportStage {
  let options: CheckOptions
  let plan: Plan
  let after: JudgedTree

  /// Merges the findings of single mains, adds source lines, and marks the mains with new findings.
  func finish(_ report: inout Report, newlyReached: Set<MainOnTarget>) {
    report.sortMains()
    report.parts = report.findings
    report.findings = Finding.merged(report.findings, onlyNewCount: report.isLimitedToNew)
    for index in report.findings.indices { quote(&report.findings[index]) }
    for index in report.unusedAllowances.indices { quote(&report.unusedAllowances[index]) }
    // For each main on its own: a warning for one main may be an error for others.
    for index in report.mains.indices {
      let main = report.mains[index]
      guard let target = plan.targets(of: main.name, on: main.target).first else { continue }
      report.mains[index].hasNewFindings = newlyReached.contains(MainOnTarget(main: main.name, target: target))
    }
    var seen: Set<JudgementError> = []
    report.errors = report.errors.filter { seen.insert($0).inserted }
  }

  /// Returns the result of one main from the results of the stages.
  func result(_ item: Case, _ resolution: VerdictResolution, hasBase: Bool, isRemembered: Bool) -> MainResult {
    var result = MainResult(
      importPath: item.key.main.importPath, directory: item.key.main.directory,
      target: item.key.target.platform.description, tags: item.key.target.tags, verdict: resolution.verdict,
      reason: resolution.reason)
    result.because = item.change.because
    result.becauseChain = item.change.chain
    if hasBase { result.isAffected = item.change.isAffected }
    result.build = resolution.build
    result.binary = resolution.binary
    result.isRemembered = isRemembered
    return result
  }

  /// Adds the source line to a finding, and the line's hash if requested.
  private func quote(_ finding: inout Finding) {
    let content = finding.location.isInRepository ? after.tree.source.snapshot.content(finding.location.file) : nil
    finding.location.excerpt = content.flatMap { excerpt(finding.location, $0) }
    if options.wantsLineHashes { finding.lineHash = content.flatMap { lineHash(of: finding.location.line, in: $0) } }
  }

  private func excerpt(_ location: Location, _ content: [UInt8]) -> ByteString? {
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard (1...max(1, lines.count)).contains(location.line), location.line <= lines.count else { return nil }
    let line = lines[location.line - 1]
    return ByteString(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}
