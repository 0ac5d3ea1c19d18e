package import Bytes

/// A name that a Go file declares at top level.
package struct Declaration: Sendable, Hashable {
  package enum Kind: String, Sendable { case function, method, type, variable, constant }
  package let kind: Kind
  package let name: ByteString
  /// The type of a method's receiver, without pointer and type parameters.
  package let receiver: ByteString?
  package let position: Position
  /// The body of a function or method; for a variable, the function in its value, or the calls that register something.
  package var body: FunctionBody = .works
  /// The functions whose error the body looks at, if it does not always fail; `recover` if it recovers from a panic.
  package var handled: Set<ByteString> = []
  /// The functions that the body calls without using a result; `T.name` for a method of the receiver's type.
  package var ignored: Set<ByteString> = []
  /// The names outside the body that it assigns to. For an `init`, without those of its `Assignment`s.
  package var assigned: Set<ByteString> = []
  /// A hash of the signature of a function or method.
  package var signature: UInt64 = 0
  /// The error's text, for a variable that is initialized with an error.
  package var errorText: ByteString?
}

extension Declaration {
  /// The declaration as it is needed to compare another one with it: whether it fails by itself or by what it returns.
  /// Every run reads these, so that they are kept small.
  var asTwin: Declaration {
    var twin = self
    (twin.handled, twin.ignored) = ([], [])
    if case .depends(let cause) = body {
      let groups = cause.groups.filter { group in !group.callees.contains { $0.kind == .panics } }
      twin.body = groups.isEmpty ? .works : .depends(FailureCause(groups: groups))
    }
    return twin
  }

  /// A name that SWIG declares in Go code that only exists during a build.
  package init(madeBySwig name: ByteString) {
    self.init(kind: .variable, name: name, receiver: nil, position: Position(line: 1, column: 1))
  }

  /// A variable that an `init` at the position assigns a function to.
  package init(assigning assignment: FunctionBody.Assignment, at position: Position) {
    self.init(
      kind: .variable, name: assignment.variable, receiver: nil, position: position, body: .depends(assignment.cause))
  }
}

/// Returns the top-level declarations of a Go file in source order, found from its tokens. It resolves no types, finds
/// no declarations within bodies, and never fails, however broken the file is.
package func scanDeclarations(_ bytes: [UInt8]) -> [Declaration] {
  var scanner = DeclarationScanner(lexer: Lexer(bytes))
  scanner.scan()
  return scanner.declarations
}

/// Whether a Go file uses or declares one of the names as an identifier, in any role. Comments and strings are ignored.
package func mentions(_ bytes: [UInt8], anyOf names: Set<ByteString>) -> Bool {
  // Most files contain none of the words, and scanning bytes costs a tenth of scanning tokens.
  guard holdsWord(bytes, of: names) else { return false }
  var lexer = Lexer(bytes)
  while true {
    switch lexer.next() {
    case .end: return false
    case .identifier(let name): if names.contains(name) { return true }
    default: break
    }
  }
}

/// Whether the bytes contain one of the words.
func holdsWord(_ bytes: [UInt8], of words: Set<ByteString>) -> Bool {
  var isFirst = [Bool](repeating: false, count: 256)
  var isInWord = [Bool](repeating: false, count: 256)
  for word in words { word.bytes.first.map { isFirst[Int($0)] = true } }
  for byte in 0..<256 { isInWord[byte] = isWordByte(UInt8(byte)) }
  let (all, firsts, insides) = (bytes.span, isFirst.span, isInWord.span)
  var index = 0
  while index < all.count {
    guard insides[Int(all[index])] else {
      index += 1
      continue
    }
    let start = index
    while index < all.count, insides[Int(all[index])] { index += 1 }
    if firsts[Int(all[start])], words.contains(ByteString(Array(bytes[start..<index]))) { return true }
  }
  return false
}

private struct DeclarationScanner {
  var lexer: Lexer
  var declarations: [Declaration] = []

  mutating func scan() {
    while true {
      switch lexer.next() {
      case .end: return
      case .identifier("func"): scanFunction()
      case .identifier("type"): scanSpecs(.type)
      case .identifier("var"): scanSpecs(.variable)
      case .identifier("const"): scanSpecs(.constant)
      case .identifier("import"): skipStatement(lexer.next())
      default: break
      }
    }
  }

  /// Skips to the end of the statement that contains `token`, including any brackets.
  private mutating func skipStatement(_ token: Lexer.Token) {
    var token = token
    var depth = 0
    while true {
      switch token {
      case .end: return
      case .mark(let byte) where isOpening(byte): depth += 1
      case .mark(let byte) where isClosing(byte): depth -= 1
      case .semicolon where depth <= 0: return
      default: break
      }
      token = lexer.next()
    }
  }

