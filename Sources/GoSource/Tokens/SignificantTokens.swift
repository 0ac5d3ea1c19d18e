import Bytes

/// Returns what the compiler sees of a Go file, as bytes: its tokens and directives, without other comments and white
/// space. Two files with equal bytes are the same to the compiler, but for the lines in its messages.
///
/// Returns nil if a comment may decide whether the file compiles, if it imports "C", since its comments are C code, or if
/// it has line directives in block comments.
package func significantTokens(of file: [UInt8]) -> [UInt8]? {
  // The compiler rejects a NUL, invalid UTF-8 and a byte order mark in comments too.
  guard String(validating: file, as: UTF8.self) != nil, !file.contains(0), !file.dropFirst(3).contains(0xef) else {
    return nil
  }
  var (stream, packed) = (TokenStream(file), Packer())
  packed.reserve(2 * file.count)
  while true {
    let item = stream.next()
    guard !item.isImportOfC else { return nil }
    packed.byte(item.kind)
    packed.byte(item.isAdjacent ? 1 : 0)
    packed.number(item.column)
    packed.text(item.text)
    if item.token == .end { break }
  }
  guard stream.isWhole, let start = stream.start else { return nil }
  // The comments before the package clause state constraints, for which white space counts.
  let head = ByteString(file[..<start])
  let hasConstraint = head.firstIndex(of: "build") != nil || head.firstIndex(of: "go:") != nil
  packed.text(hasConstraint ? head : "")
  return packed.bytes
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

  struct Item {
    let token: Lexer.Token
    let text: ByteString
    /// Whether it follows the token before it at once: two bytes of an operator are two tokens.
    let isAdjacent: Bool
    /// The column of a directive, which has to be the first of its line.
    let column: Int
    /// A number for the kind of token; the text says the rest.
    var kind: UInt8 {
      switch token {
      case .end: 0
      case .semicolon: 1
      case .identifier: 2
      case .literal: 3
      case .mark: 4
      case .illegal: 5
      case .lineComment: 6
      case .trailingComment: 7
      case .blockComment: 8
      }
    }
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
