import Bytes
import Clibgit2
import System

/// The loose objects of one `objects` directory.
///
/// libgit2 1.5 writes beyond its buffer for an object that is longer than its header says, and never returns for one
/// that is cut off (libgit2 #7177, #7342), so libgit2 does not read them (gitformat-loose: a zlib stream of
/// `TYPE SIZE NUL CONTENT`).
package struct LooseObjects {
  private let directory: ByteString

  init(in directory: ByteString) { self.directory = directory }

  struct Header: Equatable {
    let type: git_object_t
    let size: Int
    /// The length of the header itself, with its NUL.
    fileprivate let length: Int
  }

  /// The longest header: a type of six letters, a space, 20 digits and the NUL.
  private static let headerLimit = 28
  /// No deflate stream expands by more than this (zlib's technical details), so a larger size is not true.
  private static let greatestRatio = 1032

  private static let types: [(name: ByteString, type: git_object_t)] = [
    ("commit", GIT_OBJECT_COMMIT), ("tree", GIT_OBJECT_TREE), ("blob", GIT_OBJECT_BLOB), ("tag", GIT_OBJECT_TAG),
  ]

  func holds(_ id: ObjectID) -> Bool { fileStatus(path(of: id), followingLinks: false)?.kind == .file }

  /// Returns the type and size of an object, or nil if it is not here.
  func header(of id: ObjectID) throws(GitError) -> Header? {
    try file(of: id).map { (file) throws(GitError) in try Self.header(file, id) }
  }

  /// Returns an object, or nil if it is not here.
  func object(_ id: ObjectID) throws(GitError) -> (type: git_object_t, content: ArraySlice<UInt8>)? {
    guard let file = try file(of: id) else { return nil }
    let header = try Self.header(file, id)
    return (header.type, try Self.content(file, header, id))
  }

  /// Returns the content of the object in the bytes of its file.
  package static func content(ofFile file: [UInt8], _ id: ObjectID) throws(GitError) -> ArraySlice<UInt8> {
    try content(file, header(file, id), id)
  }

  private static func content(_ file: [UInt8], _ header: Header, _ id: ObjectID) throws(GitError) -> ArraySlice<UInt8> {
    let whole = header.length + header.size
    // One byte more, to see whether the stream is longer than it says.
    let (bytes, end) = try inflate(file, upTo: whole + 1, id)
    guard bytes.count == whole, end == file.count else {
      let fault = bytes.count > whole ? "is longer than its header says" : end > 0 ? "has a wrong size" : "is cut off"
      throw damage(id, fault)
    }
    return bytes[header.length...]
  }

  /// Returns the objects whose hexadecimal ids begin with `prefix`, which has at least two digits.
  func ids(beginningWith prefix: String) -> [ObjectID] {
    let fan = ByteString(String(prefix.prefix(2)))
    guard let entries = try? listDirectory(directory.appending(fan)) else { return [] }
    return entries.compactMap { entry in
      guard entry.kind == .file, (fan + entry.name).hasPrefix(ByteString(prefix)) else { return nil }
      return ContentID(hexadecimal: fan + entry.name).map(ObjectID.init)
    }
  }

  private func path(of id: ObjectID) -> ByteString {
    let digits = id.hexadecimal
    return directory.appending(ByteString(String(digits.prefix(2)))).appending(ByteString(String(digits.dropFirst(2))))
  }

  private func file(of id: ObjectID) throws(GitError) -> [UInt8]? {
    do throws(FileError) { return try readFile(path(of: id)) } catch {
      if error.isMissing { return nil }
      throw GitError(operation: "read object \(id.hexadecimal)", message: error.reason)
    }
  }

  private static func header(_ file: [UInt8], _ id: ObjectID) throws(GitError) -> Header {
    let (bytes, _) = try inflate(file, upTo: headerLimit, id)
    guard let end = bytes.firstIndex(of: 0), let space = bytes[..<end].firstIndex(of: UInt8(ascii: " ")) else {
      throw damage(id, "has no header")
    }
    let digits = bytes[(space + 1)..<end]
    let name = ByteString(bytes[..<space])
    guard let type = types.first(where: { $0.name == name })?.type, !digits.isEmpty,
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let size = Int(String(decoding: digits, as: UTF8.self))
    else { throw damage(id, "has a malformed header") }
    guard size <= file.count * greatestRatio else { throw damage(id, "is cut off") }
    return Header(type: type, size: size, length: end + 1)
  }

  private static func inflate(
    _ file: [UInt8], upTo limit: Int, _ id: ObjectID
  ) throws(GitError) -> (bytes: [UInt8], end: Int) {
    var end = 0
    var isDamaged = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      let written = unsafe file.withUnsafeBufferPointer { input in
        unsafe staticgo_inflate(input.baseAddress, input.count, buffer.baseAddress, limit, &end)
      }
      isDamaged = written < 0
      count = max(0, written)
    }
    if isDamaged { throw damage(id, "is not a valid zlib stream") }
    return (bytes, end)
  }

  private static func damage(_ id: ObjectID, _ fault: String) -> GitError {
    GitError(
      operation: "read object \(id.hexadecimal)",
      message: "object \(id.hexadecimal.prefix(12)) \(fault). To look for damage, run: git fsck")
  }
}
