package import Bytes

/// The names that a Go file may take from its package: identifiers that no scope within the file declares.
///
/// It follows the scopes of the Go specification ("Declarations and scope") by tokens, without types. Where the tokens
/// leave it open (a key of a composite literal, a label), the name counts as free: a name that is not in `all` is not
/// used.
package struct FreeNames: Sendable {
  package let all: Set<ByteString>
  /// The names that are free without doubt, each with its first position: a function body calls them, selects from them
  /// or has them as an operand, or they are types; and nothing in the file declares a name that is equal, in any scope.
  package let certain: [ByteString: Position]

  package init(_ bytes: [UInt8]) {
    var scanner = FreeNameScanner(bytes)
    scanner.scan()
    all = scanner.free
    certain = scanner.certain.filter { !scanner.declared.contains($0.key) }
  }
}

/// Finds the free names of one file.
struct FreeNameScanner {
  enum Token: Equatable {
    case word(ByteString)
    case keyword(ByteString)
    case literal, semicolon
    case mark(UInt8)

    static func symbol(_ character: Unicode.Scalar) -> Token { .mark(UInt8(ascii: character)) }
  }

  private(set) var free: Set<ByteString> = []
  var certain: [ByteString: Position] = [:]
  /// All names that a scope of the file declares, or that may be labels, fields or keys.
  var declared: Set<ByteString> = []
  var tokens: [Token] = []
  var positions: [Position] = []
  var index = 0
  var scopes = ScopeStack()
  private var isAtStart = true
  /// The type parameters of the function declaration, which its signature may use.
  var typeParameters: Set<ByteString> = []
  /// The parameters of the last `func`, for the block that follows at the same depth.
  var parameters: (names: Set<ByteString>, depth: Int)?

  init(_ bytes: [UInt8]) {
    var lexer = Lexer(bytes)
    loop: while true {
      let token = lexer.next()
      switch token {
      case .end: break loop
      case .illegal, .lineComment, .trailingComment, .blockComment: continue
      case .literal: tokens.append(.literal)
      case .semicolon: tokens.append(.semicolon)
      case .mark(let byte): tokens.append(.mark(byte))
      case .identifier(let name): tokens.append(Lexer.isKeyword(name) ? .keyword(name) : .word(name))
      }
      positions.append(lexer.position)
    }
  }

  func token(_ offset: Int) -> Token? {
    tokens.indices.contains(index + offset) ? tokens[index + offset] : nil
  }

  mutating func use(_ name: ByteString) {
    if typeParameters.contains(name) || scopes.holds(name) { return }
    free.insert(name)
  }

  /// Notes the use of the name at a place of a statement.
  private mutating func use(_ name: ByteString, at place: Int) {
    use(name)
    // The blank identifier is no name, and a file begins with no use.
    guard place > 0, place + 1 < tokens.count, certain[name] == nil, name != "_" else { return }
    let isInBlock = scopes.blockCount > 0
    if isType(place) || isInBlock && ([.symbol("("), .symbol(".")].contains(tokens[place + 1]) || isOperand(place)) {
      certain[name] = positions[place]
    }
  }

  mutating func scan() {
    while index < tokens.count {
      switch tokens[index] {
      case .word(let name): scanWord(name)
      case .keyword(let word): scanKeyword(word)
      case .literal:
        isAtStart = false
        index += 1
      case .semicolon:
        endStatement()
        index += 1
      case .mark(let byte):
        scanMark(byte)
        index += 1
      }
    }
  }

  // MARK: Statements

  private mutating func endStatement() {
    if parameters?.depth == scopes.count { parameters = nil }
    if scopes.count == 1 { typeParameters = [] }
    declarePending()
    isAtStart = scopes.innermost.holdsStatements
  }

  private mutating func declarePending() {
    scopes.declarePostponed()
    if scopes.innermost == .declarations { index = declare(at: index + 1) - 1 }
  }

