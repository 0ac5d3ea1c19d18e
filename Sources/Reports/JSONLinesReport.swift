import Diagnostics

/// Returns the report as JSON Lines: one object per line, each with its `kind`.
///
/// The run comes first, then mains, findings and errors as in JSON, and the summary last.
func jsonLinesReport(_ report: Report, toolVersion: String) -> String {
  let document = JSONDocument(report, toolVersion: toolVersion)
  var text = jsonLine(JSONLine("run", document.run))
  for main in document.mains { text += jsonLine(JSONLine("main", main)) }
  for finding in document.findings { text += jsonLine(JSONLine("finding", finding)) }
  for error in document.errors { text += jsonLine(JSONLine("error", error)) }
  return text + jsonLine(JSONLine("summary", document.summary))
}

/// An object with the additional key `kind`.
private struct JSONLine<Value: Encodable>: Encodable {
  let kind: String
  let value: Value

  init(_ kind: String, _ value: Value) {
    self.kind = kind
    self.value = value
  }

  private enum Key: String, CodingKey { case kind }

  func encode(to encoder: any Encoder) throws {
    try value.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .kind)
  }
}
