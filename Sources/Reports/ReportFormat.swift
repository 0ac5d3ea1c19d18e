package import Diagnostics

/// What a report can be written as.
package enum ReportFormat: String, Sendable, CaseIterable {
  case text, github, gitlab, sarif, json, jsonl, rdjson, rdjsonl, checkstyle, junit, teamcity, azure, markdown

  /// Whether notes are part of it, and not only of what a person asks for.
  package var holdsNotes: Bool {
    switch self {
    case .text, .github, .rdjson, .rdjsonl, .azure: false
    case .gitlab, .sarif, .json, .jsonl, .checkstyle, .junit, .teamcity, .markdown: true
    }
  }

  /// The report in this form; `style` is for text alone.
  package func write(_ report: Report, _ tool: ToolDescription, style: TextStyle) -> String {
    switch self {
    case .text: textReport(report, style: style)
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
