import Bytes

/// The calls and assignments of a body, whichever way leads to them.
struct StatementOverview {
  /// The functions that are called without using a result; `T.name` for a method of the receiver's type.
  private(set) var ignored: Set<ByteString> = []
  /// The names that are assigned to and that the body does not declare.
  var assigned: Set<ByteString> { Set(timesAssigned.keys) }
  private(set) var timesAssigned: [ByteString: Int] = [:]

  private let signature: FunctionSignature
  private var declared: Set<ByteString>

  init(_ tokens: Statement.Tokens, _ statements: [Statement], _ signature: FunctionSignature) {
    self.signature = signature
    declared = signature.parameters
    if let name = signature.errorName { declared.insert(name) }
    // Function literals assign too, wherever they are.
    for index in tokens.indices.dropFirst() where tokens[index].isMark("=") {
      let isCompared = index + 1 < tokens.endIndex && tokens[index + 1].isMark("=")
      if !isCompared { noteTargets(of: tokens[..<index]) }
    }
    for index in tokens.indices.dropLast() where tokens[index].isMark("&") {
      if case .identifier(let name) = tokens[index + 1].token { timesAssigned[name, default: 0] += 1 }
    }
    visit(statements)
    for name in declared {
      timesAssigned[name] = nil
      ignored.remove(name)
    }
  }

  /// Notes the names at the end of the tokens before a `=`: `a, b`.
  private mutating func noteTargets(of before: Statement.Tokens) {
    var rest = before
    while case .identifier(let name)? = rest.last?.token {
      rest = rest.dropLast()
      // A field belongs to its value, not to the package.
      if !rest.last.isMark(".") { timesAssigned[name, default: 0] += 1 }
      guard rest.last.isMark(",") else { return }
      rest = rest.dropLast()
    }
  }

  private mutating func visit(_ statements: [Statement]) {
    for statement in statements {
      switch statement {
      case .assigning(let targets, let isNew, _): if isNew { declared.formUnion(targets.compactMap(\.self)) }
      case .calling(let tokens): note(tokens)
      case .branching(let first, _, let then, let otherwise): visit([first].compactMap(\.self) + then + otherwise)
      case .looping(_, let first, let body): visit([first].compactMap(\.self) + body)
      case .choosing(_, let first, let clauses): visit([first].compactMap(\.self) + clauses.flatMap(\.body))
      case .block(let body): visit(body)
      default: break
      }
    }
  }

  private mutating func note(_ call: Statement.Tokens) {
    guard case .identifier(let name)? = call.first?.token else { return }
    let rest = call.dropFirst()
    if rest.first.isMark("("), bracketed(rest).count == rest.count {
      if !GoCall.predeclared.contains(name) { ignored.insert(name) }
    } else if name == signature.receiver?.name, let type = signature.receiver?.type, rest.first.isMark("."),
      case .identifier(let method)? = rest.dropFirst().first?.token, rest.dropFirst(2).first.isMark("(")
    {
      ignored.insert(type + "." + method)
    }
  }
}
