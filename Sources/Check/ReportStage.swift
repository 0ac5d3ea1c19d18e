import Bytes
import Diagnostics
import GoBuild
import Linkage
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
    report.allowedFindings = Finding.mergedByAllowance(report.allowedFindings)
    let quotations = quotations(report.findings + report.unusedAllowances + report.allowedFindings)
    for index in report.findings.indices { quote(&report.findings[index], quotations) }
    for index in report.allowedFindings.indices { quote(&report.allowedFindings[index], quotations) }
    for index in report.unusedAllowances.indices { quote(&report.unusedAllowances[index], quotations) }
    // For each main on its own: a warning for one main may be an error for others.
    for index in report.mains.indices {
      let main = report.mains[index]
      guard let target = plan.targets(of: main.name, on: main.target).first else { continue }
      report.mains[index].hasNewFindings = newlyReached.contains(MainOnTarget(main: main.name, target: target))
    }
    report.errors = JudgementError.merged(report.errors)
  }

  /// Returns the result of one main from the results of the stages.
  func result(_ item: Case, _ resolution: VerdictResolution, hasBase: Bool, isRemembered: Bool) -> MainResult {
    var result = result(item, resolution.verdict, resolution.reason, hasBase: hasBase)
    result.build = resolution.build
    result.binary = resolution.binary
    result.needs = resolution.needs?.map(\.need.rawValue)
    result.isRemembered = isRemembered
    result.isOpenInBase = resolution.isOpenInBase
    return result
  }

  /// Returns the result of a main that is meant to use cgo.
  func exemption(_ item: Case, hasBase: Bool) -> MainResult {
    result(item, .exempt, plan.exemption(of: item.key.main) ?? "", hasBase: hasBase)
  }

  private func result(_ item: Case, _ verdict: Verdict, _ reason: String, hasBase: Bool) -> MainResult {
    var result = MainResult(
      importPath: item.key.main.importPath, directory: item.key.main.directory,
      target: item.key.target.platform.description, tags: item.key.target.tags, verdict: verdict, reason: reason)
    result.because = item.change.because
    result.becauseChain = item.change.chain
    if hasBase { result.isAffected = item.change.isAffected }
    return result
  }

  /// The lines of a file that findings quote, by number, and their hashes if requested.
  private struct Quotation {
    var lines: [Int: ByteString] = [:]
    var hashes: [Int: String] = [:]
  }

  /// Reads each file once, however many findings are in it.
  private func quotations(_ findings: [Finding]) -> [ByteString: Quotation] {
    let locations = findings.map(\.location).filter(\.isInRepository)
    let wanted = Dictionary(grouping: locations, by: \.file).mapValues { Set($0.map(\.line)) }
    return Dictionary(
      uniqueKeysWithValues: wanted.compactMap { file, wanted in
        guard let content = after.tree.source.snapshot.content(file) else { return nil }
        var quotation = Quotation()
        let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for number in wanted where number >= 1 && number <= lines.count {
          let line = lines[number - 1]
          quotation.lines[number] = ByteString(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
        if options.wantsLineHashes { quotation.hashes = lineHashes(of: wanted, in: content) }
        return (file, quotation)
      })
  }

  /// Adds the source line to a finding, and the line's hash.
  private func quote(_ finding: inout Finding, _ quotations: [ByteString: Quotation]) {
    guard finding.location.isInRepository, let quotation = quotations[finding.location.file] else { return }
    finding.location.excerpt = quotation.lines[finding.location.line]
    finding.lineHash = quotation.hashes[finding.location.line]
  }
}
