import Bytes
import Testing

@testable import GoSource

@Suite struct SignatureTests {
  private static func signature(_ text: String) -> UInt64? {
    scanDeclarations(Array("package p\nfunc F\(text) {}\n".utf8)).first?.signature
  }

  @Test(
    "signatures that differ only in parameter names are equal",
    arguments: [
      ("(a int)", "(int)"), ("(a, b int)", "(x int, y int)"), ("(a, b int)", "(int, int)"),
      ("(path string) (n int, err error)", "(string) (int, error)"), ("(_ []byte) error", "(b []byte) error"),
      ("(f func(a, b int) error)", "(g func(a, b int) error)"), ("(m map[string]pkg.T)", "(map[string]pkg.T)"),
      ("(a ...string) *pkg.T", "(...string) *pkg.T"), ("[T any](a T)", "[T any](b T)"), ("()", "(\n)"),
      ("(c <-chan int)", "(d <-chan int)"), ("(l list[int])", "(m list[int])"),
    ])
  func same(one: String, other: String) { #expect(Self.signature(one) == Self.signature(other)) }

  @Test(
    "other signatures differ",
    arguments: [
      ("(a int)", "(a string)"), ("(a int)", "(a, b int)"), ("() error", "()"), ("() (int, error)", "() (error, int)"),
      ("(a []int)", "(a int)"), ("(a *T)", "(a T)"), ("(a int)", "() int"), ("(a pkg.T)", "(a other.T)"),
    ])
  func different(one: String, other: String) { #expect(Self.signature(one) != Self.signature(other)) }
}
