import Bytes

/// Gives the tokens of `Lexer` with whole operators, and all errors of Go's own scanner, byte for byte
/// (go/scanner/scanner.go of Go 1.27).
///
/// A header that `HeaderScanner` does not recognize is read with it.
struct CheckedLexer {
  enum Kind: Equatable {
    case end
    /// A `;`, or a line end where Go inserts one.
    case semicolon(isNewline: Bool)
    case comment
    case identifier, string
    /// A number or a rune.
    case literal
    case illegal
    /// A keyword or an operator, with its text.
    case word(ByteString)
  }

  struct Token {
    let offset: Int
    let kind: Kind
    /// The bytes of an identifier or literal.
    var text: ArraySlice<UInt8> = []
  }

  struct Complaint {
    let position: Position
    let message: String
  }

  /// A hostile file may have an error at each byte, and finding the line of one costs the length of the file.
  private static let complaintLimit = 100
  let source: [UInt8]
  private(set) var complaints: [Complaint] = []
  private var lexer: Lexer
  /// The offset up to which the encoding is checked. Go's scanner has always read one character more than the token.
  private var checked = 0
  /// A place whose line is known: nearly always, the next place that is asked for comes after it.
  private var known = (offset: 0, line: 1, start: 0)
  /// The end of the last token.
  var end: Int { lexer.end }

  init(_ source: [UInt8]) {
    self.source = source
    let isUTF16 = source.starts(with: [0xff, 0xfe]) || source.starts(with: [0xfe, 0xff])
    lexer = Lexer(isUTF16 ? [] : source)
    if isUTF16 {
      report(0, "illegal UTF-8 encoding (got UTF-16)")
      checked = source.count
    }
    checkEncoding()
  }

  mutating func position(_ offset: Int) -> Position {
    // The newline at the end of the file does not begin a line.
    let end = offset == source.count ? max(0, offset - 1) : offset
    if end < known.offset { known = (0, 1, 0) }
    for index in known.offset..<end where source[index] == UInt8(ascii: "\n") {
      known.line += 1
      known.start = index + 1
    }
    known.offset = end
    return Position(line: known.line, column: offset - known.start + 1)
  }

  private mutating func report(_ offset: Int, _ message: String) {
    guard complaints.count < Self.complaintLimit else { return }
    complaints.append(Complaint(position: position(offset), message: message))
  }

  // MARK: Tokens

  mutating func next() -> Token {
    let token = lexer.nextOrComment()
    let start = lexer.offset
    if case .mark = token { takeOperator() }
    checkEncoding()
    switch token {
    case .end: return Token(offset: start, kind: .end)
    case .semicolon:
      let isNewline = start == source.count || source[start] != UInt8(ascii: ";")
      return Token(offset: start, kind: .semicolon(isNewline: isNewline))
    case .lineComment, .trailingComment: return Token(offset: start, kind: .comment)
    case .blockComment:
      if lexer.isCutOff { report(start, "comment not terminated") }
      return Token(offset: start, kind: .comment)
    case .identifier(let name):
      if Lexer.isKeyword(name) { return Token(offset: start, kind: .word(name)) }
      return Token(offset: start, kind: .identifier, text: source[start..<end])
    case .literal: return literal(start)
    case .mark: return Token(offset: start, kind: .word(lexer.text))
    case .illegal:
      reportIllegal(start)
      return Token(offset: start, kind: .illegal)
    }
  }

  private static let operators: [ByteString] = [
    "...", "<<=", ">>=", "&^=", "&&", "||", "<-", "==", "!=", "<=", ">=", ":=", "+=", "-=", "*=", "/=", "%=", "^=",
    "|=", "&=", "<<", ">>", "&^",
  ]

  private mutating func takeOperator() {
    let rest = source[lexer.offset..<min(lexer.offset + 3, source.count)]
    if let text = Self.operators.first(where: { rest.starts(with: $0.bytes) }) { lexer.extendMark(to: text.count) }
  }

  private mutating func reportIllegal(_ start: Int) {
    switch Lexer.character(source, at: start).scalar ?? "\u{fffd}" {
    case "\u{feff}": break
    case let quote where quote == "\u{201c}" || quote == "\u{201d}":
      report(start, "curly quotation mark '\(quote)' (use neutral '\"')")
    case let scalar: report(start, "illegal character \(Self.name(scalar))")
    }
  }

