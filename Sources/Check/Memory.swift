import Bytes
import FactStore
import FileSystem
import GoSource

/// What earlier runs have left, with what tells whether it still holds: read by a thread of its own while another one
/// looks at the index.
struct Memory: Sendable {
  /// A directory of the work tree as it was when its files were listed.
  struct Listing: Sendable {
    let stamp: Stamp
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

  /// The work tree's directories: how they were listed, and whether that still holds.
  struct Disk: Sendable {
    var listings: [ByteString: Listing] = [:]
    var current: Set<ByteString> = []
  }

  private let contents: StoreContents
  private let disk: Disk

  /// Reads the store's file, nil for none, and looks at each directory of the work tree that it knows.
  init(_ file: ByteString?, root: ByteString) {
    contents = StoreContents(reading: file)
    var disk = Disk()
    if var note = contents.note(Self.key(root)), let top = try? OpenDirectory(root) {
      let count = note.count()
      disk.listings.reserveCapacity(count)
      disk.current.reserveCapacity(count)
      for _ in 0..<count {
        let directory = note.text()
        let stamp = Stamp(unpacking: &note)
        let length = note.count()
        let names = Unpacker(note.bytes, in: note.index..<(note.index + length))
        note.skip(length)
        disk.listings[directory] = Listing(stamp: stamp, names: names)
        if let status = top.status(of: directory), status.kind == .directory, Stamp(status) == stamp {
          disk.current.insert(directory)
        }
      }
    }
    self.disk = disk
  }

  static func key(_ root: ByteString) -> ByteString { "work tree " + root }

  func open() -> (store: FactStore, warning: String?, disk: Disk) {
    (FactStore(contents), contents.warning, disk)
  }
}
