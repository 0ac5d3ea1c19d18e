import Bytes
import GoSource
import Testing

@Suite struct HeaderTests {
  private func scan(_ source: String) -> FileFacts { scanFile(kind: .go, Array(source.utf8)) }

  @Test(
    "imports in every form",
    arguments: [
      ("package p\nimport \"a\"\n", ["a"]),
      ("package p\nimport (\n\"a\"\n. \"b\"; _ \"c\"\nx \"d\")\n", ["a", "b", "c", "d"]),
      ("package p; import `a`; import \"b\"", ["a", "b"]), ("package p\nimport \"\\x43\"\n", ["C"]),
      ("package p\nimport `C`\n", ["C"]), ("\u{feff}package p\nimport \"a\"\n", ["a"]),
      ("package p\r\nimport (\r\n\"a\"\r\n)\r\n", ["a"]), ("package p\nimport ()\nimport \"a\"\n", ["a"]),
      ("package p\n// import \"x\"\n/* import \"y\" */ import /* z */ \"a\" // \"w\"\n", ["a"]),
      ("package p\nvar x int\nimport \"late\"\n", []), ("package p\n\u{feff}import \"fmt\"\n", []),
      ("package p\nimport \"a\"\nvar s = `\nimport \"b\"\n`\n", ["a"]),
      ("package p\nimport \"\\u0061\\142\"\n", ["ab"]),
    ] as [(String, [String])])
  func imports(_ source: String, _ paths: [String]) {
    #expect(scan(source).imports.map(\.path) == paths.map { ByteString($0) })
    #expect(scan(source).problem == nil)
  }

  @Test("an import spec is located at its start, and ends after the path")
  func positions() {
    let facts = scan("package p\n\nimport (\n\tx \"net/http\"\n)\nimport \"C\"\n")
    #expect(facts.imports[0].start == Position(line: 4, column: 2))
    #expect(facts.imports[0].end == Position(line: 4, column: 14))
    #expect(facts.imports[1].start == Position(line: 6, column: 8))
    #expect(facts.packagePosition == Position(line: 1, column: 9))
  }

  @Test("columns are bytes")
  func columns() {
    let facts = scan("package p; /* größe */ import \"a\"\n")
    #expect(facts.imports[0].start == Position(line: 1, column: 33))
  }

