import Bytes

extension BodyEvaluator {
  /// Returns when a `return` of these values is a failure.
  mutating func returning(_ values: [Tokens], _ state: State) -> FailureCause {
    guard let last = values.last else {
      return signature.errorName.flatMap(state.value(of:)).map(Self.failing) ?? .never
    }
    // return open(path)
    if values.count == 1, let cause = called(last, .fails, state), converted(last, state) == nil {
      if state.isAfterSwitch { handle(cause) }
      return cause
    }
    // return probe() == nil
    for value in values { _ = test(value, state) }
    let isPlain = values.dropLast().allSatisfy(GoCall.isPlain)
    var cause = FailureCause.never
    if signature.returnsError, isPlain { cause = failing(last, state) }
    for value in signature.returnsError ? values.dropLast() : values {
      switch self.value(of: value, state) {
      case .function(let inner):
        // The caller gets a function that fails.
        cause = cause.or(
          FailureCause(groups: inner.groups.map { .init(callees: $0.callees, failure: $0.failure?.given) }))
      case .made(let type): cause = cause.or(.callee(Callee(.failingType, type), failing: .madeValue))
      default: break
      }
    }
    // The error of a callee is dropped, and nothing returned in its place.
    if state.isAfterFailure, !signature.returnsError, !values.isEmpty, values.allSatisfy(Self.isEmpty) {
      cause = cause.or(.always(.doesNothing(text: state.said)))
    }
    return cause
  }

  /// Whether a value is `nil`, zero or the like, but not one that may be an answer, such as `false`.
  private static func isEmpty(_ value: Tokens) -> Bool {
    GoCall.isConstant(value) && (value.count > 1 || value.first.map { empty.contains($0.text) } ?? true)
  }

  private static let empty: Set<ByteString> = ["nil", "0", "\"\""]

  private mutating func failing(_ value: Tokens, _ state: State) -> FailureCause {
    // A name of the package: whether it is an error, its declaration tells.
    if value.count == 1, case .identifier(let name)? = value.first?.token, name != Word.nil, name != Word.err,
      state.value(of: name) == nil
    {
      return .always(.returnsNamed(name))
    }
    return Self.failing(self.value(of: value, state))
  }

  private static func failing(_ value: Value) -> FailureCause {
    switch value {
    case .error(let failure): .always(failure)
    case .result(let cause): cause
    default: .never
    }
  }

  /// Returns what is known of a value.
  mutating func value(of tokens: Tokens, _ state: State) -> Value {
    var tokens = tokens
    while tokens.first.isMark("("), bracketed(tokens).count == tokens.count { tokens = tokens.dropFirst().dropLast() }
    guard let first = tokens.first else { return .unknown }
    if tokens.count == 1 {
      guard case .identifier(let name) = first.token, !Word.constants.contains(name) else { return .constant }
      let isError = FunctionBody.isErrorName(name) && name != Word.err
      return state.value(of: name) ?? (isError ? .error(.returnsNamed(name)) : .unknown)
    }
    if first.text == Word.func { return function(tokens, state).map(Value.function) ?? .unknown }
    if let error = GoCall.error(tokens, isLocal: { state.value(of: $0) != nil }) { return .error(error) }
    if let joined = joined(tokens, state) { return joined }
    if let made = made(tokens) {
      // A type of the function itself.
      if case .made(let type) = made, state.value(of: type) != nil { return .unknown }
      return made
    }
    if GoCall.isConstant(tokens) { return .constant }
    if let cause = called(tokens, .returnsError, state) {
      return converted(tokens, state) ?? .result(cause)
    }
    return once(tokens, state) ?? .unknown
  }

