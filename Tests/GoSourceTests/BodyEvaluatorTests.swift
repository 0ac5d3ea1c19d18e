import Bytes
import GoSource
import Testing

/// The statements of a body, followed to the ways in which it ends.
@Suite struct BodyEvaluatorTests {
  private func function(_ body: String, _ signature: String = "() error") -> Declaration? {
    scanDeclarations(Array("package p\n\nfunc F\(signature) {\n\(body)\n}\n".utf8)).first
  }

  /// The callees that the failure depends on: groups separated by `|`, members by `&`.
  private func cause(_ body: String, _ signature: String = "() error") -> String {
    guard let function = function(body, signature) else { return "no function" }
    switch function.body {
    case .fails: return "always"
    case .depends(let cause):
      return cause.groups.map { $0.callees.map { "\($0.kind) \($0.name.text)" }.joined(separator: " & ") }
        .joined(separator: " | ")
    default: return "never"
    }
  }

  @Test(
    "a body that returns an error on all ways",
    arguments: [
      "if x > 1 { return errA }\nreturn errB", "if x > 1 {\n return errA\n} else {\n return errB\n}",
      "{\n return errA\n}", "x()\nreturn errors.New(\"no\")", "var err error\nerr = errA\nreturn err",
      "switch x {\ncase 1: return errA\ndefault: return errB\n}", "for {\n return errA\n}",
      "if err := errA; err != nil {\n return err\n}\nreturn nil", "once.Do(func() { e = errA })\nreturn e",
      "select {\ncase <-a: return errA\ncase <-b: return errB\n}", "os.Exit(1)", "log.Fatalf(\"no\")\nreturn nil",
      "f := func() error { return errA }\nreturn f()", "defer x.Close()\nreturn errA",
      "for _, a := range []string{\"a\", \"b\"} {\n use(a)\n}\nreturn errA",
    ])
  func always(_ body: String) { #expect(cause(body) == "always") }

  @Test(
    "a body that may end without an error",
    arguments: [
      "if x > 1 { return errA }\nreturn nil", "for i := range n {\n return errA\n}\nreturn nil", "for {\n}",
      "switch x {\ncase 1: return errA\n}\nreturn nil", "switch {\ncase x: return errA\ncase y: break\n}\nreturn nil",
      "for {\n if x > 1 { break }\n return errA\n}\nreturn nil", "goto end\nend:\nreturn errA",
      "if f(func() { return }); x {}",
      "defer func() { recover() }()\npanic(1)", "select {\ncase err := <-a: return err\n}",
      "for _, err := range list {\n if err != nil { return err }\n}\nreturn nil", "return io.EOF",
      "go func() { panic(1) }()",
      "f := func() error { return errA }\nif f() == nil { return nil }\nf = func() error { return nil }\nreturn f()",
      "defer clean()\nreturn errA", "defer t.guard(&err)\nreturn errA", "return errors.Join(a, b)",
      "func() { e = nil }()\nreturn nil", "e := errA\nset(&e)\nreturn e",
      "e := errA\nwith(func() { e = nil })\nreturn e",
      "const on = true\nif !on { return errA }\nreturn nil", "defer func() { err = nil }()\nreturn nil",
      "if a := []T{{1}}; len(a) > 0 { return nil }\nreturn errA", ")]}",
    ])
  func never(_ body: String) { #expect(cause(body) == "never") }

  @Test(
    "a body that fails because of functions of its package",
    arguments: [
      ("return f()", "fails f"), ("if err := f(); err != nil { return err }\nreturn nil", "returnsError f"),
      ("err := f()\nif err == nil { return nil }\nreturn err", "returnsError f"),
      ("if err := f(); err == nil { return nil }\nreturn g()", "panics f | returnsError f & fails g"),
      ("f()\nreturn nil", "panics f"), ("return int(f()) + 1", "panics f"), ("x := f\nreturn nil", "never"),
      ("if !on { return errA }\nreturn nil", "isFalse on"),
      ("if on() { return errA }\nreturn nil", "panics on | isTrue on"),
      ("for i := 0; i < 3; i++ {\n if err = f(); err == nil { return nil }\n}\nreturn err", "returnsError f"),
      ("return a.f()", "never"), ("f := other()\nreturn f()", "panics other"),
    ])
  func depends(_ body: String, _ callees: String) {
    #expect(cause(body) == callees)
  }

  @Test(
    "other results than errors",
    arguments: [
      ("return func() error { return errA }", "() Option", "always"), ("return T{}", "() I", "failingType T"),
      ("return &T{a: 1}, nil", "() (I, error)", "failingType T"),
      ("return Option(func() error { return errA })", "() I", "type Option"),
      ("b, err := f()\nif err != nil { return nil }\nreturn b", "() []byte", "returnsError f"),
      ("b, err := f()\nif err != nil { return 1 }\nreturn b", "() int", "panics f"),
      ("c := make(chan int)\nclose(c)\nreturn c", "() chan int", "always"),
      ("log.Warn(\"not supported without cgo\")", "()", "always"), ("log.Warn(\"slow\")", "()", "never"),
    ])
  func results(_ body: String, _ signature: String, _ expected: String) {
    #expect(cause(body, signature) == expected)
  }

  @Test("a method of the receiver is known by its type")
  func methods() {
    let found = scanDeclarations(Array("package p\nfunc (t *T[K]) F() error { return t.f() }\n".utf8)).first
    #expect(
      found?.body == .depends(FailureCause(groups: [.init(callees: [Callee(.fails, "f", of: "T")], failure: nil)])))
  }

  @Test("the functions whose error a body looks at")
  func handled() {
    #expect(function("if err := f(); err != nil { return g() }\nreturn nil")?.handled == ["f"])
    #expect(function("return f() == nil", "() bool")?.handled == ["f"])
  }

  @Test("a variable that an init function sets")
  func assignments() {
    let found = scanDeclarations(
      Array("package p\nfunc init() { A = f; B = 1; C = func() error { return errA } }\n".utf8))
    guard case .initializes(_, let assignments)? = found.first?.body else {
      Issue.record("not an initializer")
      return
    }
    #expect(assignments.map(\.variable) == ["A", "C"])
  }

  @Test("the names that a body assigns to, and the calls whose result it drops")
  func overview() {
    let found = function(
      """
      a, b = 1, 2
      t.c = 3
      d := 4
      d = 5
      with(func() { e = 6 })
      f(&g)
      if h == 7 { i() }
      x := j()
      """)
    #expect(found?.assigned == ["a", "b", "e", "g"])
    #expect(found?.ignored == ["with", "f", "i"])
  }
}
