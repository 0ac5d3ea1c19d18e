package import Bytes
import Clibgit2

/// A path whose file differs between a commit and the index.
package struct StagedChange: Sendable, Hashable {
  package let path: ByteString
  /// The kinds of the file in the commit and in the index, where it is there.
  package let kinds: Set<TreeFile.Kind>
}

/// The directories of an index that are as in a tree, with its id (gitformat-index(5), "Cache tree"). git lists them while
/// nothing in them has changed since the tree was read or written: before a hook of `git commit`, all of them.
package struct CachedTrees {
  /// A directory; those in it follow, up to `end`.
  private struct Node {
    let name: Range<Int>
    /// The offset of the id; nil where the directory has changed.
    let id: Int?
    var end: Int
  }
  private let bytes: [UInt8]
  private var nodes: [Node] = []

  /// Reads the trees of an index; none if it lists none, or if they are damaged.
  package init(of index: IndexFile, in bytes: [UInt8]) {
    self.bytes = bytes
    guard let range = index.cachedTrees, range.upperBound <= bytes.count else { return }
    var reader = CachedTreeReader(offset: range.lowerBound, end: range.upperBound)
    // The directories that are open, with the number of subdirectories that follow.
    var open: [(node: Int, left: Int)] = []
    repeat {
      guard let (name, count, id) = reader.next(bytes.span) else {
        nodes = []
        return
      }
      if !open.isEmpty { open[open.count - 1].left -= 1 }
      open.append((nodes.count, count))
      nodes.append(Node(name: name, id: id, end: 0))
      while let last = open.last, last.left == 0 {
        nodes[last.node].end = nodes.count
        open.removeLast()
      }
    } while !open.isEmpty
  }

  /// Returns the tree of a directory; nil where it has changed.
  package subscript(directory: ByteString) -> ObjectID? {
    guard !nodes.isEmpty else { return nil }
    var found = 0
    for name in directory.split(UInt8(ascii: "/")) {
      var next = found + 1
      while next < nodes[found].end, !bytes[nodes[next].name].elementsEqual(name.bytes) { next = nodes[next].end }
      guard next < nodes[found].end else { return nil }
      found = next
    }
    return nodes[found].id.map { ObjectID(ContentID(bytes, at: $0)) }
  }
}

/// Reads the extension: for each directory, before those in it, its name, a NUL, the number of its entries (-1 where it has
/// changed), the number of its subdirectories, a newline, and the id unless it has changed.
private struct CachedTreeReader {
  private var offset: Int
  private let end: Int

  init(offset: Int, end: Int) { (self.offset, self.end) = (offset, end) }

  /// Reads a directory: its name, the number of its subdirectories, and the offset of its id.
  mutating func next(_ bytes: Span<UInt8>) -> (name: Range<Int>, count: Int, id: Int?)? {
    let start = offset
    guard skip(past: 0, bytes) else { return nil }
    let name = start..<(offset - 1)
    guard let entries = number(endingIn: UInt8(ascii: " "), bytes),
      let count = number(endingIn: UInt8(ascii: "\n"), bytes), count >= 0
    else { return nil }
    guard entries >= 0 else { return (name, count, nil) }
    guard offset + 20 <= end else { return nil }
    offset += 20
    return (name, count, offset - 20)
  }

  private mutating func skip(past byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
    while offset < end {
      offset += 1
      if bytes[offset - 1] == byte { return true }
    }
    return false
  }

  /// Reads a decimal number, of which only -1 is negative.
  private mutating func number(endingIn last: UInt8, _ bytes: Span<UInt8>) -> Int? {
    var value = 0
    while offset < end, value < 1 << 32 {
      let byte = bytes[offset]
      offset += 1
      if byte == last { return value }
      if byte == UInt8(ascii: "-") { return skip(past: last, bytes) ? -1 : nil }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return nil
  }
}

extension Repository {
  /// The number of trees that are read before the comparison is given up.
  private static let treeLimit = 256

  /// Returns the files that differ between a commit and an index.
  ///
  /// Reads no tree that the index has unchanged. Nil where that leaves too many: git writes no cached trees after some
  /// commands.
  package borrowing func changes(
    since commit: ObjectID, in content: IndexContent, trees: CachedTrees
  ) throws(GitError) -> [StagedChange]? {
    var object: OpaquePointer?
    var id = commit.value
    try check("read commit \(commit.hexadecimal)", unsafe git_commit_lookup(&object, raw, &id))
    defer { unsafe git_commit_free(object) }
    guard let root = unsafe git_commit_tree_id(object)?.pointee else { return nil }
    var found: [StagedChange] = []
    var pending: [(directory: ByteString, tree: ObjectID?)] = [("", ObjectID(root))]
    var count = 0
    while let (directory, tree) = pending.popLast() {
      if let tree, trees[directory] == tree { continue }
      count += 1
      guard count <= Self.treeLimit else { return nil }
      let before = try tree.map { (tree) throws(GitError) in try entries(of: tree, at: directory) } ?? Entries()
      let after = Dictionary(uniqueKeysWithValues: (content.directories[directory] ?? []).map { ($0.name, $0) })
      for name in Set(before.files.keys).union(after.keys) where before.files[name] != after[name] {
        let kinds = Set([before.files[name]?.kind, after[name]?.kind].compactMap { $0 })
        found.append(StagedChange(path: directory.appending(name), kinds: kinds))
      }
      var below = before.directories
      for path in content.directories.keys {
        guard let name = Self.name(of: path, in: directory), below[name] == nil else { continue }
        below[name] = .some(nil)
      }
      for (name, tree) in below { pending.append((directory.appending(name), tree)) }
    }
    return found
  }

  /// Returns the name of the directory in `parent` through which a path below it leads; nil for other paths.
  private static func name(of path: ByteString, in parent: ByteString) -> ByteString? {
    guard path.count > parent.count, path.isWithin(parent) else { return nil }
    let inside = path.bytes[(parent.isEmpty ? 0 : parent.count + 1)...]
    return ByteString(inside.prefix { $0 != UInt8(ascii: "/") })
  }

  private struct Entries {
    var files: [ByteString: TreeFile] = [:]
    var directories: [ByteString: ObjectID?] = [:]
  }

  private borrowing func entries(of id: ObjectID, at directory: ByteString) throws(GitError) -> Entries {
    var tree: OpaquePointer?
    var id = id.value
    try check("read the tree \(directory.text)", unsafe git_tree_lookup(&tree, raw, &id))
    defer { unsafe git_tree_free(tree) }
    var found = Entries()
    try unsafe forEachEntry(of: tree) { (name, id, kind) throws(GitError) in
      if let kind {
        found.files[name] = TreeFile(name: name, id: ObjectID(id), kind: kind)
      } else {
        found.directories[name] = ObjectID(id)
      }
    }
    return found
  }
}
