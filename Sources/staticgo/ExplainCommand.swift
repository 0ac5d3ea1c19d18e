import ArgumentParser
import Bytes
import Diagnostics
import Reports
import Rules
import System

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain rules and verdicts: their meaning, and the remedy. Without a name, list all.",
    discussion: """
      Examples:
        staticgo explain           all rules
        staticgo explain cgo-stub  a rule
        staticgo explain blocked   a verdict
      """)

  @Argument(
    help: "Names of rules and verdicts, such as cgo-import or blocked.", completion: .rulesAndVerdicts)
  var names: [String] = []

  func run() throws {
    let width = StandardStream.output.layoutWidth(upTo: 100)
    if names.isEmpty {
      let column = Rule.all.map(\.id.rawValue.count).max()! + 2
      for rule in Rule.all {
        let name = rule.id.rawValue + String(repeating: " ", count: column - rule.id.rawValue.count)
        let severity = rule.severity.rawValue + String(repeating: " ", count: 9 - rule.severity.rawValue.count)
        let lines = wrapText(rule.summary, width: width - column - 9)
        for (index, line) in lines.enumerated() {
          let left = index == 0 ? name + severity : String(repeating: " ", count: column + 9)
          StandardStream.output.write("\(left)\(line)\n")
        }
      }
      let verdicts = Verdict.allCases.map(\.rawValue).joined(separator: ", ")
      StandardStream.output.write(SafeText(escapedByFormat: "\n" + wrapped("Verdicts: \(verdicts)", width: width).text))
      return
    }
    let texts = try names.map { try explanation(of: $0, width: width) }
    _ = StandardStream.page(SafeText(escapedByFormat: texts.joined(separator: "\n")))
  }

  private func explanation(of name: String, width: Int) throws -> String {
    if let verdict = Verdict(rawValue: name) {
      let rules = Rule.all.filter { $0.verdict == verdict }.map(\.id.rawValue).joined(separator: ", ")
      return "\(verdict.rawValue) (verdict)\n\n" + indented(verdict.meaning, width: width)
        + (rules.isEmpty ? "" : "\nRules that lead to it\n\n" + indented(rules, width: width))
    }
    guard let found = Rule.all.first(where: { $0.id.rawValue == name }) else {
      let names = Rule.all.map(\.id.rawValue) + Verdict.allCases.map(\.rawValue)
      let near = suggestion(for: name, of: names)
      printError("unknown rule or verdict \(name).\(near) For a list, run: staticgo explain")
      throw Outcome.usage.exit
    }
    return page(found, width: width)
  }

  private func page(_ rule: Rule, width: Int) -> String {
    var text = "\(rule.id.rawValue) (\(rule.severity.rawValue), since \(rule.since))\n\n"
    text += wrapped(rule.summary, width: width).text
    let why = rule.why.split(separator: "\n").joined(separator: " ")
    text += "\nWhy it matters\n\n" + indented(why, width: width)
    text += "\nHow to fix it\n\n"
    for step in rule.fix { text += indented(step, width: width, bullet: "- ") }
    text += "\nHow to allow it\n\n" + indented(rule.allowing, width: width)
    for example in rule.examples {
      text += "\nExample: \(example.title)\n"
      text += example.archive.contains("// HERE") ? "  Found where // HERE stands:\n\n" : "  Nothing is found here:\n\n"
      for line in example.archive.split(separator: "\n", omittingEmptySubsequences: false) { text += "    \(line)\n" }
    }
    return text
  }

  private func indented(_ paragraph: String, width: Int, bullet: String = "") -> String {
    let lines = wrapped(paragraph, width: width - 2 - bullet.count).text.split(separator: "\n")
    let rest = String(repeating: " ", count: bullet.count)
    return lines.enumerated().map { "  \($0 == 0 ? bullet : rest)\($1)\n" }.joined()
  }
}
