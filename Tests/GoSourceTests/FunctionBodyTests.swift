import Bytes
import GoSource
import Testing

/// The effect of a function's body.
@Suite struct FunctionBodyTests {
  private func body(_ declaration: String) -> FunctionBody? {
    scanDeclarations(Array("package p\n\n\(declaration)\n".utf8)).first?.body
  }

  @Test(
    "bodies that work",
    arguments: [
      "func F() error { return call() + other() }", "func F() { x.y = 1; z() }",
      "func F(n int) error { if n > 3 { return errors.New(\"too many\") }; return nil }",
      "func F() error { for { if ok() { return nil } }; }", "func F(err error) error { return err }",
    ])
  func works(_ text: String) {
    switch body(text) {
    case .works, .depends: break
    case let other: Issue.record("\(text): \(String(describing: other))")
    }
  }

  @Test(
    "bodies that do nothing",
    arguments: [
      "func F() {}", "func F() error { return nil }", "func F() int { return 0 }",
      "func F() (string, error) { return \"\", nil }", "func F() { _ = x }",
    ])
  func idle(_ text: String) { #expect(body(text) == .idle) }

  @Test(
    "bodies that only fail, with the text of the error",
    arguments: [
      ("func F() { panic(\"not supported\") }", FunctionBody.Failure.panics(text: "not supported")),
      ("func F() { log.Fatal(\"needs cgo\") }", .panics(text: "needs cgo")),
      ("func F() error { return errors.New(\"stub\") }", .returns(text: "stub")),
      ("func F() (int, error) { return 0, fmt.Errorf(\"stub %d\", 1) }", .returns(text: "stub %d")),
      ("func F() error { return ErrNotSupported }", .returnsNamed("ErrNotSupported")),
      ("func F() error { return pkg.ErrNotSupported }", .returnsNamed("ErrNotSupported")),
      ("func F() error { err := errors.New(\"stub\"); return err }", .returns(text: "stub")),
      (
        "func F(c *C) error {\n\tif c != nil {\n\t\treturn ErrNotSupported\n\t}\n\treturn nil\n}",
        .returnsNamed("ErrNotSupported")
      ),
    ])
  func fails(_ text: String, _ failure: FunctionBody.Failure) { #expect(body(text) == .fails(failure)) }

  @Test("a body that hands on to a function of its package")
  func forwards() {
    #expect(
      body("func F(a int) error { return f(a) }")
        == .depends(FailureCause(groups: [.init(callees: [Callee(.fails, "f")], failure: nil)])))
  }

  @Test("an init is the calls of its statements")
  func initializers() {
    guard case .initializes(let calls, _) = body("func init() { drivers.Register(\"x\", open); y := 1; C.setup() }")
    else {
      Issue.record("not an initializer")
      return
    }
    #expect(calls.count == 1)
    #expect(calls.first?.strings == ["x"])
    #expect(calls.first?.names.isSuperset(of: ["drivers", "Register", "open"]) == true)
  }
}
