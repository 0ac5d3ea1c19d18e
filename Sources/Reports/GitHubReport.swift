import Bytes
package import Diagnostics

/// Returns the workflow commands that GitHub turns into annotations (actions/toolkit, packages/core/src/command.ts).
///
/// GitHub shows 10 annotations of each level per step and silently drops the others. So the most severe come first, and
/// if there are more than 10, the tenth gives the number of the others. Notes are only in the summary.
package func gitHubReport(_ report: Report) -> String {
  let limit = 10
  var lines: [String] = []
  for (severity, command) in [(Severity.error, "error"), (.warning, "warning")] {
    // Errors (not judged) come before all findings.
    let errors = severity == .error ? report.errors.map(annotation) : []
    let findings = report.countedFindings.filter { $0.severity == severity }.map { annotation(command, $0) }
    let all = errors + findings
    let kept = all.count > limit ? limit - 1 : all.count
    lines += all.prefix(kept)
    if all.count > kept {
      lines.append(
        "::\(command) title=staticgo::"
          + escapeData("… and \(all.count - kept) more; see the step summary for all of them"))
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
  if let columns = location.columnsInUTF16 {
    properties.append(("col", "\(columns.start)"))
    properties.append(("endColumn", "\(columns.end)"))
  }
  properties.append(("title", finding.rule.rawValue))
  let list = properties.map { "\($0.0)=\(escapeProperty($0.1))" }.joined(separator: ",")
  return "::\(command) \(list)::\(escapeData(finding.text))"
}

private let dataCodes: [Unicode.Scalar: String] = ["%": "%25", "\r": "%0D", "\n": "%0A"]

/// Escapes a command's message. The log shows the command too, so terminal escape sequences must not survive.
private func escapeData(_ text: String) -> String { printable(text, escaping: dataCodes) }

private func escapeProperty(_ text: String) -> String {
  printable(text, escaping: dataCodes.merging([":": "%3A", ",": "%2C"]) { $1 })
}
