import Bytes
package import Diagnostics
import FoundationEssentials

/// The report as data, version 1 of the format in the public contract; keys are sorted.
package func jsonReport(_ report: Report, toolVersion: String) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(JSONDocument(report, toolVersion: toolVersion)) else { return "" }
  return String(decoding: data, as: UTF8.self) + "\n"
}

private struct JSONDocument: Encodable {
  struct Tool: Encodable {
    let name = "staticgo"
    let version: String
  }
  struct Tree: Encodable {
    let kind: String
    let commit: String?

    init(_ name: TreeName) {
      kind = name.kind.rawValue
      commit = name.commit
    }
  }
  struct Toolchain: Encodable {
    let version: String
    let goroot: String
  }
  struct Binary: Encodable {
    let type: String
    let interpreter: String?
    let needed: [String]

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(type, forKey: .type)
      // null says "there is none", which is an answer; a missing key would say nothing.
      try container.encode(interpreter, forKey: .interpreter)
      try container.encode(needed, forKey: .needed)
    }
    enum Key: String, CodingKey { case type, interpreter, needed }
  }
  struct Main: Encodable {
    let importPath: String
    let dir: String
    let target: String
    let tags: [String]
    let affected: Bool
    let because: [String]
    let verdict: String
    let reason: String
    let build: String
    let remembered: Bool
    let binary: Binary?
  }
  struct Hop: Encodable {
    let package: String
    let file: String
    let line: Int
    let column: Int
    let text: String
  }
  struct Related: Encodable {
    let file: String
    let line: Int
    let column: Int
    let message: String
  }
  struct Item: Encodable {
    let rule: String
    let severity: String
    let message: String
    let file: String
    let line: Int
    let column: Int
    let endLine: Int
    let endColumn: Int
    let mains: [String]
    let targets: [String]
    let new: Bool
    let fingerprint: String
    let chain: [Hop]
    let related: [Related]
    let help: String
  }
  struct Problem: Encodable {
    let message: String
    let file: String?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(message, forKey: .message)
      try container.encode(file, forKey: .file)
    }
    enum Key: String, CodingKey { case message, file }
  }
  struct Summary: Encodable {
    let mains: Int
    let affected: Int
    let findings: [String: Int]
    let suppressed = 0
  }

  let version = 1
  let tool: Tool
  let snapshot: Tree
  let base: Tree?
  let toolchain: Toolchain
  let mains: [Main]
  let findings: [Item]
  let errors: [Problem]
  let summary: Summary

  init(_ report: Report, toolVersion: String) {
    tool = Tool(version: toolVersion)
    snapshot = Tree(report.snapshot)
    base = report.base.map(Tree.init)
    toolchain = Toolchain(version: report.toolchainVersion, goroot: report.toolchainRoot)
    mains = report.mains.map { main in
      Main(
        importPath: main.importPath.text, dir: main.directory.isEmpty ? "." : main.directory.text, target: main.target,
        tags: main.tags, affected: main.isAffected, because: main.because.map(\.text), verdict: main.verdict.rawValue,
        reason: main.reason, build: main.build.rawValue, remembered: main.isRemembered,
        binary: main.binary.map {
          Binary(type: $0.type, interpreter: $0.interpreter?.text, needed: $0.needed.map(\.text))
        })
    }
    findings = report.findings.map(Self.item)
    errors = report.errors.map { Problem(message: $0.message, file: $0.file?.text) }
    var counts: [String: Int] = [:]
    for severity in Severity.allCases {
      counts[severity.rawValue] = report.findings.filter { $0.severity == severity }.count
    }
    summary = Summary(
      mains: report.mainCount, affected: Set(report.mains.filter(\.isAffected).map(\.name)).count,
      findings: counts)
  }

  private static func item(_ finding: Finding) -> Item {
    Item(
      rule: finding.rule.rawValue, severity: finding.severity.rawValue, message: finding.message,
      file: finding.location.file.text, line: finding.location.line, column: finding.location.column,
      endLine: finding.location.endLine, endColumn: finding.location.endColumn,
      mains: finding.mains.map(\.importPath.text), targets: finding.targets, new: finding.isNew,
      fingerprint: finding.fingerprint,
      chain: finding.chain.map {
        Hop(
          package: $0.package.text, file: $0.location.file.text, line: $0.location.line, column: $0.location.column,
          text: $0.text)
      },
      related: finding.related.map {
        Related(
          file: $0.location.file.text, line: $0.location.line, column: $0.location.column, message: $0.message)
      },
      help: finding.help.joined(separator: "\n"))
  }
}
