import Testing

@testable import GoSource

@Suite struct SignificantTokensTests {
  private func areSame(_ one: [UInt8], _ two: [UInt8]) -> Bool {
    significantTokens(of: one).map { $0 == significantTokens(of: two) } ?? false
  }

  private static let file = """
    // Package p does this.
    package p

    // F is a function.
    func F() int { return 1 }

    """

  @Test(
    "a file that differs only in comments and white space is the same to the compiler",
    arguments: [
      ("// Package p does this.", "// Package p does that,\n// and more."),
      ("// F is a function.", "/* F is\n a function. */"),
      ("{ return 1 }", "{  return 1 } // one"), ("func F() int", "func  F()  int"), ("return 1", "return  1"),
      ("// F is a function.", "// ä go: comment"),
    ])
  func same(_ old: String, _ new: String) {
    #expect(areSame(Array(Self.file.replacing(old, with: new).utf8), Array(Self.file.utf8)))
  }

  @Test(
    "a directive, a constraint, C code or a comment that does not compile is another file",
    arguments: [
      ("return 1", "return 2"), ("// F is a function.", "//go:noinline"), ("// F is a function.", "//line x.go:1"),
      ("// Package p does this.\n", "//go:build cgo\n\n"), ("// Package p does this.\n", "// +build cgo\n\n"),
      ("// Package p does this.\n", "// +build cgo\n"), ("package p\n", "package p\nimport \"C\"\n"),
      ("func F() int {", "func F()\nint {"), ("return 1", "return\n1"), ("return 1 }\n", "return 1 }\n/* open"),
      ("// F is", "// F\u{0} is"), ("// F is", "// \u{feff} is"), ("return 1", "x : = 1"),
      ("// F is a function.", "/*line x.go:1*/"),
      ("// F is a function.", "/*\n*/ //go:noinline"), ("return 1 }", "return 1e +5 }"),
    ])
  func other(_ old: String, _ new: String) {
    let changed = Array(Self.file.replacing(old, with: new).utf8)
    #expect(!areSame(changed, Array(Self.file.utf8)))
  }

  @Test(
    "white space within an operator, a number or before a directive counts",
    arguments: [
      ("x := 1", "x : = 1"), ("x == 2", "x = = 2"), ("c <- x", "c < - x"), ("f(a ...int)", "f(a .. .int)"),
      ("x = 1e+5", "x = 1e +5"), ("x++", "x+ +"), ("\t//line foo.go:0", "//line foo.go:0"),
      ("/*\npackage main\n*/\n//go:build linux\n", "/*\npackage main\n*/ //go:build linux\n"),
    ])
  func spaces(_ old: String, _ new: String) {
    let (one, two) = ("package p\n\n\(old)\n", "package p\n\n\(new)\n")
    #expect(!areSame(Array(two.utf8), Array(one.utf8)))
  }

  @Test("a comment that is not UTF-8 does not compile")
  func encoding() {
    #expect(!areSame(Array(Self.file.utf8) + [0x2f, 0x2f, 0xff, 0x0a], Array(Self.file.utf8)))
  }

  @Test("white space decides whether an old constraint counts")
  func oldConstraint() {
    let counts = Array("// +build cgo\n\npackage p\n".utf8)
    let isComment = Array("// +build cgo\npackage p\n".utf8)
    #expect(!areSame(counts, isComment) && areSame(counts, counts))
  }

  @Test("a file with import \"C\" is never the same, since its comments are code")
  func cgo() {
    let file = Array("package p\n\n// int f(void);\nimport \"C\"\n".utf8)
    #expect(!areSame(file, file))
  }
}
