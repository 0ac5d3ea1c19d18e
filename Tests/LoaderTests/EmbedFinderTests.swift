import Bytes
import Loader
import Snapshots
import System
import TestSupport
import Testing

@Suite struct EmbedFinderTests {
  private let files = [
    "p/a.txt": "a", "p/b.html": "b", "p/dir/c.txt": "c", "p/dir/.hidden": "h", "p/dir/_under": "u",
    "p/dir/deep/d.txt": "d",
    "p/nested/go.mod": "module n\n", "p/nested/n.txt": "n", "p/.top": "t",
  ]

  @Test(
    "files of a pattern, as go/build and cmd/go find them",
    arguments: [
      ("a.txt", ["a.txt"]), ("*.txt", ["a.txt"]), ("dir", ["dir/c.txt", "dir/deep/d.txt"]),
      ("all:dir", ["dir/.hidden", "dir/_under", "dir/c.txt", "dir/deep/d.txt"]),
      ("dir/*", ["dir/.hidden", "dir/_under", "dir/c.txt", "dir/deep/d.txt"]),
      ("dir/.hidden", ["dir/.hidden"]), ("[ab].*", ["a.txt", "b.html"]), (".top", [".top"]),
    ])
  func found(_ pattern: String, _ expected: [String]) throws {
    let tree = try FileTree(files)
    for finder in [EmbedFinder(.snapshot(tree.snapshot)), EmbedFinder(.disk(tree.root))] {
      let found = try finder.files(ByteString(pattern), in: "p").get()
      #expect(found.map(\.text).sorted() == expected)
    }
  }

  @Test(
    "patterns that Go refuses are errors in both trees",
    arguments: ["../p/a.txt", "/a.txt", "no.txt", "*.none", "nested", "dir/", ".", "a\\", "[", "nested/n.txt"])
  func refused(_ pattern: String) throws {
    let tree = try FileTree(files)
    for finder in [EmbedFinder(.snapshot(tree.snapshot)), EmbedFinder(.disk(tree.root))] {
      if pattern == "." { continue }
      #expect(throws: EmbedError.self) { try finder.files(ByteString(pattern), in: "p").get() }
    }
  }
}
