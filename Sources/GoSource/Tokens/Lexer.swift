import Bytes

/// Splits Go source into the tokens needed to find declarations and directives, as go/scanner does.
///
/// It never fails: an unterminated token ends with the file.
struct Lexer {
  enum Token: Equatable {
    case identifier(ByteString)
    /// A string, rune or number.
    case literal
    /// One byte of an operator or bracket.
    case mark(UInt8)
    /// A `;`, or a line end where Go inserts one.
    case semicolon
    /// A `//` comment with only white space before it on its line, without its newline.
    case lineComment(ByteString)
    /// A `//` comment after other text on its line.
    case trailingComment(ByteString)
    case end
  }

  private let bytes: [UInt8]
  private var index = 0
  private var line = 1
  private var lineStart = 0
  private var endsStatement = false
  private var lineHasToken = false
  /// Whether a comment is not terminated.
  private(set) var isCutOff = false
  /// Whether a block comment is a line directive, `/*line file:1*/`.
  private(set) var hasLineDirective = false
  /// The offset of the last token.
  var offset: Int { start }
  /// The start of the last token.
  private(set) var position = Position(line: 1, column: 1)
  private var start = 0
  /// The last token as written.
  var text: ByteString { ByteString(bytes[start..<index]) }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: HeaderScanner.byteOrderMark) {
      index = 3
      lineStart = 3
    }
  }

  mutating func next() -> Token {
    while index < bytes.count {
      position = Position(line: line, column: index - lineStart + 1)
      start = index
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\n"):
        newline()
        if endsStatement {
          endsStatement = false
          return .semicolon
        }
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): index += 1
      case UInt8(ascii: "/") where peek == UInt8(ascii: "/"):
        let end = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let text = ByteString(bytes[index..<end])
        index = end
        return lineHasToken ? .trailingComment(text) : .lineComment(text)
      case UInt8(ascii: "/") where peek == UInt8(ascii: "*"):
        if skipBlockComment() && endsStatement {
          endsStatement = false
          return .semicolon
        }
      default: return token(byte)
      }
    }
    position = Position(line: line, column: index - lineStart + 1)
    if endsStatement {
      endsStatement = false
      return .semicolon
    }
    return .end
  }

  private var peek: UInt8? { index + 1 < bytes.count ? bytes[index + 1] : nil }

  private mutating func newline() {
    index += 1
    line += 1
    lineStart = index
    lineHasToken = false
  }

  /// Skips the comment. Returns true if it spans lines, which ends a statement as a newline does.
  private mutating func skipBlockComment() -> Bool {
    let first = line
    lineHasToken = true
    index += 2
    if bytes[index...].starts(with: Self.lineDirective) { hasLineDirective = true }
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "*") && peek == UInt8(ascii: "/") {
        index += 2
        return line > first
      }
      if bytes[index] == UInt8(ascii: "\n") { newline() } else { index += 1 }
    }
    isCutOff = true
    return line > first
  }

  private mutating func token(_ byte: UInt8) -> Token {
    lineHasToken = true
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      index += 1
      while index < bytes.count, bytes[index] != byte, bytes[index] != UInt8(ascii: "\n") {
        index += bytes[index] == UInt8(ascii: "\\") && peek != UInt8(ascii: "\n") ? 2 : 1
      }
      if index < bytes.count, bytes[index] == byte { index += 1 }
      index = min(index, bytes.count)
      endsStatement = true
      return .literal
    case UInt8(ascii: "`"):
      index += 1
      while index < bytes.count, bytes[index] != UInt8(ascii: "`") {
        if bytes[index] == UInt8(ascii: "\n") { newline() } else { index += 1 }
      }
      lineHasToken = true
      index = min(index + 1, bytes.count)
      endsStatement = true
      return .literal
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      while index < bytes.count, HeaderScanner.isIdentifier(bytes[index]) || bytes[index] == UInt8(ascii: ".") {
        index += 1
      }
      endsStatement = true
      return .literal
    case _ where HeaderScanner.isIdentifier(byte):
      let word = bytes[index...].prefix(while: HeaderScanner.isIdentifier)
      index = word.endIndex
      let identifier = ByteString(word)
      endsStatement = !Self.openKeywords.contains(identifier)
      return .identifier(identifier)
    case UInt8(ascii: ";"):
      index += 1
      endsStatement = false
      return .semicolon
    default:
      index += 1
      let isDoubled =
        (byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")) && index < bytes.count && bytes[index] == byte
      if isDoubled { index += 1 }
      endsStatement =
        isDoubled || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
      return .mark(byte)
    }
  }

  private static let lineDirective = Array("line ".utf8)

  /// The keywords after which Go does not insert a semicolon at the end of a line.
  private static let openKeywords: Set<ByteString> = [
    "case", "chan", "const", "default", "defer", "else", "for", "func", "go", "goto", "if", "import", "interface",
    "map", "package", "range", "select", "struct", "switch", "type", "var",
  ]
}
