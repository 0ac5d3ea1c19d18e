import Bytes

/// Splits Go source into tokens, with all errors of Go's own scanner, byte for byte (go/scanner/scanner.go of Go 1.27).
///
/// It is slower than `HeaderScanner`, which recognizes a plain header. This one finds the errors in any other header.
struct GoScanner {
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
    case word(String)
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
  /// The character at `offset`; -1 at the end.
  private var character = 32
  private var offset = 0
  /// The end of the last token.
  var end: Int { offset }
  private var next = 0
  private var endsStatement = false
  private var newlineOffset: Int?

  init(_ source: [UInt8]) {
    self.source = source
    advance()
    if character == 0xfeff { advance() }
  }

  /// A place whose line is known: nearly always, the next place that is asked for comes after it.
  private var known = (offset: 0, line: 1, start: 0)

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

  mutating func report(_ offset: Int, _ message: String) {
    guard complaints.count < Self.complaintLimit else { return }
    complaints.append(Complaint(position: position(offset), message: message))
  }

  private mutating func advance() {
    guard next < source.count else {
      offset = source.count
      character = -1
      return
    }
    offset = next
    var value = Int(source[next])
    var width = 1
    if value == 0 {
      report(offset, "illegal character NUL")
    } else if value >= 0x80 {
      (value, width) = decode()
      if value == 0xfffd && width == 1 {
        if offset == 0, source.starts(with: [0xff, 0xfe]) || source.starts(with: [0xfe, 0xff]) {
          report(0, "illegal UTF-8 encoding (got UTF-16)")
          next = source.count
          character = value
          return
        }
        report(offset, "illegal UTF-8 encoding")
      } else if value == 0xfeff && offset > 0 {
        report(offset, "illegal byte order mark")
      }
    }
    next += width
    character = value
  }

