import Bytes
package import Diagnostics

/// Workflow commands that GitHub turns into annotations (actions/toolkit, packages/core/src/command.ts).
///
/// GitHub shows ten of each level a step and drops the others without a word: the worst come first, and where there are
/// more than ten, the tenth says so. Notes are no annotations; they stand in the summary.
package func gitHubReport(_ report: Report) -> String {
  let limit = 10
  var lines: [String] = []
  for (severity, command) in [(Severity.error, "error"), (.warning, "warning")] {
    // What could not be judged goes before everything else.
    let errors = severity == .error ? report.errors.map(annotation) : []
    let findings = report.countedFindings.filter { $0.severity == severity }.map { annotation(command, $0) }
    let all = errors + findings
    let kept = all.count > limit ? limit - 1 : all.count
    lines += all.prefix(kept)
    if all.count > kept {
      lines.append(
        "::\(command) title=staticgo::"
          + escapeData("… and \(all.count - kept) more; the step's summary has all of them"))
    }
  }
  return lines.map { $0 + "\n" }.joined()
}

private func annotation(_ error: JudgementError) -> String {
  let file = error.file.map { "file=\(escapeProperty($0.text))," } ?? ""
  return "::error \(file)title=staticgo could not judge::\(escapeData(error.message))"
}

private func annotation(_ command: String, _ finding: Finding) -> String {
  let location = finding.location
  var properties: [(String, String)] = [("file", location.file.text), ("line", "\(location.line)")]
  properties.append(("endLine", "\(location.endLine)"))
  // GitHub counts characters; ours are bytes.
  if let excerpt = location.excerpt, location.endLine == location.line {
    func characters(_ column: Int) -> Int {
      String(decoding: excerpt.bytes.prefix(max(0, column - 1)), as: UTF8.self).utf16.count + 1
    }
    properties.append(("col", "\(characters(location.column))"))
    properties.append(("endColumn", "\(characters(location.endColumn))"))
  }
  properties.append(("title", finding.rule.rawValue))
  let list = properties.map { "\($0.0)=\(escapeProperty($0.1))" }.joined(separator: ",")
  var message = "\(finding.message)\n\(finding.label)"
  if !finding.chain.isEmpty {
    message +=
      "\n"
      + finding.chain.map { hop in
        "\(hop.location.file.text):\(hop.location.line):\(hop.location.column) \(hop.text)"
      }.joined(separator: "\n")
  }
  for help in finding.help { message += "\nhelp: \(help)" }
  return "::\(command) \(list)::\(escapeData(message))"
}

private func escapeData(_ text: String) -> String {
  var escaped = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "%": escaped += "%25"
    case "\r": escaped += "%0D"
    case "\n": escaped += "%0A"
    default: escaped.unicodeScalars.append(contentsOf: printableScalar(scalar))
    }
  }
  return escaped
}

private func escapeProperty(_ text: String) -> String {
  var escaped = ""
  for scalar in escapeData(text).unicodeScalars {
    switch scalar {
    case ":": escaped += "%3A"
    case ",": escaped += "%2C"
    default: escaped.unicodeScalars.append(scalar)
    }
  }
  return escaped
}

/// The log shows the command too, and a terminal's escapes would work there.
private func printableScalar(_ scalar: UnicodeScalar) -> String.UnicodeScalarView {
  printable(String(Character(scalar))).unicodeScalars
}

/// The step's summary, in Markdown: the verdicts, and every finding.
package func gitHubSummary(_ report: Report) -> String {
  var text = "## staticgo\n\n| verdict | main | target | |\n|---|---|---|---|\n"
  for main in report.mains.sorted(by: { ($1.verdict, $0.directory) < ($0.verdict, $1.directory) }) {
    let name = main.name.text
    text += "| \(main.verdict.rawValue) | \(code(name)) | \(main.target) | \(code(main.reason)) |\n"
  }
  for finding in report.findings.sorted(by: { ($1.severity, $0.fingerprint) < ($0.severity, $1.fingerprint) }) {
    text += "\n### \(finding.severity.rawValue): \(finding.rule.rawValue)\(finding.isNew ? "" : " (as before)")\n\n"
    text += "\(code(finding.message))\n\n"
    for hop in finding.chain {
      text += "- \(code("\(hop.location.file.text):\(hop.location.line):\(hop.location.column)")) \(code(hop.text))\n"
    }
    for help in finding.help { text += "\n\(code(help))\n" }
  }
  for error in report.errors { text += "\n**Not judged:** \(code(error.message))\n" }
  return text
}

/// Text as Markdown's code, which nothing in it can end; `|` would end a table's cell.
private func code(_ text: String) -> String {
  guard !text.isEmpty else { return "" }
  let safe = printable(text).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
  var longest = 0
  var run = 0
  for character in safe {
    run = character == "`" ? run + 1 : 0
    longest = max(longest, run)
  }
  let fence = String(repeating: "`", count: longest + 1)
  return longest == 0 ? "`\(safe)`" : "\(fence) \(safe) \(fence)"
}
