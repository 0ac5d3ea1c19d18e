import Bytes
import Diagnostics

/// Returns GitLab's Code Quality report (docs.gitlab.com, ci/testing/code_quality).
///
/// It lists all findings of the judged mains, because GitLab itself compares it with the report of the target branch.
func gitLabReport(_ report: Report) -> String {
  var items: [JSONValue] = report.errors.map { error in
    [
      "description": "\(printable("could not be judged: " + error.message))", "check_name": "not-judged",
      "fingerprint": "not-judged:\(error.file?.text ?? ""):\(error.message)", "severity": "blocker",
      "location": ["path": "\(error.place.text)", "lines": ["begin": 1]],
    ]
  }
  items += report.findings.map { finding in
    [
      "description": "\(printable(finding.text.split(separator: "\n").prefix(2).joined(separator: ": ")))",
      "check_name": "\(finding.rule.rawValue)",
      "fingerprint": "\(finding.fingerprint)", "severity": severity(finding.maxSeverity ?? finding.severity),
      "location": [
        "path": "\(finding.location.file.text)",
        "lines": ["begin": .number(finding.location.line), "end": .number(finding.location.endLine)],
      ],
    ]
  }
  return JSONValue.array(items).line
}

private func severity(_ severity: Severity) -> JSONValue {
  switch severity {
  case .error: "critical"
  case .warning: "minor"
  case .note: "info"
  }
}
