import Bytes
import Diagnostics
import Git
import Snapshots
import System
import TestSupport
import Testing

@Suite struct SnapshotTests {
  @Test("files are found by path, and directories know what is below them")
  func lookUp() throws {
    let tree = try FileTree(["go.mod": "module m\n", "a/b/c.go": "package b\n", "a/x.txt": "x"])
    let snapshot = tree.snapshot
    #expect(snapshot.file("a/b/c.go")?.kind == .file)
    #expect(snapshot.file("a/b") == nil && snapshot.file("a/b/d.go") == nil)
    #expect(snapshot.paths == ["a/b/c.go", "a/x.txt", "go.mod"])
    #expect(snapshot.paths(within: "a/b") == ["a/b/c.go"])
    #expect(snapshot.holdsFiles(below: "a") && !snapshot.holdsFiles(below: "b"))
    #expect(snapshot.goDirectories == ["a/b"])
    #expect(snapshot.moduleFiles(called: "go.mod") == ["go.mod"])
    #expect(snapshot.holds("a/x.txt/y") && !snapshot.holds("a/y"))
    #expect(snapshot.content("a/x.txt") == Array("x".utf8))
  }

  @Test("changes are the paths that differ, in either direction")
  func changes() throws {
    let before = try FileTree(["a/a.go": "package a\n", "a/b.go": "package a\n", "gone/g.go": "package g\n"])
    let after = try FileTree(["a/a.go": "package a\n", "a/b.go": "package a // changed\n", "new/n.go": "package n\n"])
    #expect(after.snapshot.changes(from: before.snapshot) == ["a/b.go", "gone/g.go", "new/n.go"])
    #expect(after.snapshot.changes(from: after.snapshot).isEmpty)
  }

  @Test(
    "a file that cannot be read is an error, and a missing file is not",
    arguments: [
      ("a.go", nil), ("dir", nil), ("none.go", nil), ("dir/up.go", nil), ("chain", nil), ("todir", nil),
      ("absolute", "it is a symbolic link to /etc/passwd, which is outside the repository"),
      ("out", "it is a symbolic link to ../x, which is outside the repository"),
      ("dir/far", "it is a symbolic link to ../../x, which is outside the repository"),
      ("dangling", "it is a symbolic link to gone, which does not exist"),
      ("loop", "too many levels of symbolic links"), ("gone.go", "No such file or directory"),
    ])
  func unreadable(_ path: String, _ reason: String?) throws {
    var files = [
      "a.go": "package a\n", "dir/b.go": "package b\n", "dir/up.go": "-> ../a.go", "todir": "-> dir",
      "absolute": "-> /etc/passwd", "out": "-> ../x", "dir/far": "-> ../../x", "dangling": "-> gone", "loop": "-> loop",
      "gone.go": "package gone\n", "chain": "-> l1", "l38": "-> todir/b.go",
    ]
    for number in 1..<38 { files["l\(number)"] = "-> l\(number + 1)" }
    let tree = try FileTree(files)
    try removeFile(tree.root.appending("gone.go"))
    let snapshot = tree.snapshot
    do throws(UnreadableFile) {
      let content = try snapshot.read(ByteString(path))
      #expect(reason == nil && (content != nil) == (path == "a.go" || path == "dir/up.go" || path == "chain"))
    } catch {
      #expect(error.reason == reason && error.path == ByteString(path))
    }
    #expect((snapshot.content(ByteString(path)) != nil) == ["a.go", "dir/up.go", "chain"].contains(path))
  }

  @Test(
    "names that git refuses are left out of a crafted tree",
    arguments: ["..", ".", ".git", ".GIT", "a/b", "x\0y", ""])
  func unsafeNames(_ name: String) {
    let id = ObjectID(blobID(of: [])!)
    let files = [TreeFile(name: ByteString(name), id: id, kind: .file), TreeFile(name: "z.go", id: id, kind: .file)]
    let snapshot = Snapshot(name: TreeName(kind: .index), root: "/r", objects: "/o", directories: ["d": files])
    #expect(snapshot.paths == ["d/z.go"])
  }

