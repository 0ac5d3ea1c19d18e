package import Bytes
import Glibc

/// The listed files and the paths in conflict of an index file. Reads versions 2 to 4 (gitformat-index(5)).
///
/// libgit2 takes five times as long: it hashes the whole file, which git itself leaves to `git fsck`, and enters each
/// path in two tables. Anything unexpected is left to libgit2, which has error messages for it: a mandatory extension
/// (a split or a sparse index), entries out of order, missing bytes.
package struct IndexFile {
  package let content: IndexContent

  package init?(_ bytes: [UInt8]) {
    let found = unsafe bytes.withUnsafeBytes { buffer -> IndexContent? in
      var reader = unsafe Reader(buffer)
      guard reader.read() else { return nil }
      return reader.collector.finish()
    }
    guard let found else { return nil }
    content = found
  }
}

/// The content of an index.
package struct IndexContent: Sendable {
  /// The files at stage 0.
  package var directories: Repository.Directories
  /// The paths in conflict, in byte order.
  package var conflicts: [ByteString]
  /// The paths that git omits from the work tree (a sparse checkout): their resolutionError is not a change.
  package var skipped: Set<ByteString>

  /// Takes entries sorted by path, as `git ls-files --stage` lists them; nil if they are not sorted.
  package init?(entries: [(path: ByteString, mode: UInt32, id: ContentID, stage: Int, isSkipped: Bool)]) {
    var collector = IndexCollector()
    for entry in entries {
      guard let kind = TreeFile.kind(ofMode: entry.mode) else { return nil }
      unsafe entry.path.bytes.withUnsafeBytes {
        unsafe collector.add(
          $0, ObjectID(entry.id), kind, isStaged: entry.stage == 0, isOnlyAnnounced: false, isSkipped: entry.isSkipped)
      }
    }
    guard let made = collector.finish() else { return nil }
    self = made
  }

  init(directories: Repository.Directories, conflicts: [ByteString], skipped: Set<ByteString>) {
    self.directories = directories
    self.conflicts = conflicts
    self.skipped = skipped
  }
}

@safe private struct Reader {
  private let bytes: UnsafeRawBufferPointer
  /// The offset of the checksum.
  private let end: Int
  private var version = 0
  /// The path of the last entry: in version 4 the next one stores only the part that differs from it.
  private var path: [UInt8] = []
  var collector = IndexCollector()

  private static let headerSize = 12
  private static let checksumSize = 20
  /// The size of the part of an entry before its name: times, device, owner, mode and size, the id, the flags.
  private static let entrySize = 62

  init(_ bytes: UnsafeRawBufferPointer) {
    unsafe self.bytes = unsafe bytes
    end = bytes.count - Self.checksumSize
  }

  mutating func read() -> Bool {
    guard end >= Self.headerSize, number(at: 0) == 0x4449_5243 else { return false }
    version = number(at: 4)
    guard (2...4).contains(version) else { return false }
    var offset = Self.headerSize
    for _ in 0..<number(at: 8) {
      guard let next = entry(at: offset) else { return false }
      offset = next
    }
    // An extension that begins with a capital letter is optional.
    while offset + 8 <= end {
      guard unsafe (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[offset]) else { return false }
      offset += 8 + number(at: offset + 4)
    }
    return offset == end
  }

