import Bytes

/// Reads the header of a Go file: package clause and imports, as go/build/read.go (readGoInfo) does.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var index: Int
  private var line = 1
  private var lineStart: Int
  private var facts = FileFacts()

  private struct SyntaxError: Error {
    let position: Position
    let message: String
  }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark counts only at the very start.
    index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    lineStart = 0
  }

  /// The facts of a Go file's header, and the number of bytes that the header takes.
  static func scan(_ bytes: [UInt8]) -> (facts: FileFacts, headerEnd: Int) {
    var scanner = HeaderScanner(bytes)
    let headerEnd: Int
    do throws(SyntaxError) {
      try scanner.scanHeader()
      headerEnd = scanner.index
      // Go reads one byte beyond the header before it knows that the header has ended.
      if bytes[..<min(headerEnd + 1, bytes.count)].contains(0) {
        scanner.facts.problem = HeaderProblem(
          effect: .dropsFile, position: scanner.position, message: "unexpected NUL in input")
      }
    } catch {
      headerEnd = bytes.count
      let isBinary = bytes[..<min(scanner.index + 1, bytes.count)].contains(0)
      scanner.facts.problem = HeaderProblem(
        effect: isBinary ? .dropsFile : .stays, position: error.position,
        message: isBinary ? "unexpected NUL in input" : error.message)
    }
    return (scanner.facts, headerEnd)
  }

  /// The leading comments of a file that is not Go (readComments), or nil where they are malformed.
  static func leadingComments(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var scanner = HeaderScanner(bytes)
    do throws(SyntaxError) { try scanner.skipSpaceAndComments() } catch { return nil }
    guard !bytes[..<min(scanner.index + 1, bytes.count)].contains(0) else { return nil }
    return bytes[..<scanner.index]
  }

  private var position: Position { Position(line: line, column: index - lineStart + 1) }
  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private func fail(_ message: String) -> SyntaxError { SyntaxError(position: position, message: message) }

  private mutating func advance() {
    if bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    index += 1
  }

  private mutating func scanHeader() throws(SyntaxError) {
    try skipSpaceAndComments()
    guard try readKeyword("package") else { throw fail("expected 'package', found \(found)") }
    try skipSpaceAndComments()
    facts.packagePosition = position
    facts.package = try readIdentifier()
    while true {
      try skipSpaceAndComments()
      guard current == UInt8(ascii: "i") else { return }
      guard try readKeyword("import") else { throw fail("expected declaration, found \(found)") }
      try skipSpaceAndComments()
      if current == UInt8(ascii: "(") {
        advance()
        try skipSpaceAndComments()
        while current != UInt8(ascii: ")") {
          try readImport()
          try skipSpaceAndComments()
        }
        advance()
      } else {
        try readImport()
      }
    }
  }

  /// What stands here, as an error names it.
  private var found: String {
    guard let current else { return "'EOF'" }
    if Self.isIdentifier(current) {
      return "'\(String(decoding: bytes[index...].prefix(while: Self.isIdentifier).prefix(40), as: UTF8.self))'"
    }
    return "'\(String(decoding: [current], as: UTF8.self))'"
  }

  private mutating func skipSpaceAndComments() throws(SyntaxError) {
    while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), 0x0c, UInt8(ascii: ";"):
        advance()
      case UInt8(ascii: "/"):
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        if next == UInt8(ascii: "/") {
          while let byte = current, byte != UInt8(ascii: "\n") { index += 1 }
          if current != nil { advance() }
        } else if next == UInt8(ascii: "*") {
          try skipBlockComment()
        } else {
          throw fail("expected declaration, found '/'")
        }
      default: return
      }
    }
  }

  private mutating func skipBlockComment() throws(SyntaxError) {
    let start = position
    index += 2
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "*") && bytes[index + 1] == UInt8(ascii: "/") {
        index += 2
        return
      }
      advance()
    }
    index = bytes.count
    throw SyntaxError(position: start, message: "comment not terminated")
  }

  static func isIdentifier(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private mutating func readKeyword(_ keyword: StaticString) throws(SyntaxError) -> Bool {
    let word = keyword.withUTF8Buffer { unsafe Array($0) }
    let end = index + word.count
    guard bytes[index...].starts(with: word), end >= bytes.count || !Self.isIdentifier(bytes[end]) else { return false }
    index = end
    return true
  }

  private mutating func readIdentifier() throws(SyntaxError) -> ByteString {
    let identifier = bytes[index...].prefix(while: Self.isIdentifier)
    guard !identifier.isEmpty else { throw fail("expected 'IDENT', found \(found)") }
    index = identifier.endIndex
    return ByteString(identifier)
  }

  private mutating func readImport() throws(SyntaxError) {
    let start = position
    if current == UInt8(ascii: ".") {
      advance()
    } else if let current, Self.isIdentifier(current) {
      _ = try readIdentifier()
    }
    let behindName = position
    try skipSpaceAndComments()
    // The end of the line stands for a semicolon behind a name, and that is what Go's parser stumbles over.
    guard line == behindName.line || start == behindName, let quote = current else {
      throw SyntaxError(position: behindName, message: "missing import path; require quoted string")
    }
    let literal = position
    let path: ByteString
    switch quote {
    case UInt8(ascii: "`"): path = try readRawString(literal)
    case UInt8(ascii: "\""): path = try readString(literal)
    default: throw fail("missing import path; require quoted string")
    }
    facts.imports.append(ImportSpec(path: path, start: start, end: position))
  }

  private mutating func readRawString(_ start: Position) throws(SyntaxError) -> ByteString {
    advance()
    var content: [UInt8] = []
    while let byte = current {
      advance()
      if byte == UInt8(ascii: "`") { return ByteString(content) }
      // A raw string has no carriage returns (Go specification, String literals).
      if byte != UInt8(ascii: "\r") { content.append(byte) }
    }
    throw SyntaxError(position: start, message: "raw string literal not terminated")
  }

  private mutating func readString(_ start: Position) throws(SyntaxError) -> ByteString {
    let first = index
    index += 1
    while let byte = current, byte != UInt8(ascii: "\n") {
      index += 1
      if byte == UInt8(ascii: "\\"), let escaped = current, escaped != UInt8(ascii: "\n") { index += 1 }
      if byte == UInt8(ascii: "\"") {
        guard let value = unquote(bytes[(first + 1)..<(index - 1)]) else {
          throw SyntaxError(position: start, message: "invalid import path")
        }
        return value
      }
    }
    throw SyntaxError(position: start, message: "string literal not terminated")
  }
}

