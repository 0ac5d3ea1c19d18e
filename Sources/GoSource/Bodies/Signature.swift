import Bytes

/// Returns a hash of the types of parameters and results, independent of their names. A hash is small enough to store
/// with each declaration.
///
/// `tokens` are those between a function's name and its body. Aliases and dot imports are not resolved.
func signatureHash(_ tokens: [FunctionBody.Token]) -> UInt64 {
  var rest = tokens[...]
  if rest.first?.text == "[" { rest = rest.dropFirst(bracketed(rest).count) }
  let parameters = bracketed(rest)
  rest = rest.dropFirst(parameters.count)
  let results = rest.first?.text == "(" ? types(in: bracketed(rest)) : [Array(rest.map(\.text))]
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
    if ["(", "[", "{"].contains(token.text) { depth += 1 }
    if [")", "]", "}"].contains(token.text) { depth -= 1 }
    if depth == 0 { return tokens[...index] }
  }
  return tokens
}

/// Returns the types in a parameter list, without names: in Go all parameters have names, or none do.
private func types(in list: ArraySlice<FunctionBody.Token>) -> [[ByteString]] {
  var depth = 0
  let groups = list.dropFirst().dropLast().split { token in
    if ["(", "[", "{"].contains(token.text) { depth += 1 }
    if [")", "]", "}"].contains(token.text) { depth -= 1 }
    return depth == 0 && token.text == ","
  }.map(Array.init)
  func hasName(_ group: [FunctionBody.Token]) -> Bool {
    guard group.count > 1, case .identifier(let first) = group[0].token else { return false }
    return !["func", "map", "chan", "struct", "interface"].contains(first)
      && (group[1].text != "." || group.dropFirst(2).first?.text == ".")
      && !(group[1].text == "[" && group.last?.text == "]" && isInstantiation(group))
  }
  // `T[int]`, unlike `list []int`.
  func isInstantiation(_ group: [FunctionBody.Token]) -> Bool { group.count > 3 && group[2].text != "]" }
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
