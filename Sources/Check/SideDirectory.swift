import Bytes
import Diagnostics
import FileSystem
import Git

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
  /// Of the files that git ignores, those that Go compiles are part of the snapshot; of the others, those below
  /// `embedding` come along, since a package may embed them.
  static func make(
    of snapshot: Snapshot, withIgnoredFilesIn embedding: Set<ByteString>,
    outside: [(written: ByteString, directory: ByteString)]
  ) throws(CheckError) -> SideDirectory {
    do throws(FileError) {
      let directory = try TemporaryDirectory(prefix: "staticgo")
      let root = root(in: directory.path)
      try makeDirectories(root)
      try write(snapshot, to: root)
      for path in snapshot.ignored where embedding.contains(where: path.isWithin) {
        let target = root.appending(path)
        try makeDirectories(target.directory)
        try writeNewFile(target, try readFile(snapshot.root.appending(path)))
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
    var made: Set<ByteString> = [""]
    for path in snapshot.paths {
      guard let file = snapshot.files[path], file.kind != .symbolicLink else { continue }
      if made.insert(path.directory).inserted { try makeDirectories(root.appending(path.directory)) }
      guard let content = snapshot.content(path, store: store) else { throw FileError("read", path, code: 5) }
      try writeNewFile(root.appending(path), content, executable: file.kind == .executable)
    }
    for path in snapshot.paths {
      guard let file = snapshot.files[path], file.kind == .symbolicLink,
        let target = snapshot.linkTarget(path, file, store: store), !target.hasPrefix("/")
      else { continue }
      let resolved = path.directory.appending(target).cleaned
      if resolved == ".." || resolved.hasPrefix("../") { continue }
      if made.insert(path.directory).inserted { try makeDirectories(root.appending(path.directory)) }
      try makeSymbolicLink(root.appending(path), to: target)
    }
  }
}
