package import Diagnostics

/// The report as data, an object a line, each with its `kind`: first the run, then mains, findings and errors as in JSON,
/// and the summary at the end.
package func jsonLinesReport(_ report: Report, toolVersion: String) -> String {
  let document = JSONDocument(report, toolVersion: toolVersion)
  var text = jsonLine(JSONLine("run", document.run))
  for main in document.mains { text += jsonLine(JSONLine("main", main)) }
  for finding in document.findings { text += jsonLine(JSONLine("finding", finding)) }
  for error in document.errors { text += jsonLine(JSONLine("error", error)) }
  return text + jsonLine(JSONLine("summary", document.summary))
}

/// An object with one key more.
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