  @Test("directories that would leave the root are left out", arguments: ["../d", "a/../b", "/d", "a//b", "a/.git/b"])
  func unsafeDirectories(_ directory: String) {
    let file = TreeFile(name: "z.go", id: ObjectID(blobID(of: [])!), kind: .file)
    let snapshot = Snapshot(
      name: TreeName(kind: .index), root: "/r", objects: "/o", directories: [ByteString(directory): [file]])
    #expect(snapshot.paths.isEmpty)
  }

  @Test("other repositories are not part of the tree")
  func submodules() {
    let id = ObjectID(blobID(of: [])!)
    let snapshot = Snapshot(
      name: TreeName(kind: .index), root: "/r", objects: "/o",
      directories: [
        "": [TreeFile(name: "sub", id: id, kind: .submodule), TreeFile(name: "a.go", id: id, kind: .file)]
      ],
      repositories: ["nested"])
    #expect(snapshot.submodules == ["nested", "sub"])
    #expect(snapshot.paths == ["a.go"])
  }
}

@Suite struct SideDirectoryTests {
  private func files(below root: ByteString) throws -> [ByteString] {
    try listDirectory(root).flatMap { entry -> [ByteString] in
      guard entry.kind == .directory else { return [entry.name] }
      return try files(below: root.appending(entry.name)).map { entry.name.appending($0) }
    }.sorted()
  }

  @Test("it holds the snapshot, and of the ignored files those that Go compiles or a package embeds")
  func ignored() throws {
    let tree = try FileTree(["main.go": "package main\n", "data/in.txt": "x"])
    var writer = try TreeWriter(tree.root)
    let ignored: [ByteString] = ["gen/z.go", "data/out.txt", "other/o.txt"]
    for path in ignored { try writer.writeFile(path, [1]) }
    let side = try SideDirectory.make(of: tree.snapshot, ignored: ignored, embedding: ["data"], outside: [])
    #expect(try files(below: side.root) == ["data/in.txt", "data/out.txt", "gen/z.go", "main.go"])
    #expect(try readFile(side.root.appending("main.go")) == Array("package main\n".utf8))
  }

  @Test("links stay within the tree: none leads out, neither alone nor through another one")
  func links() throws {
    let outside = try TemporaryDirectory(prefix: "staticgo-test")
    let up = String(repeating: "../", count: 12)
    let tree = try FileTree([
      "a/main.go": "package main\n", "inside": "-> a/main.go", "alone": "-> ../..", "absolute": "-> /etc",
      // The first is the root of the tree; the second goes up through it, and stays as a text.
      "b/c/d/top": "-> ../../..", "through": "-> b/c/d/top/\(up)\(outside.path.text.dropFirst())",
    ])
    let side = try SideDirectory.make(of: tree.snapshot, ignored: [], embedding: [], outside: [])
    #expect(try readLink(side.root.appending("inside")) == "a/main.go")
    #expect(try readLink(side.root.appending("b/c/d/top")) == "../../..")
    for name in ["alone", "absolute", "through"] as [ByteString] {
      #expect(fileStatus(side.root.appending(name), followingLinks: false) == nil, "\(name)")
    }
  }

  @Test("an ignored file is not copied to where the snapshot has a link")
  func behindLinks() throws {
    let outside = try TemporaryDirectory(prefix: "staticgo-test")
    let tree = try FileTree(["main.go": "package main\n", "gen": "-> \(outside.path.text)"])
    let side = try SideDirectory.make(of: tree.snapshot, ignored: ["gen/z.go"], embedding: [], outside: [])
    #expect(try listDirectory(outside.path).isEmpty)
    #expect(fileStatus(side.root.appending("gen"), followingLinks: false) == nil)
  }
}