  /// A composite literal or `new(T)`.
  private func made(_ tokens: Tokens) -> Value? {
    if tokens.count == 4, tokens.first?.text == Word.new, tokens.dropFirst().first.isMark("(") {
      return .made(tokens[tokens.startIndex + 2].text)
    }
    let type = tokens.first.isMark("&") ? tokens.dropFirst() : tokens
    guard type.last.isMark("}"), !type.first.isMark("["), let brace = type.firstIndex(where: { $0.isMark("{") }),
      brace > type.startIndex
    else { return nil }
    if type[brace - 1].text.hasSuffix("Error") { return .error(.returns(text: GoCall.firstString(tokens))) }
    let isWhole = bracketed(type[brace...]).endIndex == tokens.endIndex
    return isWhole && brace == type.startIndex + 1 ? .made(type[brace - 1].text) : nil
  }

  /// `errors.Join(a, b)`, which is nil if all of them are.
  private mutating func joined(_ tokens: Tokens, _ state: State) -> Value? {
    guard tokens.count > 4, tokens.last.isMark(")"), tokens.first?.text == Word.errors,
      tokens.prefix(4).map(\.text) == ["errors", ".", "Join", "("]
    else {
      return nil
    }
    var cause = FailureCause.never
    for part in StatementParser.split(tokens.dropFirst(4).dropLast()) {
      switch value(of: part, state) {
      case .error(let failure): return .error(failure)
      case .result(let inner): cause = cause.or(inner)
      default: break
      }
    }
    return cause.isNever ? .unknown : .result(cause)
  }

  /// A conversion of a function: `Option(func() error { … })`.
  private mutating func converted(_ tokens: Tokens, _ state: State) -> Value? {
    let inside = tokens.dropFirst(2).dropLast()
    guard tokens.dropFirst().first.isMark("("), inside.first?.text == Word.func, let cause = function(inside, state),
      let name = tokens.first?.text
    else { return nil }
    return .function(cause.and(.callee(Callee(.type, name))))
  }

  /// `sync.OnceValue(f)` and its like.
  private mutating func once(_ tokens: Tokens, _ state: State) -> Value? {
    guard tokens.count > 4, tokens.first?.text == Word.sync, tokens[tokens.startIndex + 2].text.hasPrefix("Once"),
      tokens[tokens.startIndex + 3].isMark("(")
    else { return nil }
    return functionValue(tokens.dropFirst(4).dropLast(), state).map(Value.function)
  }

  /// Returns when a function that is used as a value fails; nil where the tokens are none.
  mutating func functionValue(_ tokens: Tokens, _ state: State) -> FailureCause? {
    if tokens.count == 1, case .identifier(let name)? = tokens.first?.token, state.value(of: name) == nil,
      name != Word.nil
    {
      return .callee(Callee(.fails, name))
    }
    if case .function(let cause) = value(of: tokens, state) { return cause }
    return nil
  }

  /// Returns when a function literal fails; nil where it has no body.
  private mutating func function(_ tokens: Tokens, _ state: State) -> FailureCause? {
    let rest = tokens.dropFirst()
    guard let brace = GoCall.body(in: rest), bracketed(rest[brace...]).endIndex == tokens.endIndex else { return nil }
    guard nesting < 3 else { return .never }
    var inner = BodyEvaluator(FunctionSignature(rest[..<brace], receiver: nil), nesting: nesting + 1)
    var parser = StatementParser(rest[brace...].dropFirst().dropLast())
    return inner.cause(of: parser.statements(), in: state)
  }

  /// Returns when a call fails that makes up all of the tokens; nil if they are no call of the package's code.
  func called(_ tokens: Tokens, _ kind: Callee.Kind, _ state: State) -> FailureCause? {
    guard case .identifier(let name)? = tokens.first?.token else { return nil }
    var rest = tokens.dropFirst()
    if rest.first.isMark("[") { rest = rest.dropFirst(bracketed(rest).count) }
    if rest.first.isMark("(") {
      guard bracketed(rest).count == rest.count else { return nil }
      return callee(name, kind, state)
    }
    guard rest.count > 3, rest.first.isMark("."), case .identifier(let method)? = rest.dropFirst().first?.token,
      rest.dropFirst(2).first.isMark("("), bracketed(rest.dropFirst(2)).count == rest.count - 2,
      case .made(let type)? = state.value(of: name)
    else { return nil }
    return .callee(Callee(kind, method, of: type))
  }

