import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoModule
import GoSource
import GoToolchain
import Linkage
import Rules
import TestSupport
import Testing

/// Compiler errors, traced to the files that are excluded without cgo.
@Suite struct CompilerFindingTests {
  private let files = [
    "main.go": "package main\nimport \"ex.com/m/a\"\nfunc main() { a.Fast(); a.T{}.M(); b() }\n",
    "a/cgo.go": "package a\nimport \"C\"\nfunc Fast() {}\nfunc (T) M() {}\n",
    "a/go.go": "package a\ntype T struct{}\nfunc Slow() { helper() }\n",
    "a/type.go": "//go:build cgo\n\npackage a\ntype U struct { Handle int }\n",
    "a/other.go": "//go:build !cgo\n\npackage a\ntype U struct{}\n",
    "a/helper.go": "//go:build cgo\n\npackage a\nfunc helper() {}\n",
  ]

  private func evidence() -> MainAnalysis {
    var tree = MemoryTree()
    for (path, content) in files { tree.add(path, content) }
    let scope = ModuleScope(
      mainModules: [ModuleScope.LocalModule(path: "ex.com/m", directory: DirectoryName(.repository, ""))])
    let context = BuildContext(platform: Platform("linux/amd64")!, tags: [], cgoMode: .off)
    let graph = PackageGraph(
      roots: [("ex.com/m", DirectoryName(.repository, ""))], contexts: CgoMode.allCases.map(context.with), scope: scope,
      tree: tree)
    return MainAnalysis(
      main: MainName(importPath: "ex.com/m", directory: ""), graph: graph, context: context,
      locations: LocationResolver(goVersion: "go1.21", requirements: [:], base: nil))
  }

  private func findings(_ errors: [(ByteString, ByteString, Int, String)]) -> [Finding] {
    evidence().compilerFindings(
      errors.map {
        CompilerError(
          package: $0.0, file: $0.1, position: Position(line: $0.2, column: 2), message: $0.3,
          complaint: Complaint(ofFile: $0.3))
      },
      CgoDifferences.Inspector(
        declarations: { scanDeclarations(content($0, $1)) }, uses: { FileUses(content($0, $1)) },
        members: { scanTypeMembers(content($0, $1)) }, words: { scanFunctionWords(content($0, $1)) },
        mentions: { mentions(content($0, $1), anyOf: $2) },
        freeNames: { FreeNames(content($0, $1)) }))
  }

  private func content(_ package: Package, _ file: SourceFile) -> [UInt8] {
    Array((files[package.directory.name.path.appending(file.name).text] ?? "").utf8)
  }

  @Test(
    "a name, a method and a name of the package itself have one cause each",
    arguments: [
      ("ex.com/m", "main.go", "undefined: a.Fast", "a/cgo.go", 3),
      ("ex.com/m", "main.go", "a.T{}.M undefined (type a.T has no field or method M)", "a/cgo.go", 4),
      ("ex.com/m", "main.go", "a.T does not implement m (missing method M)", "a/cgo.go", 4),
      ("ex.com/m", "main.go", "unknown field Handle in struct literal of type a.U", "a/type.go", 4),
      // The message of Go 1.19.
      (
        "ex.com/m", "main.go", "cannot use a.T{} as m value: *a.T does not implement m (missing M method)", "a/cgo.go",
        4
      ),
      // The message if two packages have one name, and for a type with arguments.
      ("ex.com/m", "main.go", "x.M undefined (type \"ex.com/m/a\".T[int] has no field or method M)", "a/cgo.go", 4),
      ("ex.com/m/a", "go.go", "x.M undefined (type *T has no field or method M, but does have m)", "a/cgo.go", 4),
      ("ex.com/m/a", "go.go", "undefined: helper", "a/helper.go", 4),
    ] as [(ByteString, ByteString, String, ByteString, Int)])
  func cause(_ package: ByteString, _ file: ByteString, _ message: String, _ lost: ByteString, _ line: Int) {
    let found = findings([(package, file, 3, message)])
    #expect(found.map(\.rule) == [.buildFailed])
    #expect(found.first?.culprit == "ex.com/m/a")
    #expect(found.first?.chain.last?.location.file == lost)
    #expect(found.first?.chain.last?.location.line == line)
    #expect(found.first?.location.line == 3)
  }

  @Test("many errors of one cause are one finding; consequential errors are not reported")
  func one() {
    let found = findings([
      ("ex.com/m", "main.go", 3, "undefined: a.Fast"), ("ex.com/m", "main.go", 4, "undefined: a.Fast"),
      ("ex.com/m", "main.go", 5, "a.T{}.M undefined (type a.T has no field or method M)"),
      ("ex.com/m", "main.go", 6, "declared and not used: x"),
    ])
    #expect(found.count == 1)
    #expect(found[0].related.count == 2)
    #expect(found[0].predicate == "does not compile without cgo: a declares Fast and T.M only with cgo")
  }

  @Test(
    "an error that cgo does not cause is a go-error",
    arguments: [
      "undefined: b", "undefined: a.Other", "cannot use 1 as string value in assignment",
      "x.N undefined (type a.T has no field or method N)", "x.M undefined (type struct{} has no field or method N)",
      "unknown field Hnadle in struct literal of type a.U", "a.T does not implement m (missing method N)",
      "a.T does not implement m (method M has pointer receiver)",
    ])
  func unrelated(_ message: String) {
    #expect(findings([("ex.com/m", "main.go", 3, message)]).map(\.rule) == [.goError])
  }

  @Test("a binary that contradicts the source")
  func binaries() {
    var binary = Binary(format: .elf, type: "ET_DYN", kind: .sharedObject, architecture: "x86-64")
    binary.system = "linux"
    #expect(evidence().binaryFindings(binary, flag: nil).map(\.rule) == [.binaryRelocation])
    binary.hasDynamicSection = true
    binary.isPositionIndependent = true
    #expect(evidence().binaryFindings(binary, flag: nil) == [])
    binary.interpreter = "/lib64/ld-linux-x86-64.so.2"
    let flag = LinkFlag(flag: "-buildmode=pie", origin: "GOFLAGS", effect: .loader)
    let found = evidence().binaryFindings(binary, flag: flag)
    #expect(found.map(\.rule) == [.binaryInterpreter])
    #expect(found[0].culprit == "GOFLAGS" && found[0].label.contains("-buildmode=pie"))
    binary.needed = ["libc.so.6"]
    #expect(evidence().binaryFindings(binary, flag: nil).map(\.rule) == [.binaryNeeded])
    #expect(evidence().binaryFindings(binary, flag: nil)[0].message.contains("libc.so.6 (glibc)"))
    // Without a flag the cause is unknown; a finding of the source is not reported again.
    #expect(evidence().linkage(binary, flag: nil, isDynamic: false).map(\.rule) == [.unexplainedLinkage])
    #expect(evidence().linkage(binary, flag: flag, isDynamic: false).map(\.rule) == [.binaryNeeded])
    #expect(evidence().linkage(binary, flag: nil, isDynamic: true) == [])
    let plain = Binary(format: .elf, type: "ET_EXEC", kind: .executable, architecture: "x86-64")
    #expect(evidence().linkage(plain, flag: nil, isDynamic: true).map(\.rule) == [.unexplainedLinkage])
    #expect(evidence().linkage(plain, flag: nil, isDynamic: false) == [])
  }
}
