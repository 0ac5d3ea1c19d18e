package import Bytes

/// The effect of a function's body, as far as its tokens tell.
package enum FunctionBody: Sendable, Hashable {
  /// It does something, or calls a function that may.
  case works
  /// It does nothing, or only returns constants.
  case idle
  /// It always fails, whatever its arguments, and does nothing else.
  case fails(Failure)
  /// It only calls a function of its own package and returns its results.
  case forwards(to: ByteString)
  /// It is an `init`, or the value of a variable that registers something: the statements that call Go code.
  case initializes([Call])

  /// The way in which a body fails.
  package enum Failure: Sendable, Hashable {
    case panics(text: ByteString?)
    /// It returns an error that it creates itself.
    case returns(text: ByteString?)
    /// It returns a named value, given without its qualifier. The name or its declaration tells whether it is an error.
    case returnsNamed(ByteString)
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
  }

  /// The number of tokens from which on a body counts as `works`.
  static let limit = 100
  /// The maximum number of tokens of an `init` that are inspected.
  static let initializerLimit = 2_000

  /// Classifies a body. `returnsError` is true if the last result is an `error`. A name in `parameters` is a value of
  /// the caller, so returning it is not a failure.
  init(_ tokens: [Token], returnsError: Bool, parameters: Set<ByteString>) {
    var statements = tokens.split { $0.token == .semicolon }.map(Array.init)
    // Ignore statements that only silence the compiler.
    statements.removeAll(where: Self.isSilencer)
    guard let first = statements.first else {
      self = .idle
      return
    }
    guard tokens.count < Self.limit else {
      self = .works
      return
    }
    let words = first.map(\.text)
    if words[0] == "panic"
      || (words.count > 3 && words[0] == "log" && (words[2].hasPrefix("Fatal") || words[2].hasPrefix("Panic")))
    {
      self = .fails(.panics(text: Self.firstString(first)))
      return
    }
    // err := errors.New("text"); return err
    if statements.count == 2, returnsError, words.count > 4, words[1] == ":", words[2] == "=",
      statements[1].first?.text == "return", statements[1].last?.text == words[0],
      let failure = Self.error(Array(first.dropFirst(3)), parameters)
    {
      self = .fails(failure)
      return
    }
    // if config != nil { return ErrNotSupported }; return nil
    if statements.count == 3, statements[1].map(\.text) == ["}"], statements[2].first?.text == "return",
      let given = Self.branch(first, whereAnyOf: parameters),
      Self.returning(Array(statements[2].dropFirst()), returnsError, parameters) == .idle,
      case .fails(let failure) = Self.returning(given, returnsError, parameters), failure.isOfSupport
    {
      self = .fails(failure)
      return
    }
    guard statements.count == 1, words[0] == "return" else {
      self = .works
      return
    }
    self = Self.returning(Array(first.dropFirst()), returnsError, parameters)
  }

  /// Returns the tokens after `if x != nil { return` or `if len(x) > 0 { return`, where `x` is a parameter: the values
  /// returned if the caller passes anything. Returns nil for any other statement.
  private static func branch(_ statement: [Token], whereAnyOf parameters: Set<ByteString>) -> [Token]? {
    guard let brace = statement.firstIndex(where: { $0.text == "{" }), statement.count > brace + 2,
      statement[brace + 1].text == "return"
    else { return nil }
    let condition = statement[..<brace].map(\.text)
    let isGiven =
      condition.count == 5 && condition[0] == "if" && Array(condition[2...3]) == ["!", "="]
      && ["nil", "\"\""].contains(condition[4]) && parameters.contains(condition[1])
      || condition.count == 7 && Array(condition[...2]) == ["if", "len", "("] && parameters.contains(condition[3])
        && Array(condition[4...]) == [")", ">", "0"]
    return isGiven ? Array(statement[(brace + 2)...]) : nil
  }

  init(initializing tokens: [Token]) {
    self = .initializes(
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
      })
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
    guard let sign = value.firstIndex(where: { $0.text == "=" }) else { return false }
    let called = value[sign...]
    return zip(called, called.dropFirst()).contains { isRegistering($0.text) && $1.text == "(" }
  }

  /// Whether a name is like `Register`, `mustRegister` or `RegisterDriver`, but not `Registerer`.
  package static func isRegistering(_ name: ByteString) -> Bool {
    guard let place = name.firstIndex(of: "egister") else { return false }
    let next = name.bytes.dropFirst(place + 7).first
    return next.map { !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? true
  }

  /// Whether a statement is like `_ = x` or `_, _ = x, y`.
  private static func isSilencer(_ statement: [Token]) -> Bool {
    guard let sign = statement.firstIndex(where: { $0.text == "=" }), sign > 0 else { return false }
    return statement[..<sign].allSatisfy { $0.text == "_" || $0.text == "," }
      && !statement.contains { $0.text == "(" }
  }

  /// Classifies the values of a `return`. It is a failure if the last value is an error and no value before it needs
  /// computing.
  private static func returning(
    _ tokens: [Token], _ returnsError: Bool, _ parameters: Set<ByteString>
  ) -> FunctionBody {
    var depth = 0
    let values = tokens.split { token in
      if case .mark(let byte) = token.token {
        if "([{".utf8.contains(byte) { depth += 1 }
        if ")]}".utf8.contains(byte) { depth -= 1 }
        return depth == 0 && byte == UInt8(ascii: ",")
      }
      return false
    }.map(Array.init)
    guard let last = values.last else { return .idle }
    // return open(path)
    if values.count == 1, last.count >= 3, case .identifier(let name) = last[0].token, last[1].text == "(",
      last.last?.text == ")", last.filter({ $0.text == "(" }).count == 1
    {
      return .forwards(to: name)
    }
    guard values.dropLast().allSatisfy(isPlain) else { return .works }
    if returnsError, let failure = error(last, parameters) { return .fails(failure) }
    return isConstant(last) && values.allSatisfy(isConstant) ? .idle : .works
  }

  private static func error(_ value: [Token], _ parameters: Set<ByteString>) -> Failure? {
    let words = value.map(\.text)
    switch words.count {
    case 1:
      guard case .identifier(let name) = value[0].token, name != "nil", name != "err", !parameters.contains(name) else {
        return nil
      }
      return .returnsNamed(name)
    case 3 where words[1] == "." && !parameters.contains(words[0]) && isErrorName(words[2]):
      return .returnsNamed(words[2])
    case 4... where words[1] == "." && words[3] == "(" && makesErrors(words[0], words[2]):
      return .returns(text: firstString(value))
    case 3...:
      // A composite literal of a type whose name ends in `Error`.
      let type = words[0] == "&" ? Array(words.dropFirst()) : words
      guard let brace = type.firstIndex(of: "{"), brace > 0, type[brace - 1].hasSuffix("Error"), type.last == "}",
        type.first != "["
      else { return nil }
      return .returns(text: firstString(value))
    default: return nil
    }
  }

  /// Whether a name is like `ErrClosed`, `errNotSupported` or `ENOSYS`.
  package static func isErrorName(_ name: ByteString) -> Bool {
    if name.hasPrefix("err") || name.hasPrefix("Err") { return true }
    return name.count > 3 && name.bytes[0] == UInt8(ascii: "E")
      && name.bytes.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 < UInt8(ascii: ":") }
  }

  static func makesErrors(_ package: ByteString, _ function: ByteString) -> Bool {
    (package.hasSuffix("errors") && ["New", "Errorf", "Error", "Join"].contains(function))
      || (package == "fmt" && function == "Errorf")
      || (package == "status" && ["Error", "Errorf"].contains(function))
  }

  /// Whether a value needs no computing: a constant, a name, or an empty composite literal.
  private static func isPlain(_ value: [Token]) -> Bool {
    if isConstant(value) { return true }
    return value.allSatisfy { token in
      if case .identifier = token.token { return true }
      return token.text == "."
    }
  }

  /// Whether a value is a literal, `nil`, `true`, `false`, or an empty composite literal.
  private static func isConstant(_ value: [Token]) -> Bool {
    guard let first = value.first else { return false }
    if value.count == 1 {
      return first.token == .literal || ["nil", "true", "false"].contains(first.text)
    }
    if value.count == 2, first.text == "-" { return value[1].token == .literal }
    let isEmptyLiteral = value.suffix(2).map(\.text) == ["{", "}"]
    return isEmptyLiteral && !value.dropLast(2).contains { $0.text == "(" || $0.text == "{" }
  }

  private static func firstString(_ tokens: [Token]) -> ByteString? {
    tokens.lazy.filter { $0.token == .literal }.compactMap { stringValue(of: $0.text.bytes[...]) }.first
  }
}

extension FunctionBody.Failure {
  /// Whether the failure means that a feature is not supported, rather than that an operation failed.
  fileprivate var isOfSupport: Bool {
    let words: ByteString? =
      switch self {
      case .panics(let text), .returns(let text): text
      case .returnsNamed(let name): name
      }
    let text = words?.text.lowercased().filter(\.isLetter) ?? ""
    let said = ["support", "enabled", "implemented", "available"]
    return text.contains("unsupported") || said.contains { text.contains("not" + $0) }
  }
}