  private mutating func scanFunction() {
    var token = lexer.next()
    var receiver: (name: ByteString, type: ByteString)?
    if token == .mark(UInt8(ascii: "(")) {
      // (r *T[K]): the receiver's type is the last name outside the type parameters.
      var brackets = 0
      while true {
        token = lexer.next()
        if token == .end { return }
        if token == .mark(UInt8(ascii: "[")) { brackets += 1 }
        if token == .mark(UInt8(ascii: "]")) { brackets -= 1 }
        if case .identifier(let name) = token, brackets == 0 { receiver = (receiver?.type ?? "_", name) }
        if token == .mark(UInt8(ascii: ")")), brackets <= 0 { break }
      }
      token = lexer.next()
    }
    guard case .identifier(let name) = token else {
      skipStatement(token)
      return
    }
    var declaration = Declaration(
      kind: receiver == nil ? .function : .method, name: name, receiver: receiver?.type, position: lexer.position)
    let signature = readSignature()
    declaration.signature = signatureHash(signature.tokens)
    if signature.hasBody {
      let isInitializer = receiver == nil && name == "init"
      let tokens = readBody(keeping: isInitializer ? FunctionBody.initializerLimit : FunctionBody.limit)
      var parser = StatementParser(tokens[...])
      let parsed = parser.statements()
      if isInitializer {
        declaration.body = FunctionBody(initializing: tokens, parsed)
        let statements = StatementOverview(tokens[...], parsed, FunctionSignature([], receiver: nil))
        declaration.assigned = statements.assigned
        if case .initializes(_, let assignments) = declaration.body {
          for assignment in assignments where statements.timesAssigned[assignment.variable] == 1 {
            declaration.assigned.remove(assignment.variable)
          }
        }
      } else {
        let known = FunctionSignature(signature.tokens[...], receiver: receiver)
        (declaration.body, declaration.handled) = FunctionBody.classify(tokens, parsed, known)
        let statements = StatementOverview(tokens[...], parsed, known)
        (declaration.ignored, declaration.assigned) = (statements.ignored, statements.assigned)
      }
    }
    declarations.append(declaration)
  }

  private struct Signature {
    var hasBody = false
    /// The tokens of the signature, at most the first 200.
    var tokens: [FunctionBody.Token] = []
  }

  /// Reads up to the brace that opens the function's body.
  private mutating func readSignature() -> Signature {
    var signature = Signature()
    var depth = 0
    var last: Lexer.Token = .end
    while true {
      let token = lexer.next()
      switch token {
      case .end: return signature
      case .semicolon where depth <= 0: return signature
      case .mark(UInt8(ascii: "{"))
      where depth <= 0 && last != .identifier("interface") && last != .identifier("struct"):
        signature.hasBody = true
        return signature
      case .mark(let byte) where isOpening(byte): depth += 1
      case .mark(let byte) where isClosing(byte): depth -= 1
      default: break
      }
      if signature.tokens.count < 200 { signature.tokens.append(FunctionBody.Token(token, of: lexer)) }
      last = token
    }
  }

  /// Reads a body including its closing brace. Returns the first `limit` tokens, without that brace.
  private mutating func readBody(keeping limit: Int) -> [FunctionBody.Token] {
    var tokens: [FunctionBody.Token] = []
    var depth = 1
    while true {
      let token = lexer.next()
      switch token {
      case .end: return tokens
      case .mark(let byte) where isOpening(byte): depth += 1
      case .mark(let byte) where isClosing(byte):
        depth -= 1
        if depth == 0 { return tokens }
      default: break
      }
      if tokens.count < limit { tokens.append(FunctionBody.Token(token, of: lexer)) }
    }
  }

  private mutating func scanSpecs(_ kind: Declaration.Kind) {
    var token = lexer.next()
    guard token == .mark(UInt8(ascii: "(")) else {
      scanSpec(kind, token)
      return
    }
    while true {
      token = lexer.next()
      switch token {
      case .end, .mark(UInt8(ascii: ")")): return
      case .semicolon: continue
      default: if scanSpec(kind, token) { return }
      }
    }
  }

  /// Reads one spec from its first token. Returns true if the `)` of its group ended it.
  @discardableResult
  private mutating func scanSpec(_ kind: Declaration.Kind, _ first: Lexer.Token) -> Bool {
    var token = first
    let count = declarations.count
    while case .identifier(let name) = token {
      declarations.append(Declaration(kind: kind, name: name, receiver: nil, position: lexer.position))
      token = lexer.next()
      guard kind != .type, token == .mark(UInt8(ascii: ",")) else { break }
      token = lexer.next()
    }
    var depth = 0
    var value: [ByteString] = []
    // var _ = register("name")
    let isVariable = kind == .variable && declarations.count > count
    var tokens: [FunctionBody.Token] = []
    defer {
      if declarations.count == count + 1 {
        declarations[count].body = FunctionBody(valueOf: tokens, isConstant: kind == .constant)
      }
    }
    while true {
      if isVariable || kind == .constant && tokens.count < 3, tokens.count < FunctionBody.limit {
        tokens.append(FunctionBody.Token(token, of: lexer))
      }
      // Keeps 6 tokens, enough for `= errors.New("text"`.
      if kind == .variable, value.count < 6 {
        value.append(lexer.text)
        if value.count == 6, declarations.count > count { noteErrorText(value) }
      }
      switch token {
      case .end: return true
      case .mark(let byte) where isOpening(byte): depth += 1
      case .mark(let byte) where isClosing(byte):
        depth -= 1
        if depth < 0 { return true }
      case .semicolon where depth <= 0: return false
      default: break
      }
      token = lexer.next()
    }
  }

  /// Notes the text of the error that the last declared variable is initialized with.
  private mutating func noteErrorText(_ value: [ByteString]) {
    guard value[0] == "=", value[2] == ".", value[4] == "(", FunctionBody.makesErrors(value[1], value[3]) else {
      return
    }
    declarations[declarations.count - 1].errorText = stringValue(of: value[5].bytes[...])
  }

  private func isOpening(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{")
  }

  private func isClosing(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
  }
}
