import Bytes
import CParsers

/// A value of a TOML document, with its location.
struct TOML {
  /// A location in the document. Lines and columns start at 1, columns in UTF-8 bytes. The end is after the last byte.
  struct Place: Equatable {
    var line: Int
    var column: Int
    var endLine: Int
    var endColumn: Int
  }

  enum Value {
    /// The entries in the order of the document.
    case table([Entry])
    case array([TOML])
    case string(String)
    /// In decimal.
    case integer(String)
    case boolean
    /// A date as `YYYY-MM-DD`.
    case date(String)
    /// A float, a time, or a value nested deeper than any key of the configuration.
    case other
  }

  struct Entry {
    let key: String
    let place: Place
    let value: TOML
  }

  let place: Place
  let value: Value

  /// Reads a document with toml++ (in Sources/CParsers); throws with the location of the first syntax error.
  init(parsing text: [UInt8]) throws(ConfigError) {
    if let line = Lines.deepest(text) {
      throw ConfigError(
        "the line has more than \(Lines.pointLimit) dots; split it into several lines", Place(line: line))
    }
    guard let document = FlatDocument(Self.flatten(text)) else {
      throw ConfigError("not enough memory to read the file", Place(line: 1))
    }
    var lines = Lines(text)
    try self.init(document, &lines)
  }

  private static func flatten(_ text: [UInt8]) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = unsafe text.withUnsafeBufferPointer { text in
      unsafe staticgo_flatten_toml(text.baseAddress, text.count, &bytes)
    }
    defer { unsafe staticgo_flat_free(bytes) }
    guard let bytes = unsafe bytes else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  private init(_ document: FlatDocument, _ lines: inout Lines) throws(ConfigError) {
    place = lines.place(document.position)
    switch document.value {
    case .table(let found):
      var entries: [Entry] = []
      for (key, position, value) in found {
        entries.append(Entry(key: key, place: lines.place(position), value: try TOML(value, &lines)))
      }
      value = .table(entries.sorted { ($0.place.line, $0.place.column) < ($1.place.line, $1.place.column) })
    case .array(let found):
      var items: [TOML] = []
      for item in found { items.append(try TOML(item, &lines)) }
      value = .array(items)
    case .string(let text): value = .string(text)
    case .integer(let text): value = .integer(text)
    case .boolean: value = .boolean
    case .date(let text): value = .date(text)
    case .other: value = .other
    case .error(let reason): throw ConfigError(reason, place)
    }
  }

  /// The name of the value's type in messages.
  var kind: String {
    switch value {
    case .table: "a table"
    case .array: "an array"
    case .string: "a string"
    case .integer: "a number"
    case .boolean: "a boolean"
    case .date: "a date"
    case .other: "a time or a float"
    }
  }
}

/// The lines of a document, used to convert columns in characters to columns in bytes.
private struct Lines {
  private let lines: [ArraySlice<UInt8>]
  /// The byte columns at which the characters of a line begin, by line; empty for a line that is ASCII only.
  private var columns: [Int: [Int]] = [:]

  init(_ text: [UInt8]) { lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) }

  /// Returns a position with columns in bytes.
  mutating func place(_ position: FlatDocument.Position) -> TOML.Place {
    TOML.Place(
      line: max(1, position.line), column: column(position.column, of: position.line),
      endLine: max(1, position.endLine), endColumn: column(position.endColumn, of: position.endLine))
  }

  private mutating func column(_ character: Int, of line: Int) -> Int {
    guard (1...max(1, lines.count)).contains(line), line <= lines.count else { return max(1, character) }
    let columns = columns[line] ?? Self.columns(lines[line - 1])
    self.columns[line] = columns
    if columns.isEmpty { return max(1, character) }
    return columns[min(max(1, character), columns.count) - 1]
  }

  /// Returns the byte columns of all characters and of the end of the line; empty if the line is ASCII only.
  private static func columns(_ line: ArraySlice<UInt8>) -> [Int] {
    guard line.contains(where: { $0 >= 0x80 }) else { return [] }
    // toml++ does not count a byte order mark, which only the first line can have.
    let rest = line.starts(with: [0xef, 0xbb, 0xbf]) ? line.dropFirst(3) : line
    // Only the first byte of a character does not begin with the bits 10.
    return rest.indices.filter { rest[$0] & 0b1100_0000 != 0b1000_0000 }.map { $0 - line.startIndex + 1 }
      + [line.count + 1]
  }

  /// The maximum number of dots in a line; no import path has as many.
  ///
  /// toml++ makes a nested table for each dot of a key and frees the tables recursively. A line of dots would overflow
  /// the stack.
  static let pointLimit = 1000

  /// Returns the first line with more dots than the limit; nil if no line has.
  static func deepest(_ text: [UInt8]) -> Int? {
    var (line, points) = (1, 0)
    for byte in text {
      switch byte {
      case UInt8(ascii: "\n"): (line, points) = (line + 1, 0)
      case UInt8(ascii: "."): points += 1
      default: break
      }
      if points > pointLimit { return line }
    }
    return nil
  }
}

extension TOML.Place {
  init(line: Int) { self.init(line: line, column: 1, endLine: line, endColumn: 1) }
}
