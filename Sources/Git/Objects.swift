package import Bytes
import Clibgit2

/// The id of a git object: the 20 bytes of its SHA-1.
package struct ObjectID: Sendable, Hashable {
  package let content: ContentID

  package init(_ content: ContentID) { self.content = content }

  init(_ id: git_oid) {
    var id = id
    content = unsafe withUnsafeBytes(of: &id) { unsafe ContentID($0) }
  }

  /// 40 lower-case hexadecimal digits.
  package var hexadecimal: String {
    let digits = Array("0123456789abcdef")
    return String(content.bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  var value: git_oid {
    var id = git_oid()
    unsafe withUnsafeMutableBytes(of: &id) { unsafe $0.copyBytes(from: content.bytes.prefix($0.count)) }
    return id
  }
}

/// A file of an index or a tree.
package struct TreeFile: Sendable, Hashable {
  package enum Kind: UInt8, Sendable, Hashable {
    case file, executable, symbolicLink
    /// A commit of another repository, which staticgo does not judge.
    case submodule
  }
  /// The name within its directory.
  package let name: ByteString
  package let id: ObjectID
  package let kind: Kind

  package init(name: ByteString, id: ObjectID, kind: Kind) {
    self.name = name
    self.id = id
    self.kind = kind
  }

  /// Compares the content first: that is where two trees differ.
  package static func == (left: TreeFile, right: TreeFile) -> Bool {
    left.id == right.id && left.kind == right.kind && left.name == right.name
  }

  static func kind(ofMode mode: UInt32) -> Kind? {
    switch mode {
    case 0o100644, 0o100664: .file
    case 0o100755: .executable
    case 0o120000: .symbolicLink
    case 0o160000: .submodule
    default: nil
    }
  }
}

/// The object database of a repository, opened for one thread.
@safe package struct ObjectStore: ~Copyable {
  private let raw: OpaquePointer

  /// Opens the database in an `objects` directory, including its alternates.
  package init(directory: ByteString) throws(GitError) {
    _ = Library.start
    unsafe raw = try openObjectDatabase(in: directory)
  }

  deinit { unsafe git_odb_free(raw) }

  /// Returns the id of a blob with this content; stores nothing.
  package borrowing func hash(_ content: [UInt8]) throws(GitError) -> ObjectID {
    var id = git_oid()
    let code = unsafe content.withUnsafeBytes { unsafe git_odb_hash(&id, $0.baseAddress, $0.count, GIT_OBJECT_BLOB) }
    try check("hash a blob", code)
    return ObjectID(id)
  }

  /// Returns the content of a blob of at most `limit` bytes, without applying filters.
  package borrowing func read(_ id: ObjectID, limit: Int = Limit.sourceFile) throws(GitError) -> [UInt8] {
    var object: OpaquePointer?
    var oid = id.value
    var (size, type) = (0, GIT_OBJECT_INVALID)
    try check("read object \(id.hexadecimal)", unsafe git_odb_read_header(&size, &type, raw, &oid))
    guard size <= limit else {
      throw GitError(operation: "read object \(id.hexadecimal)", message: "it is larger than \(Limit.text(limit))")
    }
    try check("read object \(id.hexadecimal)", unsafe git_odb_read(&object, raw, &oid))
    defer { unsafe git_odb_object_free(object) }
    guard let data = unsafe git_odb_object_data(object) else { return [] }
    return unsafe Array(UnsafeRawBufferPointer(start: data, count: git_odb_object_size(object)))
  }
}

/// Returns the id of the blob with these bytes, or nil on error; stores nothing.
package func blobID(of bytes: [UInt8]) -> ContentID? {
  var id = git_oid()
  let code = unsafe bytes.withUnsafeBytes { unsafe git_odb_hash(&id, $0.baseAddress, $0.count, GIT_OBJECT_BLOB) }
  return code < 0 ? nil : ObjectID(id).content
}

/// Calls `body` with the name and id of each entry of a tree, and with its kind, or nil for a directory.
@unsafe func forEachEntry(
  of tree: OpaquePointer?, _ body: (ByteString, git_oid, TreeFile.Kind?) throws(GitError) -> Void
) throws(GitError) {
  for position in 0..<(unsafe git_tree_entrycount(tree)) {
    guard let entry = unsafe git_tree_entry_byindex(tree, position) else { continue }
    let mode = unsafe git_tree_entry_filemode(entry)
    let kind = TreeFile.kind(ofMode: UInt32(mode.rawValue))
    guard kind != nil || mode == GIT_FILEMODE_TREE else { continue }
    try unsafe body(ByteString(cString: git_tree_entry_name(entry)), git_tree_entry_id(entry).pointee, kind)
  }
}
