import Bytes
import GoBuild
import GoGraph
import GoModule
import GoSource
import TestSupport
import Testing

@Suite struct GraphTests {
  let context = BuildContext(platform: Platform("linux/amd64")!, tags: ["go1.21"], cgoMode: .off)

  private func scope() -> ModuleScope {
    ModuleScope(mainModules: [ModuleScope.LocalModule(path: "ex.com/app", directory: DirectoryName(.repository, ""))])
  }

  private func load(_ tree: MemoryTree, _ scope: ModuleScope) -> PackageGraph {
    PackageGraph(
      roots: [("ex.com/app", DirectoryName(.repository, ""))], contexts: CgoMode.allCases.map(context.with),
      scope: scope,
      tree: tree)
  }

  @Test("the chain to a package is the shortest")
  func chain() {
    var tree = MemoryTree()
    tree.add("main.go", "package main\nimport (\n\"ex.com/app/a\"\n\"ex.com/app/b\"\n)\n")
    tree.add("a/a.go", "package a\nimport \"ex.com/app/c\"\n")
    tree.add("c/c.go", "package c\nimport \"ex.com/app/d\"\n")
    tree.add("b/b.go", "package b\nimport \"ex.com/app/d\"\n")
    tree.add("d/d.go", "package d\nimport \"ex.com/app/a\"\n")
    let graph = load(tree, scope())
    let closure = Closure(of: "ex.com/app", in: graph, context: context)
    #expect(
      closure.packages.map(\.importPath) == [
        "ex.com/app", "ex.com/app/a", "ex.com/app/b", "ex.com/app/c", "ex.com/app/d",
      ])
    #expect(closure.chain(to: "ex.com/app/d").map(\.importer) == ["ex.com/app", "ex.com/app/b"])
    #expect(closure.chain(to: "ex.com/app/d").last?.spec.start == Position(line: 2, column: 8))
    #expect(closure.chain(to: "ex.com/app").isEmpty)
  }

  @Test("a package differs by its active files, not by import \"C\" alone")
  func differs() {
    var tree = MemoryTree()
    tree.add(
      "main.go", "package main\nimport (\n_ \"ex.com/app/bare\"\n_ \"ex.com/app/tagged\"\n_ \"ex.com/app/same\"\n)\n")
    tree.add("bare/a.go", "package bare\nimport \"C\"\n")
    tree.add("tagged/a.go", "//go:build cgo\n\npackage tagged\n")
    tree.add("tagged/b.go", "package tagged\n")
    tree.add("same/a.go", "package same\n")
    tree.add("same/a_test.go", "package same\nimport \"C\"\n")
    tree.add("same/a_windows.go", "package same\nimport \"C\"\n")
    let graph = load(tree, scope())
    #expect(graph.package("ex.com/app/bare")?.differs(in: context) == true)
    #expect(graph.package("ex.com/app/tagged")?.differs(in: context) == true)
    #expect(graph.package("ex.com/app/same")?.differs(in: context) == false)
    #expect(graph.package("ex.com/app/bare")?.selectFiles(in: context).isEmpty == true)
    #expect(graph.package("ex.com/app/tagged")?.filesLostWithoutCgo(in: context).map(\.name) == ["a.go"])
  }

  @Test("imports of a file that is excluded in one cgo mode belong to the other")
  func views() {
    var tree = MemoryTree()
    tree.add("main.go", "package main\n")
    tree.add("cgo.go", "package main\nimport \"C\"\nimport \"ex.com/app/only\"\n")
    tree.add("only/a.go", "package only\n")
    let graph = load(tree, scope())
    #expect(!Closure(of: "ex.com/app", in: graph, context: context).contains("ex.com/app/only"))
    #expect(Closure(of: "ex.com/app", in: graph, context: context.with(.on)).contains("ex.com/app/only"))
  }

  @Test("std is resolved first, its vendored packages only for itself")
  func standardLibrary() {
    var tree = MemoryTree()
    tree.add("net/net.go", "package net\nimport \"golang.org/x/net/dns\"\n", root: .standardLibrary)
    tree.add("vendor/golang.org/x/net/dns/dns.go", "package dns\n", root: .standardLibrary)
    tree.add("main.go", "package main\nimport (\n\"net\"\n\"golang.org/x/net/dns\"\n)\n")
    let graph = load(tree, scope())
    #expect(graph.package("vendor/golang.org/x/net/dns") != nil)
    let closure = Closure(of: "ex.com/app", in: graph, context: context)
    #expect(closure.unresolved.map(\.path) == ["golang.org/x/net/dns"])
    #expect(!closure.contains("net"), "the closure omits packages of the standard library without findings")
  }

  @Test("packages of the standard library that lead to a culprit are walked")
  func notableStandardLibrary() {
    var tree = MemoryTree()
    tree.add("net/net.go", "package net\nimport _ \"deep\"\n", root: .standardLibrary)
    tree.add("deep/deep.go", "package deep\nimport _ \"fmt\"\n", root: .standardLibrary)
    tree.add("deep/cgo.go", "package deep\nimport \"C\"\n", root: .standardLibrary)
    tree.add("fmt/fmt.go", "package fmt\nimport _ \"gone\"\n", root: .standardLibrary)
    tree.add("io/io.go", "package io\n", root: .standardLibrary)
    tree.add("main.go", "package main\nimport (\n_ \"io\"\n_ \"net\"\n)\n")
    let closure = Closure(of: "ex.com/app", in: load(tree, scope()), context: context)
    #expect(closure.packages.map(\.importPath) == ["ex.com/app", "net", "deep", "fmt"])
    #expect(closure.chain(to: "deep").map(\.spec.path) == ["net", "deep"])
    #expect(closure.unresolved.map(\.path) == ["gone"])
  }

  @Test("import paths resolve to packages")
  func resolution() {
    var tree = MemoryTree()
    tree.add("main.go", "package main\n")
    tree.add("in/a.go", "package in\n")
    tree.add("nested/go.mod", "module ex.com/app/nested\n")
    tree.add("nested/a.go", "package nested\n")
    tree.add("vendor/ex.com/v/a.go", "package v\n")
    tree.add("vendor/ex.com/unlisted/a.go", "package unlisted\n")
    tree.add("a.go", "package dep\n", root: .module(ModuleVersion(path: "ex.com/dep", version: "v1.0.0")))
    var scope = scope()
    scope.nestedModules = ["nested"]
    func resolve(_ path: ByteString) -> Resolution { scope.resolve(path, from: .user, in: tree) }
    #expect(resolve("ex.com/app/in") == .package(importPath: "ex.com/app/in", DirectoryName(.repository, "in")))
    #expect(
      resolve("ex.com/app/nested") == .none(.notInModule("ex.com/app")))
    #expect(resolve("nostd/x") == .none(.notInStandardLibrary))
    #expect(resolve("../escape") == .none(.malformed("invalid path element \"..\"")))
    #expect(resolve("ex.com/unknown") == .none(.notRequired))
    let module = ModuleVersion(path: "ex.com/dep", version: "v1.0.0")
    scope.dependencies["ex.com/dep"] = ModuleScope.Dependency(
      module: module, directory: DirectoryName(.module(module), ""))
    #expect(resolve("ex.com/dep") == .package(importPath: "ex.com/dep", DirectoryName(.module(module), "")))
    #expect(
      resolve("ex.com/dep/sub") == .none(.notInModule("ex.com/dep@v1.0.0")))
    // A module without a hash in go.sum is not read, and hides the same package of another module.
    scope.dependencies["ex.com/dep/sub"] = ModuleScope.Dependency(
      module: ModuleVersion(path: "ex.com/dep/sub", version: "v1.0.0"), directory: nil, verification: .noSum)
    #expect(
      resolve("ex.com/dep/sub/x")
        == .none(.noSum(modules: ["ex.com/dep/sub"], isFound: false)))
    scope.dependencies["ex.com/gone"] = ModuleScope.Dependency(
      module: ModuleVersion(path: "ex.com/gone", version: "v1.0.0"), directory: nil)
    #expect(
      resolve("ex.com/gone/x")
        == .none(.notInModuleCache(ModuleVersion(path: "ex.com/gone", version: "v1.0.0"))))
    let list = VendorModules(parsing: Array("# ex.com/v v1.0.0\nex.com/v\n".utf8))
    scope.vendor = ModuleScope.Vendor(
      directory: DirectoryName(.repository, "vendor"), modules: list, isListBinding: true)
    #expect(resolve("ex.com/v") == .package(importPath: "ex.com/v", DirectoryName(.repository, "vendor/ex.com/v")))
    #expect(resolve("ex.com/unlisted") == .none(.notVendored))
  }

  @Test("two packages in a directory, and files that belong to no package")
  func packages() {
    var tree = MemoryTree()
    tree.add("main.go", "package main\n")
    tree.add("other.go", "package other\n")
    tree.add("doc.go", "package documentation\n")
    tree.add("x_test.go", "package main_test\n")
    let files = PackageFiles(tree.directory(DirectoryName(.repository, ""))!, context, symbols: tree.symbols)
    #expect(files.problem?.message == "found packages main (main.go) and other (other.go)")
    #expect(files.ignoredGo.map(\.name) == ["doc.go"])
    #expect(files.externalTest.map(\.name) == ["x_test.go"])
  }

  @Test(
    "tags that platforms imply",
    arguments: [
      ("android/arm64", "linux", true), ("ios/arm64", "darwin", true), ("illumos/amd64", "solaris", true),
      ("linux/amd64", "unix", true), ("windows/amd64", "unix", false), ("linux/amd64", "gc", true),
      ("linux/amd64", "cgo", false), ("linux/amd64", "go1.21", true), ("linux/amd64", "darwin", false),
    ])
  func tags(_ platform: String, _ tag: String, _ holds: Bool) {
    let context = BuildContext(platform: Platform(platform)!, tags: ["go1.21"], cgoMode: .off)
    #expect(context.holds(ByteString(tag)) == holds)
  }

  @Test("among many cyclic imports the chain is found and the search ends")
  func ways() {
    var tree = MemoryTree()
    let crowd = (0..<14).map { "k\($0)" }
    func imports(_ names: [String]) -> String { names.map { "import _ \"ex.com/\($0)\"\n" }.joined() }
    tree.add("main.go", "package main\n" + imports(["x"]) + "func main() {}\n")
    tree.add("x/x.go", "package x\n" + imports(crowd + ["t"]))
    for name in crowd { tree.add("\(name)/k.go", "package k\n" + imports(["x"] + crowd.filter { $0 != name })) }
    tree.add("t/t.go", "package t\n")
    let scope = ModuleScope(
      mainModules: [ModuleScope.LocalModule(path: "ex.com", directory: DirectoryName(.repository, ""))])
    let graph = PackageGraph(
      roots: [("ex.com", DirectoryName(.repository, ""))], contexts: [context], scope: scope, tree: tree)
    for isShortest in [true, false] {
      let ways = ImportChains(from: "ex.com", to: "ex.com/t", in: graph, context, isShortest: isShortest)
      #expect(ways.all.map { $0.map(\.imported) } == [["ex.com/x", "ex.com/t"]])
      #expect(ways.isTruncated == !isShortest)
    }
  }
}
