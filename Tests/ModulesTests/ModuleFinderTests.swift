import Bytes
import Diagnostics
import Modules
import Snapshots
import TestSupport
import Testing

@Suite struct ModuleFinderTests {
  private func groups(
    _ tree: borrowing FileTree, readable: [ByteString] = []
  ) -> (groups: [ModuleGroup], errors: [String]) {
    var finder = ModuleFinder(
      snapshot: tree.snapshot, moduleCache: tree.root.appending("cache"), readable: readable, modFlag: nil)
    let groups = finder.groups()
    return (groups, finder.errors.map(\.message))
  }

  @Test("each go.mod is a group of its own, without a workspace")
  func separate() throws {
    let tree = try FileTree(["go.mod": "module ex.com/a\n\ngo 1.21\n", "b/go.mod": "module ex.com/b\n\ngo 1.22\n"])
    let found = groups(tree)
    #expect(found.groups.map(\.directory).sorted() == ["", "b"])
    #expect(found.errors.isEmpty)
    #expect(found.groups.allSatisfy { $0.workspace == nil && $0.failure == nil })
  }

  @Test("a go.work joins the modules that it uses")
  func workspace() throws {
    let tree = try FileTree([
      "go.work": "go 1.21\n\nuse ./a\nuse ./b\n", "a/go.mod": "module ex.com/a\n\ngo 1.21\n",
      "b/go.mod": "module ex.com/b\n\ngo 1.21\n", "c/go.mod": "module ex.com/c\n\ngo 1.21\n",
    ])
    let found = groups(tree)
    let joined = found.groups.first { $0.workspace == "go.work" }
    #expect(joined.map { Set($0.modules.map(\.directory)) } == ["a", "b"])
    #expect(found.groups.contains { $0.workspace == nil && $0.modules.map(\.directory) == ["c"] })
  }

  @Test(
    "a file that Go refuses is an error with its line, and no group",
    arguments: [
      ("module ex.com/a\nrequires b v1\n", "go.mod:2: unknown directive \"requires\""),
      ("go 1.21\n", "no module declaration"), ("module \"ex.com\n", "unterminated string"),
    ])
  func malformed(_ content: String, _ message: String) throws {
    let tree = try FileTree(["go.mod": content])
    let found = groups(tree)
    #expect(found.groups.isEmpty)
    #expect(found.errors.count == 1 && found.errors[0].contains(message), "\(found.errors)")
  }

  @Test("vendor/, testdata/ and hidden directories have no modules of their own")
  func passedOver() throws {
    let tree = try FileTree([
      "go.mod": "module ex.com/a\n\ngo 1.21\n", "vendor/x/go.mod": "module x\n", "testdata/go.mod": "module t\n",
      "_skip/go.mod": "module s\n", ".hidden/go.mod": "module h\n",
    ])
    #expect(groups(tree).groups.map(\.directory) == [""])
  }

  @Test("which files decide about a group")
  func decides() throws {
    let tree = try FileTree(["m/go.mod": "module ex.com/a\n\ngo 1.21\n", "m/a.go": "package a\n"])
    let group = try #require(groups(tree).groups.first)
    #expect(group.decides("m/go.mod") && group.decides("m/go.sum"))
    #expect(!group.decides("m/a.go") && !group.decides("other/go.mod"))
  }
}
