package import Bytes

/// The listed files and the paths in conflict of an index file. Reads versions 2 to 4 (gitformat-index(5)).
///
/// libgit2 takes five times as long: it hashes the whole file, which git itself leaves to `git fsck`, and enters each
/// path in two tables. Anything unexpected is left to libgit2, which has error messages for it: a mandatory extension
/// (a split or a sparse index), entries out of order, missing bytes.
package struct IndexFile {
  package let content: IndexContent
  /// The bytes of the extension with the ids of directories.
  let cachedTrees: Range<Int>?

  package init?(_ bytes: [UInt8]) {
    var reader = Reader(count: bytes.count)
    guard reader.read(bytes.span), let found = reader.collector.finish() else { return nil }
    content = found
    cachedTrees = reader.cachedTrees
  }
}

/// The content of an index.
package struct IndexContent: Sendable {
  /// The files at stage 0.
  package var directories: Repository.Directories
  /// The paths in conflict, in byte order.
  package var conflicts: [ByteString]
  /// The paths that git omits from the work tree (a sparse checkout): their absence is not a change.
  package var skipped: Set<ByteString>

  /// Takes entries sorted by path, as `git ls-files --stage` lists them; nil if they are not sorted.
  package init?(entries: [(path: ByteString, mode: UInt32, id: ContentID, stage: Int, isSkipped: Bool)]) {
    var collector = IndexCollector()
    for entry in entries {
      guard let kind = TreeFile.kind(ofMode: entry.mode) else { return nil }
      collector.add(
        entry.path.bytes.span, ObjectID(entry.id), kind, isStaged: entry.stage == 0, isOnlyAnnounced: false,
        isSkipped: entry.isSkipped)
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

private struct Reader {
  /// The offset of the checksum.
  private let end: Int
  private var version = 0
  /// The path of the last entry: in version 4 the next one stores only the part that differs from it.
  private var path: [UInt8] = []
  var collector = IndexCollector()
  private(set) var cachedTrees: Range<Int>?

  private static let headerSize = 12
  /// "TREE"
  private static let treeExtension = 0x5452_4545
  private static let checksumSize = 20
  /// The size of the part of an entry before its name: times, device, owner, mode and size, the id, the flags.
  private static let entrySize = 62

  /// Reads a file of `count` bytes.
  init(count: Int) { end = count - Self.checksumSize }

  mutating func read(_ bytes: Span<UInt8>) -> Bool {
    guard end >= Self.headerSize, bytes.bigEndian32(at: 0) == 0x4449_5243 else { return false }
    version = bytes.bigEndian32(at: 4)
    guard (2...4).contains(version) else { return false }
    var offset = Self.headerSize
    for _ in 0..<bytes.bigEndian32(at: 8) {
      guard let next = entry(bytes, at: offset) else { return false }
      offset = next
    }
    // An extension that begins with a capital letter is optional.
    while offset + 8 <= end {
      guard (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(bytes[offset]) else { return false }
      let (name, content) = (bytes.bigEndian32(at: offset), offset + 8)
      offset = content + bytes.bigEndian32(at: offset + 4)
      if name == Self.treeExtension, offset <= end { cachedTrees = content..<offset }
    }
    return offset == end
  }

  /// Reads an entry and returns the offset of the next one; nil if it is not as expected.
  private mutating func entry(_ bytes: Span<UInt8>, at start: Int) -> Int? {
    guard start + Self.entrySize < end else { return nil }
    let flags = bytes.bigEndian32(at: start + 58) & 0xffff
    let isExtended = flags & 0x4000 != 0
    guard !isExtended || version > 2 else { return nil }
    let isOnlyAnnounced = isExtended && bytes[start + Self.entrySize] & 0x20 != 0
    let isSkipped = isExtended && bytes[start + Self.entrySize] & 0x40 != 0
    var name = start + Self.entrySize + (isExtended ? 2 : 0)
    var dropped = 0
    if version == 4 {
      guard let (count, after) = prefixLength(bytes, at: name), count <= path.count else { return nil }
      (dropped, name) = (count, after)
    }
    // The length field of a name of 4095 bytes or more is always 0xfff.
    var length = flags & 0xfff
    if length == 0xfff || version == 4 {
      var zero = name
      while zero < end, bytes[zero] != 0 { zero += 1 }
      guard name < end, zero < end else { return nil }
      length = zero - name
    }
    guard name + length < end, bytes[name + length] == 0 else { return nil }
    let written = bytes.extracting(name..<(name + length))
    let kind = TreeFile.kind(ofMode: UInt32(truncatingIfNeeded: bytes.bigEndian32(at: start + 24)))
    guard let kind, length > 0 || version == 4 else { return nil }
    let file = Entry(
      id: ContentID(bytes.extracting((start + 40)..<(start + 60))), kind: kind, isStaged: flags >> 12 & 3 == 0,
      isOnlyAnnounced: isOnlyAnnounced, isSkipped: isSkipped)
    guard version == 4 else {
      take(file, at: written)
      return start + ((name + length - start) / 8 + 1) * 8
    }
    path.removeLast(dropped)
    for index in 0..<length { path.append(written[index]) }
    guard !path.isEmpty else { return nil }
    let whole = path
    take(file, at: whole.span)
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

  private mutating func take(_ file: Entry, at path: Span<UInt8>) {
    collector.add(
      path, ObjectID(file.id), file.kind, isStaged: file.isStaged, isOnlyAnnounced: file.isOnlyAnnounced,
      isSkipped: file.isSkipped)
  }

  /// Returns the number of bytes to drop from the last path, and the offset of the rest. The number is encoded like the
  /// offset of a delta in a pack.
  private func prefixLength(_ bytes: Span<UInt8>, at start: Int) -> (count: Int, after: Int)? {
    guard start < end else { return nil }
    var value = 0
    for index in start..<min(start + 3, end) {
      let byte = bytes[index]
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
    _ path: Span<UInt8>, _ id: ObjectID, _ kind: TreeFile.Kind, isStaged: Bool, isOnlyAnnounced: Bool,
    isSkipped: Bool
  ) {
    guard !isOnlyAnnounced else { return }
    guard isStaged else {
      let conflict = ByteString(path)
      guard conflicts.last != conflict else { return }
      if let last = conflicts.last, !(last < conflict) { isOrdered = false }
      conflicts.append(conflict)
      return
    }
    if isSkipped { skipped.insert(ByteString(path)) }
    var start = path.count
    while start > 0, path[start - 1] != UInt8(ascii: "/") { start -= 1 }
    let parent = path.extracting(0..<max(0, start - 1))
    if !directory.equals(parent) {
      flush()
      directory = ByteString(parent)
    }
    let name = ByteString(path.extracting(start..<path.count))
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