  private mutating func scanWord(_ name: ByteString) {
    defer { isAtStart = false }
    // A selector, unlike the name after `...`.
    if token(-1) == .symbol("."), token(-2) != .symbol(".") {
      index += 1
      return
    }
    if scopes.blockCount == 0 { noteTypeParameters(at: index + 1) }
    guard isAtStart else {
      if token(1) == .symbol(":") { declared.insert(name) }
      use(name, at: index)
      index += 1
      return
    }
    let start = index
    var names = [name]
    index += 1
    while token(0) == .symbol(","), case .word(let next)? = token(1) {
      names.append(next)
      index += 2
    }
    if token(0) == .symbol(":"), token(1) == .symbol("=") {
      scopes.postpone(names)
      declared.formUnion(names)
      index += 2
    } else if scopes.innermost == .structure, beginsType(at: index) {
      declared.formUnion(names)
    } else if scopes.innermost == .interface, names.count == 1, token(0) == .symbol("(") {
      _ = scanParameters()
      if token(0) == .symbol("(") { _ = scanParameters() }
    } else {
      if token(0) == .symbol(":") { declared.formUnion(names) }
      for (offset, name) in names.enumerated() { use(name, at: start + 2 * offset) }
    }
  }

  private mutating func scanKeyword(_ word: ByteString) {
    let wasAtStart = isAtStart
    isAtStart = false
    index += 1
    switch word {
    case "func": scanFunction(isDeclaration: wasAtStart && scopes.count == 1)
    case "if", "for", "switch", "select":
      scopes.enter(.header)
      isAtStart = true
    case "case", "default":
      if scopes.innermost == .clause { scopes.leave() }
      scopes.enter(.clause)
      isAtStart = true
    case "else": isAtStart = true
    case "var", "const", "type":
      if token(0) == .symbol("(") {
        scopes.enter(.declarations)
        index = declare(at: index + 1)
      } else if word == "type", case .word(let name)? = token(0) {
        if scopes.count > 1 { scopes.declare([name]) }
        declared.insert(name)
        index += 1
        noteTypeParameters(at: index)
      } else if word != "type" {
        index = declare(at: index)
      } else {
        isAtStart = true
      }
    case "import": scanImport()
    case "package": index += 1
    case "goto", "break", "continue": if case .word? = token(0) { index += 1 }
    default: break
    }
  }

  private mutating func scanImport() {
    var isGroup = false
    while let next = token(0) {
      switch next {
      case .word(let name):
        scopes.declare([name], outwards: scopes.count - 1)
        declared.insert(name)
      case .mark(let byte) where byte == UInt8(ascii: "("): isGroup = true
      case .mark(let byte) where byte == UInt8(ascii: ")"): isGroup = false
      case .semicolon where !isGroup: return
      case .keyword: return
      default: break
      }
      index += 1
    }
  }

  // MARK: Brackets

  private mutating func scanMark(_ byte: UInt8) {
    isAtStart = false
    switch byte {
    case UInt8(ascii: "{"): openBraces()
    case UInt8(ascii: "}"): closeBraces()
    case UInt8(ascii: "("), UInt8(ascii: "["): scopes.enter(.group)
    case UInt8(ascii: ")"), UInt8(ascii: "]"):
      while [.header, .clause].contains(scopes.innermost) { scopes.leave() }
      guard [.group, .declarations].contains(scopes.innermost) else { return }
      if scopes.innermost == .declarations { scopes.declarePostponed() }
      leave()
    case UInt8(ascii: ":"):
      if parameters?.depth == scopes.count { parameters = nil }
      if scopes.isOpenClause {
        scopes.closeClause()
        declarePending()
      }
      isAtStart = scopes.innermost.holdsStatements
    case UInt8(ascii: ","), UInt8(ascii: "="): if parameters?.depth == scopes.count { parameters = nil }
    default: break
    }
  }

  private mutating func openBraces() {
    switch token(-1) {
    case .keyword("struct"): scopes.enter(.structure)
    case .keyword("interface"): scopes.enter(.interface)
    default:
      if let parameters, parameters.depth == scopes.count {
        scopes.enter(.block, declaring: parameters.names)
        self.parameters = nil
      } else {
        if scopes.innermost == .header { declarePending() }
        scopes.enter(.block)
      }
    }
    isAtStart = true
  }

  private mutating func closeBraces() {
    if scopes.braceCount > 0 {
      while !scopes.innermost.isBraces { scopes.leave() }
      leave()
    }
    guard token(1) != .keyword("else") else { return }
    while scopes.innermost == .header { scopes.leave() }
  }

  private mutating func leave() {
    scopes.leave()
    if let parameters, scopes.count < parameters.depth { self.parameters = nil }
  }
}
