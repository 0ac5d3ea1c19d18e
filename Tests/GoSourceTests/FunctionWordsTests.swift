import Bytes
import GoSource
import Testing

/// The owner of a word in source code: a function, a method, an init, a variable or a type.
@Suite struct FunctionWordsTests {
  @Test(
    "the owner of a name",
    arguments: [
      ("func f() { X() }", .function("f")), ("func f[T any](t T) (a X) { return }", .function("f")),
      ("func (r *T) m() { X() }", .method("m")), ("func (X) m() {}", .method("m")), ("func init() { X() }", .start),
      ("var a = X()", .variable), ("var (\n\ta = 1\n\tb = X\n)", .variable), ("type t struct{ X }", .function("t")),
      ("type (\n\tt struct{ X }\n)", .variable), ("func f() func() { return func() { X() } }", .function("f")),
      ("// X\nfunc f() { g(\"X\", `X`, 'X') }", nil), ("import \"X\"", nil), ("const c = X", nil),
    ] as [(String, FunctionWords.Owner?)])
  func owner(source: String, owner: FunctionWords.Owner?) {
    let found = scanFunctionWords(Array("package p\n\n\(source)\n".utf8)).filter { $0.words.contains("X") }
    #expect(found.map(\.owner) == (owner.map { [$0] } ?? []))
  }
}
