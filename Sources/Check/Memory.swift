import Bytes
import FactStore
import FileSystem
import Git
import GoSource

/// What earlier runs have left, with what tells whether it still holds.
struct Memory: Sendable {
  /// A directory of the work tree as it was when its files were listed.
  struct Listing: Sendable {
    let stamp: Stamp
    /// Whether the directory is still as it was.
    var isCurrent: Bool
    /// The names that Go would look at, packed.
    let names: Unpacker
  }

  /// What changes in a directory when its entries do.
  struct Stamp: Sendable, Equatable {
    let modified: Int
    let changed: Int
    let inode: Int

    init(_ status: FileStatus) {
      modified = status.modified
      changed = status.changed
      inode = status.inode
    }

    init(unpacking unpacker: inout Unpacker) {
      modified = unpacker.number()
      changed = unpacker.number()
      inode = unpacker.number()
    }

    func pack(into packer: inout Packer) {
      packer.number(modified)
      packer.number(changed)
      packer.number(inode)
    }
  }

  let store: StoreContents

  /// The directories of the work tree that an earlier run has listed, each with a look at whether that still holds.
  func listings(root: ByteString) -> [ByteString: Listing] {
    guard var note = store.note(Self.diskKey(root)), let top = try? OpenDirectory(root) else { return [:] }
    let count = note.count()
    var listings = [ByteString: Listing](minimumCapacity: count)
    for _ in 0..<count {
      let directory = note.text()
      let stamp = Stamp(unpacking: &note)
      let length = note.count()
      let names = Unpacker(note.bytes, in: note.index..<(note.index + length))
      note.skip(length)
      let isCurrent = top.status(of: directory).map { $0.kind == .directory && Stamp($0) == stamp } ?? false
      listings[directory] = Listing(stamp: stamp, isCurrent: isCurrent, names: names)
    }
    return listings
  }

  static func diskKey(_ root: ByteString) -> ByteString { "work tree " + root }

  // MARK: The base

  private static let baseKey: ByteString = "base"

  /// The files of a commit, where it is the one that was compared with last: a tree of ten thousand files is a walk
  /// through two thousand objects.
  func files(of commit: ObjectID) -> Repository.Directories? {
    guard var note = store.note(Self.baseKey), note.content() == commit.content else { return nil }
    let count = note.count()
    var directories = Repository.Directories(minimumCapacity: count)
    for _ in 0..<count {
      let directory = note.text()
      var files: [TreeFile] = []
      let fileCount = note.count()
      files.reserveCapacity(fileCount)
      for _ in 0..<fileCount {
        let (id, kind) = (ObjectID(note.content()), TreeFile.Kind(rawValue: note.byte()))
        let name = note.text()
        guard let kind else { return nil }
        files.append(TreeFile(name: name, id: id, kind: kind))
      }
      directories[directory] = files
    }
    return note.isBroken || !note.isAtEnd ? nil : directories
  }

  /// Notes the files of a commit for the runs to come.
  static func remember(_ base: Snapshot, _ commit: ObjectID, in store: FactStore) {
    // A tree with submodules is not all in the snapshot's lists.
    guard base.submodules.isEmpty else { return }
    if var note = store.note(baseKey), note.content() == commit.content { return }
    store.setNote(baseKey) {
      var note = Packer()
      note.content(commit.content)
      note.number(base.directories.count)
      for (directory, files) in base.directories {
        note.text(directory)
        note.number(files.count)
        for file in files {
          note.content(file.id.content)
          note.byte(file.kind.rawValue)
          note.text(file.name)
        }
      }
      return note
    }
  }
}