  /// The character at `next` and its width in bytes; U+FFFD and 1 where the bytes are not valid UTF-8.
  private func decode() -> (value: Int, width: Int) {
    var decoder = UTF8()
    var bytes = source[next..<min(next + 4, source.count)].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&bytes) else { return (0xfffd, 1) }
    return (Int(scalar.value), UTF8.width(scalar))
  }

  private var following: Int { next < source.count ? Int(source[next]) : 0 }

  private func isLetter(_ value: Int) -> Bool {
    if value < 0 { return false }
    if value < 0x80 { return value == 95 || (65...90).contains(value) || (97...122).contains(value) }
    guard let scalar = UnicodeScalar(UInt32(value)) else { return false }
    return scalar.properties.generalCategory.isLetter
  }

  private func isDigit(_ value: Int) -> Bool {
    if (48...57).contains(value) { return true }
    guard value >= 0x80, let scalar = UnicodeScalar(UInt32(value)) else { return false }
    return scalar.properties.generalCategory == .decimalNumber
  }

  private func digitValue(_ value: Int) -> Int {
    switch value {
    case 48...57: value - 48
    case 97...102: value - 87
    case 65...70: value - 55
    default: 16
    }
  }

  // MARK: Tokens

  mutating func scan() -> Token {
    if let at = newlineOffset {
      newlineOffset = nil
      return Token(offset: at, kind: .semicolon(isNewline: true))
    }
    while character == 32 || character == 9 || character == 13 || (character == 10 && !endsStatement) { advance() }
    let start = offset
    let first = character
    if isLetter(first) {
      while isLetter(character) || isDigit(character) { advance() }
      let text = source[start..<offset]
      let word = String(decoding: text, as: UTF8.self)
      guard Self.keywords.contains(word) else {
        endsStatement = true
        return Token(offset: start, kind: .identifier, text: text)
      }
      endsStatement = ["break", "continue", "fallthrough", "return"].contains(word)
      return Token(offset: start, kind: .word(word))
    }
    if (48...57).contains(first) || (first == 46 && (48...57).contains(following)) {
      scanNumber()
      endsStatement = true
      return Token(offset: start, kind: .literal, text: source[start..<offset])
    }
    advance()
    switch first {
    case -1:
      if endsStatement {
        endsStatement = false
        return Token(offset: start, kind: .semicolon(isNewline: true))
      }
      return Token(offset: start, kind: .end)
    case 10:
      endsStatement = false
      return Token(offset: start, kind: .semicolon(isNewline: true))
    case 34:
      scanString(start)
      endsStatement = true
      return Token(offset: start, kind: .string, text: source[start..<offset])
    case 39:
      scanRune(start)
      endsStatement = true
      return Token(offset: start, kind: .literal, text: source[start..<offset])
    case 96:
      scanRawString(start)
      endsStatement = true
      return Token(offset: start, kind: .string, text: source[start..<offset].filter { $0 != 13 }[...])
    case 47 where character == 47 || character == 42:
      scanComment(start)
      return Token(offset: start, kind: .comment)
    default: return scanOperator(start, first)
    }
  }

  private static let keywords: Set<String> = [
    "break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go",
    "goto", "if", "import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type",
    "var",
  ]
  /// Whether the word is a keyword.
  static func isKeyword(_ word: ArraySlice<UInt8>) -> Bool {
    (2...11).contains(word.count) && keywords.contains(String(decoding: word, as: UTF8.self))
  }

  private static let operators = [
    "...", "<<=", ">>=", "&^=", "&&", "||", "<-", "++", "--", "==", "!=", "<=", ">=", ":=", "+=", "-=", "*=", "/=",
    "%=", "^=", "|=", "&=", "<<", ">>", "&^",
  ]

  private mutating func scanOperator(_ start: Int, _ first: Int) -> Token {
    guard first > 0, first < 0x80, "+-*/%&|^<>=!:;,.()[]{}~".utf8.contains(UInt8(first)) else {
      if first != 0xfeff {
        report(
          start,
          first == 0x201c || first == 0x201d
            ? "curly quotation mark '\(Character(UnicodeScalar(UInt32(first))!))' (use neutral '\"')"
            : "illegal character \(Self.name(first))")
      }
      return Token(offset: start, kind: .illegal)
    }
    let rest = String(decoding: source[start..<min(start + 3, source.count)], as: UTF8.self)
    let text = Self.operators.first(where: rest.hasPrefix) ?? String(UnicodeScalar(UInt8(first)))
    for _ in 1..<max(1, text.utf8.count) { advance() }
    if text == ";" {
      endsStatement = false
      return Token(offset: start, kind: .semicolon(isNewline: false))
    }
    endsStatement = [")", "]", "}", "++", "--"].contains(text)
    return Token(offset: start, kind: .word(text))
  }

  /// A character as Go's `%#U` prints it.
  private static func name(_ value: Int) -> String {
    let hex = String(value, radix: 16, uppercase: true)
    let code = "U+" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
    guard let scalar = UnicodeScalar(UInt32(value)), value == 32 || scalar.properties.generalCategory.isGraphic else {
      return code
    }
    return "\(code) '\(Character(scalar))'"
  }

  private mutating func scanComment(_ start: Int) {
    var newline: Int?
    if character == 47 {
      while character != 10 && character >= 0 { advance() }
    } else {
      advance()
      var isDone = false
      while character >= 0 {
        let value = character
        if value == 10, newline == nil { newline = offset }
        advance()
        if value == 42, character == 47 {
          advance()
          isDone = true
          break
        }
      }
      if !isDone { report(start, "comment not terminated") }
    }
    if endsStatement, let newline {
      newlineOffset = newline
      endsStatement = false
    }
  }

  private mutating func scanString(_ start: Int) {
    while true {
      let value = character
      guard value != 10, value >= 0 else { return report(start, "string literal not terminated") }
      advance()
      if value == 34 { return }
      if value == 92 { _ = scanEscape(34) }
    }
  }

  private mutating func scanRawString(_ start: Int) {
    while true {
      let value = character
      guard value >= 0 else { return report(start, "raw string literal not terminated") }
      advance()
      if value == 96 { return }
    }
  }

  private mutating func scanRune(_ start: Int) {
    var isValid = true
    var count = 0
    while true {
      let value = character
      if value == 10 || value < 0 {
        if isValid { report(start, "rune literal not terminated") }
        return
      }
      advance()
      if value == 39 { break }
      count += 1
      if value == 92, !scanEscape(39) { isValid = false }
    }
    if isValid, count != 1 { report(start, "illegal rune literal") }
  }

  private mutating func scanEscape(_ quote: Int) -> Bool {
    let start = offset
    var count = 0
    var base = 0
    var limit = 0
    switch character {
    case quote, 92, Int(UInt8(ascii: "a")), Int(UInt8(ascii: "b")), Int(UInt8(ascii: "f")), Int(UInt8(ascii: "n")),
      Int(UInt8(ascii: "r")), Int(UInt8(ascii: "t")), Int(UInt8(ascii: "v")):
      advance()
      return true
    case 48...55: (count, base, limit) = (3, 8, 255)
    case Int(UInt8(ascii: "x")): (count, base, limit) = (2, 16, 255)
    case Int(UInt8(ascii: "u")): (count, base, limit) = (4, 16, 0x10ffff)
    case Int(UInt8(ascii: "U")): (count, base, limit) = (8, 16, 0x10ffff)
    default:
      report(start, character < 0 ? "escape sequence not terminated" : "unknown escape sequence")
      return false
    }
    if base == 16 { advance() }
    var value = 0
    for _ in 0..<count {
      let digit = digitValue(character)
      guard digit < base else {
        report(
          offset,
          character < 0
            ? "escape sequence not terminated" : "illegal character \(Self.name(character)) in escape sequence")
        return false
      }
      value = value * base + digit
      advance()
    }
    if value > limit || (0xd800..<0xe000).contains(value) {
      report(start, "escape sequence is invalid Unicode code point")
      return false
    }
    return true
  }

  /// Skips a number without checking it. A header cannot contain a number, so the parser reports it anyway.
  private mutating func scanNumber() {
    while isLetter(character) || isDigit(character) || character == 46 { advance() }
  }
}

extension Unicode.GeneralCategory {
  var isLetter: Bool {
    switch self {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// Whether Go's unicode.IsPrint returns true, except for the space character.
  var isGraphic: Bool {
    switch self {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
      false
    default: true
    }
  }
}
