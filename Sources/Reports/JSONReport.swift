import Bytes
package import Diagnostics
import FoundationEssentials

/// Returns the report as JSON, version 1 of the format in the public contract; keys are sorted.
package func jsonReport(_ report: Report, toolVersion: String) -> String {
  jsonLine(JSONDocument(report, toolVersion: toolVersion))
}

/// Reads a report that staticgo wrote as JSON.
///
/// Bytes that are not UTF-8 were replaced by U+FFFD when it was written. Throws if staticgo did not write the JSON, or
/// if it has another version of the format.
package func readJSONReport(_ bytes: [UInt8]) throws(JSONReportError) -> Report {
  guard let document = try? JSONDecoder().decode(JSONDocument.self, from: Data(bytes)) else {
    throw JSONReportError(message: "it is not a report from staticgo check --format json")
  }
  guard document.version == 1, document.tool.name == "staticgo" else {
    throw JSONReportError(message: "the version of the report is not supported")
  }
  guard let report = document.report else { throw JSONReportError(message: "it contains an unknown or invalid value") }
  return report
}

/// The reason why a JSON report cannot be read.
package struct JSONReportError: Error, Sendable {
  package let message: String
}

/// The JSON report as a whole.
struct JSONDocument: Codable {
  struct Tool: Codable {
    var name = "staticgo"
    var version: String
  }
  struct Tree: Codable {
    var kind: String
    var commit: String?

    init(_ name: TreeName) {
      kind = name.kind.rawValue
      commit = name.commit
    }

    var name: TreeName? { TreeName.Kind(rawValue: kind).map { TreeName(kind: $0, commit: commit) } }
  }
  struct Toolchain: Codable {
    var version: String
    var goroot: String
  }
  struct Problem: Codable {
    var message: String
    var file: String?

    init(_ error: JudgementError) {
      message = error.message
      file = error.file?.text
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(message, forKey: .message)
      try container.encode(file, forKey: .file)
    }

    var error: JudgementError { JudgementError(message: message, file: file.map { ByteString($0) }) }
  }
  struct Summary: Codable {
    var mains: Int
    var affected: Int
    var findings: [String: Int]
    var suppressed = 0
  }
  /// The number of mains given to the toolchain, of those that it built, and of those that an earlier run built.
  struct Builds: Codable {
    var tried: Int
    var built: Int
    var remembered: Int
  }
  /// The part of the mains that was judged; not written if all of them were judged.
  struct Part: Codable {
    var index: Int
    var count: Int
    /// The targets, patterns and scope of the run, the same in all its parts.
    var run: String
    /// The unused-allow findings of this part; the run reports one only if no part uses the allow.
    var unusedAllow: [JSONFinding]
  }
  /// The limits of the run: affected mains only, new findings only.
  struct Limits: Codable {
    var affected: Bool
    var new: Bool
    /// The fail-on of the configuration; nil (not written) if it is not set.
    var failOn: String?
  }

  /// The facts about the run as a whole.
  struct Run: Encodable {
    var version: Int
    var tool: Tool
    var snapshot: Tree
    var base: Tree?
    var toolchain: Toolchain
    var targets: [String]
    var limits: Limits
    var notes: [String]
  }

  /// The greatest line, column or count in a report that somebody else may have edited: sums of them do not overflow.
  static let greatestNumber = 1 << 32

  var version = 1
  var tool: Tool
  var snapshot: Tree
  var base: Tree?
  var toolchain: Toolchain
  var targets: [String]
  var limits: Limits
  var part: Part?
  var mains: [JSONMain]
  var findings: [JSONFinding]
  /// The fingerprints of findings that are allowed for at least one main.
  var allowed: [String]
  var errors: [Problem]
  var notes: [String]
  var builds: Builds
  var summary: Summary

