import Bytes
import Diagnostics

/// Returns the report as Azure Pipelines logging commands (learn.microsoft.com,
/// devops/pipelines/scripts/logging-commands), without notes.
func azureReport(_ report: Report) -> String {
  var lines = report.errors.map { error in
    issue("error", error.file, nil, "not-judged", "could not be judged: \(error.message)")
  }
  for finding in report.countedFindings where finding.severity > .note {
    lines.append(
      issue(
        finding.severity.rawValue, finding.location.file, finding.location, finding.rule.rawValue, finding.text))
  }
  return lines.map { $0 + "\n" }.joined()
}

private func issue(
  _ type: String, _ file: ByteString?, _ location: Location?, _ code: String, _ message: String
) -> String {
  var properties = "type=\(type);"
  if let file { properties += "sourcepath=\(escaped(file.text));" }
  if let location { properties += "linenumber=\(location.line);" }
  if let column = location?.columnsInUTF16?.start { properties += "columnnumber=\(column);" }
  return "##vso[task.logissue \(properties)code=\(code);]\(escaped(message))"
}

/// Escapes text so that the agent can decode it (microsoft/azure-pipelines-agent, CommandStringConvertor).
private func escaped(_ text: String) -> String {
  printable(text, escaping: ["%": "%AZP25", ";": "%3B", "]": "%5D", "\r": "%0D", "\n": "%0A"])
}
