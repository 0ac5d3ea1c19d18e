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

private struct FreeNameScanner {
  private enum Token: Equatable {
    case word(ByteString)
    case keyword(ByteString)
    case literal, semicolon
    case mark(UInt8)

    static func symbol(_ character: Unicode.Scalar) -> Token { .mark(UInt8(ascii: character)) }
  }

  private(set) var free: Set<ByteString> = []
  private(set) var certain: [ByteString: Position] = [:]
  /// All names that a scope of the file declares, or that may be labels, fields or keys.
  private(set) var declared: Set<ByteString> = []
  private var tokens: [Token] = []
  private var positions: [Position] = []
  private var index = 0
  private var scopes = ScopeStack()
  private var isAtStart = true
  /// The type parameters of the function declaration, which its signature may use.
  private var typeParameters: Set<ByteString> = []
  /// The parameters of the last `func`, for the block that follows at the same depth.
  private var parameters: (names: Set<ByteString>, depth: Int)?

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

  private func token(_ offset: Int) -> Token? {
    tokens.indices.contains(index + offset) ? tokens[index + offset] : nil
  }

  private mutating func use(_ name: ByteString) {
    if typeParameters.contains(name) || scopes.holds(name) { return }
    free.insert(name)
  }

  /// Notes the use of the name at a place of a statement.
  private mutating func use(_ name: ByteString, at place: Int) {
    use(name)
    guard place + 1 < tokens.count, certain[name] == nil else { return }
    let isInBlock = scopes.blockCount > 0
    if isType(place) || isInBlock && ([.symbol("("), .symbol(".")].contains(tokens[place + 1]) || isOperand(place)) {
      certain[name] = positions[place]
    }
  }

  /// Whether a name is a type in a declaration, by the tokens beside it.
  private func isType(_ place: Int) -> Bool {
    switch tokens[place - 1] {
    case .word, .symbol("]"), .symbol("*"): break
    case .semicolon, .symbol("{"):
      // An embedded type.
      guard scopes.innermost == .structure else { return false }
    default: return false
    }
    switch tokens[place + 1] {
    case .semicolon, .literal, .symbol("="), .symbol("}"): return true
    default: return false
    }
  }

  /// Whether a name is an operand, by the tokens beside it: not a key, a label, a type or what a statement assigns to.
  private func isOperand(_ place: Int) -> Bool {
    let follows =
      switch tokens[place - 1] {
      case .keyword(let word): word == "return" || word == "range" || word == "if" || word == "switch"
      case .mark(let byte): "=+-*/%&|^<>!(,[".utf8.contains(byte)
      case .word, .literal, .semicolon: false
      }
    guard follows else { return false }
    switch tokens[place + 1] {
    case .semicolon: return true
    case .mark(let byte): return "+-*/%&|^<>!),]}".utf8.contains(byte)
    case .keyword, .word, .literal: return false
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
    } else {
      if token(0) == .symbol(":") { declared.formUnion(names) }
      for (offset, name) in names.enumerated() { use(name, at: start + 2 * offset) }
    }
  }