  init(_ report: Report, toolVersion: String) {
    tool = Tool(version: toolVersion)
    snapshot = Tree(report.snapshot)
    base = report.base.map(Tree.init)
    toolchain = Toolchain(version: report.toolchainVersion, goroot: report.toolchainRoot)
    targets = report.targets
    limits = Limits(affected: report.isLimitedToAffected, new: report.isLimitedToNew, failOn: report.failOn?.rawValue)
    mains = report.mains.map(JSONMain.init)
    findings = report.findings.map(JSONFinding.init)
    part = report.part.map {
      Part(
        index: $0.index, count: $0.count, run: $0.run, unusedAllow: report.unusedAllowances.map(JSONFinding.init))
    }
    allowed = report.allowed.sorted()
    // `merge` joins the parts of a run, and needs the findings of each main for that.
    let reach = ReachedMains(report)
    let parts = Dictionary(grouping: report.parts, by: \.fingerprint)
    for (index, finding) in report.findings.enumerated()
    where part != nil || !reach.isWhole(finding) || finding.maxSeverity != nil {
      findings[index].parts = parts[finding.fingerprint]?.map(JSONFinding.init)
    }
    findings += report.allowedFindings.map(JSONFinding.init)
    errors = report.errors.map(Problem.init)
    notes = report.notes
    builds = Builds(tried: report.triedCount, built: report.builtCount, remembered: report.rememberedCount)
    var counts: [String: Int] = [:]
    for severity in Severity.allCases {
      counts[severity.rawValue] = report.findings.filter { $0.severity == severity }.count
    }
    summary = Summary(
      mains: report.mainCount, affected: Set(report.mains.filter(\.isAffected).map(\.name)).count,
      findings: counts, suppressed: report.suppressedCount)
  }

  var run: Run {
    Run(
      version: version, tool: tool, snapshot: snapshot, base: base, toolchain: toolchain, targets: targets,
      limits: limits, notes: notes)
  }

  /// The report that this document represents; nil if it contains an unknown or invalid value.
  var report: Report? {
    let counts = [builds.tried, builds.built, builds.remembered, summary.mains]
    guard let snapshot = snapshot.name, counts.allSatisfy({ (0...Self.greatestNumber).contains($0) }) else {
      return nil
    }
    var report = Report(
      snapshot: snapshot, base: nil, toolchainVersion: toolchain.version, toolchainRoot: toolchain.goroot)
    if let base {
      guard let name = base.name else { return nil }
      report.base = name
    }
    for main in mains {
      guard let result = main.result else { return nil }
      report.mains.append(result)
    }
    for item in findings {
      guard let finding = item.finding else { return nil }
      if finding.allowance != nil {
        report.allowedFindings.append(finding)
        continue
      }
      report.findings.append(finding)
      for part in item.parts ?? [item] {
        guard let finding = part.finding else { return nil }
        report.parts.append(finding)
      }
    }
    if let part {
      guard (1...10_000).contains(part.count), (1...part.count).contains(part.index) else { return nil }
      report.part = Diagnostics.Part(index: part.index, count: part.count, run: part.run)
      for item in part.unusedAllow {
        guard let finding = item.finding else { return nil }
        report.unusedAllowances.append(finding)
      }
    } else {
      report.unusedAllowances = report.findings.filter { $0.rule == .unusedAllow }
    }
    report.allowed = Set(allowed)
    // Somebody else may have edited the file, so targets are checked too.
    guard
      (targets + report.mains.map(\.target) + (report.findings + report.allowedFindings).flatMap(\.targets)).allSatisfy(
        isTarget)
    else {
      return nil
    }
    report.targets = targets
    report.isLimitedToAffected = limits.affected
    report.isLimitedToNew = limits.new
    report.failOn = limits.failOn.flatMap(FailOn.init)
    report.mainCount = summary.mains
    report.errors = errors.map(\.error)
    report.notes = notes
    (report.triedCount, report.builtCount, report.rememberedCount) = (builds.tried, builds.built, builds.remembered)
    return report
  }
}

/// Whether a text has the form of GOOS/GOARCH.
private func isTarget(_ text: String) -> Bool {
  let parts = text.split(separator: "/", omittingEmptySubsequences: false)
  return parts.count == 2
    && parts.allSatisfy { part in
      !part.isEmpty && part.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) }
    }
}
