import Bytes
import Diagnostics
import Foundation
import Reports
import Testing

/// One set of findings with hostile texts, for every format.
@Suite struct ReportTests {
  static let nasty: [String] = [
    "plain", "100%", "a:b,c", "]]>", "\"quoted\" 'too'", "new\nline", "tab\there", "\u{1b}[31mred",
    "::set-output name=x::y",
    "größe 大きさ 👩‍👩‍👧", "back`tick` | pipe", "##[error]x ##vso[task.complete]", "\u{202e}desrever", "\r\n::error::x",
    "long/" + String(repeating: "element/", count: 30) + "end",
  ]

  private func report(_ text: String, count: Int = 1, severity: Severity = .error) -> Report {
    var report = Report(
      snapshot: TreeName(kind: .index), base: TreeName(kind: .commit, commit: "abc"), toolchainVersion: "go1.27.3",
      toolchainRoot: "/go")
    for index in 0..<count {
      let file = ByteString("\(index)/\(text).go")
      var location = Location(file: file, line: 7, column: 3, endLine: 7, endColumn: 9, isInRepository: true)
      location.excerpt = ByteString("\t\timport \"\(text)\" // \(text)")
      let main = MainName(importPath: ByteString("ex.com/\(text)"), directory: ByteString("cmd/\(text)"))
      var finding = Finding(
        rule: RuleID("cgo-dependency"), severity: severity, culprit: ByteString("\(index) \(text)"),
        predicate: "cannot be built without \(text)", label: "label \(text)", location: location,
        chain: [Hop(package: "p", location: location, text: "imports \(text)")], mains: [main],
        targets: ["linux/amd64"],
        help: ["do \(text)"])
      finding.related = [RelatedLocation(location: location, message: text)]
      report.findings.append(finding)
      report.mains.append(
        MainResult(
          importPath: main.importPath, directory: main.directory, target: "linux/amd64", tags: [text],
          verdict: .blocked,
          reason: text))
    }
    report.mainCount = 1
    report.errors = [JudgementError(message: text)]
    return report
  }