  private func number(at offset: Int) -> Int {
    Int(UInt32(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
  }

  /// Reads an entry and returns the offset of the next one; nil if it is not as expected.
  private mutating func entry(at start: Int) -> Int? {
    guard start + Self.entrySize < end else { return nil }
    let flags = number(at: start + 58) & 0xffff
    let isExtended = flags & 0x4000 != 0
    guard !isExtended || version > 2 else { return nil }
    let isOnlyAnnounced = unsafe isExtended && bytes[start + Self.entrySize] & 0x20 != 0
    let isSkipped = unsafe isExtended && bytes[start + Self.entrySize] & 0x40 != 0
    var name = start + Self.entrySize + (isExtended ? 2 : 0)
    var dropped = 0
    if version == 4 {
      guard let (count, after) = prefixLength(at: name), count <= path.count else { return nil }
      (dropped, name) = (count, after)
    }
    // The length field of a name of 4095 bytes or more is always 0xfff.
    var length = flags & 0xfff
    if length == 0xfff || version == 4 {
      guard name < end, let zero = unsafe bytes[name..<end].firstIndex(of: 0) else { return nil }
      length = zero - name
    }
    guard name + length < end, unsafe bytes[name + length] == 0 else { return nil }
    let written = unsafe UnsafeRawBufferPointer(rebasing: bytes[name..<(name + length)])
    let kind = TreeFile.kind(ofMode: UInt32(truncatingIfNeeded: number(at: start + 24)))
    guard let kind, length > 0 || version == 4 else { return nil }
    let file = Entry(
      id: id(at: start + 40), kind: kind, isStaged: flags >> 12 & 3 == 0, isOnlyAnnounced: isOnlyAnnounced,
      isSkipped: isSkipped)
    guard version == 4 else {
      unsafe take(file, at: written)
      return start + ((name + length - start) / 8 + 1) * 8
    }
    path.removeLast(dropped)
    unsafe path.append(contentsOf: written)
    guard !path.isEmpty else { return nil }
    let whole = path
    unsafe whole.withUnsafeBytes { unsafe take(file, at: $0) }
    return name + length + 1
  }

  private struct Entry {
    let id: ContentID
    let kind: TreeFile.Kind
    /// Whether the entry is at stage 0, that is, not in conflict.
    let isStaged: Bool
    /// Whether `git add -N` added the entry.
    let isOnlyAnnounced: Bool
    let isSkipped: Bool
  }

  private mutating func take(_ file: Entry, at path: UnsafeRawBufferPointer) {
    unsafe collector.add(
      path, ObjectID(file.id), file.kind, isStaged: file.isStaged, isOnlyAnnounced: file.isOnlyAnnounced,
      isSkipped: file.isSkipped)
  }

  private func id(at offset: Int) -> ContentID {
    unsafe ContentID(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + 20)]))
  }

  /// Returns the number of bytes to drop from the last path, and the offset of the rest. The number is encoded like the
  /// offset of a delta in a pack.
  private func prefixLength(at start: Int) -> (count: Int, after: Int)? {
    guard start < end else { return nil }
    var value = 0
    for index in start..<min(start + 3, end) {
      let byte = unsafe bytes[index]
      value = value << 7 | Int(byte & 0x7f)
      if byte < 0x80 { return (value, index + 1) }
      value += 1
    }
    return nil
  }
}

/// Groups the files of an index, which arrive sorted by path, by directory.
struct IndexCollector {
  private var conflicts: [ByteString] = []
  private var skipped: Set<ByteString> = []
  private var directories: Repository.Directories = [:]
  // The files of a directory arrive in a few runs.
  private var directory: ByteString = ""
  private var run: [TreeFile] = []
  private var isOrdered = true

  /// Adds an entry: at stage 0 or in conflict, with content or without it (`git add -N`).
  mutating func add(
    _ path: UnsafeRawBufferPointer, _ id: ObjectID, _ kind: TreeFile.Kind, isStaged: Bool, isOnlyAnnounced: Bool,
    isSkipped: Bool
  ) {
    guard !isOnlyAnnounced else { return }
    guard isStaged else {
      let conflict = unsafe ByteString(path)
      if conflicts.last != conflict { conflicts.append(conflict) }
      return
    }
    if isSkipped { unsafe skipped.insert(ByteString(path)) }
    var start = path.count
    while start > 0, unsafe path[start - 1] != UInt8(ascii: "/") { start -= 1 }
    let length = max(0, start - 1)
    let isSame = unsafe directory.bytes.withUnsafeBytes { known in
      unsafe known.count == length && (length == 0 || memcmp(known.baseAddress!, path.baseAddress!, length) == 0)
    }
    if !isSame {
      flush()
      unsafe directory = ByteString(UnsafeRawBufferPointer(rebasing: path[..<length]))
    }
    let name = unsafe ByteString(UnsafeRawBufferPointer(rebasing: path[start...]))
    if let last = run.last, !(last.name < name) { isOrdered = false }
    run.append(TreeFile(name: name, id: id, kind: kind))
  }

  private mutating func flush() {
    guard let first = run.first else { return }
    if let last = directories[directory]?.last, !(last.name < first.name) { isOrdered = false }
    directories[directory, default: []] += run
    run = []
  }

  /// Returns the content; nil if the files were out of order or one was listed twice.
  mutating func finish() -> IndexContent? {
    flush()
    return isOrdered ? IndexContent(directories: directories, conflicts: conflicts, skipped: skipped) : nil
  }
}
