package import Bytes

/// The identifiers in one top-level function, type or variable declaration.
///
/// Methods, `init` and initial values run or can be reached without their name in the source.
package struct FunctionWords: Sendable {
  package enum Owner: Sendable, Hashable {
    /// A function or a type, which other code reaches only by its name.
    case function(ByteString)
    case method(ByteString)
    /// An `init` function.
    case start
    /// The initial values of variables, or a group of types.
    case variable
  }

  package let owner: Owner
  package let words: Set<ByteString>
}

/// Returns the functions, types and variables of a Go file with the identifiers in each, found from its tokens.
package func scanFunctionWords(_ bytes: [UInt8]) -> [FunctionWords] {
  var found: [FunctionWords] = []
  var lexer = Lexer(bytes)
  var head: [ByteString] = []
  // The name of a method is the first identifier after its receiver.
  var method: ByteString?
  var mayBeMethod = false
  var words: Set<ByteString> = []
  var depth = 0
  while true {
    let token = lexer.next()
    switch token {
    case .mark(let byte):
      if "([{".utf8.contains(byte) { depth += 1 }
      if ")]}".utf8.contains(byte) { depth -= 1 }
      if byte == UInt8(ascii: ")"), depth == 0, head.count > 1, head[0] == "func", head[1] == "(", method == nil {
        mayBeMethod = true
      }
    case .identifier(let name):
      if !head.isEmpty { words.insert(name) }
      if mayBeMethod { (method, mayBeMethod) = (name, false) }
    case .semicolon where depth <= 0, .end:
      switch head.first {
      case "func":
        let owner: FunctionWords.Owner =
          if let method { .method(method) } else if head.count > 1, head[1] != "init" { .function(head[1]) } else {
            .start
          }
        found.append(FunctionWords(owner: owner, words: words))
      case "type":
        // Code that names a type also gets the types that it embeds.
        let isGroup = head.count < 2 || head[1] == "("
        found.append(FunctionWords(owner: isGroup ? .variable : .function(head[1]), words: words))
      case "var": found.append(FunctionWords(owner: .variable, words: words))
      default: break
      }
      (head, words, depth) = ([], [], 0)
      (method, mayBeMethod) = (nil, false)
      if token == .end { return found }
      continue
    default: break
    }
    if head.count < 2 { head.append(lexer.text) }
  }
}
