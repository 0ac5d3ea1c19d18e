import Bytes
import GoSource
import Testing

/// The free names of a file. Each case lists which of the names x, y and T are free.
@Suite struct FreeNamesTests {
  static let cases: [(body: String, free: Set<String>)] = [
    // Selectors and packages.
    ("func f() { a.x() }", []), ("func f() { x.a() }", ["x"]), ("func f(a ...x) {}", ["x"]),
    ("import x \"p\"\nfunc f() { x.F() }", []), ("var _ = x", ["x"]),
    // Variables of a block, from the end of their statement to the end of the block.
    ("func f() int { x := 1; return x }", []), ("func f() int { x := x; return x }", ["x"]),
    ("func f() { { x := 1; _ = x }; _ = x }", ["x"]), ("func f() { { x := 1; _ = x } }", []),
    ("func f() { a, x, y := g(); _, _, _ = a, x, y }", []), ("func f() { a, x = g() }", ["x"]),
    ("func f() { var x, y int = 1, 2; _ = x + y }", []), ("func f() { var x = x }", ["x"]),
    ("func f() {\n\tvar (\n\t\tx = 1\n\t\ty = x\n\t)\n\t_ = y\n}", []),
    ("func f() {\n\tvar (\n\t\tx = y\n\t\ty = x\n\t)\n}", ["y"]), ("func f() { const x = 1; _ = x }", []),
    ("func f() { type T struct{ n *T }; var _ T }", []), ("func f() { _ = x; x := 1; _ = x }", ["x"]),
    ("func f() { x := func() { x() } }", ["x"]), ("func f() { x := func() { x := 1; _ = x }; x() }", []),
    ("var x, y int\nfunc f() { _ = x }", ["x"]),
    // Statements with a header.
    ("func f() { if x := g(); x > 0 { _ = x } else if x < 0 { _ = x } else { _ = x } }", []),
    ("func f() { if x := g(); x > 0 {}\n_ = x }", ["x"]), ("func f() { if x, y := g(); y { _ = x } }", []),
    ("func f() { if a { x := 1; _ = x } else { _ = x } }", ["x"]),
    ("func f() { for x := 0; x < 3; x++ { _ = x } }", []), ("func f() { for x := range y { _ = x } }", ["y"]),
    ("func f() { for x, y := range g() { _, _ = x, y } }", []), ("func f() { for x = range g() {} }", ["x"]),
    ("func f() { switch x := y.(type) { case int: _ = x; default: _ = x } }", ["y"]),
    ("func f() { switch { case a: x := 1; _ = x; case b: _ = x } }", ["x"]),
    ("func f() { select { case x := <-c: _ = x; case y, ok := <-c: _ = y; default: } }", []),
    ("func f() { switch a { case x, y: } }", ["x", "y"]),
    ("func f() { for { x := 1; _ = x }; _ = x }", ["x"]),
    // Parameters and results.
    ("func f(x, y int) { _ = x + y }", []), ("func f(x, y) {}", ["x", "y"]),
    ("func f() (x int, y error) { return x, y }", []),
    ("func f() (x, y) { return }", ["x", "y"]), ("func (x T) f() { _ = x }", ["T"]),
    ("func (a *L[T]) f(b T) { var _ T }", []),
    ("func f[T any](x T) { var _ T = x }", []), ("func f[T interface{ ~int | x }]() {}", ["x"]),
    ("func f(x ...int) { _ = x }", []), ("func f(x []int, y func(T) int) { _ = x; y() }", ["T"]),
    ("func f() { g(func(x int) { _ = x }); _ = x }", ["x"]), ("func f() { g(func(x int) int { return x }(1)) }", []),
    ("func f() { var a func(x int); { _ = x } }", ["x"]), ("func x() { y() }", ["y"]), ("func (r R) x() {}", []),
    ("func f(x int); func g() { _ = x }", ["x"]),
    // Types.
    ("type S struct { x int; y, z []T }", ["T"]), ("type S struct { x; *y; p.T }", ["x", "y"]),
    ("type S struct { x func(y int) T `tag` }", ["T"]), ("type I interface { x(y int) T; y }", ["T", "y"]),
    ("func f() { a := struct{ x int }{1}; _ = a }", []),
    // Ambiguous names count as free.
    ("var _ = S{x: 1}", ["x"]), ("func f() {\nx:\n\tfor {\n\t\tbreak x\n\t}\n}", ["x"]),
    // Text is no use.
    ("// x\nvar s = \"x\" + `y`", []), ("func f() { for x := range []int{1} { _ = y } }", ["y"]),
  ]

