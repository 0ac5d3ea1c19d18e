import Bytes
import Testing

@testable import GoSource

@Suite struct CheckedLexerTests {
  private func read(_ source: [UInt8]) -> (tokens: [String], errors: [String]) {
    var lexer = CheckedLexer(source)
    var tokens: [String] = []
    while true {
      let token = lexer.next()
      switch token.kind {
      case .end:
        return (tokens, lexer.complaints.map { "\($0.position.line):\($0.position.column): \($0.message)" })
      case .semicolon(let isNewline): tokens.append(isNewline ? "newline" : ";")
      case .comment: tokens.append("comment")
      case .illegal: tokens.append("illegal")
      case .identifier, .string, .literal: tokens.append(String(decoding: token.text, as: UTF8.self))
      case .word(let word): tokens.append(word.text)
      }
    }
  }

  @Test(
    "operators are whole, as Go splits them",
    arguments: [
      ("a<--b", ["a", "<-", "-", "b", "newline"]), ("f(a...)", ["f", "(", "a", "...", ")", "newline"]),
      ("a&^=b++", ["a", "&^=", "b", "++", "newline"]), ("a.5", ["a", ".5", "newline"]),
      ("import 'x' /*\n*/ ;", ["import", "'x'", "comment", "newline", ";"]),
    ])
  func tokens(source: String, expected: [String]) { #expect(read(Array(source.utf8)).tokens == expected) }

  @Test(
    "errors are those of Go's scanner",
    arguments: [
      ("\"a", ["1:1: string literal not terminated"]), ("`a", ["1:1: raw string literal not terminated"]),
      ("'ab'", ["1:1: illegal rune literal"]), ("'a\n", ["1:1: rune literal not terminated"]),
      ("/* a", ["1:1: comment not terminated"]),
      ("\"\\q\"", ["1:3: unknown escape sequence"]),
      ("\"\\x4z\"", ["1:5: illegal character U+007A 'z' in escape sequence"]),
      ("'\\ud800'", ["1:3: escape sequence is invalid Unicode code point"]),
      ("'\\UFFFFFFFF'", ["1:3: escape sequence is invalid Unicode code point"]),
      ("'\\1", ["1:4: escape sequence not terminated"]),
      ("a # b", ["1:3: illegal character U+0023 '#'"]),
      ("“a", ["1:1: curly quotation mark '“' (use neutral '\"')"]),
      ("a\u{feff}", ["1:2: illegal byte order mark"]),
      ("// \0", ["1:4: illegal character NUL"]),
    ])
  func errors(source: String, expected: [String]) { #expect(read(Array(source.utf8)).errors == expected) }

  @Test(
    "bytes that are no UTF-8 are errors where they stand",
    arguments: [
      ([0x61, 0xff], ["1:2: illegal UTF-8 encoding", "1:2: illegal character U+FFFD '\u{fffd}'"]),
      ([0xff, 0xfe, 0x61, 0x00], ["1:1: illegal UTF-8 encoding (got UTF-16)"]),
    ])
  func encoding(source: [UInt8], expected: [String]) { #expect(read(source).errors == expected) }
}
