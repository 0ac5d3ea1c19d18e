import Bytes
import Clibgit2
import Foundation
import TestSupport
import Testing

@testable import Git

/// Loose objects as git writes them, and damaged ones.
@Suite struct LooseObjectsTests {
  private let scratch: Scratch
  private let objects: ByteString

  init() throws {
    scratch = try Scratch()
    objects = ByteString(scratch.url.path).appending(".git/objects")
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Test")
    git("config", "user.email", "test@example.com")
  }

  @discardableResult
  private func git(_ arguments: String...) -> String {
    outputOf("git", arguments, in: scratch.url, environment: ["GIT_CONFIG_NOSYSTEM": "1"]) ?? "failed"
  }

  private func id(_ revision: String) throws -> ObjectID {
    let digits = git("rev-parse", revision).trimmingCharacters(in: .newlines)
    return ObjectID(try #require(ContentID(hexadecimal: ByteString(digits))))
  }

  private func file(_ id: ObjectID) -> URL {
    let digits = id.hexadecimal
    return scratch.url.appendingPathComponent(".git/objects/\(digits.prefix(2))/\(digits.dropFirst(2))")
  }

  private func replace(_ id: ObjectID, _ bytes: [UInt8]) throws {
    try FileManager.default.createDirectory(
      at: file(id).deletingLastPathComponent(), withIntermediateDirectories: true)
    try? FileManager.default.removeItem(at: file(id))
    try Data(bytes).write(to: file(id))
  }

  @Test("every kind of object is read as git reads it")
  func kinds() throws {
    try scratch.write("a.go", String(repeating: "package a\n", count: 5_000))
    try scratch.write("empty", "")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    git("tag", "-a", "-m", "text", "v1")
    let loose = LooseObjects(in: objects)
    for (revision, kind) in [("HEAD", "commit"), ("HEAD^{tree}", "tree"), ("HEAD:a.go", "blob"), ("v1", "tag")] {
      let id = try id(revision)
      let object = try #require(try loose.object(id))
      let size = git("cat-file", "-s", id.hexadecimal).trimmingCharacters(in: .newlines)
      #expect(String(object.content.count) == size && loose.holds(id))
      #expect(try loose.header(of: id)?.size == object.content.count)
      #expect(unsafe String(cString: git_object_type2string(object.type)) == kind)
    }
    #expect(try ObjectStore(directory: objects).read(id("HEAD:a.go")).count == 50_000)
    #expect(try ObjectStore(directory: objects).read(id("HEAD:empty")).isEmpty)
  }

  @Test("an object that is cut off anywhere is an error, and the other objects are read")
  func cut() throws {
    try scratch.write("a.go", "package a // " + String(repeating: "0123456789", count: 20))
    try scratch.write("b.go", "package b\n")
    git("add", "-A")
    let id = try id(":a.go")
    let whole = [UInt8](try Data(contentsOf: file(id)))
    for length in 0..<whole.count {
      try replace(id, Array(whole.prefix(length)))
      #expect(throws: GitError.self) { try ObjectStore(directory: objects).read(id) }
    }
    try replace(id, whole + [0])
    #expect(throws: GitError.self) { try ObjectStore(directory: objects).read(id) }
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 0x10
      try replace(id, bytes)
      // libgit2 compares the content with the id.
      let read = try? ObjectStore(directory: objects).read(id)
      #expect(read == nil || read?.count == 213)
    }
    #expect(try ObjectStore(directory: objects).read(self.id(":b.go")).count == 10)
  }

  @Test(
    "a header that is not true is an error",
    arguments: [
      "blob 1\0" + String(repeating: "A", count: 2_056), "blob 10\0short", "blob 4000000000\0a",
      "blob 99999999999999999999\0a", "blob -1\0a", "blob 0x1\0a", "blob  1\0a", "blob\0a", "blob 1", "blub 1\0a",
      " 1\0a", "\0", "", "blob 1 \0a", "blob +1\0a", String(repeating: "blob ", count: 100),
    ])
  func lies(_ text: String) throws {
    let id = ObjectID(ContentID(hexadecimal: ByteString(String(repeating: "ab", count: 20)))!)
    try replace(id, storedStream(Array(text.utf8)))
    #expect(throws: GitError.self) { try LooseObjects(in: objects).object(id) }
    #expect(throws: GitError.self) { try ObjectStore(directory: objects).read(id) }
  }

  @Test("an object that is not here is missing, not damaged")
  func missing() throws {
    let id = ObjectID(ContentID(hexadecimal: ByteString(String(repeating: "ab", count: 20)))!)
    #expect(try LooseObjects(in: objects).object(id) == nil && !LooseObjects(in: objects).holds(id))
    let error = #expect(throws: GitError.self) { try ObjectStore(directory: objects).read(id) }
    #expect(error?.reason == .notFound)
  }

  @Test("ids are found by their first digits")
  func prefixes() throws {
    try scratch.write("a.go", "package a\n")
    git("add", "-A")
    let id = try id(":a.go")
    let loose = LooseObjects(in: objects)
    for length in [2, 3, 7, 40] { #expect(loose.ids(beginningWith: String(id.hexadecimal.prefix(length))) == [id]) }
    #expect(loose.ids(beginningWith: "00").isEmpty)
    #expect(loose.ids(beginningWith: String(id.hexadecimal.prefix(2)) + "zz").isEmpty)
  }

  @Test("objects of alternates are read, whichever way the list names them; a loop or a pipe does no harm")
  func alternates() throws {
    try scratch.write("a.go", "package a\n")
    git("add", "-A")
    let id = try id(":a.go")
    let other = try Scratch()
    _ = outputOf("git", ["init", "-q"], in: other.url, environment: [:])
    let borrowing = ByteString(other.url.path).appending(".git/objects")
    for line in [
      "\(objects.text)\n", "# text\n\n\(objects.text)", "\"\(objects.text)\"\n",
      "../../../\(scratch.url.lastPathComponent)/.git/objects",
    ] {
      try other.write(".git/objects/info/alternates", line)
      #expect(try ObjectStore(directory: borrowing).read(id).count == 10)
    }
    try other.write(".git/objects/info/alternates", "\(borrowing.text)\n/no/such\n\(objects.text)\n")
    try scratch.write(".git/objects/info/alternates", "\(borrowing.text)\n")
    #expect(try ObjectStore(directory: borrowing).read(id).count == 10)
    try FileManager.default.removeItem(at: other.url.appendingPathComponent(".git/objects/info/alternates"))
    #expect(unsafe mkfifo(other.url.path + "/.git/objects/info/alternates", 0o600) == 0)
    #expect(throws: GitError.self) { try ObjectStore(directory: borrowing).read(id) }
  }
}
