package import Bytes
package import System

/// The files of a root file system, by paths relative to its root.
package struct RootFiles: Sendable {
  package struct Entry: Sendable {
    package let kind: FileKind
    /// The target of a symbolic link.
    package let link: ByteString?
    package let isExecutable: Bool
    /// Whether it has a content; nil where the archive does not say it.
    package let size: Int?
    /// The note of a reader about the content of the file.
    var note: Int?

    package init(kind: FileKind, link: ByteString? = nil, isExecutable: Bool = false, size: Int? = nil) {
      (self.kind, self.link, self.isExecutable, self.size) = (kind, link, isExecutable, size)
    }
  }

  private let find: @Sendable (ByteString) -> Entry?
  private let list: @Sendable (ByteString) -> [ByteString]
  /// A file that can be executed, wherever it is; nil where none is, or for a folder, which is not searched.
  let executable: ByteString?

  package init(_ entries: [ByteString: Entry]) {
    // A member may be there without its directory.
    var names: [ByteString: Set<ByteString>] = [:]
    for path in entries.keys {
      var (parent, child) = (path.directory, path)
      while names[parent, default: []].insert(child.baseName).inserted, !parent.isEmpty {
        (parent, child) = (parent.directory, parent)
      }
    }
    executable = entries.filter { $0.value.kind == .file && $0.value.isExecutable }.keys.min()
    let children = names
    find = { path in
      entries[path] ?? (path.isEmpty || children[path] != nil ? Entry(kind: .directory) : nil)
    }
    list = { children[$0].map { $0.sorted() } ?? [] }
  }

  /// The files of a folder; no link is followed out of it.
  package init(in folder: ByteString) {
    executable = nil
    find = { path in
      let place = folder.appending(path)
      guard let status = fileStatus(place, followingLinks: false) else { return nil }
      let link = status.kind == .symbolicLink ? try? readLink(place) : nil
      return Entry(kind: status.kind, link: link, isExecutable: status.isExecutable, size: status.size)
    }
    list = { path in ((try? listDirectory(folder.appending(path))) ?? []).map(\.name).sorted() }
  }

  /// Returns the path without symbolic links, and what is there; nil where there is nothing. Links are followed as in a
  /// container: the root is that of the files.
  package func resolve(_ path: ByteString) -> (path: ByteString, entry: Entry)? {
    var rest = path.split(UInt8(ascii: "/"), omittingEmpty: true)
    var done: ByteString = ""
    var links = 0
    while !rest.isEmpty {
      let name = rest.removeFirst()
      if name == "." { continue }
      if name == ".." {
        done = done.directory
        continue
      }
      let place = done.isEmpty ? name : done.appending(name)
      guard let entry = find(place) else { return nil }
      guard let link = entry.link, entry.kind == .symbolicLink else {
        done = place
        continue
      }
      links += 1
      if links > Self.linkLimit { return nil }
      if link.hasPrefix("/") { done = "" }
      rest = link.split(UInt8(ascii: "/"), omittingEmpty: true) + rest
      // A chain of links may make the path as long as it likes.
      if rest.count > Self.depthLimit { return nil }
    }
    return find(done).map { (done, $0) }
  }

  /// As many as Linux follows (path_resolution(7)).
  private static let linkLimit = 40
  private static let depthLimit = 1_000

  package func isFile(_ path: ByteString) -> Bool { resolve(path)?.entry.kind == .file }

  package func isDirectory(_ path: ByteString) -> Bool { resolve(path)?.entry.kind == .directory }

  /// The names in a directory, sorted; empty where there is no such directory.
  package func names(in path: ByteString) -> [ByteString] {
    guard let (place, entry) = resolve(path), entry.kind == .directory else { return [] }
    return list(place)
  }
}
