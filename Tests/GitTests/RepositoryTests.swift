import Bytes
import Foundation
import Git
import TestSupport
import Testing

/// Compares our reading of a repository with git's. The tests change the process's current directory, so they are
/// serialized.
@Suite(.serialized) struct RepositoryTests {
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Test")
    git("config", "user.email", "test@example.com")
    _ = FileManager.default.changeCurrentDirectoryPath(scratch.url.path)
  }

  @discardableResult
  private func git(_ arguments: String...) -> String {
    outputOf("git", arguments, in: scratch.url, environment: ["GIT_CONFIG_NOSYSTEM": "1"]) ?? "failed"
  }

  private func fill() throws {
    try scratch.write("a.go", "package a\n")
    try scratch.write("dir/b.go", "package b\n")
    try scratch.write("dir/größe – x.go", "package c\n")
    try scratch.write("run.sh", "#!/bin/sh\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: scratch.url.path + "/run.sh")
    try FileManager.default.createSymbolicLink(atPath: scratch.url.path + "/link.go", withDestinationPath: "a.go")
    git("add", "-A")
  }

  private func lines(_ directories: Repository.Directories) -> [String] {
    directories.flatMap { directory, files in
      files.map { file in
        let mode = [
          TreeFile.Kind.file: "100644", .executable: "100755", .symbolicLink: "120000", .submodule: "160000",
        ][
          file.kind]!
        return "\(mode) \(file.id.hexadecimal) \(directory.appending(file.name).text)"
      }
    }.sorted()
  }

  @Test("index and tree match git's output")
  func entries() throws {
    try fill()
    let index = try Repository().indexContent()
    let (entries, conflicts) = (index.directories, index.conflicts)
    let staged = git("ls-files", "-s", "-z").split(separator: "\0").map { $0.split(separator: "\t") }
      .map { "\($0[0].dropLast(2)) \($0[1])" }
    #expect(lines(entries) == staged.sorted())
    #expect(conflicts.isEmpty)
    #expect(try Repository().head() == nil)
    git("commit", "-q", "-m", "one")
    let repository = try Repository()
    let head = try #require(try repository.head())
    #expect(head.hexadecimal + "\n" == git("rev-parse", "HEAD"))
    #expect(lines(try repository.files(of: head)) == staged.sorted())
    let store = try ObjectStore(directory: repository.objectsDirectory)
    let blob = try #require(entries[""]?.first { $0.name == "a.go" })
    #expect(ByteString(try store.read(blob.id)) == "package a\n")
  }

  private var index: [UInt8] {
    get throws { Array(try Data(contentsOf: scratch.url.appendingPathComponent(".git/index"))) }
  }

  @Test("an index reads as git reads it", arguments: [2, 3, 4])
  func indexFile(_ version: Int) throws {
    try fill()
    for number in 0..<300 {
      try scratch.write("many/\(number % 7)/\(String(repeating: "x", count: number % 23))\(number).go", "package p\n")
    }
    // A directory whose name sorts between a directory and its content.
    try scratch.write("many.go", "package p\n")
    try scratch.write("many-more/a.go", "package p\n")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    if version == 3 { git("update-index", "--skip-worktree", "many/3/xxx3.go") }
    git("update-index", "--index-version", "\(version)")
    #expect(try index[7] == UInt8(version))
    let read = try #require(IndexFile(try index)).content
    let staged = git("ls-files", "-s", "-z").split(separator: "\0").map { $0.split(separator: "\t") }
      .map { "\($0[0].dropLast(2)) \($0[1])" }
    #expect(lines(read.directories) == staged.sorted())
    #expect(read.conflicts.isEmpty)
    let libgit2 = try Repository().indexContent()
    #expect(read.directories == libgit2.directories)
    #expect(read.skipped == (version == 3 ? ["many/3/xxx3.go"] : []))
    #expect(read.skipped == libgit2.skipped)

    // A truncated index is not read, wherever it is cut; neither is one that announces more entries than it has.
    let whole = try index
    for length in stride(from: 0, to: whole.count - 1, by: 7) { #expect(IndexFile(Array(whole[..<length])) == nil) }
    var more = whole
    more[10] = 0xff
    #expect(IndexFile(more) == nil)
  }

  @Test("an index with random damage", arguments: [2, 4])
  func hostileIndex(_ version: Int) throws {
    try fill()
    git("update-index", "--index-version", "\(version)")
    let whole = try index
    var noise = Noise(state: UInt64(version))
    var count = 0
    for round in 0..<8000 {
      var other = whole
      for _ in 0..<Int.random(in: 1...4, using: &noise) {
        let place = Int.random(in: 0..<other.count, using: &noise)
        other[place] = [0, 0x40, 0x7f, 0x80, 0xff, other[place] ^ 1].randomElement(using: &noise)!
      }
      if round % 5 == 0 { other.removeLast(Int.random(in: 0..<other.count, using: &noise)) }
      if let read = IndexFile(other)?.content {
        count += 1
        for files in read.directories.values { #expect(zip(files, files.dropFirst()).allSatisfy { $0.name < $1.name }) }
      }
    }
    #expect(count > 100)
  }

  @Test("an index with conflicts and intent-to-add files")
  func conflicts() throws {
    try fill()
    git("commit", "-q", "-m", "one")
    git("checkout", "-q", "-b", "side")
    try scratch.write("a.go", "package side\n")
    git("commit", "-q", "-am", "two")
    git("checkout", "-q", "main")
    try scratch.write("a.go", "package other\n")
    git("commit", "-q", "-am", "three")
    git("merge", "-q", "side")
    try scratch.write("announced.go", "package a\n")
    git("add", "-N", "announced.go")
    let read = try #require(IndexFile(try index)).content
    #expect(read.conflicts == ["a.go"])
    #expect(read.directories[""]?.contains { $0.name == "announced.go" || $0.name == "a.go" } == false)
    let libgit2 = try Repository().indexContent()
    #expect(read.directories == libgit2.directories)
    #expect(read.conflicts == libgit2.conflicts)
  }

  @Test("staged changes are those of git diff-index")
  func stagedChanges() throws {
    try fill()
    for name in ["d/a", "d/e/f", "d/e/g/h", "d.x/a", "d-x/a", "only/a"] { try scratch.write(name, name) }
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    func compare() throws {
      let repository = try Repository()
      let bytes = try index
      let read = try #require(IndexFile(bytes))
      let head = try #require(try repository.head())
      let found = try repository.changes(since: head, in: read.content, trees: CachedTrees(of: read, in: bytes))
      let staged = git("diff-index", "--cached", "--name-only", "--no-renames", "-z", "HEAD").split(separator: "\0")
      #expect(try #require(found).map(\.path.text).sorted() == staged.map(String.init).sorted())
    }
    // Single steps on top of each other: contents, modes, links, files that become directories, and the reverse.
    let steps: [[String]] = [
      ["sh", "-c", "echo more >> d/e/f"], ["chmod", "+x", "d/a"], ["ln", "-sfn", "a.go", "d/a"],
      ["git", "rm", "-rq", "only"],
      ["sh", "-c", "rm -r d.x; echo x > d.x"], ["sh", "-c", "rm run.sh; mkdir run.sh; echo x > run.sh/a"],
      ["sh", "-c", "mkdir -p new/a/b; echo x > new/a/b/c"], ["git", "mv", "d/e", "moved"],
      ["git", "commit", "-qm", "two"],
      ["git", "read-tree", "HEAD~1"], ["git", "read-tree", "--reset", "HEAD"], ["sh", "-c", "echo x > moved/f"],
      ["git", "rm", "-rq", "--cached", "."],
    ]
    for step in steps {
      _ = outputOf(step[0], Array(step.dropFirst()), in: scratch.url, environment: [:])
      if !step.contains("read-tree"), !step.contains("--cached") { git("add", "-A") }
      try compare()
    }
  }

  @Test("staged changes are found among many directories, also in a hook: git commit writes all trees first")
  func stagedChangesInAHook() throws {
    for number in 0..<300 { try scratch.write("d\(number)/e/file", "\(number)") }
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    try scratch.write("d7/e/file", "changed")
    // With -A, git would add other files of the same second too, and forget their trees.
    git("add", "d7/e/file")
    for command in ["status", "write-tree"] {
      git(command)
      let repository = try Repository()
      let bytes = try index
      let read = try #require(IndexFile(bytes))
      let head = try #require(try repository.head())
      let found = try repository.changes(since: head, in: read.content, trees: CachedTrees(of: read, in: bytes))
      #expect(found?.map(\.path) == ["d7/e/file"])
    }
  }

  @Test("an inconsistent index is left to libgit2; one without a checksum is read")
  func unusualIndexes() throws {
    try fill()
    git("commit", "-q", "-m", "one")
    var zeroed = try index
    zeroed.replaceSubrange((zeroed.count - 20)..., with: repeatElement(0, count: 20))
    #expect(IndexFile(zeroed)?.content.directories == IndexFile(try index)?.content.directories)
    var unordered = try index
    let first = try #require(unordered.firstRange(of: Array("a.go".utf8)))
    unordered[first.lowerBound] = UInt8(ascii: "z")
    #expect(IndexFile(unordered) == nil)
    git("update-index", "--split-index")
    #expect(IndexFile(try index) == nil)
    #expect(IndexFile([]) == nil)
  }

  @Test("differences in the work tree are found, and nothing is written")
  func changes() throws {
    try fill()
    git("commit", "-q", "-m", "one")
    try scratch.write(".gitignore", "*.gen.go\n")
    try scratch.write("a.go", "package changed\n")
    try scratch.write("new/c.go", "package c\n")
    try scratch.write("x.gen.go", "package x\n")
    try FileManager.default.removeItem(atPath: scratch.url.path + "/dir/b.go")
    let before = try Data(contentsOf: scratch.url.appendingPathComponent(".git/index"))
    let changes = try Repository().workTreeChanges(includingIgnored: true)
    let found = Dictionary(uniqueKeysWithValues: changes.map { ($0.path.text, $0.status) })
    #expect(
      found == [
        ".gitignore": .untracked, "a.go": .modified, "new/c.go": .untracked, "x.gen.go": .ignored, "dir/b.go": .deleted,
      ])
    #expect(try Repository().hashFile("a.go").hexadecimal + "\n" == git("hash-object", "a.go"))
    #expect(try Data(contentsOf: scratch.url.appendingPathComponent(".git/index")) == before)
  }

  @Test("merge base, revisions and their errors")
  func revisions() throws {
    try fill()
    git("commit", "-q", "-m", "one")
    git("checkout", "-q", "-b", "side")
    git("commit", "-q", "--allow-empty", "-m", "two")
    git("checkout", "-q", "main")
    git("commit", "-q", "--allow-empty", "-m", "three")
    let repository = try Repository()
    let base = try repository.mergeBase(try repository.commit("main"), try repository.commit("side"))
    #expect(base.hexadecimal + "\n" == git("merge-base", "main", "side"))
    do {
      _ = try repository.commit("no-such")
      Issue.record("the revision was found")
    } catch {
      #expect(error.reason == .notFound && error.operation == "find the revision no-such")
    }
    #expect(try repository.configuredPath("core.hooksPath") == nil)
    git("config", "core.hooksPath", ".hooks")
    #expect(try repository.configuredPath("core.hooksPath") == ".hooks")
  }
}
