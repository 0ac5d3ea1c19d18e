import Bytes
import Diagnostics

/// Returns the report as reviewdog's `rdjson`: one object with all diagnostics (reviewdog, proto/rdf/reviewdog.proto).
func rdjsonReport(_ report: Report, _ tool: ToolDescription) -> String {
  let value: JSONValue = ["source": source(tool), "diagnostics": .array(diagnostics(report, tool))]
  return value.line
}

/// Returns the report as reviewdog's `rdjsonl`: one diagnostic per line.
func rdjsonlReport(_ report: Report, _ tool: ToolDescription) -> String {
  diagnostics(report, tool).map(\.line).joined()
}

/// Returns the diagnostics without notes, because reviewdog posts each one as a comment on a pull request.
///
/// Columns are in bytes, as in staticgo itself.
private func diagnostics(_ report: Report, _ tool: ToolDescription) -> [JSONValue] {
  let errors = report.errors.map { error -> JSONValue in
    [
      "message": "\(printable("could not be judged: " + error.message))",
      "location": ["path": "\(error.place.text)"], "severity": "ERROR", "source": source(tool),
      "code": ["value": "not-judged"],
    ]
  }
  let findings = report.countedFindings.filter { $0.severity > .note }
  return errors + findings.map { diagnostic($0, tool) }
}

private func diagnostic(_ finding: Finding, _ tool: ToolDescription) -> JSONValue {
  let related = finding.related.map { related -> JSONValue in
    ["message": "\(related.message)", "location": location(related.location)]
  }
  let suggestions = finding.fixes.filter { $0.file == finding.location.file }.map { fix -> JSONValue in
    [
      "range": [
        "start": ["line": .number(fix.line), "column": 1],
        "end": ["line": .number(fix.line), "column": .number(fix.original.count + 1)],
      ], "text": "\(fix.replacement.text)",
    ]
  }
  return [
    "message": "\(finding.text.split(separator: "\n").map { printable(String($0)) }.joined(separator: "\n"))",
    "location": location(finding.location), "severity": finding.severity == .error ? "ERROR" : "WARNING",
    "source": source(tool),
    "code": ["value": "\(finding.rule.rawValue)", "url": tool.rule(finding.rule).map { "\($0.address)" }],
    "related_locations": related.isEmpty ? nil : .array(related),
    // A suggestion is about the file of the diagnostic.
    "suggestions": suggestions.isEmpty ? nil : .array(suggestions),
  ]
}

private func source(_ tool: ToolDescription) -> JSONValue { ["name": "staticgo", "url": "\(tool.address)"] }

private func location(_ location: Location) -> JSONValue {
  [
    "path": "\(location.file.text)",
    "range": [
      "start": ["line": .number(location.line), "column": .number(location.column)],
      "end": ["line": .number(location.endLine), "column": .number(location.endColumn)],
    ],
  ]
}