  private func callee(_ name: ByteString, _ kind: Callee.Kind, _ state: State) -> FailureCause? {
    if let value = state.value(of: name) {
      guard case .function(let cause) = value else { return nil }
      return kind == .panics ? FailureCause(groups: cause.groups.filter { $0.failure?.kind == .panics }) : cause
    }
    return GoCall.predeclared.contains(name) ? nil : .callee(Callee(kind, name))
  }

  /// Returns when the evaluation of values panics: if a function does that they call in any case.
  func panicking(in values: [Tokens], _ state: State) -> FailureCause {
    var cause = FailureCause.never
    for value in values {
      if value.contains(where: { $0.isMark("&") || $0.isMark("|") || $0.text == Word.func }) { continue }
      for index in value.indices.dropLast() where value[index + 1].isMark("(") {
        guard case .identifier(let name) = value[index].token else { continue }
        if index == value.startIndex || !value[index - 1].isMark(".") {
          if let callee = callee(name, .panics, state) { cause = cause.or(callee) }
        } else if index > value.startIndex + 1, case .made(let type)? = state.value(of: value[index - 2].text),
          index == value.startIndex + 2 || !value[index - 3].isMark(".")
        {
          cause = cause.or(.callee(Callee(.panics, name, of: type)))
        }
      }
    }
    return cause
  }
}

/// The facts about an expression that its tokens show without knowing any variable.
enum GoCall {
  typealias Tokens = Statement.Tokens

  /// The functions and types of the language, which are never declared by a package.
  static let predeclared: Set<ByteString> = [
    "append", "cap", "clear", "close", "complex", "copy", "delete", "imag", "len", "make", "max", "min", "new", "panic",
    "print", "println", "real", "recover", "any", "bool", "byte", "comparable", "complex64", "complex128", "error",
    "float32", "float64", "int", "int8", "int16", "int32", "int64", "rune", "string", "uint", "uint8", "uint16",
    "uint32", "uint64", "uintptr", "func", "map", "chan", "struct", "interface",
  ]

  /// The name and the qualifier of the function that is called last: `Fatalf` and `log` of `log.Fatalf("x")`.
  private static func name(_ tokens: Tokens) -> (name: ByteString, qualifier: ByteString?)? {
    guard tokens.last.isMark(")"),
      let open = StatementParser.outermost(in: tokens, where: { bracketed(tokens[$0...]).endIndex == tokens.endIndex }),
      tokens[open].isMark("("), open > tokens.startIndex, case .identifier(let name) = tokens[open - 1].token
    else { return nil }
    guard open - 2 > tokens.startIndex, tokens[open - 2].isMark(".") else { return (name, nil) }
    return (name, tokens[open - 3].text)
  }

  private static let fatal: ByteString = "Fatal"
  private static let panic: ByteString = "Panic"
  private static let goexit: ByteString = "Goexit"

  /// Whether a call never returns: `panic`, `os.Exit`, `log.Fatal`, `logger.Panicf`.
  static func endsProgram(_ tokens: Tokens) -> Bool {
    guard let (name, qualifier) = name(tokens) else { return false }
    guard let qualifier else { return name == Word.panic }
    if name == Word.exit { return qualifier == "os" || qualifier == "syscall" }
    return name.hasPrefix(fatal) || name.hasPrefix(panic) || (name == goexit && qualifier == "runtime")
  }

  /// The name of a method that is called on something else than a package of the standard library.
  static func method(_ tokens: Tokens) -> ByteString? {
    guard let (name, qualifier) = name(tokens), let qualifier, !endingPackages.contains(qualifier) else { return nil }
    return name
  }

