import Bytes
import GoSource
import Testing

/// The cases of reference/go-facts.md, 1.1 and 1.3, each tested on three toolchains.
@Suite struct ConstraintTests {
  private func constraint(_ source: String) -> BuildConstraint? { scanFile(kind: .go, Array(source.utf8)).constraint }

  private func isTrue(_ source: String, _ tags: Set<ByteString>) -> Bool {
    constraint(source)?.evaluate(tags.contains) ?? true
  }

  @Test(
    "operators bind as in Go",
    arguments: [
      ("a && b || c", ["c"], true), ("a && (b || c)", ["c"], false), ("!a && b", ["b"], true), ("!(a || b)", [], true),
      ("a || b && c", ["a"], true), ("!a || !b", ["a", "b"], false), ("a.b_1", ["a.b_1"], true),
      ("größe", ["größe"], true),
    ] as [(String, [String], Bool)])
  func operators(_ expression: String, _ tags: [String], _ expected: Bool) {
    #expect(isTrue("//go:build \(expression)\n\npackage p\n", Set(tags.map { ByteString($0) })) == expected)
  }

  @Test(
    "a malformed constraint excludes the file",
    arguments: [
      "", "a b", "a-b", "a // comment", "a & b", "a | b", "!!a", "(a", "a)", "a &&", "&& a", "()", "a !b",
    ])
  func malformed(_ expression: String) {
    let facts = scanFile(kind: .go, Array("//go:build \(expression)\n\npackage p\n".utf8))
    #expect(facts.problem?.dropsFile == true)
    #expect(facts.problem?.message.hasPrefix("parsing //go:build line: ") == true)
  }

  @Test("two //go:build lines are an error")
  func two() {
    let facts = scanFile(kind: .go, Array("//go:build a\n//go:build b\n\npackage p\n".utf8))
    #expect(facts.problem?.message == "multiple //go:build comments")
  }

  @Test(
    "positions where a //go:build line is valid",
    arguments: [
      ("//go:build x\npackage p\n", true), ("  //go:build x\n\npackage p\n", true),
      ("// doc\n//go:build x\npackage p\n", true),
      ("/* a\n*/\n//go:build x\npackage p\n", true), ("//go:build x\r\n\r\npackage p\r\n", true),
      ("\u{feff}//go:build x\npackage p\n", true), ("/* */ //go:build x\npackage p\n", false),
      ("// go:build x\npackage p\n", false), ("package p\n//go:build x\n", false), ("//go:buildx\npackage p\n", false),
      ("/*\n//go:build x\n*/\npackage p\n", false), ("//go:build\u{a0}x\npackage p\n", true),
    ])
  func places(_ source: String, _ counts: Bool) { #expect((constraint(source) != nil) == counts) }

  @Test(
    "// +build: lines AND, spaces OR, commas AND",
    arguments: [
      ("// +build a b\n\npackage p\n", ["b"], true), ("// +build a,b\n\npackage p\n", ["b"], false),
      ("// +build a\n// +build b\n\npackage p\n", ["b"], false), ("// +build !a\n\npackage p\n", [], true),
      ("//+build a\n\npackage p\n", ["a"], true), ("// +build !!a\n\npackage p\n", ["a"], false),
      ("// +build\n\npackage p\n", [], false), ("// +build a\npackage p\n", [], true),
      ("//go:build b\n// +build a\n\npackage p\n", ["b"], true), ("/* lic */\n\n// +build a\n\npackage p\n", [], true),
      ("// +build a\n\n/* x */\npackage p\n", [], false), ("// +build a\n/* x */\npackage p\n", [], true),
    ] as [(String, [String], Bool)])
  func plusBuild(_ source: String, _ tags: [String], _ expected: Bool) {
    #expect(isTrue(source, Set(tags.map { ByteString($0) })) == expected)
  }

  @Test("deep nesting is refused, not followed")
  func nesting() {
    let deep = String(repeating: "(", count: 100_000) + "a" + String(repeating: ")", count: 100_000)
    #expect(scanFile(kind: .go, Array("//go:build \(deep)\npackage p\n".utf8)).problem != nil)
    let long = (0..<400).map { "t\($0)" }.joined(separator: " && ")
    #expect(isTrue("//go:build \(long)\npackage p\n", []) == false)
  }

  @Test(
    "a file name can imply a platform",
    arguments: [
      ("a_windows.go", ["windows"]), ("a_windows_amd64.go", ["windows", "amd64"]), ("a_amd64_linux.go", ["linux"]),
      ("linux.go", []), ("a_linux.pb.go", ["linux"]), ("a.windows.go", []), ("windows_amd64.go", ["amd64"]),
      ("a_windows_test.go", ["windows"]), ("windows_test.go", []), ("a_unix.go", []), ("a_cgo.go", []),
      ("a_LINUX.go", []), ("a_linux_foo.go", []), ("a__windows.go", ["windows"]), ("a_zos.go", ["zos"]),
      ("a_windows_.go", []), ("c_arm64.s", ["arm64"]), ("a_wasip1.go", ["wasip1"]),
    ] as [(String, [String])])
  func names(_ name: String, _ tags: [String]) {
    #expect(platformSuffix(ByteString(name)) == tags.map { ByteString($0) })
  }

  @Test(
    "files that Go reads",
    arguments: [
      ("a.go", true), ("_a.go", false), (".a.go", false), ("a.GO", false), ("a.syso", true), ("a.txt", false),
      ("go", false),
      ("a.swigcxx", true), ("a.F", true), ("a.C", false),
    ])
  func kinds(_ name: String, _ isSeen: Bool) { #expect((SourceKind(name: ByteString(name)) != nil) == isSeen) }
}