  @Test("text holds no control character and no line over the width", arguments: nasty, [80, 60, 120])
  func text(_ nasty: String, _ width: Int) {
    let text = textReport(report(nasty), style: TextStyle(width: width, showsNotes: true, isInHook: true))
    for scalar in text.unicodeScalars where scalar != "\n" {
      #expect(
        scalar.value >= 0x20 && !(0x7f..<0xa0).contains(scalar.value) && !(0x202a...0x202e).contains(scalar.value))
    }
    for line in text.split(separator: "\n") {
      // A word that cannot be broken may exceed the width; nothing else may.
      #expect(line.unicodeScalars.count <= width || !line.contains(" ") || line.contains("/"), "\(line)")
      #expect(!line.drop { $0 == " " }.hasPrefix("::") && !line.contains("##["))
    }
  }

  @Test(
    "a report that somebody edited is refused, and never ends the program",
    arguments: [
      ("\"tried\":0", "\"tried\":9223372036854775807"), ("\"built\":0", "\"built\":-1"),
      ("\"remembered\":0", "\"remembered\":9223372036854775807"), ("\"line\":7", "\"line\":9223372036854775807"),
      ("\"column\":3", "\"column\":0"), ("\"endColumn\":9", "\"endColumn\":-9223372036854775808"),
      ("\"mains\":1", "\"mains\":9223372036854775807"), ("linux/amd64", "linux/../amd64"),
      ("\"severity\":\"error\"", "\"severity\":\"fatal\""), ("\"kind\":\"commit\"", "\"kind\":\"tree\""),
    ])
  func edited(_ old: String, _ new: String) throws {
    var report = report("x", count: 2)
    report.targets = ["linux/amd64"]
    let json = jsonReport(report, toolVersion: "1")
    #expect(json.contains(old))
    #expect(throws: JSONReportError.self) { try readJSONReport(Array(json.replacing(old, with: new).utf8)) }
    _ = Report.merged([try readJSONReport(Array(json.utf8)), report, report])
  }

  @Test("colour only on request")
  func color() {
    #expect(!textReport(report("x"), style: TextStyle()).contains("\u{1b}"))
    #expect(
      textReport(report("x"), style: TextStyle(isColored: true)).contains("\u{1b}[1;31merror[cgo-dependency]\u{1b}[0m"))
  }

  @Test("without UTF-8 only ASCII is added")
  func ascii() {
    let text = textReport(report("x", count: 12), style: TextStyle(width: 40, isUnicode: false))
    #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
  }

  /// Parses workflow commands as the runner does (actions/runner, ActionCommand.cs).
  private func commands(_ text: String) -> [(name: String, properties: [String: String], message: String)] {
    text.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("::"), let end = line.dropFirst(2).range(of: "::") else { return nil }
      let head = line[line.index(line.startIndex, offsetBy: 2)..<end.lowerBound]
      let parts = head.split(separator: " ", maxSplits: 1).map(String.init)
      var properties: [String: String] = [:]
      for pair in (parts.count > 1 ? parts[1] : "").split(separator: ",") {
        let sides = pair.split(separator: "=", maxSplits: 1).map(String.init)
        properties[sides[0]] = unescape(sides.count > 1 ? sides[1] : "", ["%3A": ":", "%2C": ","])
      }
      return (parts[0], properties, unescape(String(line[end.upperBound...]), [:]))
    }
  }

  private func unescape(_ text: String, _ more: [String: String]) -> String {
    var text = text
    for (code, character) in more.merging(["%0D": "\r", "%0A": "\n"], uniquingKeysWith: { $1 }) {
      text = text.replacingOccurrences(of: code, with: character)
    }
    return text.replacingOccurrences(of: "%25", with: "%")
  }

  @Test("annotations survive the runner's parser", arguments: nasty)
  func gitHub(_ nasty: String) {
    let found = commands(gitHubReport(report(nasty)))
    #expect(found.count == 2)
    let lines = gitHubReport(report(nasty)).split(separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("::error ") })
    // Unprintable characters are escaped; everything else comes back unchanged.
    let isPrintable = nasty.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x200e...0x202e).contains($0.value) }
    if isPrintable {
      #expect(found[1].properties["file"] == "0/\(nasty).go")
      #expect(found[1].message.contains("cannot be built without \(nasty)"))
    }
    #expect(found[1].properties["line"] == "7" && found[1].properties["title"] == "cgo-dependency")
  }

  @Test("at most ten annotations of a level, and the tenth tells how many are omitted", arguments: [9, 10, 11, 40])
  func limit(_ count: Int) {
    var many = report("x", count: count)
    many.errors = []
    let found = commands(gitHubReport(many))
    #expect(found.count == min(count, 10))
    #expect(found.last?.message.contains("and \(count - 9) more") == (count > 10))
    // Errors for things that could not be judged count among the ten, and come first.
    many.errors = [JudgementError(message: "no module")]
    let mixed = commands(gitHubReport(many))
    #expect(mixed.count == min(count + 1, 10) && mixed.first?.message == "no module")
    #expect(markdownReport(many).components(separatedBy: "### error").count == count + 1)
  }

  @Test("notes do not become annotations")
  func notes() {
    var quiet = report("x", severity: .note)
    quiet.errors = []
    #expect(gitHubReport(quiet) == "")
  }

  @Test("no untrusted text ends Markdown's code", arguments: nasty)
  func summary(_ nasty: String) {
    for line in markdownReport(report(nasty)).split(separator: "\n") {
      #expect(!line.hasPrefix("::") && !line.contains("\u{1b}"))
    }
  }

  @Test("JSON is valid, and gives back the same values", arguments: nasty)
  func json(_ nasty: String) throws {
    let text = jsonReport(report(nasty), toolVersion: "1")
    let data = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let finding = try #require((data["findings"] as? [[String: Any]])?.first)
    #expect(finding["file"] as? String == "0/\(nasty).go")
    #expect(data["version"] as? Int == 1)
    #expect(text == jsonReport(report(nasty), toolVersion: "1"))
    let read = try readJSONReport(Array(text.utf8))
    #expect(read.findings.map(\.message) == report(nasty).findings.map(\.message))
    #expect(read.findings.map(\.location) == report(nasty).findings.map(\.location))
    #expect(read.mains == report(nasty).mains)
    #expect(read.errors == report(nasty).errors)
    #expect(jsonReport(read, toolVersion: "1") == text)
    // Truncated at any byte, it is rejected without a crash.
    for length in stride(from: 0, to: text.utf8.count - 2, by: 97) {
      #expect(throws: JSONReportError.self) { try readJSONReport(Array(text.utf8.prefix(length))) }
    }
  }

  @Test("a commit that breaks nothing is one line, and none when quiet")
  func clean() {
    var report = Report(
      snapshot: TreeName(kind: .index), base: nil, toolchainVersion: "go1.27.3", toolchainRoot: "/go")
    report.isLimitedToAffected = true
    report.mainCount = 14
    for name in ["a", "b"] {
      report.mains.append(
        MainResult(
          importPath: ByteString(name), directory: ByteString(name), target: "linux/amd64", tags: [],
          verdict: .staticWithoutCgo, reason: "net"))
    }
    report.elapsedNanoseconds = 43_000_000
    #expect(
      textReport(report, style: TextStyle())
        == "staticgo: passed: the change affects 2 of 14 mains, static with CGO_ENABLED=0\n")
    #expect(textReport(report, style: TextStyle(isQuiet: true)) == "")
  }
}
