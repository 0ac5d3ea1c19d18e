import Bytes
import GoSource
import Testing

/// The members of types, and the types that they embed, from tokens.
@Suite struct TypeMembersTests {
  @Test(
    "members and embedded types",
    arguments: [
      ("type T struct { a, b int; C []string `x:\"y\"` }", "C a b", ""),
      (
        "type T struct {\n\tsync.Mutex\n\t*db.Conn `json:\"-\"`\n\tBase\n\tlist[int]\n}", "Base Conn Mutex list",
        "Base db.Conn list sync.Mutex"
      ),
      ("type T struct { a []int; b [4]int; c map[string]struct{ d int } }", "a b c", ""),
      ("type T struct { f func(a, b int) (c int); g interface{ h() } }", "f g", ""),
      ("type T interface { io.Closer; Read(p []byte) (n int, err error); error }", "Read", "error io.Closer"),
      ("type T[K comparable, V any] struct { pair[K, V]; k K }", "k pair", "pair"),
      ("type T = *db.Conn", "", "db.Conn"), ("type T db.Conn", "", "= db.Conn"), ("type T map[string]db.Conn", "", ""),
      ("type T []db.Conn", "", ""), ("type T [4]db.Conn", "", ""), ("type T func() db.Conn", "", ""),
      ("type (\n\tU struct{ a int }\n\tT struct{ U }\n)", "U", "U"), ("type T = struct { a int }", "a", ""),
      ("func f() { type T struct { a int } }\ntype T struct { b int }", "b", ""),
      ("// type T struct { a int }\ntype /* T */ T struct { // b int\n c int }", "c", ""),
      ("type T struct {\n\ta int", "", ""), ("type T struct { é, b int }", "b é", ""),
    ])
  func members(source: String, names: String, embedded: String) {
    let members = scanTypeMembers(Array("package p\n\(source)\n".utf8))["T"]
    #expect((members?.names ?? []).map(\.text).sorted().joined(separator: " ") == names)
    let types = (members?.embedded ?? []).map { ($0.qualifier.map { $0.text + "." } ?? "") + $0.name.text }
    let declared = (members?.declaredAs ?? []).map { "= " + ($0.qualifier.map { $0.text + "." } ?? "") + $0.name.text }
    #expect((types.sorted() + declared).joined(separator: " ") == embedded)
  }
}
