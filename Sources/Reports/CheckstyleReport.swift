import Bytes
import Diagnostics

/// Returns the report as Checkstyle XML: findings grouped by file, columns in UTF-16 units.
func checkstyleReport(_ report: Report) -> String {
  var files: [ByteString: [String]] = [:]
  for error in report.errors {
    files[error.place, default: []].append(
      element(line: 1, column: nil, "error", "could not be judged: \(error.message)", "staticgo.not-judged"))
  }
  for finding in report.countedFindings {
    let level = finding.severity == .note ? "info" : finding.severity.rawValue
    files[finding.location.file, default: []].append(
      element(
        line: finding.location.line, column: finding.location.columnsInUTF16?.start, level, finding.text,
        "staticgo.\(finding.rule.rawValue)"))
  }
  let body = files.sorted { $0.key < $1.key }.map { file, elements in
    xmlElement("file", [("name", file.text)], "\n" + elements.joined()) + "\n"
  }
  return xmlDeclaration + xmlElement("checkstyle", [("version", "5.0")], "\n" + body.joined()) + "\n"
}

private func element(line: Int, column: Int?, _ severity: String, _ message: String, _ source: String) -> String {
  xmlElement(
    "error",
    [
      ("line", "\(line)"), ("column", column.map { "\($0)" }), ("severity", severity), ("message", message),
      ("source", source),
    ]) + "\n"
}
