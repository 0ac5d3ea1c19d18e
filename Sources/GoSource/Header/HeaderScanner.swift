import Bytes

/// Reads the header of a Go file: package clause and imports, as go/build/read.go (readGoInfo) does.
///
/// Go reads the header twice: a byte reader finds its end, and then go/parser parses it. For a plain header the two
/// agree, so the first is enough. For any other header, `ImportParser` decides.
struct HeaderScanner {
  private let bytes: [UInt8]
  private var index: Int
  private var line = 1
  private var lineStart: Int
  private var facts = FileFacts()
  /// Whether go/parser is certain to agree with this reader.
  private var isPlain = true
  /// The line on which the last statement ended.
  private var lastLine = 0

  private struct SyntaxError: Error {}

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A byte order mark counts only at the very start.
    index = bytes.starts(with: Self.byteOrderMark) ? 3 : 0
    lineStart = index
  }

  static let byteOrderMark: [UInt8] = [0xef, 0xbb, 0xbf]

  /// Returns the facts of a Go file's header, and the offset of the header's end in bytes.
  static func scan(_ bytes: [UInt8]) -> (facts: FileFacts, headerEnd: Int) {
    var scanner = HeaderScanner(bytes)
    var headerEnd = bytes.count
    var isMalformed = false
    do throws(SyntaxError) {
      try scanner.scanHeader()
      headerEnd = scanner.index
    } catch {
      isMalformed = true
    }
    // Go reads one byte past the header to find out that the header has ended.
    if bytes[..<min(scanner.index + 1, bytes.count)].contains(0) {
      scanner.facts.problem = HeaderProblem(
        kind: .binary, position: scanner.position, message: "unexpected NUL in input")
      return (scanner.facts, headerEnd)
    }
    let start = bytes.starts(with: byteOrderMark) ? 3 : 0
    if isMalformed || !scanner.isPlain || !isPlainText(bytes[start..<headerEnd]) {
      scanner.parse(Array(bytes[start..<headerEnd]))
    }
    if scanner.facts.problem == nil, let spec = scanner.facts.imports.first(where: { !isImportable($0.path) }) {
      scanner.facts.problem = HeaderProblem(
        kind: .importPath, position: spec.start, message: "invalid import path: \(spec.path.text)")
      scanner.facts.imports = []
    }
    return (scanner.facts, headerEnd)
  }

  private mutating func parse(_ header: [UInt8]) {
    let parser = ImportParser(header)
    facts.package = parser.name
    facts.imports = parser.specs.map { spec in
      ImportSpec(path: stringValue(of: spec.literal) ?? "", start: spec.start, end: spec.end)
    }
    if let complaint = parser.complaint {
      facts.problem = HeaderProblem(kind: .syntax, position: complaint.position, message: complaint.message)
    }
  }

  /// Whether the text is valid UTF-8 without a byte order mark.
  private static func isPlainText(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.contains(where: { $0 >= 0x80 }) else { return true }
    guard let string = String(validating: text, as: UTF8.self) else { return false }
    return !string.unicodeScalars.contains("\u{feff}")
  }

  /// Whether an import may have this path (go/parser, isValidImport).
  private static func isImportable(_ path: ByteString) -> Bool {
    guard !path.isEmpty else { return false }
    return path.text.unicodeScalars.allSatisfy { scalar in
      if scalar.isASCII { return scalar.value > 32 && scalar.value < 127 && !illegalInPath.contains(scalar) }
      return scalar.properties.generalCategory.isGraphic && scalar != "\u{fffd}"
    }
  }

  private static let illegalInPath = Set("!\"#$%&'()*,:;<=>?[\\]^{|}`".unicodeScalars)

  /// Returns the leading comments of a file that is not Go (readComments), or nil if they are malformed.
  static func leadingComments(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var scanner = HeaderScanner(bytes)
    do throws(SyntaxError) { try scanner.skipSpaceAndComments() } catch { return nil }
    guard !bytes[..<min(scanner.index + 1, bytes.count)].contains(0) else { return nil }
    return bytes[..<scanner.index]
  }

  private var position: Position { Position(line: line, column: index - lineStart + 1) }
  private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func advance() {
    if bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    index += 1
  }

  private mutating func scanHeader() throws(SyntaxError) {
    try skipSpaceAndComments()
    guard try readKeyword("package") else { throw SyntaxError() }
    try skipSpaceAndComments()
    facts.packagePosition = position
    facts.package = try readIdentifier()
    lastLine = line
    while true {
      try skipSpaceAndComments()
      guard current == UInt8(ascii: "i") else { return }
      beginStatement()
      guard try readKeyword("import") else { throw SyntaxError() }
      try skipSpaceAndComments()
      if current == UInt8(ascii: "(") {
        advance()
        try skipSpaceAndComments()
        lastLine = 0
        while current != UInt8(ascii: ")") {
          try readImport()
          try skipSpaceAndComments()
        }
        advance()
        lastLine = line
      } else {
        try readImport()
      }
    }
  }

  /// Marks the header as not plain if 2 statements share a line: Go requires a semicolon between them.
  private mutating func beginStatement() {
    if line == lastLine { isPlain = false }
  }

  private mutating func skipSpaceAndComments() throws(SyntaxError) {
    while let byte = current {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
      case 0x0c, UInt8(ascii: ";"):
        // This reader treats it as white space, and the parser does not.
        isPlain = false
        advance()
      case UInt8(ascii: "/"):
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        if next == UInt8(ascii: "/") {
          while let byte = current, byte != UInt8(ascii: "\n") { index += 1 }
          if current != nil { advance() }
        } else if next == UInt8(ascii: "*") {
          try skipBlockComment()
        } else {
          index = min(index + 1, bytes.count)
          throw SyntaxError()
        }
      default: return
      }
    }
  }

  private mutating func skipBlockComment() throws(SyntaxError) {
    index += 2
    while index + 1 < bytes.count {
      if bytes[index] == UInt8(ascii: "*") && bytes[index + 1] == UInt8(ascii: "/") {
        index += 2
        return
      }
      advance()
    }
    index = bytes.count
    throw SyntaxError()
  }

  private mutating func readKeyword(_ keyword: StaticString) throws(SyntaxError) -> Bool {
    let word = keyword.withUTF8Buffer { unsafe Array($0) }
    // Go reads byte by byte and stops at the first wrong one. Only the bytes read so far count in its check for NUL.
    for byte in word {
      guard current == byte else { return false }
      index += 1
    }
    return current.map { !isWordByte($0) } ?? true
  }

  private mutating func readIdentifier() throws(SyntaxError) -> ByteString {
    let identifier = bytes[index...].prefix(while: isWordByte)
    guard let first = identifier.first else { throw SyntaxError() }
    // The parser decides about a name that begins with a digit, is not ASCII, or is a keyword.
    if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || identifier.contains(where: { $0 >= 0x80 })
      || Lexer.isKeyword(ByteString(identifier))
    {
      isPlain = false
    }
    index = identifier.endIndex
    return ByteString(identifier)
  }

  private mutating func readImport() throws(SyntaxError) {
    beginStatement()
    let start = position
    if current == UInt8(ascii: ".") {
      advance()
    } else if let current, isWordByte(current) {
      _ = try readIdentifier()
    }
    let nameLine = line
    try skipSpaceAndComments()
    if line != nameLine { isPlain = false }
    let path: ByteString
    switch current {
    case UInt8(ascii: "`"): path = try readRawString()
    case UInt8(ascii: "\""): path = try readString()
    default: throw SyntaxError()
    }
    facts.imports.append(ImportSpec(path: path, start: start, end: position))
    lastLine = line
  }

  private mutating func readRawString() throws(SyntaxError) -> ByteString {
    advance()
    var content: [UInt8] = []
    while let byte = current {
      advance()
      if byte == UInt8(ascii: "`") { return ByteString(content) }
      // The value of a raw string has no carriage returns (Go specification, String literals).
      if byte != UInt8(ascii: "\r") { content.append(byte) }
    }
    throw SyntaxError()
  }

  private mutating func readString() throws(SyntaxError) -> ByteString {
    let first = index
    index += 1
    while let byte = current, byte != UInt8(ascii: "\n") {
      index += 1
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        if let escaped = current, escaped != UInt8(ascii: "\n") { index += 1 }
      }
      if byte == UInt8(ascii: "\"") { return unquote(bytes[(first + 1)..<(index - 1)]) ?? "" }
    }
    throw SyntaxError()
  }
}
