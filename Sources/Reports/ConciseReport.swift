import Bytes
import Diagnostics

/// Returns one line for each finding that counts, as compilers write them: `file:line:column: severity: rule: message`.
///
/// Editors and problem matchers read this form. Columns are in bytes, from 1.
func conciseReport(_ report: Report, showsNotes: Bool) -> String {
  report.countedFindings.filter { $0.severity > .note || showsNotes }.map { finding in
    let place = "\(printable(finding.location.file)):\(finding.location.line):\(finding.location.column)"
    return defused("\(place): \(finding.severity.rawValue): \(finding.rule.rawValue): \(printable(finding.message))\n")
  }.joined()
}
