import Bytes
package import Diagnostics
package import Linkage
import Reports
import Rules

/// The result of `staticgo inspect`: the binaries, and the files that cannot be read.
package struct Inspection: Sendable {
  package struct Item: Sendable {
    package let name: String
    package let binary: Binary
    /// The reasons why the binary is not what `--expect` and `--glibc-max` say.
    package let objections: [String]

    package init(name: String, binary: Binary, objections: [String]) {
      (self.name, self.binary, self.objections) = (name, binary, objections)
    }
  }
  package var items: [Item] = []
  package var problems: [(name: String, message: String)] = []

  package init() {}

  /// Whether a binary is less static than its platform allows, or not what is expected.
  package var hasFindings: Bool {
    items.contains { item in
      if case .notStatic = item.binary.assessment.answer { return true }
      return !item.objections.isEmpty
    }
  }

  package var json: String {
    jsonLine(
      InspectJSON(
        files: items.map { InspectJSON.File($0.binary, $0.name, $0.objections) },
        errors: problems.map { InspectJSON.Problem(file: $0.name, message: $0.message) }))
  }

  /// The findings as a report, for the formats that CI systems read.
  package var report: Report {
    var report = Report(
      snapshot: TreeName(kind: .worktree), base: nil, toolchainVersion: "", toolchainRoot: "")
    report.errors = problems.map {
      JudgementError(message: "cannot inspect \($0.name): \($0.message)", file: ByteString($0.name))
    }
    report.mainCount = items.count
    for item in items {
      let target = "\(item.binary.system ?? "unknown")/\(item.binary.goArchitecture)"
      if !report.targets.contains(target) { report.targets.append(target) }
      let name = MainName(importPath: ByteString(item.name), directory: ByteString(item.name))
      let findings = Self.findings(item, name, target)
      var main = MainResult(
        importPath: name.importPath, directory: name.directory, target: target, tags: [],
        verdict: findings.isEmpty ? .isStatic : .dynamic, reason: "")
      main.hasNewFindings = !findings.isEmpty
      main.build = .link
      report.mains.append(main)
      report.findings += findings
    }
    return report
  }

  private static func findings(_ item: Item, _ name: MainName, _ target: String) -> [Finding] {
    let file = ByteString(item.name)
    func finding(_ rule: Rule, _ predicate: String, _ help: [String]) -> Finding {
      var finding = Finding(
        rule: rule.id, severity: rule.severity, culprit: file, predicate: Predicate(predicate), label: "",
        location: Location(file: file, line: 1, column: 1, isInRepository: true), chain: [], mains: [name],
        targets: [target], help: help)
      finding.proof = .binary
      return finding
    }
    var found = item.objections.map { finding(.binaryPlatform, "is not what is expected: \($0)", []) }
    guard case .notStatic(let causes) = item.binary.assessment.answer else { return found }
    for cause in causes {
      switch cause {
      case .interpreter(let loader):
        found.append(
          finding(.binaryInterpreter, "is not static: it needs the loader \(loader.text)", item.binary.explanation))
      case .needed(let libraries):
        let names = libraries.map(\.text).joined(separator: ", ")
        found.append(finding(.binaryNeeded, "is not static: it needs \(names)", item.binary.explanation))
      case .relocation:
        found.append(finding(.binaryRelocation, "crashes at start: nothing relocates it", item.binary.explanation))
      case .sharedLibrary:
        found.append(finding(.binaryNeeded, "is a shared library, not a program", item.binary.explanation))
      }
    }
    return found
  }
}

extension Inspection.Item {
  /// The binary in a few lines: its kind and the answer, then why. A static one in a folder or archive has one line.
  package func text(nameWidth: Int, width: Int, isShort: Bool) -> String {
    let name = printable(name)
    let answer: String
    var isStatic = true
    switch binary.assessment.answer {
    case .isStatic: answer = "static"
    case .asStaticAsPossible: answer = "as static as \(binary.system ?? "it") allows"
    case .notStatic: (answer, isStatic) = ("NOT STATIC", false)
    case .notAProgram: answer = "not a program"
    }
    let padding = String(repeating: " ", count: max(0, nameWidth - name.count))
    let head = "\(name)\(padding)  \(printable(binary.summary))"
    // The answers line up, also where nothing is wrapped.
    let gap = (width > 120 ? 80 : width) - head.count - answer.count
    var text =
      gap > 1 || width > 120
      ? head + String(repeating: " ", count: max(2, gap)) + answer + "\n" : "\(head)\n  \(answer)\n"
    for objection in objections { text += indent("NOT AS EXPECTED: \(objection)", width) }
    if isShort, isStatic, !binary.loadsNameServices { return text }
    for sentence in binary.explanation { text += indent(sentence, width) }
    if let go = binary.go {
      let settings = binary.goSettings ?? ""
      text += indent("Built by \(go.version)\(settings.isEmpty ? "" : ": " + settings)", width)
    }
    return text
  }

  private func indent(_ sentence: String, _ width: Int) -> String {
    wrapText(printable(sentence), width: width - 2).map { "  \($0)\n" }.joined()
  }
}
