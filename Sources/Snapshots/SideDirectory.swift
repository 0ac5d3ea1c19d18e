package import Bytes
package import Diagnostics
import Git
import GoSource
import System

/// A temporary directory with a snapshot's files, for use where the work tree differs from the snapshot.
///
/// It makes the build see only the judged files.
package struct SideDirectory: ~Copyable {
  private let directory: TemporaryDirectory
  package var root: ByteString { Self.root(in: directory.path) }

  /// The root of the files: deep enough that `../../..` in a replacement stays within the temporary directory.
  private static func root(in directory: ByteString) -> ByteString { directory.appending("1/2/3/4") }

  private init(_ directory: consuming TemporaryDirectory) { self.directory = directory }

  /// Creates a directory with all files of the snapshot.
  ///
  /// Every entry is created relative to the open directory, and symbolic links come last, so no link can lead a file
  /// out of it. Links that lead out of the tree, by themselves or through others, are omitted.
  /// Also copies ignored files that Go compiles, and ignored files below `embedding`, which a package may embed.
  package static func make(
    of snapshot: Snapshot, ignored: [ByteString], embedding: Set<ByteString>,
    outside: [(written: ByteString, directory: ByteString)]
  ) throws(CheckError) -> SideDirectory {
    do {
      let directory = try TemporaryDirectory(prefix: "staticgo")
      let root = root(in: directory.path)
      var top = try TreeWriter(directory.path)
      try top.makeDirectories(root.relative(to: directory.path) ?? "")
      var writer = try TreeWriter(root)
      var links = try write(snapshot, &writer)
      links += try copy(ignored.filter { isWanted($0, embedding) && !snapshot.holds($0) }, of: snapshot, &writer)
      // Link each module outside the repository that --read allows to the path that leads to it from here.
      for (written, real) in outside {
        let place = root.appending(written).cleaned
        guard let path = place.relative(to: directory.path), fileStatus(place, followingLinks: false) == nil else {
          continue
        }
        try top.makeLink(path, to: real)
      }
      for (path, target) in links where stays(path, target) { try writer.makeLink(path, to: target) }
      // Links that each stay inside can lead outside in combination.
      for (path, target) in links where stays(path, target) {
        guard let real = realPath(root.appending(path)), !real.isWithin(root) else { continue }
        try writer.remove(path)
      }
      return SideDirectory(directory)
    } catch let error as UnreadableFile {
      throw CheckError(.cannotJudge, "\(error.message). The files to build are not complete.")
    } catch {
      throw CheckError(.cannotJudge, "cannot write the files to build: \(error)")
    }
  }

  /// Writes the files of a snapshot. Returns its symbolic links, which must be created last.
  private static func write(
    _ snapshot: Snapshot, _ writer: inout TreeWriter
  ) throws -> [(path: ByteString, target: ByteString)] {
    let store = try ObjectStore(directory: snapshot.objects)
    var links: [(path: ByteString, target: ByteString)] = []
    for (directory, files) in snapshot.directories {
      try writer.makeDirectories(directory)
      for file in files {
        let path = directory.appending(file.name)
        if file.kind == .symbolicLink {
          links.append((path, try snapshot.linkTarget(path, file, store: store)))
          continue
        }
        try writer.writeFile(path, try snapshot.read(path, store: store) ?? [], executable: file.kind == .executable)
      }
    }
    return links
  }

  /// Copies files of the work tree; returns those that are links.
  private static func copy(
    _ paths: [ByteString], of snapshot: Snapshot, _ writer: inout TreeWriter
  ) throws(FileError) -> [(path: ByteString, target: ByteString)] {
    // A bare repository has no work tree to open.
    if paths.isEmpty { return [] }
    let workTree = try OpenDirectory(snapshot.root)
    var links: [(path: ByteString, target: ByteString)] = []
    for path in paths {
      if let target = workTree.linkTarget(of: path) {
        links.append((path, target))
      } else if let content = workTree.content(of: path) {
        try writer.writeFile(path, content)
      }
    }
    return links
  }

  private static func isWanted(_ path: ByteString, _ embedding: Set<ByteString>) -> Bool {
    SourceKind(name: path.baseName) != nil || path.baseName == "modules.txt"
      || embedding.contains(where: path.isWithin)
  }

  /// Whether the target of a link is within the tree.
  private static func stays(_ path: ByteString, _ target: ByteString) -> Bool {
    let resolved = path.directory.appending(target).cleaned
    return !target.hasPrefix("/") && resolved != ".." && !resolved.hasPrefix("../")
  }
}