  @Test(
    "syntax errors belong to the file, with Go's positions and messages",
    arguments: [
      ("package p\nimport fmt\n", 2, 11, "missing import path"),
      ("package p\nimport \"fmt\n", 2, 8, "string literal not terminated"),
      ("packag p\n", 1, 1, "expected 'package', found packag"),
      ("package p\nimport (\n\"a\"\n", 3, 5, "expected ')', found 'EOF'"),
      ("package p\nimport `a\n", 2, 8, "raw string literal not terminated"),
      ("/* open\npackage p\n", 1, 1, "comment not terminated"),
      ("package p\nimport (\"fmt\" \"os\")\n", 2, 15, "expected ';', found \"os\""),
      ("package func\n", 1, 9, "expected 'IDENT', found 'func'"),
      ("package {{.X}}\n", 1, 9, "expected 'IDENT', found '{'"), ("", 1, 1, "expected 'package', found 'EOF'"),
      ("package p\nimport 1\n", 2, 8, "import path must be a string"),
      ("package p\nimport \"\\q\"\n", 2, 10, "unknown escape sequence"),
      ("package p\nimport \"a b\"\n", 2, 8, "invalid import path: a b"),
      ("package p\nimport “os”\n", 2, 8, "curly quotation mark '“' (use neutral '\"')"),
      ("package p # x\nimport \"a\"\n", -1, -1, ""), ("package p\nimportant\n", -1, -1, ""),
    ] as [(String, Int, Int, String)])
  func syntax(_ source: String, _ line: Int, _ column: Int, _ message: String) {
    let problem = scan(source).problem
    guard line > 0 else { return #expect(problem == nil) }
    #expect(problem?.dropsFile == false)
    #expect(problem?.position == Position(line: line, column: column))
    #expect(problem?.message == message)
  }

  @Test("an extra semicolon ends the imports, as in Go's parser")
  func semicolons() {
    #expect(scan("package p; import \"a\"; import \"b\"").imports.map(\.path) == ["a", "b"])
    #expect(scan("package p\nimport \"a\";; import \"b\"\n").imports.map(\.path) == ["a"])
    #expect(scan("package p;\n;\nimport \"a\"\n").imports.isEmpty)
  }

  @Test("a NUL in the header excludes the file, a later one does not")
  func nul() {
    #expect(scan("package p\0\n").problem?.dropsFile == true)
    #expect(scan("package p\nvar x = 1\0").problem == nil)
  }

  @Test(
    "//go:cgo_import_dynamic counts at the start of a line of code, anywhere in the file",
    arguments: [
      ("//go:cgo_import_dynamic x puts \"libc.so.6\"", 1),
      ("func f() {\n\t//go:cgo_import_dynamic _ _ \"libm.so.6\"\n}", 1),
      ("// go:cgo_import_dynamic _ _ \"l\"", 0), ("var s = `\n//go:cgo_import_dynamic _ _ \"l\"\n`", 0),
      ("/*\n//go:cgo_import_dynamic _ _ \"l\"\n*/", 0), ("var x = 1 //go:cgo_import_dynamic _ _ \"l\"", 0),
      ("var s = \"//go:cgo_import_dynamic\"", 0), ("//go:cgo_import_dynamics x", 0),
      ("var c = '\"'\n//go:cgo_import_dynamic _ _ \"l\"", 1), ("var c = '`'\n//go:cgo_import_dynamic _ _ \"l\"", 1),
    ])
  func dynamic(_ body: String, _ count: Int) {
    #expect(scan("package p\n\n\(body)\n").dynamicImports.count == count)
  }

  @Test("the library of a directive")
  func library() {
    let found = scan("package p\n//go:cgo_import_dynamic purego_dlopen dlopen \"libdl.so.2\"\n").dynamicImports
    #expect(found.first?.library == "libdl.so.2")
    #expect(found.first?.position == Position(line: 2, column: 1))
  }

  @Test("embed patterns, bare and quoted, only with the import")
  func embed() {
    let body = "//go:embed a.txt \"b c.txt\" `d`\nvar x string\n"
    #expect(scan("package p\nimport _ \"embed\"\n\(body)").embeds.map(\.pattern) == ["a.txt", "b c.txt", "d"])
    #expect(scan("package p\n\(body)").embeds.map(\.pattern) == [])
  }

  @Test("only top-level declarations")
  func declarations() {
    let source = """
      package p
      import "C"
      type T struct { field int }
      type ( A = int; B[K any] interface { M() } )
      const (
        One = iota +
          offset
        Two, Three
      )
      var x, y = f(func() { var inner int; _ = inner }), `
      func NotThis() {}
      `
      func (t *T) Method(a int) int { type local int; return 0 }
      func (t B[K]) Generic() {}
      func Plain[V any](v V) { if true { } }
      func bodyless()
      // func Commented() {}
      """
    let found = scanDeclarations(Array(source.utf8)).map { ($0.receiver.map { $0.text + "." } ?? "") + $0.name.text }
    #expect(
      found == [
        "T", "A", "B", "One", "Two", "Three", "x", "y", "T.Method", "B.Generic", "Plain", "bodyless",
      ])
  }

  @Test(
    "broken source neither crashes nor hangs",
    arguments: [
      "package p\nfunc (", "package p\ntype (", "package p\nvar x = `", "package p\nconst ( A = (",
      "package p\nfunc f() { \"",
      "package p\nvar (a, ", "\u{feff}", "package p\n/*", "package p\nimport \"\\", "package p\nvar c = '",
    ])
  func broken(_ source: String) {
    let bytes = Array(source.utf8)
    for length in 0...bytes.count {
      _ = scanFile(kind: .go, Array(bytes[..<length]))
      _ = scanDeclarations(Array(bytes[..<length]))
    }
  }
}
