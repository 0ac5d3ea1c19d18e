import Bytes
import Foundation
import Git
import TestSupport
import Testing

/// Our reading of a repository against git's. The current directory is the process's, so these run one after the other.
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

  @Test("index and tree hold what git says")
  func entries() throws {
    try fill()
    let (entries, conflicts) = try Repository().indexFiles()
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

  @Test("what differs in the work tree, and nothing is written")
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
      Issue.record("it was found")
    } catch {
      #expect(error.reason == .notFound && error.operation == "find the revision no-such")
    }
    #expect(try repository.configuredPath("core.hooksPath") == nil)
    git("config", "core.hooksPath", ".hooks")
    #expect(try repository.configuredPath("core.hooksPath") == ".hooks")
  }
}
