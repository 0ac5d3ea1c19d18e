import FoundationEssentials

/// A value of JSON, for formats that others have defined.
enum JSONValue: Encodable, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  case string(String)
  case number(Int)
  case boolean(Bool)
  case array([JSONValue])
  case object([String: JSONValue])

  init(stringLiteral text: String) { self = .string(text) }
  init(integerLiteral number: Int) { self = .number(number) }
  init(booleanLiteral value: Bool) { self = .boolean(value) }
  init(arrayLiteral items: JSONValue...) { self = .array(items) }

  /// A key whose value is nil is left out.
  init(dictionaryLiteral pairs: (String, JSONValue?)...) {
    self = .object(
      Dictionary(pairs.compactMap { key, value in value.map { (key, $0) } }, uniquingKeysWith: { first, _ in first }))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .string(let text): try container.encode(text)
    case .number(let number): try container.encode(number)
    case .boolean(let value): try container.encode(value)
    case .array(let items): try container.encode(items)
    case .object(let object): try container.encode(object)
    }
  }

  /// On one line, keys sorted, with a line feed behind.
  var line: String { jsonLine(self) }
}

/// JSON on one line, keys sorted, with a line feed behind.
func jsonLine(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(value) else { return "" }
  return String(decoding: data, as: UTF8.self) + "\n"
}
