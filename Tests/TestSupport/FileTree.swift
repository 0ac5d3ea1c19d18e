package import Bytes
import Diagnostics
import Git
package import Snapshots
import System

/// A snapshot whose files are in a temporary directory: no git, no objects.
package struct FileTree: ~Copyable {
  private let directory: TemporaryDirectory
  package let snapshot: Snapshot
  package var root: ByteString { directory.path }

  /// Writes the files; a content that begins with `-> ` makes a symbolic link.
  package init(_ files: [String: String]) throws {
    let made = try TemporaryDirectory(prefix: "staticgo-test")
    var writer = try TreeWriter(made.path)
    // An object database without objects.
    try writer.makeDirectories("no objects")
    var directories: Repository.Directories = [:]
    for (path, content) in files.sorted(by: { $0.key < $1.key }) {
      let path = ByteString(path)
      let link = content.hasPrefix("-> ") ? ByteString(String(content.dropFirst(3))) : nil
      if let link { try writer.makeLink(path, to: link) } else { try writer.writeFile(path, Array(content.utf8)) }
      let id = ObjectID(blobID(of: link?.bytes ?? Array(content.utf8))!)
      directories[path.directory, default: []].append(
        TreeFile(name: path.baseName, id: id, kind: link == nil ? .file : .symbolicLink))
    }
    for (path, list) in directories { directories[path] = list.sorted { $0.name < $1.name } }
    snapshot = Snapshot(
      name: TreeName(kind: .worktree), root: made.path, objects: made.path.appending("no objects"),
      directories: directories, onDisk: Set(files.keys.map { ByteString($0) }))
    directory = made
  }
}