  private static let endingPackages: Set<ByteString> = ["os", "log", "runtime", "syscall"]

  /// Whether a call seems to write a message for people.
  static func logs(_ tokens: Tokens) -> Bool {
    guard let (name, qualifier) = name(tokens) else { return false }
    // In small letters, which have the bit 0x20.
    let words = ByteString((name.bytes + [UInt8(ascii: " ")] + (qualifier?.bytes ?? [])).map { $0 | 0x20 })
    return logging.contains { words.firstIndex(of: $0) != nil }
  }

  private static let logging: [ByteString] = ["log", "print", "warn", "info", "error", "debug", "trace"]

  /// The error that a value is: `pkg.ErrClosed`, `errors.New("x")`.
  static func error(_ tokens: Tokens, isLocal: (ByteString) -> Bool) -> FunctionBody.Failure? {
    guard tokens.count > 2, tokens.dropFirst().first.isMark(".") else { return nil }
    let (qualifier, name) = (tokens[tokens.startIndex].text, tokens[tokens.startIndex + 2].text)
    if tokens.count == 3 { return !isLocal(qualifier) && FunctionBody.isErrorName(name) ? .returnsNamed(name) : nil }
    guard tokens[tokens.startIndex + 3].isMark("("), FunctionBody.makesErrors(qualifier, name) else { return nil }
    return .returns(text: firstString(tokens))
  }

  /// The body of the closure in `once.Do(func() { … })`.
  static func closure(doneBy tokens: Tokens) -> Tokens? {
    guard let open = tokens.firstIndex(where: { $0.isMark("(") }), open > tokens.startIndex + 1,
      tokens[open - 1].text == Word.do, tokens[open - 2].isMark("."),
      bracketed(tokens[open...]).endIndex == tokens.endIndex
    else { return nil }
    let inside = tokens[(open + 1)...].dropLast()
    guard inside.first?.text == Word.func, inside.prefix(4).map(\.text) == ["func", "(", ")", "{"],
      bracketed(inside.dropFirst(3)).count == inside.count - 3
    else { return nil }
    return inside.dropFirst(4).dropLast()
  }

  /// The place of the `{` that begins the body of a function literal, given from its parameters on.
  static func body(in tokens: Tokens) -> Int? {
    StatementParser.outermost(in: tokens) { index in
      tokens[index].isMark("{") && index > tokens.startIndex
        && !Word.types.contains(tokens[index - 1].text)
    }
  }

  /// The strings of a call that logs, one after the other.
  static func text(_ tokens: Tokens) -> ByteString? {
    let strings = tokens.filter { $0.token == .literal }.compactMap { stringValue(of: $0.text.bytes[...]) }
    return strings.isEmpty ? nil : ByteString(Array(strings.map(\.bytes).joined(separator: Array(" ".utf8))))
  }

  static func firstString(_ tokens: Tokens) -> ByteString? {
    tokens.lazy.filter { $0.token == .literal }.compactMap { stringValue(of: $0.text.bytes[...]) }.first
  }

  /// Whether a value needs no computing: a constant, a name, or an empty composite literal.
  static func isPlain(_ value: Tokens) -> Bool {
    if isConstant(value) { return true }
    return value.allSatisfy { token in
      if case .identifier = token.token { return true }
      return token.isMark(".")
    }
  }

  /// Whether a value is a literal, `nil`, `true`, `false`, or an empty composite literal.
  static func isConstant(_ value: Tokens) -> Bool {
    guard let first = value.first else { return false }
    if value.count == 1 { return first.token == .literal || Word.constants.contains(first.text) }
    if value.count == 2, first.isMark("-") { return value.last?.token == .literal }
    guard value.last.isMark("}"), value.dropLast().last.isMark("{") else { return false }
    return !value.dropLast(2).contains { $0.isMark("(") || $0.isMark("{") }
  }
}
