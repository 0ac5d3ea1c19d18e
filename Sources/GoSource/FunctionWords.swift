package import Bytes

/// The identifiers in a top-level function, or in what runs or may be reached without its name being spoken.
package struct FunctionWords: Sendable {
  /// The name of a function that only who names it can call; nil of methods, `init` and variables.
  package let function: ByteString?
  package let words: Set<ByteString>
}

/// The functions and variables of a Go file with the identifiers in each, found from its tokens.
package func scanFunctionWords(_ bytes: [UInt8]) -> [FunctionWords] {
  var found: [FunctionWords] = []
  var lexer = Lexer(bytes)
  var head: [ByteString] = []
  var words: Set<ByteString> = []
  var depth = 0
  while true {
    let token = lexer.next()
    switch token {
    case .lineComment, .trailingComment: continue
    case .mark(let byte):
      if "([{".utf8.contains(byte) { depth += 1 }
      if ")]}".utf8.contains(byte) { depth -= 1 }
    case .identifier(let name): if !head.isEmpty { words.insert(name) }
    case .semicolon where depth <= 0, .end:
      switch head.first {
      case "func":
        // `func (r T) name` has a bracket where a function has its name.
        let isNamed = head.count > 1 && head[1] != "(" && head[1] != "init"
        found.append(FunctionWords(function: isNamed ? head[1] : nil, words: words))
      case "var": found.append(FunctionWords(function: nil, words: words))
      default: break
      }
      (head, words, depth) = ([], [], 0)
      if token == .end { return found }
      continue
    default: break
    }
    if head.count < 2 { head.append(lexer.text) }
  }
}
