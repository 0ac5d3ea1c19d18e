import Bytes

/// Parses a header that is not plain as Go's parser does: package name, imports and the first error
/// (go/parser/parser.go with ImportsOnly, Go 1.27).
struct ImportParser {
  private(set) var name: ByteString = ""
  /// The path literals as written, each with the position of its spec.
  private(set) var specs: [(literal: ArraySlice<UInt8>, start: Position, end: Position)] = []
  private(set) var complaint: CheckedLexer.Complaint?

  private var lexer: CheckedLexer
  private var token = CheckedLexer.Token(offset: 0, kind: .end)
  /// The offset where error recovery last stopped, and how often it stopped there again. After 10 times Go moves on.
  private var recovered = (offset: -1, count: 0)
  private var isGivenUp = false
  private var complaints: [CheckedLexer.Complaint] = []
  private var seen = 0

  init(_ header: [UInt8]) {
    lexer = CheckedLexer(header)
    advance()
    parse()
    takeOver()
    complaint = complaints.min { $0.position < $1.position }
    if complaint != nil { specs = [] }
  }

  /// Copies new errors of the lexer into the list that holds the errors of both lexer and parser.
  private mutating func takeOver() {
    complaints += lexer.complaints[seen...]
    seen = lexer.complaints.count
  }

  private mutating func advance() {
    repeat { token = lexer.next() } while token.kind == .comment
    takeOver()
  }

  private mutating func printError(_ message: String) {
    let position = lexer.position(token.offset)
    // Go reports at most one parser error on a line.
    if complaints.last?.position.line == position.line { return }
    if complaints.count > 10 {
      isGivenUp = true
      return
    }
    complaints.append(CheckedLexer.Complaint(position: position, message: message))
  }

  private mutating func expected(_ what: String) {
    let found: String
    switch token.kind {
    case .semicolon(let isNewline): found = isNewline ? "newline" : "';'"
    case .identifier, .literal, .string: found = String(decoding: token.text, as: UTF8.self)
    case .end: found = "'EOF'"
    case .illegal: found = "'ILLEGAL'"
    case .word(let word): found = "'\(word.text)'"
    case .comment: found = "'COMMENT'"
    }
    printError("expected '\(what)', found \(found)")
  }

  private mutating func parse() {
    guard complaints.isEmpty else { return }
    if token.kind != .word("package") { expected("package") }
    advance()
    var found: ByteString = "_"
    if token.kind == .identifier { found = ByteString(token.text) } else { expected("IDENT") }
    advance()
    endStatement()
    guard complaints.isEmpty else { return }
    while token.kind == .word("import"), !isGivenUp {
      advance()
      guard token.kind == .word("(") else {
        parseSpec()
        continue
      }
      advance()
      while token.kind != .word(")"), token.kind != .end, !isGivenUp { parseSpec() }
      if token.kind != .word(")") { expected(")") }
      advance()
      endStatement()
    }
    if !isGivenUp { name = found }
  }

  private mutating func parseSpec() {
    let start = lexer.position(token.offset)
    if token.kind == .identifier || token.kind == .word(".") { advance() }
    switch token.kind {
    case .string:
      let end = token.offset + token.text.count
      specs.append((token.text, start, lexer.position(end)))
      advance()
    case .literal, .identifier:
      printError("import path must be a string")
      advance()
    default:
      printError("missing import path")
      recover { token in
        switch token.kind {
        case .semicolon, .word(","), .word(":"), .word(")"), .word("]"), .word("}"): true
        default: false
        }
      }
    }
    endStatement()
  }

  private mutating func endStatement() {
    switch token.kind {
    case .word(")"), .word("}"): return
    case .word(","):
      expected(";")
      advance()
    case .semicolon: advance()
    default:
      expected(";")
      recover { token in
        if case .word(let word) = token.kind { Self.statements.contains(word) } else { false }
      }
    }
  }

  private static let statements: Set<ByteString> = [
    "break", "const", "continue", "defer", "fallthrough", "for", "go", "goto", "if", "return", "select", "switch",
    "type", "var",
  ]

  private mutating func recover(_ isStop: (CheckedLexer.Token) -> Bool) {
    while token.kind != .end {
      if isStop(token) {
        if token.offset == recovered.offset, recovered.count < 10 {
          recovered.count += 1
          return
        }
        if token.offset > recovered.offset {
          recovered = (token.offset, 0)
          return
        }
      }
      advance()
    }
  }
}
