import Bytes
import Glibc
import System
import Testing

@Suite struct TreeWriterTests {
  @Test("files and directories are created below the root")
  func writes() throws {
    let directory = try TemporaryDirectory(prefix: "staticgo-test")
    var writer = try TreeWriter(directory.path)
    try writer.writeFile("a/b/c.go", [1, 2], executable: true)
    try writer.writeFile("a/b/d.go", [])
    try writer.makeDirectories("e/f")
    try writer.makeLink("e/link", to: "../a/b/c.go")
    #expect(try readFile(directory.path.appending("a/b/c.go")) == [1, 2])
    #expect(try readFile(directory.path.appending("e/link")) == [1, 2])
    #expect(fileStatus(directory.path.appending("a/b/c.go"))?.isExecutable == true)
    #expect(isDirectory(directory.path.appending("e/f")))
  }

  @Test(
    "a path that could leave the root is an error",
    arguments: ["../x", "a/../../x", "/x", "a//b", "./x", "a/./b", "", "a/", "x\0y"])
  func refused(_ path: String) throws {
    let directory = try TemporaryDirectory(prefix: "staticgo-test")
    var writer = try TreeWriter(directory.path.appending(""))
    #expect(throws: FileError.self) { try writer.writeFile(ByteString(path), [1]) }
  }

  @Test("no link is followed on the way, and none is replaced")
  func links() throws {
    let directory = try TemporaryDirectory(prefix: "staticgo-test")
    let outside = try TemporaryDirectory(prefix: "staticgo-test")
    var writer = try TreeWriter(directory.path)
    try writer.makeLink("out", to: outside.path)
    #expect(throws: FileError.self) { try writer.writeFile("out/file", [1]) }
    #expect(throws: FileError.self) { try writer.writeFile("out", [1]) }
    #expect(throws: FileError.self) { try writer.makeDirectories("out/deep/er") }
    #expect(try listDirectory(outside.path).isEmpty)
  }

  @Test("removing a tree follows no link, and needs no stack for its depth")
  func removal() throws {
    let outside = try TemporaryDirectory(prefix: "staticgo-test")
    try writeNewFile(outside.path.appending("kept"), [1])
    let top: ByteString
    do {
      let directory = try TemporaryDirectory(prefix: "staticgo-test")
      top = directory.path
      var writer = try TreeWriter(top)
      try writer.makeLink("a/b/out", to: outside.path)
      try writer.writeFile(ByteString(String(repeating: "d/", count: 1500) + "file"), [1])
    }
    #expect(fileStatus(top, followingLinks: false) == nil)
    #expect(isFile(outside.path.appending("kept")))
  }

  @Test("a file below an open directory is read without following links")
  func reading() throws {
    let directory = try TemporaryDirectory(prefix: "staticgo-test")
    var writer = try TreeWriter(directory.path)
    try writer.writeFile("a/file", [7])
    try writer.makeLink("link", to: "a")
    try writer.makeLink("a/other", to: "file")
    let opened = try OpenDirectory(directory.path)
    #expect(opened.content(of: "a/file") == [7])
    #expect(opened.content(of: "link/file") == nil)
    #expect(opened.content(of: "a/other") == nil)
    #expect(opened.content(of: "../\(directory.path.baseName)/a/file") == nil)
    #expect(opened.linkTarget(of: "a/other") == "file")
    #expect(opened.linkTarget(of: "a/file") == nil)
    #expect(opened.linkTarget(of: "link/other") == nil)
  }
}
