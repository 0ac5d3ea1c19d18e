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
    guard left.token == right.token, left.text == right.text, !left.isImportOfC else { return false }
    if left.token == .end { return first.isWhole && second.isWhole && hasSameConstraints(one, two) }
  }
}

/// Whether the comments before the package clauses state the same constraints: white space between them counts.
private func hasSameConstraints(_ one: [UInt8], _ two: [UInt8]) -> Bool {
  func head(_ bytes: [UInt8]) -> ByteString {
    let text = ByteString(bytes)
    return ByteString(bytes.prefix(text.firstIndex(of: "\npackage ") ?? (text.hasPrefix("package ") ? 0 : bytes.count)))
  }
  let (first, second) = (head(one), head(two))
  return first == second
    || [first, second].allSatisfy { $0.firstIndex(of: "build") == nil && $0.firstIndex(of: "go:") == nil }
}

/// The tokens of a file with its directives, but without other comments.
private struct TokenStream {
  private var lexer: Lexer

  init(_ bytes: [UInt8]) { lexer = Lexer(bytes) }

  /// Whether no comment is cut off by the end of the file.
  var isWhole: Bool { !lexer.isCutOff }

  mutating func next() -> (token: Lexer.Token, text: ByteString, isImportOfC: Bool) {
    while true {
      let token = lexer.next()
      switch token {
      case .lineComment(let text), .trailingComment(let text):
        // A directive has no space after the slashes, except for the old build constraints.
        guard let byte = text.bytes.dropFirst(2).first else { continue }
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "/") {
          if text.firstIndex(of: "+build") == nil { continue }
        }
        return (token, text, false)
      case .semicolon, .end: return (token, "", false)
      case .literal: return (token, lexer.text, lexer.text == "\"C\"" || lexer.text == "`C`")
      default: return (token, lexer.text, false)
      }
    }
  }
}
