import Bytes
import Testing

@testable import Config

@Suite struct GlobTests {
  @Test(
    "a pattern matches exactly these names",
    arguments: [
      ("cmd/*", ["cmd/a", "cmd/ab"], ["cmd", "cmd/a/b", "cmdx/a"]), ("cmd/...", ["cmd", "cmd/a", "cmd/a/b"], ["cmdx"]),
      ("./cmd/a", ["cmd/a"], ["cmd/ab"]), (".", [""], ["a"]), ("**", ["", "a", "a/b"], []),
      ("**/x", ["x", "a/x", "a/b/x"], ["a/xy"]), ("a/**/b/*c", ["a/b/c", "a/1/2/b/bc"], ["a/b", "a/1/c"]),
      ("github.com/?/b-*-d", ["github.com/a/b-c-d", "github.com/a/b-c-c-d"], ["github.com/aa/b-c-d"]),
    ] as [(String, [String], [String])])
  func matches(pattern: String, named: [String], others: [String]) {
    let glob = Glob(pattern)
    for name in named { #expect(glob.matches(ByteString(name)), "\(pattern) and \(name)") }
    for name in others { #expect(!glob.matches(ByteString(name)), "\(pattern) and \(name)") }
  }

  @Test("a hostile pattern is matched quickly")
  func hostile() {
    let glob = Glob(String(repeating: "*a", count: 5000) + "b")
    #expect(!glob.matches(ByteString(String(repeating: "a", count: 5000))))
  }
}
