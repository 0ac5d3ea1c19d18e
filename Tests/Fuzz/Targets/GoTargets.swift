import Bytes
import GoSource

private let goWords = [
  "package ", "import ", "import \"C\"", "func ", "init", "//go:build ", "// +build ", "//go:embed ", "//go:linkname ",
  "//go:cgo_import_dynamic ", "#cgo LDFLAGS: -lx", "/*", "*/", "`", "\\x41", "\\u00e9", "struct", "interface", "return",
  "errors.New(", "panic(", "func main()", "\u{feff}",
]

let goSeeds = [
  "package p\n",
  "// Doc.\n//go:build linux && (cgo || !arm64)\n\npackage p\n\nimport \"C\"\n",
  "// +build a,!b c\n\npackage größe\nimport (\n\t_ \"embed\"\n\t. \"x/y\"\n\tz `q`\n)\n//go:embed a \"b c\" `d`\nvar x string\n",
  "package p\n\n/*\n#cgo pkg-config: x\n#cgo linux LDFLAGS: -L${SRCDIR} -lx\n#include <x.h>\n*/\nimport \"C\"\nfunc f() { C.f() }\n",
  "package main\n//go:cgo_import_dynamic a b \"libm.so.6\"\nfunc main() {}\n",
  """
  package p

  import (
    "errors"
    s "strings"
  )

  var ErrNone = errors.New("none")

  type T[K comparable] struct {
    s.Builder
    *Other
    f func(a, b int) (c error)
  }

  const ( A = iota; B )

  func (t *T[K]) Open(name string, _ ...int) (x int, err error) { return 0, ErrNone }
  func F() error { return open(func() error { panic("x: " + s.ToUpper(`y`)) }) }
  func init() { Register('\\x41', 0x1p-2, "driver", &T[int]{}) }
  func external(a, b *[4]byte) <-chan map[string][]byte
  """,
]

let goTargets: [FuzzTarget] = [
  FuzzTarget("go-file", seeds: goSeeds, words: goWords) { bytes in
    let facts = scanFile(kind: .go, bytes)
    if PackedFacts(facts, symbols: Symbols()).facts != facts { return "packed facts are other facts" }
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(\.count)
    func isInside(_ position: Position) -> Bool {
      (1...lines.count).contains(position.line) && (1...(lines[position.line - 1] + 1)).contains(position.column)
    }
    if let spec = facts.imports.first(where: { !isInside($0.start) || !isInside($0.end) }) {
      return "the import at \(spec.start) to \(spec.end) is outside the file"
    }
    if let spec = facts.imports.first(where: { $0.end < $0.start }) { return "an import ends before \(spec.start)" }
    return nil
  },
  FuzzTarget("other-file", seeds: goSeeds + ["#include \"textflag.h\"\n//go:build cgo\nTEXT ·f(SB),4,$0\n"]) { bytes in
    for kind in [.c, .cxx, .objectiveC, .header, .assembly, .cgoAssembly, .swig, .object] as [SourceKind] {
      let facts = scanFile(kind: kind, bytes)
      if PackedFacts(facts, symbols: Symbols()).facts != facts { return "packed facts of \(kind) are other facts" }
    }
    return nil
  },
  FuzzTarget("go-bodies", seeds: goSeeds, words: goWords) { bytes in
    let lines = bytes.count(where: { $0 == 10 }) + 1
    for declaration in scanDeclarations(bytes) where !(1...lines).contains(declaration.position.line) {
      return "the declaration at \(declaration.position) is outside the file"
    }
    _ = scanFunctionWords(bytes)
    _ = scanTypeMembers(bytes)
    _ = FileUses(bytes)
    let free = FreeNames(bytes)
    if let name = free.certain.first(where: { !(1...lines).contains($0.value.line) }) {
      return "the name at \(name.value) is outside the file"
    }
    _ = scanLineComments(bytes, startingWith: "//staticgo:")
    return nil
  },
  FuzzTarget(
    "build-constraint", seeds: ["linux && (cgo || !arm64)", "!(a||b)&&!!c", "é.ü_1 || go1.21", "((((a))))"],
    words: ["&&", "||", "!", "(", ")", "cgo"], lengthLimit: 1200
  ) { bytes in
    guard let constraint = try? BuildConstraint(goBuild: ByteString(bytes)) else { return nil }
    if constraint.tags.isEmpty { return "a constraint without a tag" }
    guard let again = try? BuildConstraint(goBuild: ByteString(written(constraint))) else {
      // The written form has a pair of parentheses for each operator, and may exceed the limit of operators.
      return constraint.steps.count < 300 ? "\(written(constraint)) is not read again" : nil
    }
    return again == constraint ? nil : "\(written(constraint)) is another constraint"
  },
  FuzzTarget("plus-build", seeds: ["a,!b c", "!é", "linux,386 darwin,!cgo"], words: [",", " ", "!"]) { bytes in
    guard let constraint = BuildConstraint(plusBuild: ByteString(bytes)) else { return nil }
    guard let again = try? BuildConstraint(goBuild: ByteString(written(constraint))) else {
      return constraint.steps.count < 300 ? "\(written(constraint)) is not read as a //go:build line" : nil
    }
    for set in [[], ["cgo"], ["linux", "386"], ["a"], ["a", "b"]] as [Set<ByteString>]
    where again.evaluate(set.contains) != constraint.evaluate(set.contains) {
      return "\(written(constraint)) has another value"
    }
    return nil
  },
]

/// Writes a constraint with parentheses around each operator.
private func written(_ constraint: BuildConstraint) -> String {
  var stack: [String] = []
  for step in constraint.steps {
    switch step {
    case .tag(let tag): stack.append(tag.text)
    case .not: stack.append("!(\(stack.removeLast()))")
    case .and, .or:
      let right = stack.removeLast()
      stack.append("(\(stack.removeLast()) \(step == .and ? "&&" : "||") \(right))")
    }
  }
  return stack.last ?? ""
}