  @Test("names that no scope of the file declares are free", arguments: cases.indices)
  func free(_ index: Int) {
    let (body, free) = Self.cases[index]
    let found = FreeNames(Array("package p\n\n\(body)\n".utf8)).all
    #expect(found.intersection(["x", "y", "T"]) == Set(free.map { ByteString($0) }), "\(body)")
  }

  @Test(
    "files that do not begin with a package clause, and deep brackets, end nothing",
    arguments: [
      "x package p", "x", "[", "x x", "x =", "x[",
      "type T struct { a " + String(repeating: "[1]", count: 200_000) + "int }",
      "func f(a " + String(repeating: "[1]", count: 200_000) + "int) {}", "if _, err = f(); err != nil {}",
    ])
  func odd(_ text: String) { #expect(FreeNames(Array(text.utf8)).certain["_"] == nil) }

  @Test(
    "names that are free without doubt have a position",
    arguments: [
      ("func f() { x() }", 12), ("func f() { a, b = x.y, 1 }", 19), ("func f() { _ = x }", 16), ("var _ = x()", nil),
      ("func f() int { return x }", 23),
      ("type T[S ~[]x, x any] struct { s S; e x }", nil), ("type T[M ~map[a]b, a any, x any] struct { x x; y x }", nil),
      ("func f(x [g(t[0])]byte) {}", nil), ("func f(x [2][g(t[0])]byte) {}", nil),
      ("func f() { if c, ok := a.(interface{ S() (x, y int) }); ok {} }", nil),
      ("func f() { type r interface { S() (n, x int); x } }", nil), ("x package p", nil),
      ("func f() { var a struct { x [n]int } }", nil), ("func f() { var a struct { b [2][n]x } }", 35), ("var a x", 7),
      ("var a, b *x", 11), ("type T x", 8),
      ("type T struct { a, b x `t` }", 22), ("type T struct { x; a int }", 17), ("type T[x any] struct{ y x }", nil),
      ("type (\n T[x any] struct{ y x }\n)", nil),
      ("var a []x", 9), ("var a = map[string]x{}", nil), ("type T struct { x int }", nil),
      ("type I interface { x }", nil),
      ("const (\n a = iota\n x\n)", nil), ("var x int", nil), ("type x int", nil), ("type T struct { a x.y }", nil),
      ("func (a *x) m() {}", 10), ("func (x) m() {}", 7),
      ("func f(a int, b []x) {}", 19), ("func f(x, y) {}", 8), ("func f() (int, x) { return }", 16),
      ("func f(a func(x int)) {}", nil), ("func f(a struct{ x int }) {}", nil), ("func f[x any](a x) {}", nil),
      ("func (a *L[x]) f(b x) {}", nil), ("func f(a p.x) {}", nil), ("func f(x int, y int) {}", nil),
      ("func f() { if x && y {} }", 15), ("func f() { g(1, x) }", 17),
      ("func f() { _ = a[x] + 1 }", 18), ("func f() { x = 1 }", nil), ("func f() { _ = S{1, x: 1} }", nil),
      ("func f() { _ = a[x:] }", nil), ("func f() { var a struct { b, x int } }", nil),
      ("func f() { var a interface { m(x, y int) } }", nil), ("func f() { for { continue x } }", nil),
      ("func f() { var g func(x, y int) }", nil), ("func f() { g(func(a, x int) {}) }", nil),
      ("func f() { switch a.(type) { case x: } }", nil), ("func f() { a, x := 1, 2; _ = x }", nil),
      ("func f() { type T[x any] struct{ y x } }", nil),
      ("func f() { x: for { x() } }", nil), ("func f(x int) {}; func g() { x() }", nil), ("type T struct { x.y }", nil),
      ("func f() { _ = S{x: 1}; x() }", nil), ("func f() { for range x.y {} }", 22),
    ] as [(String, Int?)])
  func certain(_ body: String, _ column: Int?) {
    let names = FreeNames(Array("package p\n\n\(body)\n".utf8)).certain
    let found = names["x"]
    #expect(names["_"] == nil)
    #expect(found?.column == column && found?.line == column.map { _ in 3 }, "\(body)")
  }
}
