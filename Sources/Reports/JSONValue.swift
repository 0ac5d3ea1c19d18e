import Bytes
import FoundationEssentials

/// A JSON value, for third-party formats.
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

  /// Creates an object; keys whose value is nil are omitted.
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

  /// The value on one line with sorted keys, and a line feed at the end.
  var line: String { jsonLine(self) }
}

/// Returns JSON on one line with sorted keys, and a line feed at the end.
package func jsonLine(_ value: some Encodable) -> String { jsonText(value) }

/// Returns JSON with sorted keys, and a line feed at the end.
///
/// Text that a terminal or a CI log would interpret (C1 controls, bidirectional overrides, `##vso[`) is written as `\u`
/// escapes. A JSON parser reads the same text.
func jsonText(_ value: some Encodable, formatting: JSONEncoder.OutputFormatting = []) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = formatting.union([.sortedKeys, .withoutEscapingSlashes])
  guard let data = try? encoder.encode(value) else { return "" }
  return escapedJSON(String(decoding: data, as: UTF8.self)) + "\n"
}

private func escapedJSON(_ json: String) -> String {
  var escaped = String.UnicodeScalarView()
  var last: Unicode.Scalar = " "
  for scalar in json.unicodeScalars {
    // A number sign occurs only inside strings, so it can be escaped.
    if scalar == "#" && last == "#" || !scalar.isASCII && !isPrintable(scalar) || scalar.value == 0x7f {
      for unit in String(scalar).utf16 {
        let digits = String(unit, radix: 16)
        escaped.append(contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).unicodeScalars)
      }
    } else {
      escaped.append(scalar)
    }
    last = scalar
  }
  return String(escaped)
}
