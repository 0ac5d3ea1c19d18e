package import Bytes
package import Cache
package import Git
import GoSource
package import System

/// The results of earlier runs, with the data that shows whether they are still valid.
package struct SnapshotCache: Sendable {
  /// A directory of the work tree as it was when its files were listed.
  package struct Listing: Sendable {
    package let stamp: Stamp
    /// Whether the directory is unchanged since then.
    var isCurrent: Bool
    /// The names of the files that Go would consider, packed.
    package let names: Unpacker
  }

  /// The status of a directory that changes when its entries change.
  package struct Stamp: Sendable, Equatable {
    package let modified: Int
    package let changed: Int
    package let inode: Int

    package init(_ status: FileStatus) {
      modified = status.modified
      changed = status.changed
      inode = status.inode
    }

    package init(unpacking unpacker: inout Unpacker) {
      modified = unpacker.number()
      changed = unpacker.number()
      inode = unpacker.number()
    }

    package func pack(into packer: inout Packer) {
      packer.number(modified)
      packer.number(changed)
      packer.number(inode)
    }
  }

  package let store: StoreContents

  package init(store: StoreContents) {
    self.store = store
  }

  /// Returns the directories of the work tree that an earlier run listed, and whether each is unchanged.
  package func listings(root: ByteString) -> [ByteString: Listing] {
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

  /// The files of a commit if it was the last base, else nil.
  ///
  /// Saves reading the tree from git: for ten thousand files that is a walk through two thousand objects.
  package func files(of commit: ObjectID) -> Repository.Directories? {
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

  /// Stores the files of a commit for later runs.
  package static func remember(_ base: Snapshot, _ commit: ObjectID, in store: FactStore) {
    // The snapshot's lists do not hold everything of a tree with submodules.
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
