import Diagnostics
import Foundation
import Rules
import TestSupport
import Testing

/// Every example of every rule, judged by the program itself.
@Suite struct RuleExampleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let rule: RuleID
    let index: Int
    var example: Rule.Example { Rule.named(rule).examples[index] }
    var testDescription: String { "\(rule.rawValue): \(example.title)" }

    static let all = Rule.all.flatMap { rule in rule.examples.indices.map { Case(rule: rule.id, index: $0) } }
    /// The examples that ExampleTests cannot change: those with comments that suppress findings, and those that need a
    /// build. What the configuration forbids has a test of its own.
    static let changing = all.filter {
      $0.example.archive.contains(Rule.mark) && ![.recipe, .image].contains(Rule.named($0.rule).phase)
        && $0.rule != .forbiddenDependency && ($0.rule == .unusedAllow || !$0.example.steps.isEmpty)
    }
  }

  private struct Report: Decodable {
    struct Finding: Decodable, Equatable {
      let rule: String
      let file: String
      let line: Int
    }
    let findings: [Finding]
  }

  /// Returns the findings of the rule, or nil if a program that the example needs is not installed. With `asWritten`,
  /// the exit codes are those of its steps.
  private func findings(_ item: Case, _ archive: Archive, asWritten: Bool) throws -> [Report.Finding]? {
    let usual = ["staticgo check --all --build none"]
    let steps = archive.comment.split(separator: "\n").map(String.init)
    let lines = (steps.isEmpty ? usual : steps).map { line in
      guard let start = line.range(of: "staticgo check") else { return line }
      let command = "\(line[start.lowerBound...]) --target linux/amd64 --format json"
      if asWritten, !steps.isEmpty { return line[..<start.lowerBound] + command }
      return "exec sh -c '\(command); true'"
    }
    var script = archive
    script.comment = (["git init -q", "git add -A", "git commit -q -m base"] + lines).joined(separator: "\n") + "\n"
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("example-\(UUID().uuidString).txtar")
    try script.text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    let run = try Script(file)
    try run.run()
    if run.isSkipped { return nil }
    return try JSONDecoder().decode(Report.self, from: Data(run.output.utf8)).findings.filter {
      $0.rule == item.rule.rawValue
    }
  }

  /// The position of the mark.
  private func marked(_ archive: Archive, _ rule: RuleID) throws -> [Report.Finding] {
    archive.files.flatMap { file in
      file.content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
        .filter { $1.contains(Rule.mark) }
        .map { Report.Finding(rule: rule.rawValue, file: file.name, line: $0.offset + 1) }
    }
  }

  @Test("every rule has an example with a finding and one without")
  func both() {
    // `inspect` reports without a repository, so its rules have no example.
    for rule in Rule.all where rule.phase != .binary {
      #expect(rule.examples.contains { $0.archive.contains(Rule.mark) }, "\(rule.id.rawValue)")
      #expect(rule.examples.contains { !$0.archive.contains(Rule.mark) }, "\(rule.id.rawValue)")
    }
  }

  @Test("the program reports the finding on the marked line", arguments: Case.all)
  func example(_ item: Case) throws {
    let archive = Archive(item.example.archive)
    guard let found = try findings(item, archive, asWritten: true) else { return }
    #expect(try found == marked(archive, item.rule))
  }

  @Test("harmless changes keep the finding, the others silence it", arguments: Case.changing, Mutation.allCases)
  func mutated(_ item: Case, _ mutation: Mutation) throws {
    var archive = Archive(item.example.archive)
    let index = try #require(archive.files.firstIndex { $0.content.contains(Rule.mark) })
    if item.example.steps.isEmpty || !mutation.isSilent {
      archive.files[index].content = mutation.apply(to: archive.files[index].content)
    } else if mutation == .comment {
      // The culprit is a flag, which can only be turned into a comment.
      archive.comment = item.example.steps.map { $0.hasPrefix("env") ? "# \($0)" : $0 }.joined(separator: "\n") + "\n"
    } else {
      return
    }
    guard let found = try findings(item, archive, asWritten: false) else { return }
    #expect(try found == (mutation.isSilent ? [] : marked(archive, item.rule)), "\(mutation.rawValue)")
  }
}
