/// A document in the flat encoding of Sources/CParsers: TOML or YAML, with the position of each value.
package struct FlatDocument {
  /// A range of the text. Lines and columns start at 1; columns count characters. The end is after the last one.
  package struct Position: Equatable {
    package let line: Int
    package let column: Int
    package let endLine: Int
    package let endColumn: Int
  }

  package enum Value {
    /// The entries in the order of the encoding.
    case table([(key: String, position: Position, value: FlatDocument)])
    case array([FlatDocument])
    case string(String)
    /// In decimal.
    case integer(String)
    case boolean
    /// A date as `YYYY-MM-DD`.
    case date(String)
    case other
    /// The text is not a document; the value is the reason.
    case error(String)
  }

  package let position: Position
  package let value: Value

  /// Reads an encoding; nil if it is empty, because the parser had no memory. Whatever the bytes are, reading ends.
  package init?(_ bytes: [UInt8]) {
    if bytes.isEmpty { return nil }
    var reader = Reader(bytes)
    self = reader.value(depth: 0)
  }

  fileprivate init(_ position: Position, _ value: Value) {
    self.position = position
    self.value = value
  }
}

/// Reads bytes, numbers and strings. Past the end every byte is `o`, the code for an unsupported value.
private struct Reader {
  private let bytes: [UInt8]
  private var index = 0
  private static let depthLimit = 64

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private mutating func byte() -> UInt8 {
    guard index < bytes.count else { return UInt8(ascii: "o") }
    defer { index += 1 }
    return bytes[index]
  }

  private mutating func number() -> Int {
    var number = 0
    for shift in stride(from: 0, to: 32, by: 8) { number |= Int(byte()) << shift }
    return number
  }

  private mutating func text() -> String {
    let count = min(number(), bytes.count - index)
    defer { index += count }
    return String(decoding: bytes[index..<index + count], as: UTF8.self)
  }

  private mutating func position() -> FlatDocument.Position {
    FlatDocument.Position(line: number(), column: number(), endLine: number(), endColumn: number())
  }

  mutating func value(depth: Int) -> FlatDocument {
    let kind = byte()
    let position = position()
    guard depth < Self.depthLimit else { return FlatDocument(position, .other) }
    switch kind {
    case UInt8(ascii: "t"):
      var entries: [(key: String, position: FlatDocument.Position, value: FlatDocument)] = []
      let count = number()
      while entries.count < count, index < bytes.count {
        entries.append((text(), self.position(), value(depth: depth + 1)))
      }
      return FlatDocument(position, .table(entries))
    case UInt8(ascii: "a"):
      var items: [FlatDocument] = []
      let count = number()
      while items.count < count, index < bytes.count { items.append(value(depth: depth + 1)) }
      return FlatDocument(position, .array(items))
    case UInt8(ascii: "s"): return FlatDocument(position, .string(text()))
    case UInt8(ascii: "i"): return FlatDocument(position, .integer(text()))
    case UInt8(ascii: "b"): return FlatDocument(position, .boolean)
    case UInt8(ascii: "d"): return FlatDocument(position, .date(text()))
    case UInt8(ascii: "!"): return FlatDocument(position, .error(text()))
    default: return FlatDocument(position, .other)
    }
  }
}
