import Bytes
import Testing

@testable import GoSource

/// Readers take time in proportion to the size of their input: an input of half a megabyte ends in seconds. Where the time
/// grew with the square, each of these would take hours.
@Suite struct LinearTests {
  static let inputs: [(name: String, content: String)] = [
    ("words of an embed line", "package main\nimport _ \"embed\"\n//go:embed \(many("a "))\nvar x string\n"),
    ("quoted words of an embed line", "package main\nimport _ \"embed\"\n//go:embed \(many("\"a\" "))\nvar x string\n"),
    ("an import path", "package main\nimport _ \"\(many("a"))\"\n"),
    ("imports", "package main\nimport (\n\(numbered("_ \"a/b%\"\n")))\n"),
    ("the same import", "package main\nimport (\n\(many("\"a\"\n")))\nimport \"C\"\n"),
    ("malformed imports", "package main\nimport (\n\(many("\u{c}\"a\"\n")))\n"),
    ("imports that do not end", "package main\nimport “a\n\(many("import \"a\n"))"),
    ("comments before import C", "package main\n\n\(many("//x\n\n"))import \"C\"\n"),
    ("one comment before import C", "package main\n\n\(many("//x\n"))import \"C\"\n"),
    ("#cgo lines", "package main\n\n/*\n\(many("#cgo CFLAGS: -DX\n"))*/\nimport \"C\"\n"),
    ("variables in a #cgo line", "package main\n\n/*\n#cgo CFLAGS: \(many("${SRCDIR}"))\n*/\nimport \"C\"\n"),
    ("tags", "//go:build \(many("a || "))b\n\npackage main\n"),
    ("wide tags", "//go:build \(many("é || "))b\n\npackage main\n"),
    ("wide tags without operators", "//go:build \(many("é "))\n\npackage main\n"),
    ("parentheses", "//go:build \(many("("))a\(many(")"))\n\npackage main\n"),
    ("+build lines", "\(many("// +build a\n"))\npackage main\n"),
    ("comments on a line", "\(many("/**/ "))\npackage main\n"),
    ("invalid UTF-8", "// \(many("\u{fffd}"))\npackage main\n"), ("NUL", "package main\nimport \"a\" //\(many("\0"))"),
    ("nesting", "package main\nvar x = \(many("("))1\(many(")"))\n"),
    ("nested types", "package main\nimport \"C\"\ntype T \(many("struct{ x "))int\(many("}"))\n"),
    ("functions", "package main\nimport \"C\"\n\(many("func init() { f(\"x\") }\n"))"),
    ("a name", "package main\nimport \"C\"\nvar \(many("a")) int\n"),
    ("directives", "package main\n\(many("//staticgo:allow x -- y\n"))"),
    ("dynamic imports", "package main\n\(many("//go:cgo_import_dynamic a b \"c\"\n"))"),
    ("blocks", "package main\nfunc f() \(many("{ x := y; if x {"))"),
    ("headers", "package main\nfunc f() { \(many("if for a := b ) } "))"),
    ("clauses", "package main\nfunc f() { switch { \(many("case a := <-b: ) x() "))"),
    ("function types", "package main\nfunc f\(many("(a func"))"),
    ("parameters", "package main\nfunc f(\(many("a, "))b int) {}\n"),
    ("strings that do not end", "package main\n\(many("var a = \"\n"))"),
  ]

  private static let size = 1 << 19
  private static func many(_ text: String) -> String { String(repeating: text, count: size / text.utf8.count) }
  private static func numbered(_ text: String) -> String {
    let parts = text.split(separator: "%")
    return (0..<(size / text.utf8.count)).map { "\(parts[0])\($0)\(parts[1])" }.joined()
  }

  @Test("half a megabyte is read in one pass", .timeLimit(.minutes(2)), arguments: inputs.indices)
  func linear(_ index: Int) {
    let bytes = Array(Self.inputs[index].content.utf8)
    let facts = scanFile(kind: .go, bytes)
    let packed = PackedFacts(facts, symbols: Symbols())
    // Not in the expectation, which would print a megabyte.
    let isSame = packed.facts == facts
    #expect(isSame)
    _ = scanDeclarations(bytes)
    _ = scanFunctionWords(bytes)
    _ = scanTypeMembers(bytes)
    _ = FileUses(bytes)
    _ = FreeNames(bytes)
    _ = scanLineComments(bytes, startingWith: "//staticgo:")
  }
}
