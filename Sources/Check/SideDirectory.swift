import Bytes
import Diagnostics
import FileSystem
import Git
import GoSource

/// A directory with a snapshot's files, where the work tree holds others: the build sees what is judged and nothing else.
struct SideDirectory: ~Copyable {
  private let directory: TemporaryDirectory
  var root: ByteString { Self.root(in: directory.path) }

  /// Deep enough for `../../..` of a replacement to stay within a directory of ours.
  private static func root(in directory: ByteString) -> ByteString { directory.appending("1/2/3/4") }

  private init(_ directory: consuming TemporaryDirectory) { self.directory = directory }

  /// Writes all files of the snapshot; symbolic links last, so that none can lead a file out of the directory, and only
  /// those that stay within the repository.
  ///
  /// Of the files that git ignores, those that Go compiles come along; of the others, those below `embedding`, since a
  /// package may embed them.
  static func make(
    of snapshot: Snapshot, ignored: [ByteString], embedding: Set<ByteString>,
    outside: [(written: ByteString, directory: ByteString)]
  ) throws(CheckError) -> SideDirectory {
    do throws(FileError) {
      let directory = try TemporaryDirectory(prefix: "staticgo")
      let root = root(in: directory.path)
      try makeDirectories(root)
      try write(snapshot, to: root)
      for path in ignored where isWanted(path, embedding) && snapshot.file(path) == nil {
        let target = root.appending(path)
        let source = snapshot.root.appending(path)
        guard let kind = fileStatus(source, followingLinks: false)?.kind, kind == .file || kind == .symbolicLink else {
          continue
        }
        try makeDirectories(target.directory)
        if kind == .file {
          try writeNewFile(target, try readFile(source))
        } else if let link = try? readLink(source), stays(path, link) {
          try makeSymbolicLink(target, to: link)
        }
      }
      // A module outside the repository that may be read is found where its relative path leads from here.
      for (written, real) in outside {
        let place = root.appending(written).cleaned
        guard place.isWithin(directory.path), fileStatus(place, followingLinks: false) == nil else { continue }
        try makeDirectories(place.directory)
        try makeSymbolicLink(place, to: real)
      }
      return SideDirectory(directory)
    } catch {
      throw CheckError(.cannotJudge, "cannot lay out the files to build: \(error)")
    }
  }

  private static func write(_ snapshot: Snapshot, to root: ByteString) throws(FileError) {
    guard let store = try? ObjectStore(directory: snapshot.objects) else {
      throw FileError("open", snapshot.objects)
    }
    var links: [(path: ByteString, target: ByteString)] = []
    for (directory, files) in snapshot.directories {
      try makeDirectories(root.appending(directory))
      for file in files {
        let path = directory.appending(file.name)
        if file.kind == .symbolicLink {
          if let target = snapshot.linkTarget(path, file, store: store), stays(path, target) {
            links.append((path, target))
          }
          continue
        }
        guard let content = snapshot.content(path, store: store) else { throw FileError("read", path, code: 5) }
        try writeNewFile(root.appending(path), content, executable: file.kind == .executable)
      }
    }
    for (path, target) in links { try makeSymbolicLink(root.appending(path), to: target) }
  }

  private static func isWanted(_ path: ByteString, _ embedding: Set<ByteString>) -> Bool {
    SourceKind(name: path.baseName) != nil || path.baseName == "modules.txt"
      || embedding.contains(where: path.isWithin)
  }

  /// Whether a link leads to a place within the tree.
  private static func stays(_ path: ByteString, _ target: ByteString) -> Bool {
    let resolved = path.directory.appending(target).cleaned
    return !target.hasPrefix("/") && resolved != ".." && !resolved.hasPrefix("../")
  }
}
