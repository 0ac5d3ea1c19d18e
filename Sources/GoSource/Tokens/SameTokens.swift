import Bytes

/// Whether two Go files are the same to the compiler: they differ only in comments without directives and in white space.
/// False also where the first may not compile because of a comment.
///
/// Files that import "C" have to be the same, since their comments are C code.
package func hasSameTokens(_ one: [UInt8], _ two: [UInt8]) -> Bool {
  // The compiler rejects a NUL, invalid UTF-8 and a byte order mark in comments too.
  guard String(validating: one, as: UTF8.self) != nil, !one.contains(0), !one.dropFirst(3).contains(0xef) else {
    return false
  }
  var (first, second) = (TokenStream(one), TokenStream(two))
  while true {
    let (left, right) = (first.next(), second.next())
    guard left == right, !left.isImportOfC else { return false }
    if left.token == .end { break }
  }
  guard first.isWhole, second.isWhole, let start = first.start, let other = second.start else { return false }
  // The comments before the package clause state constraints, for which white space counts.
  let (head, otherHead) = (ByteString(one[..<start]), ByteString(two[..<other]))
  return head == otherHead
    || [head, otherHead].allSatisfy { $0.firstIndex(of: "build") == nil && $0.firstIndex(of: "go:") == nil }
}

/// The tokens of a file with its directives, but without other comments.
private struct TokenStream {
  private var lexer: Lexer
  /// The offset of the first token.
  private(set) var start: Int?
  private var end = -1

  init(_ bytes: [UInt8]) { lexer = Lexer(bytes) }

  /// Whether no comment is cut off by the end of the file, and no block comment is a line directive.
  var isWhole: Bool { !lexer.isCutOff && !lexer.hasLineDirective }

  struct Item: Equatable {
    let token: Lexer.Token
    let text: ByteString
    /// Whether it follows the token before it at once: two bytes of an operator are two tokens.
    let isAdjacent: Bool
    /// The column of a directive, which has to be the first of its line.
    let column: Int
    var isImportOfC: Bool { token == .literal && (text == "\"C\"" || text == "`C`") }
  }

  mutating func next() -> Item {
    while true {
      let token = lexer.nextOrComment()
      let isAdjacent = lexer.offset == end
      switch token {
      case .blockComment: continue
      case .lineComment, .trailingComment:
        let text = lexer.text
        // A directive has no space after the slashes, except for the old build constraints.
        guard let byte = text.bytes.dropFirst(2).first else { continue }
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "/") {
          if text.firstIndex(of: "+build") == nil { continue }
        }
        return Item(token: token, text: text, isAdjacent: false, column: lexer.position.column)
      case .semicolon, .end: return Item(token: token, text: "", isAdjacent: false, column: 0)
      default:
        if start == nil { start = lexer.offset }
        let text = lexer.text
        end = lexer.offset + text.count
        return Item(token: token, text: text, isAdjacent: isAdjacent, column: 0)
      }
    }
  }
}
