import Bytes
import Testing

@testable import GoSource

@Suite struct LexerTests {
  /// The tokens of `source`, each with its column, and its line if that is not the first.
  private func tokens(_ source: String) -> [String] {
    var lexer = Lexer(Array(source.utf8))
    var found: [String] = []
    while true {
      let token = lexer.nextOrComment()
      let text: String
      switch token {
      case .end: return found
      case .semicolon: text = ";"
      case .identifier(let name): text = name.text
      case .literal: text = "literal \(lexer.text.text)"
      case .mark(let byte): text = "mark \(Character(UnicodeScalar(byte)))"
      case .illegal: text = "illegal \(lexer.text.text)"
      case .lineComment: text = "line \(lexer.text.text)"
      case .trailingComment: text = "trailing \(lexer.text.text)"
      case .blockComment: text = "block \(lexer.text.text)"
      }
      let position = lexer.position
      found.append(token == .semicolon ? text : "\(text) @\(position.line):\(position.column)")
    }
  }

  @Test(
    "tokens and their positions",
    arguments: [
      ("a.b", ["a @1:1", "mark . @1:2", "b @1:3", ";"]),
      ("x += .5", ["x @1:1", "mark + @1:3", "mark = @1:4", "literal .5 @1:6", ";"]),
      ("x++\ny--\n", ["x @1:1", "mark + @1:2", ";", "y @2:1", "mark - @2:2", ";"]),
      (
        "f(a...)", ["f @1:1", "mark ( @1:2", "a @1:3", "mark . @1:4", "mark . @1:5", "mark . @1:6", "mark ) @1:7", ";"]
      ),
      ("`a\nb` c", ["literal `a\nb` @1:1", "c @2:4", ";"]),
      ("return\n", ["return @1:1", ";"]),
      ("func\nf", ["func @1:1", "f @2:1", ";"]),
      ("é '\\'' \"\\\"\"", ["é @1:1", "literal '\\'' @1:4", "literal \"\\\"\" @1:9", ";"]),
      ("\u{feff}a", ["a @1:1", ";"]),
    ])
  func tokens(source: String, expected: [String]) { #expect(tokens(source) == expected) }

  @Test(
    "a comment is trailing if anything but white space precedes it on its line",
    arguments: [
      ("a // b\n", ["a @1:1", "trailing // b @1:3", ";"]),
      ("\t// b\n// c\n", ["line // b @1:2", "line // c @2:1"]),
      ("/* a */ // b\n", ["block /* a */ @1:1", "trailing // b @1:9"]),
      ("`\n` // b\n", ["literal `\n` @1:1", "trailing // b @2:3", ";"]),
      ("a /*\n*/ b", ["a @1:1", "block /*\n*/ @1:3", ";", "b @2:4", ";"]),
      ("\"// a\"", ["literal \"// a\" @1:1", ";"]),
    ])
  func comments(source: String, expected: [String]) { #expect(tokens(source) == expected) }

  @Test(
    "an unterminated token ends with its line or the file, and an illegal character is a token",
    arguments: [
      ("\"a\nb", ["literal \"a @1:1", ";", "b @2:1", ";"]), ("`a", ["literal `a @1:1", ";"]),
      ("/* a", ["block /* a @1:1"]),
      ("a # b", ["a @1:1", "illegal # @1:3", "b @1:5", ";"]), ("\"\\", ["literal \"\\ @1:1", ";"]),
    ])
  func damaged(source: String, expected: [String]) { #expect(tokens(source) == expected) }

  @Test("errors at each byte of a large file cost no more than the file")
  func manyErrors() {
    var lexer = CheckedLexer([UInt8](repeating: 0xff, count: 300_000))
    while lexer.next().kind != .end {}
    #expect(lexer.complaints.count == 100)
  }
}
