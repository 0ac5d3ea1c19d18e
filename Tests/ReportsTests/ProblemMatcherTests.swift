import Bytes
import Diagnostics
import Foundation
import Testing

@testable import Reports

@Suite struct ProblemMatcherTests {
  private struct File: Decodable {
    struct Matcher: Decodable {
      struct Pattern: Decodable {
        let regexp: String
        let file, line, column, severity, code, message: Int
      }
      let pattern: [Pattern]
    }
    let problemMatcher: [Matcher]
  }

  @Test("docs/ci/problem-matcher.json reads the concise format")
  func matches() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Data(contentsOf: root.appendingPathComponent("docs/ci/problem-matcher.json"))
    let pattern = try #require(try JSONDecoder().decode(File.self, from: data).problemMatcher.first?.pattern.first)
    let location = Location(file: "cmd/a b/main.go", line: 12, column: 3, isInRepository: true)
    let finding = Finding(
      rule: RuleID("cgo-import"), severity: .error, culprit: "x", predicate: "does not build: a: b", label: "",
      location: location, chain: [], mains: [], targets: [], help: [])
    var report = Report(
      snapshot: TreeName(kind: .index), base: nil, toolchainVersion: "go1.27.3", toolchainRoot: "/go")
    report.findings = [finding]
    let line = conciseReport(report, showsNotes: false).split(separator: "\n").first.map(String.init) ?? ""
    let match = try #require(try Regex(pattern.regexp).wholeMatch(in: line))
    func group(_ index: Int) -> String { match.output[index].substring.map(String.init) ?? "" }
    #expect(group(pattern.file) == "cmd/a b/main.go")
    #expect(group(pattern.line) == "12" && group(pattern.column) == "3")
    #expect(group(pattern.severity) == "error" && group(pattern.code) == "cgo-import")
    #expect(group(pattern.message) == "does not build: a: b")
  }
}
