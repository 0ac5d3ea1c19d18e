import Bytes

/// Splits Go source into tokens, as go/scanner does (go/scanner/scanner.go of Go 1.27).
///
/// It never fails: an unterminated token ends with its line or the file. `CheckedLexer` adds the errors.
struct Lexer {
  enum Token: Equatable {
    /// An identifier or a keyword.
    case identifier(ByteString)
    /// A string, rune or number.
    case literal
    /// One byte of an operator or bracket; `++` and `--` are one mark.
    case mark(UInt8)
    /// A character that begins no token.
    case illegal
    /// A `;`, or a line end where Go inserts one.
    case semicolon
    /// A `//` comment with only white space before it on its line, without its newline.
    case lineComment
    /// A `//` comment after other text on its line.
    case trailingComment
    case blockComment
    case end
  }

  private let bytes: [UInt8]
  /// The offset after the last token.
  private(set) var end = 0
  private var line = 1
  private var lineStart = 0
  private var endsStatement = false
  private var lineHasToken = false
  /// The first newline in a block comment that ends a statement, with its position.
  private var pendingNewline: (offset: Int, position: Position)?
  /// Whether a comment is not terminated.
  private(set) var isCutOff = false
  /// Whether a block comment is a line directive, `/*line file:1*/`.
  private(set) var hasLineDirective = false
  /// The offset of the last token.
  private(set) var offset = 0
  /// The start of the last token.
  private(set) var position = Position(line: 1, column: 1)
  /// The last token as written.
  var text: ByteString { ByteString(bytes[offset..<end]) }

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: HeaderScanner.byteOrderMark) {
      end = 3
      lineStart = 3
    }
  }

  /// Returns the next token that is not a comment.
  mutating func next() -> Token {
    while true {
      let token = nextOrComment()
      switch token {
      case .lineComment, .trailingComment, .blockComment: continue
      default: return token
      }
    }
  }

  mutating func nextOrComment() -> Token {
    if let newline = pendingNewline {
      pendingNewline = nil
      offset = newline.offset
      position = newline.position
      return .semicolon
    }
    while end < bytes.count {
      let byte = bytes[end]
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): end += 1
      case UInt8(ascii: "\n"):
        if endsStatement {
          begin()
          newline()
          endsStatement = false
          return .semicolon
        }
        newline()
      default:
        begin()
        return token(byte)
      }
    }
    begin()
    if endsStatement {
      endsStatement = false
      return .semicolon
    }
    return .end
  }

  /// Makes the last mark the first byte of an operator of this length, in bytes. An operator ends no statement.
  mutating func extendMark(to length: Int) {
    end = offset + length
    endsStatement = false
  }

  private mutating func begin() {
    offset = end
    position = Position(line: line, column: end - lineStart + 1)
  }

  private var peek: UInt8? { end + 1 < bytes.count ? bytes[end + 1] : nil }

  private mutating func newline() {
    end += 1
    line += 1
    lineStart = end
    lineHasToken = false
  }

  private mutating func token(_ byte: UInt8) -> Token {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
      skipWord()
      return identifier()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoted(byte)
    case UInt8(ascii: "`"): return rawString()
    case UInt8(ascii: ";"):
      end += 1
      lineHasToken = true
      endsStatement = false
      return .semicolon
    case UInt8(ascii: "/") where peek == UInt8(ascii: "/"):
      end = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      return lineHasToken ? .trailingComment : .lineComment
    case UInt8(ascii: "/") where peek == UInt8(ascii: "*"): return blockComment()
    case UInt8(ascii: ".") where peek.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false:
      return number()
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      let isDoubled = peek == byte
      end += isDoubled ? 2 : 1
      lineHasToken = true
      endsStatement = isDoubled
      return .mark(byte)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
      end += 1
      lineHasToken = true
      endsStatement = true
      return .mark(byte)
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "."), UInt8(ascii: ","),
      UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "%"),
      UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "^"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "!"), UInt8(ascii: "~"):
      end += 1
      lineHasToken = true
      endsStatement = false
      return .mark(byte)
    default:
      if byte >= 0x80 { skipWord() }
      if end > offset { return identifier() }
      end += Self.character(bytes, at: end).width
      lineHasToken = true
      return .illegal
    }
  }

  /// Skips letters and digits.
  private mutating func skipWord() {
    while end < bytes.count {
      let byte = bytes[end]
      if byte < 0x80 {
        guard isWordByte(byte) else { return }
        end += 1
      } else {
        let (scalar, width) = Self.character(bytes, at: end)
        guard let scalar, scalar.isGoLetter || scalar.properties.generalCategory == .decimalNumber,
          end > offset || scalar.isGoLetter
        else { return }
        end += width
      }
    }
  }

  private mutating func identifier() -> Token {
    let identifier = text
    lineHasToken = true
    endsStatement = !Self.openKeywords.contains(identifier)
    return .identifier(identifier)
  }

  /// Skips a number. Go's scanner refuses what is not one, and its parser has no use for one in a header.
  private mutating func number() -> Token {
    repeat {
      if bytes[end] == UInt8(ascii: ".") { end += 1 }
      skipWord()
    } while end < bytes.count && bytes[end] == UInt8(ascii: ".")
    lineHasToken = true
    endsStatement = true
    return .literal
  }

  private mutating func quoted(_ quote: UInt8) -> Token {
    end += 1
    while end < bytes.count, bytes[end] != quote, bytes[end] != UInt8(ascii: "\n") {
      end += bytes[end] == UInt8(ascii: "\\") && peek != UInt8(ascii: "\n") ? 2 : 1
    }
    if end < bytes.count, bytes[end] == quote { end += 1 }
    end = min(end, bytes.count)
    lineHasToken = true
    endsStatement = true
    return .literal
  }

  private mutating func rawString() -> Token {
    end += 1
    while end < bytes.count, bytes[end] != UInt8(ascii: "`") {
      if bytes[end] == UInt8(ascii: "\n") { newline() } else { end += 1 }
    }
    end = min(end + 1, bytes.count)
    lineHasToken = true
    endsStatement = true
    return .literal
  }

  /// Skips the comment. One that spans lines ends a statement as a newline does.
  private mutating func blockComment() -> Token {
    lineHasToken = true
    end += 2
    if bytes[end...].starts(with: Self.lineDirective) { hasLineDirective = true }
    var first: (offset: Int, position: Position)?
    while true {
      guard end < bytes.count else {
        isCutOff = true
        break
      }
      if bytes[end] == UInt8(ascii: "*") && peek == UInt8(ascii: "/") {
        end += 2
        break
      }
      if bytes[end] == UInt8(ascii: "\n") {
        if first == nil { first = (end, Position(line: line, column: end - lineStart + 1)) }
        newline()
      } else {
        end += 1
      }
    }
    if endsStatement, let first {
      pendingNewline = first
      endsStatement = false
    }
    return .blockComment
  }

  private static let lineDirective = Array("line ".utf8)

  // MARK: Characters

  /// The character at an offset and its width in bytes; nil and 1 where the bytes are not valid UTF-8.
  static func character(_ bytes: [UInt8], at offset: Int) -> (scalar: UnicodeScalar?, width: Int) {
    var decoder = UTF8()
    var rest = bytes[offset..<min(offset + 4, bytes.count)].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&rest) else { return (nil, 1) }
    return (scalar, UTF8.width(scalar))
  }

  // MARK: Keywords

  /// Whether the word is a keyword.
  static func isKeyword(_ word: ByteString) -> Bool {
    (2...11).contains(word.count) && (openKeywords.contains(word) || closingKeywords.contains(word))
  }

  private static let closingKeywords: Set<ByteString> = ["break", "continue", "fallthrough", "return"]

  /// The keywords after which Go does not insert a semicolon at the end of a line.
  private static let openKeywords: Set<ByteString> = [
    "case", "chan", "const", "default", "defer", "else", "for", "func", "go", "goto", "if", "import", "interface",
    "map", "package", "range", "select", "struct", "switch", "type", "var",
  ]
}

extension UnicodeScalar {
  /// Whether Go's unicode.IsLetter returns true, or the character is an underscore.
  fileprivate var isGoLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: self == "_"
    }
  }
}