  /// Whether a type begins here, so that the word before it is a name. `[` also begins the arguments of a generic type,
  /// after which no other type follows.
  private func beginsType(at place: Int) -> Bool {
    guard tokens.indices.contains(place) else { return false }
    switch tokens[place] {
    case .word: return true
    case .keyword(let word): return ["func", "map", "chan", "struct", "interface"].contains(word)
    case .mark(let byte) where byte == UInt8(ascii: "["):
      let end = tokens[place...].prefix(Self.bracketLimit).firstIndex(of: .symbol("]"))
      return end.map { $0 == place + 1 || beginsType(at: $0 + 1) } ?? false
    case .mark(let byte): return "*(<".utf8.contains(byte)
    default: return false
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

  /// A hostile file closes no bracket.
  private static let bracketLimit = 100

  /// Notes the names that may be type parameters of the type whose name precedes a place.
  private mutating func noteTypeParameters(at bracket: Int) {
    guard tokens.indices.contains(bracket), tokens[bracket] == .symbol("[") else { return }
    for token in tokens[bracket...].prefix(Self.bracketLimit).prefix(while: { $0 != .symbol("]") }) {
      if case .word(let name) = token { declared.insert(name) }
    }
  }

  /// Notes the names of the variables, the constant or the type that is declared at a place, and returns the place after them.
  private mutating func declare(at start: Int) -> Int {
    var place = start
    while tokens.indices.contains(place), case .word(let name) = tokens[place] {
      declared.insert(name)
      // At package level the name is the package's own, and is in its declarations.
      if scopes.braceCount > 0 { scopes.postpone([name]) }
      place += 1
      guard tokens.indices.contains(place), tokens[place] == .symbol(",") else { break }
      place += 1
    }
    noteTypeParameters(at: place)
    return place
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

  // MARK: Functions

  /// Scans from the token after `func` to the end of the parameters and of results in parentheses.
  private mutating func scanFunction(isDeclaration: Bool) {
    var names: Set<ByteString> = []
    if isDeclaration {
      if token(0) == .symbol("(") { names = scanParameters(ofReceiver: true) }
      if case .word? = token(0) { index += 1 }
      typeParameters = names
      if token(0) == .symbol("[") { typeParameters.formUnion(scanParameters()) }
    }
    if token(0) == .symbol("(") { names.formUnion(scanParameters()) }
    if token(0) == .symbol("(") { names.formUnion(scanParameters()) }
    parameters = (names, scopes.count)
  }

  /// Scans a list of parameters, from its opening to its closing bracket, and returns the names that it declares. What
  /// is in brackets in a receiver are names too.
  private mutating func scanParameters(ofReceiver isReceiver: Bool = false) -> Set<ByteString> {
    let isOfTypes = token(0) == .symbol("[")
    var entries: [Range<Int>] = []
    var depth = 0
    var start = index + 1
    repeat {
      guard let next = token(0) else { break }
      if case .mark(let byte) = next {
        if "([{".utf8.contains(byte) { depth += 1 }
        if ")]}".utf8.contains(byte) { depth -= 1 }
        if depth == 0 || (depth == 1 && byte == UInt8(ascii: ",")) {
          if start < index { entries.append(start..<index) }
          start = index + 1
        }
      }
      index += 1
    } while depth > 0
    let isNamed = isOfTypes || entries.contains(where: hasName)
    return entries.reduce(into: []) { $0.formUnion(names(in: $1, isNamed: isNamed, isReceiver: isReceiver)) }
  }

  /// Whether a parameter has a name and a type.
  private func hasName(_ entry: Range<Int>) -> Bool {
    guard case .word = tokens[entry.lowerBound], entry.count > 1 else { return false }
    let next = entry.lowerBound + 1
    return beginsType(at: next) || (entry.count > 3 && tokens[next...(next + 1)] == [.symbol("."), .symbol(".")])
  }

  /// Returns the names that a parameter declares, and notes those that its type uses.
  private mutating func names(in entry: Range<Int>, isNamed: Bool, isReceiver: Bool) -> Set<ByteString> {
    var names: Set<ByteString> = []
    var brackets = 0
    // The names in a type such as func(a int) are not all types.
    let isPlain = !tokens[entry].contains {
      [.keyword("func"), .keyword("struct"), .keyword("interface")].contains($0)
    }
    for place in entry {
      switch tokens[place] {
      case .symbol("["): brackets += 1
      case .symbol("]"): brackets -= 1
      case .word(let name):
        let isSelected = tokens[place - 1] == .symbol(".") && tokens[place - 2] != .symbol(".")
        if (isNamed && place == entry.lowerBound) || (isReceiver && brackets > 0) {
          names.insert(name)
          declared.insert(name)
        } else if !isSelected {
          use(name)
          if isPlain, certain[name] == nil { certain[name] = positions[place] }
        }
      default: break
      }
    }
    return names
  }
}
