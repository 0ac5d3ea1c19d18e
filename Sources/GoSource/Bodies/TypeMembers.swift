package import Bytes

/// The members that a type declares itself, and the types that its other members come from.
package struct TypeMembers: Sendable, Hashable {
  /// A type name as the file writes it: `Conn`, or `db.Conn` with its qualifier.
  package struct Name: Sendable, Hashable {
    package let qualifier: ByteString?
    package let name: ByteString

    package init(qualifier: ByteString?, name: ByteString) {
      self.qualifier = qualifier
      self.name = name
    }
  }

  /// The fields, or the methods of an interface.
  package private(set) var names: Set<ByteString> = []
  /// The types whose members this type also has: embedded types, and the type that it is an alias for.
  package private(set) var embedded: [Name] = []
  /// The type `U` in `type T U`: T has its fields, but not its methods.
  package private(set) var declaredAs: [Name] = []
  package private(set) var isAlias = false
}

/// Returns the types that a Go file declares at top level, each with its members, found from the file's tokens. For a
/// broken file the result may be incomplete.
package func scanTypeMembers(_ bytes: [UInt8]) -> [ByteString: TypeMembers] {
  var types: [ByteString: TypeMembers] = [:]
  var lexer = Lexer(bytes)
  var statement: [FunctionBody.Token] = []
  var depth = 0
  while true {
    let token = lexer.next()
    switch token {
    case .end: return types
    case .semicolon where depth <= 0:
      if statement.first?.text == "type" {
        for spec in specs(statement.dropFirst()) { spec.map { types[$0.name] = $0.members } }
      }
      (statement, depth) = ([], 0)
      continue
    case .mark(let byte):
      if "([{".utf8.contains(byte) { depth += 1 }
      if ")]}".utf8.contains(byte) { depth -= 1 }
    default: break
    }
    // Only the first token of any other statement is kept.
    if statement.isEmpty || statement[0].text == "type" {
      statement.append(FunctionBody.Token(token, of: lexer))
    }
  }
}

private typealias Tokens = ArraySlice<FunctionBody.Token>

/// The specs of a `type` declaration, alone or in a group.
private func specs(_ tokens: Tokens) -> [(name: ByteString, members: TypeMembers)?] {
  if tokens.first.isMark("(") { return statements(bracketed(tokens).dropFirst().dropLast()).map(spec) }
  return [spec(tokens)]
}

/// Splits tokens at the semicolons outside all brackets.
private func statements(_ tokens: Tokens) -> [Tokens] {
  var depth = 0
  return tokens.split { token in
    if ["(", "[", "{"].contains(token.text) { depth += 1 }
    if [")", "]", "}"].contains(token.text) { depth -= 1 }
    return depth == 0 && token.token == .semicolon
  }
}

private func spec(_ tokens: Tokens) -> (name: ByteString, members: TypeMembers)? {
  guard case .identifier(let name)? = tokens.first?.token else { return nil }
  var rest = tokens.dropFirst()
  if rest.first.isMark("[") {
    let brackets = bracketed(rest)
    // `[]T` and `[4]T` have no members; `[K any] struct` has type parameters.
    guard brackets.count > 3 else { return (name, TypeMembers()) }
    rest = rest.dropFirst(brackets.count)
  }
  let isAlias = rest.first.isMark("=")
  return (name, TypeMembers(isAlias ? rest.dropFirst() : rest, isAlias: isAlias))
}

extension TypeMembers {
  /// Reads the members from the tokens of a type.
  fileprivate init(_ type: ArraySlice<FunctionBody.Token>, isAlias: Bool) {
    self.isAlias = isAlias
    let body = bracketed(type.dropFirst()).dropFirst().dropLast()
    switch type.first?.text {
    case "struct": for field in statements(body) { add(field: field) }
    case "interface":
      for element in statements(body) {
        if let name = Self.typeName(element) {
          embedded.append(name)
        } else if case .identifier(let method)? = element.first?.token {
          names.insert(method)
        }
      }
    default:
      guard let name = Self.typeName(type) else { return }
      if isAlias { embedded.append(name) } else { declaredAs.append(name) }
    }
  }

  private mutating func add(field: ArraySlice<FunctionBody.Token>) {
    // The only literal that can end a field is its tag.
    let field = field.last?.token == .literal ? field.dropLast() : field
    if let type = Self.typeName(field) {
      embedded.append(type)
      names.insert(type.name)
      return
    }
    var rest = field
    while case .identifier(let name)? = rest.popFirst()?.token {
      names.insert(name)
      guard rest.popFirst().isMark(",") else { return }
    }
  }

  /// Returns the name if the type is only a name, also as a pointer or with type arguments; nil otherwise.
  private static func typeName(_ tokens: ArraySlice<FunctionBody.Token>) -> Name? {
    var rest = tokens
    while rest.first.isMark("*") { rest = rest.dropFirst() }
    guard case .identifier(let first)? = rest.popFirst()?.token else { return nil }
    var name = Name(qualifier: nil, name: first)
    if rest.first.isMark("."), case .identifier(let second)? = rest.dropFirst().first?.token {
      name = Name(qualifier: first, name: second)
      rest = rest.dropFirst(2)
    }
    if rest.first.isMark("[") {
      let arguments = bracketed(rest)
      // `list []T` is a field.
      guard arguments.count > 2 else { return nil }
      rest = rest.dropFirst(arguments.count)
    }
    return rest.isEmpty ? name : nil
  }
}
