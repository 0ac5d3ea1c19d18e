package import Bytes

/// The effect of a function's body, as far as its statements tell.
package enum FunctionBody: Sendable, Hashable {
  /// It does something, or calls a function that may.
  case works
  /// It does nothing, or only returns constants.
  case idle
  /// It is or returns a constant.
  case isConstant(Bool)
  /// It always fails, whatever its arguments.
  case fails(Failure)
  /// It fails if others do, on which its outcome depends.
  case depends(FailureCause)
  /// It is an `init`, or the value of a variable that registers something: the statements that call Go code, and the
  /// variables that get a function.
  case initializes([Call], [Assignment])

  /// The way in which a body fails.
  package struct Failure: Sendable, Hashable {
    package enum Kind: UInt8, Sendable {
      /// It panics or ends the program.
      case panics
      /// It returns an error.
      case returns
      /// It reports that something is missing, and does nothing else.
      case doesNothing
      /// It returns a function that fails, or a value whose methods do.
      case gives
    }

    package let kind: Kind
    package let text: ByteString?
    /// The name of the value that it returns, without its qualifier. The name or its declaration tells whether it is an
    /// error.
    package let name: ByteString?

    package init(_ kind: Kind, text: ByteString?, name: ByteString? = nil) {
      self.kind = kind
      self.text = text
      self.name = name
    }

    package static func panics(text: ByteString?) -> Failure { Failure(.panics, text: text) }
    package static func returns(text: ByteString?) -> Failure { Failure(.returns, text: text) }
    package static func returnsNamed(_ name: ByteString) -> Failure { Failure(.returns, text: nil, name: name) }
    package static func doesNothing(text: ByteString?) -> Failure { Failure(.doesNothing, text: text) }
    static let madeValue = Failure(.gives, text: nil)

    /// The failure of a function that returns a function with this one.
    var given: Failure { Failure(.gives, text: text, name: name) }
  }

  /// A function that a variable of the package gets when the program starts.
  package struct Assignment: Sendable, Hashable {
    package let variable: ByteString
    package let cause: FailureCause

    package init(variable: ByteString, cause: FailureCause) {
      self.variable = variable
      self.cause = cause
    }
  }

  /// A statement that calls something: the identifiers and the strings in it.
  package struct Call: Sendable, Hashable {
    package let names: Set<ByteString>
    package let strings: [ByteString]
    /// Whether the statement is a loop over a list of strings.
    package var isOverList: Bool { names.isSuperset(of: ["for", "range", "string"]) && !names.contains("map") }
  }

  struct Token {
    let token: Lexer.Token
    let text: ByteString

    /// The last token of the lexer.
    init(_ token: Lexer.Token, of lexer: borrowing Lexer) {
      self.token = token
      // The text of a name is in the token already. Copying each would take most of the time.
      if case .identifier(let name) = token { text = name } else { text = lexer.text }
    }

    func isMark(_ character: Unicode.Scalar) -> Bool {
      if case .mark(let byte) = token { byte == UInt8(ascii: character) } else { false }
    }

    var opens: Bool {
      if case .mark(UInt8(ascii: "(")) = token { return true }
      if case .mark(UInt8(ascii: "[")) = token { return true }
      if case .mark(UInt8(ascii: "{")) = token { return true }
      return false
    }

    var closes: Bool {
      if case .mark(UInt8(ascii: ")")) = token { return true }
      if case .mark(UInt8(ascii: "]")) = token { return true }
      if case .mark(UInt8(ascii: "}")) = token { return true }
      return false
    }
  }

  /// The number of tokens from which on a body counts as `works`.
  static let limit = 200
  /// The maximum number of tokens of an `init` that are inspected.
  static let initializerLimit = 2_000

  /// Classifies a body. Returns also the functions whose error it looks at.
  static func classify(
    _ tokens: [Token], _ parsed: [Statement], _ signature: FunctionSignature
  ) -> (body: FunctionBody, handled: Set<ByteString>) {
    guard tokens.count < limit else { return (.works, []) }
    var statements = tokens.split { $0.token == .semicolon }
    // Ignore statements that only silence the compiler.
    statements.removeAll(where: isSilencer)
    if statements.isEmpty { return (.idle, []) }
    if let failure = failureIfGiven(statements, signature) { return (.fails(failure), []) }
    var evaluator = BodyEvaluator(signature)
    let cause = evaluator.cause(of: parsed)
    if let always = cause.groups.first(where: \.callees.isEmpty), let failure = always.failure {
      return (.fails(failure), [])
    }
    if let failure = MissingFeature(parsed).failure { return (.fails(failure), []) }
    var handled = evaluator.handled
    if tokens.contains(where: { $0.text == Word.recover }) { handled.insert("recover") }
    return (cause.groups.isEmpty ? constant(statements) ?? .works : .depends(cause), handled)
  }

  /// Returns what a body comes to that only returns constants.
  private static func constant(_ statements: [ArraySlice<Token>]) -> FunctionBody? {
    guard statements.count == 1, statements[0].first?.text == Word.return else { return nil }
    let values = StatementParser.split(statements[0].dropFirst())
    guard values.allSatisfy(GoCall.isConstant) else { return nil }
    if values.count == 1, let value = boolean(values[0]) { return .isConstant(value) }
    return .idle
  }

  static func boolean(_ value: ArraySlice<Token>) -> Bool? {
    guard value.count == 1 else { return nil }
    return value.first.flatMap { Word.booleans[$0.text] }
  }

  /// Returns the failure of `if config != nil { return ErrNotSupported }; return nil`.
  private static func failureIfGiven(_ statements: [ArraySlice<Token>], _ signature: FunctionSignature) -> Failure? {
    guard statements.count == 3, statements[1].map(\.text) == ["}"], statements[2].first?.text == Word.return,
      let given = branch(Array(statements[0]), whereAnyOf: signature.parameters),
      StatementParser.split(statements[2].dropFirst()).allSatisfy(GoCall.isConstant)
    else { return nil }
    var evaluator = BodyEvaluator(signature)
    let cause = evaluator.returning(StatementParser.split(given[...]), BodyEvaluator.State())
    let failure = cause.groups.first(where: \.callees.isEmpty)?.failure
    return failure.flatMap { $0.isOfSupport ? $0 : nil }
  }

  /// Returns the tokens after `if x != nil { return` or `if len(x) > 0 { return`, where `x` is a parameter: the values
  /// returned if the caller passes anything. Returns nil for any other statement.
  private static func branch(_ statement: [Token], whereAnyOf parameters: Set<ByteString>) -> [Token]? {
    guard let brace = statement.firstIndex(where: { $0.isMark("{") }), statement.count > brace + 2,
      statement[brace + 1].text == Word.return
    else { return nil }
    let condition = statement[..<brace].map(\.text)
    let isGiven =
      condition.count == 5 && condition[0] == "if" && Array(condition[2...3]) == ["!", "="]
      && ["nil", "\"\""].contains(condition[4]) && parameters.contains(condition[1])
      || condition.count == 7 && Array(condition[...2]) == ["if", "len", "("] && parameters.contains(condition[3])
        && Array(condition[4...]) == [")", ">", "0"]
    return isGiven ? Array(statement[(brace + 2)...]) : nil
  }

  init(initializing tokens: [Token], _ parsed: [Statement]) {
    var evaluator = BodyEvaluator(FunctionSignature([], receiver: nil))
    let assignments = parsed.compactMap { statement -> Assignment? in
      guard case .assigning(let targets, isNew: false, let values) = statement, targets.count == 1, values.count == 1,
        let variable = targets[0],
        let cause = evaluator.functionValue(values[0], BodyEvaluator.State())
      else { return nil }
      return Assignment(variable: variable, cause: cause)
    }
    self = .initializes(Self.calls(in: tokens), assignments)
  }

  /// Classifies the value of a variable or constant, given from its type or its `=` on.
  init(valueOf tokens: [Token], isConstant: Bool) {
    self = .works
    guard let sign = StatementParser.outermost(in: tokens[...], where: { tokens[$0].isMark("=") }) else {
      self = isConstant ? .works : .idle
      return
    }
    var value = tokens[(sign + 1)...]
    if value.last?.token == .semicolon { value = value.dropLast() }
    if isConstant {
      if let value = Self.boolean(value) { self = .isConstant(value) }
      return
    }
    if Self.registers(tokens) {
      var parser = StatementParser(tokens[...])
      self = FunctionBody(initializing: tokens, parser.statements())
      return
    }
    guard tokens.count < Self.limit, value.count > 1 || value.first?.token != .literal else { return }
    var evaluator = BodyEvaluator(FunctionSignature([], receiver: nil))
    guard let cause = evaluator.functionValue(value, BodyEvaluator.State()) else { return }
    let failure = cause.groups.first(where: \.callees.isEmpty)?.failure
    self = failure.map(FunctionBody.fails) ?? (cause.groups.isEmpty ? .works : .depends(cause))
  }

  private static func calls(in tokens: [Token]) -> [Call] {
    tokens.split { $0.token == .semicolon }.compactMap { statement in
      let words = statement.map(\.text)
      // A statement that begins with `C` calls C, not Go.
      let isCall =
        zip(words, words.dropFirst()).contains { $1 == "(" && $0 != "(" && $0 != "," } && words.first != "C"
      guard isCall else { return nil }
      var names: Set<ByteString> = []
      var strings: [ByteString] = []
      for token in statement {
        switch token.token {
        case .identifier(let name): names.insert(name)
        case .literal: if let string = stringValue(of: token.text.bytes[...]) { strings.append(string) }
        default: break
        }
      }
      if words.first == "for", let list = Self.listed(in: statement) {
        // Other strings in the loop may belong to more registrations than these, so with them no string is kept.
        strings = list.count == strings.count ? list : []
      }
      return Call(names: names, strings: strings)
    }
  }

  /// Returns the strings of the first `[]string{…}` in a statement; nil if it has no such list.
  private static func listed(in statement: ArraySlice<Token>) -> [ByteString]? {
    let words = statement.map(\.text)
    let start = words.indices.dropLast(3).first { Array(words[$0..<($0 + 4)]) == ["[", "]", "string", "{"] }
    return start.map { start in words[(start + 4)...].prefix { $0 != "}" }.compactMap { stringValue(of: $0.bytes[...]) }
    }
  }

  /// Whether the value of a variable calls a registering function. Only the function's name tells, because a conversion
  /// looks like any other call.
  static func registers(_ value: [Token]) -> Bool {
    guard let sign = value.firstIndex(where: { $0.isMark("=") }) else { return false }
    let called = value[sign...]
    return zip(called, called.dropFirst()).contains { isRegistering($0.text) && $1.isMark("(") }
  }

  /// Whether a name is like `Register`, `mustRegister` or `RegisterDriver`, but not `Registerer`.
  package static func isRegistering(_ name: ByteString) -> Bool {
    guard let place = name.firstIndex(of: "egister") else { return false }
    let next = name.bytes.dropFirst(place + 7).first
    return next.map { !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? true
  }

  /// Whether a statement is like `_ = x` or `_, _ = x, y`.
  private static func isSilencer(_ statement: ArraySlice<Token>) -> Bool {
    guard let sign = statement.firstIndex(where: { $0.isMark("=") }), sign > statement.startIndex else { return false }
    return statement[..<sign].allSatisfy { $0.text == Word.blank || $0.isMark(",") }
      && !statement.contains { $0.isMark("(") }
  }

  /// Whether a name is like `ErrClosed`, `errNotSupported` or `ENOSYS`.
  package static func isErrorName(_ name: ByteString) -> Bool {
    if name.hasPrefix("err") || name.hasPrefix("Err") { return true }
    return name.count > 3 && name.bytes[0] == UInt8(ascii: "E")
      && name.bytes.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 < UInt8(ascii: ":") }
  }

  static func makesErrors(_ package: ByteString, _ function: ByteString) -> Bool {
    (package.hasSuffix("errors") && ["New", "Errorf", "Error"].contains(function))
      || (package == "fmt" && function == "Errorf")
      || (package == "status" && ["Error", "Errorf"].contains(function))
  }
}

extension FunctionBody.Failure {
  /// Whether the failure means that a feature is not supported, rather than that an operation failed.
  var isOfSupport: Bool {
    let text = (text ?? name)?.text.lowercased().filter(\.isLetter) ?? ""
    let said = ["support", "enabled", "implemented", "available"]
    return text.contains("unsupported") || said.contains { text.contains("not" + $0) }
  }
}

extension FunctionBody.Token? {
  func isMark(_ character: Unicode.Scalar) -> Bool { self?.isMark(character) ?? false }
}
