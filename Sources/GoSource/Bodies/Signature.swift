import Bytes

/// Returns a hash of the types of parameters and results, independent of their names. A hash is small enough to store
/// with each declaration.
///
/// `tokens` are those between a function's name and its body. Aliases and dot imports are not resolved.
func signatureHash(_ tokens: [FunctionBody.Token]) -> UInt64 {
  var rest = tokens[...]
  if rest.first.isMark("[") { rest = rest.dropFirst(bracketed(rest).count) }
  let parameters = bracketed(rest)
  rest = rest.dropFirst(parameters.count)
  let results = rest.first.isMark("(") ? types(in: bracketed(rest)) : [Array(rest.map(\.text))]
  let types = types(in: parameters) + [["->"]] + results
  var bytes: [UInt8] = []
  for type in types {
    for word in type {
      bytes += word.bytes
      bytes.append(UInt8(ascii: " "))
    }
    bytes.append(UInt8(ascii: ","))
  }
  return fnv1a(bytes)
}

/// Returns the tokens from an opening bracket to its closing bracket.
func bracketed(_ tokens: ArraySlice<FunctionBody.Token>) -> ArraySlice<FunctionBody.Token> {
  var depth = 0
  for (index, token) in zip(tokens.indices, tokens) {
    if token.opens { depth += 1 }
    if token.closes { depth -= 1 }
    if depth == 0 { return tokens[...index] }
  }
  return tokens
}

/// Returns the types in a parameter list, without names: in Go all parameters have names, or none do.
private func types(in list: ArraySlice<FunctionBody.Token>) -> [[ByteString]] {
  var depth = 0
  let groups = list.dropFirst().dropLast().split { token in
    if token.opens { depth += 1 }
    if token.closes { depth -= 1 }
    return depth == 0 && token.isMark(",")
  }.map(Array.init)
  func hasName(_ group: [FunctionBody.Token]) -> Bool {
    guard group.count > 1, case .identifier(let first) = group[0].token else { return false }
    return !["func", "map", "chan", "struct", "interface"].contains(first)
      && (!group[1].isMark(".") || group.dropFirst(2).first.isMark("."))
      && !(group[1].isMark("[") && group.last.isMark("]") && isInstantiation(group))
  }
  // `T[int]`, unlike `list []int`.
  func isInstantiation(_ group: [FunctionBody.Token]) -> Bool { group.count > 3 && !group[2].isMark("]") }
  guard groups.contains(where: hasName) else { return groups.map { $0.map(\.text) } }
  var types: [[ByteString]] = []
  var shared: [ByteString] = []
  for group in groups.reversed() {
    // `a, b int`: the first has the type of the next one.
    if group.count > 1 { shared = group.dropFirst().map(\.text) }
    types.append(shared)
  }
  return types.reversed()
}

/// The results of a function, and the names that its signature declares within the body.
struct FunctionSignature {
  let parameters: Set<ByteString>
  /// Whether the last result is an `error`, and its name if it has one.
  let returnsError: Bool
  let errorName: ByteString?
  let receiver: (name: ByteString, type: ByteString)?

  /// Reads the tokens between a function's name and its body.
  init(_ tokens: ArraySlice<FunctionBody.Token>, receiver: (name: ByteString, type: ByteString)?) {
    var rest = tokens
    if rest.first.isMark("[") { rest = rest.dropFirst(bracketed(rest).count) }
    let list = rest.first.isMark("(") ? bracketed(rest) : rest.prefix(0)
    var names: Set<ByteString> = []
    for token in list { if case .identifier(let name) = token.token { names.insert(name) } }
    let results = rest.dropFirst(list.count)
    var last = results
    if results.first.isMark("(") {
      last = StatementParser.split(bracketed(results).dropFirst().dropLast()).last ?? []
    }
    returnsError = last.last?.text == Word.error && last.count <= 2
    if returnsError, last.count == 2, case .identifier(let name)? = last.first?.token {
      errorName = name
    } else {
      errorName = nil
    }
    parameters = names
    self.receiver = receiver
  }
}
