package import Diagnostics

/// The output format of a report.
package enum ReportFormat: String, Sendable, CaseIterable {
  case text, concise, github, gitlab, sarif, json, jsonl, rdjson, rdjsonl, checkstyle, junit, teamcity, azure, markdown

  /// Whether the format always contains notes, even without -v.
  package var holdsNotes: Bool {
    switch self {
    case .text, .concise, .github, .rdjson, .rdjsonl, .azure: false
    case .gitlab, .sarif, .json, .jsonl, .checkstyle, .junit, .teamcity, .markdown: true
    }
  }

  /// Returns the report in this format; `style` only applies to text.
  package func write(_ report: Report, _ tool: ToolDescription, style: TextStyle) -> String {
    switch self {
    case .text: textReport(report, style: style)
    case .concise: conciseReport(report, showsNotes: style.showsNotes)
    case .github: gitHubReport(report)
    case .gitlab: gitLabReport(report)
    case .sarif: sarifReport(report, tool)
    case .json: jsonReport(report, toolVersion: tool.version)
    case .jsonl: jsonLinesReport(report, toolVersion: tool.version)
    case .rdjson: rdjsonReport(report, tool)
    case .rdjsonl: rdjsonlReport(report, tool)
    case .checkstyle: checkstyleReport(report)
    case .junit: junitReport(report)
    case .teamcity: teamCityReport(report, tool)
    case .azure: azureReport(report)
    case .markdown: markdownReport(report)
    }
  }
}