  private mutating func literal(_ start: Int) -> Token {
    let text = source[start..<end]
    switch source[start] {
    case UInt8(ascii: "\""):
      checkString(text)
      return Token(offset: start, kind: .string, text: text)
    case UInt8(ascii: "`"):
      if text.count < 2 || text.last != UInt8(ascii: "`") { report(start, "raw string literal not terminated") }
      return Token(offset: start, kind: .string, text: text.filter { $0 != UInt8(ascii: "\r") }[...])
    case UInt8(ascii: "'"): checkRune(text)
    default: break
    }
    return Token(offset: start, kind: .literal, text: text)
  }

  // MARK: Errors

  /// Checks the characters up to the one after the last token.
  private mutating func checkEncoding() {
    while checked <= end, checked < source.count {
      if source[checked] == 0 {
        report(checked, "illegal character NUL")
      } else if source[checked] >= 0x80 {
        let (scalar, width) = Lexer.character(source, at: checked)
        if scalar == nil {
          report(checked, "illegal UTF-8 encoding")
        } else if scalar == "\u{feff}", checked > 0 {
          report(checked, "illegal byte order mark")
        }
        checked += width - 1
      }
      checked += 1
    }
  }

  private mutating func checkString(_ text: ArraySlice<UInt8>) {
    var index = text.startIndex + 1
    while index < text.endIndex {
      index += 1
      if text[index - 1] == UInt8(ascii: "\"") { return }
      if text[index - 1] == UInt8(ascii: "\\") { _ = checkEscape(&index, quote: UInt8(ascii: "\"")) }
    }
    report(text.startIndex, "string literal not terminated")
  }

  private mutating func checkRune(_ text: ArraySlice<UInt8>) {
    var index = text.startIndex + 1
    var (count, isValid) = (0, true)
    while index < text.endIndex, text[index] != UInt8(ascii: "'") {
      let width = Lexer.character(source, at: index).width
      index += width
      count += 1
      if width == 1, text[index - 1] == UInt8(ascii: "\\"), !checkEscape(&index, quote: UInt8(ascii: "'")) {
        isValid = false
      }
    }
    guard isValid else { return }
    if index >= text.endIndex {
      report(text.startIndex, "rune literal not terminated")
    } else if count != 1 {
      report(text.startIndex, "illegal rune literal")
    }
  }

  /// Checks an escape sequence after its backslash. Returns false, and leaves `index` at the wrong character, if there
  /// is one.
  private mutating func checkEscape(_ index: inout Int, quote: UInt8) -> Bool {
    let start = index
    guard start < source.count else {
      report(start, "escape sequence not terminated")
      return false
    }
    let (count, base, limit): (Int, UInt32, UInt32)
    switch source[start] {
    case quote, UInt8(ascii: "\\"), UInt8(ascii: "a"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
      UInt8(ascii: "r"), UInt8(ascii: "t"), UInt8(ascii: "v"):
      index += 1
      return true
    case UInt8(ascii: "0")...UInt8(ascii: "7"): (count, base, limit) = (3, 8, 255)
    case UInt8(ascii: "x"): (count, base, limit) = (2, 16, 255)
    case UInt8(ascii: "u"): (count, base, limit) = (4, 16, 0x10ffff)
    case UInt8(ascii: "U"): (count, base, limit) = (8, 16, 0x10ffff)
    default:
      report(start, "unknown escape sequence")
      return false
    }
    if base == 16 { index += 1 }
    var value: UInt32 = 0
    for _ in 0..<count {
      guard index < source.count else {
        report(index, "escape sequence not terminated")
        return false
      }
      guard let digit = Self.digit(source[index]), digit < base else {
        let scalar = Lexer.character(source, at: index).scalar ?? "\u{fffd}"
        report(index, "illegal character \(Self.name(scalar)) in escape sequence")
        return false
      }
      value = value &* base &+ digit
      index += 1
    }
    if value > limit || (0xd800..<0xe000).contains(value) {
      report(start, "escape sequence is invalid Unicode code point")
      return false
    }
    return true
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// A character as Go's `%#U` prints it.
  private static func name(_ scalar: UnicodeScalar) -> String {
    let hex = String(scalar.value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    return scalar == " " || scalar.properties.generalCategory.isGraphic ? "\(code) '\(Character(scalar))'" : code
  }
}

extension Unicode.GeneralCategory {
  /// Whether Go's unicode.IsPrint returns true, except for the space character.
  var isGraphic: Bool {
    switch self {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      false
    default: true
    }
  }
}