/// The value of an interpreted string literal without its quotes, as Go's strconv.Unquote; nil where it is malformed.
func unquote(_ literal: ArraySlice<UInt8>) -> ByteString? {
  guard literal.contains(UInt8(ascii: "\\")) else { return ByteString(literal) }
  var value: [UInt8] = []
  var rest = literal
  func digits(_ count: Int, radix: Int) -> UInt32? {
    guard rest.count >= count else { return nil }
    let text = String(decoding: rest.prefix(count), as: UTF8.self)
    guard text.utf8.count == count, !text.hasPrefix("+"), !text.hasPrefix("-") else { return nil }
    rest = rest.dropFirst(count)
    return UInt32(text, radix: radix)
  }
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "\\") else {
      value.append(byte)
      continue
    }
    guard let escape = rest.popFirst() else { return nil }
    switch escape {
    case UInt8(ascii: "a"): value.append(7)
    case UInt8(ascii: "b"): value.append(8)
    case UInt8(ascii: "f"): value.append(12)
    case UInt8(ascii: "n"): value.append(10)
    case UInt8(ascii: "r"): value.append(13)
    case UInt8(ascii: "t"): value.append(9)
    case UInt8(ascii: "v"): value.append(11)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): value.append(escape)
    case UInt8(ascii: "x"):
      guard let code = digits(2, radix: 16) else { return nil }
      value.append(UInt8(code))
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      guard let code = digits(escape == UInt8(ascii: "u") ? 4 : 8, radix: 16), let scalar = UnicodeScalar(code) else {
        return nil
      }
      value.append(contentsOf: Array(String(Character(scalar)).utf8))
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      rest = literal[(rest.startIndex - 1)...]
      guard let code = digits(3, radix: 8), code < 256 else { return nil }
      value.append(UInt8(code))
    default: return nil
    }
  }
  return ByteString(value)
}
