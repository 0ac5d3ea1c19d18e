import Bytes
import Diagnostics

/// Returns the report as TeamCity service messages (jetbrains.com/help/teamcity, Service Messages).
///
/// Each finding is an inspection; each error (not judged) is a build problem.
func teamCityReport(_ report: Report, _ tool: ToolDescription) -> String {
  var lines: [String] = []
  let findings = report.countedFindings
  for rule in tool.rules where findings.contains(where: { $0.rule == rule.id }) {
    lines.append(
      message(
        "inspectionType",
        [
          ("id", rule.id.rawValue, 255), ("name", rule.summary, 255), ("category", "Static linking", 255),
          ("description", rule.why, 4000),
        ]))
  }
  for finding in findings {
    let severity =
      switch finding.severity {
      case .error: "ERROR"
      case .warning: "WARNING"
      case .note: "INFO"
      }
    lines.append(
      message(
        "inspection",
        [
          ("typeId", finding.rule.rawValue, 255), ("message", finding.text, 4000),
          ("file", finding.location.file.text, 4000), ("line", "\(finding.location.line)", 255),
          ("SEVERITY", severity, 255),
        ]))
  }
  for error in report.errors {
    lines.append(
      message(
        "buildProblem",
        [("description", "could not be judged: \(error.message)", 4000), ("identity", "staticgo-\(hash(error))", 60)]))
  }
  return lines.map { $0 + "\n" }.joined()
}

/// Returns the identity by which TeamCity distinguishes build problems; it takes at most 60 characters.
private func hash(_ error: JudgementError) -> String {
  String(fnv1a((error.file?.bytes ?? []) + [0] + error.message.utf8), radix: 16)
}

private func message(_ name: String, _ values: [(key: String, value: String, limit: Int)]) -> String {
  let list = values.map { " \($0.key)='\(escaped($0.value, limit: $0.limit))'" }.joined()
  return "##teamcity[\(name)\(list)]"
}

/// Escapes text after cutting it to `limit` UTF-16 units, so that no escape sequence is cut.
private func escaped(_ text: String, limit: Int) -> String {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
  let plain = lines.joined(separator: "\n")
  let kept = plain.utf16.count > limit ? plain.prefix(within: limit - 1) + "…" : plain
  var escaped = ""
  for scalar in kept.unicodeScalars {
    switch scalar {
    case "|", "'", "[", "]": escaped += "|\(scalar)"
    case "\n": escaped += "|n"
    default:
      if scalar.isASCII { escaped.unicodeScalars.append(scalar) } else { escaped += units(scalar) }
    }
  }
  return escaped
}

private func units(_ scalar: Unicode.Scalar) -> String {
  UTF16.encode(scalar)!.map { unit in
    let digits = String(unit, radix: 16, uppercase: true)
    return "|0x" + String(repeating: "0", count: 4 - digits.count) + digits
  }.joined()
}

extension String {
  /// Returns the longest prefix of whole scalars that has at most `limit` UTF-16 units.
  fileprivate func prefix(within limit: Int) -> String {
    var (kept, count) = (String.UnicodeScalarView(), 0)
    for scalar in unicodeScalars {
      count += UTF16.width(scalar)
      if count > limit { break }
      kept.append(scalar)
    }
    return String(kept)
  }
}
