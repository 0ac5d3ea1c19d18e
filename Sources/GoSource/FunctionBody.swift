package import Bytes

/// What a function's body comes to, as far as its tokens tell.
package enum FunctionBody: Sendable, Hashable {
  /// It does something, or calls what may.
  case works
  /// Nothing, or nothing but to return constants.
  case idle
  /// It fails and does nothing else: always, whatever it is given.
  case fails(Failure)
  /// Of an `init`: what it speaks of, and the strings in it.
  case initializes(names: Set<ByteString>, strings: [ByteString])

  /// How it fails.
  package enum Failure: Sendable, Hashable {
    case panics(text: ByteString?)
    /// By an error that is made in place.
    case returns(text: ByteString?)
    /// By an error that has a name, its qualifier left out.
    case returnsNamed(ByteString)
  }

  struct Token {
    let token: Lexer.Token
    let text: ByteString
  }

  /// A body with as many tokens does something.
  static let limit = 100
  /// So many of an initializer are looked at.
  static let initializerLimit = 2_000

  init(_ tokens: [Token]) {
    var statements = tokens.split { $0.token == .semicolon }
    // What only silences the compiler.
    statements.removeAll { $0.count >= 2 && $0.first!.text == "_" && $0.dropFirst().first!.text == "=" }
    guard let only = statements.first else {
      self = .idle
      return
    }
    guard statements.count == 1, tokens.count < Self.limit else {
      self = .works
      return
    }
    switch only.first!.text {
    case "panic": self = .fails(.panics(text: Self.firstString(only)))
    case "return": self = Self.returning(Array(only.dropFirst()))
    default: self = .works
    }
  }

  init(initializing tokens: [Token]) {
    var names: Set<ByteString> = []
    var strings: [ByteString] = []
    for token in tokens {
      switch token.token {
      case .identifier(let name): names.insert(name)
      case .literal: if let string = Self.unquoted(token.text) { strings.append(string) }
      default: break
      }
    }
    self = .initializes(names: names, strings: strings)
  }

  /// The values of a `return`: an error among constants makes a failure of it.
  private static func returning(_ tokens: [Token]) -> FunctionBody {
    var depth = 0
    let values = tokens.split { token in
      if case .mark(let byte) = token.token {
        if "([{".utf8.contains(byte) { depth += 1 }
        if ")]}".utf8.contains(byte) { depth -= 1 }
        return depth == 0 && byte == UInt8(ascii: ",")
      }
      return false
    }
    var failure: Failure?
    for value in values.map(Array.init) {
      if let found = error(value) { failure = failure ?? found } else if !isConstant(value) { return .works }
    }
    return failure.map(FunctionBody.fails) ?? .idle
  }

  private static func error(_ value: [Token]) -> Failure? {
    let words = value.map(\.text)
    switch words.count {
    case 1 where isErrorName(words[0]): return .returnsNamed(words[0])
    case 3 where words[1] == "." && isErrorName(words[2]): return .returnsNamed(words[2])
    case 4... where words[1] == "." && words[3] == "(" && makesErrors(words[0], words[2]):
      return .returns(text: firstString(value[...]))
    case 3...:
      // A literal of a type whose name says that it is one.
      let type = words[0] == "&" ? Array(words.dropFirst()) : words
      guard let brace = type.firstIndex(of: "{"), brace > 0, type[brace - 1].hasSuffix("Error"), type.last == "}" else {
        return nil
      }
      return .returns(text: firstString(value[...]))
    default: return nil
    }
  }

  /// `err`, `ErrClosed`, `errNotSupported`, `ENOSYS`.
  private static func isErrorName(_ name: ByteString) -> Bool {
    if name.hasPrefix("err") || name.hasPrefix("Err") { return name != "err" }
    return name.count > 3 && name.bytes[0] == UInt8(ascii: "E")
      && name.bytes.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 < UInt8(ascii: ":") }
  }

  static func makesErrors(_ package: ByteString, _ function: ByteString) -> Bool {
    (package.hasSuffix("errors") && ["New", "Errorf", "Error"].contains(function))
      || (package == "fmt" && function == "Errorf") || (package == "status" && ["Error", "Errorf"].contains(function))
  }

  /// A literal, a constant's usual name, or a composite literal without anything in it.
  private static func isConstant(_ value: [Token]) -> Bool {
    guard let first = value.first else { return false }
    if value.count == 1 {
      return first.token == .literal || ["nil", "true", "false"].contains(first.text)
    }
    if value.count == 2, first.text == "-" { return value[1].token == .literal }
    let isEmptyLiteral = value.suffix(2).map(\.text) == ["{", "}"]
    return isEmptyLiteral && !value.dropLast(2).contains { $0.text == "(" || $0.text == "{" }
  }

  private static func firstString(_ tokens: some Sequence<Token>) -> ByteString? {
    tokens.lazy.filter { $0.token == .literal }.compactMap { unquoted($0.text) }.first
  }

  /// What a string literal without escapes stands for; of one with escapes, what is written.
  static func unquoted(_ literal: ByteString) -> ByteString? {
    guard literal.count >= 2, let quote = literal.bytes.first,
      quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "`"),
      literal.bytes.last == quote
    else { return nil }
    return ByteString(Array(literal.bytes[1..<(literal.count - 1)]))
  }
}
