package import Bytes
package import Cache
package import Git
import GoSource
package import System

/// Files that Go compiles and git ignores, such as generated code: never staged, but part of every tree that is built
/// here.
///
/// A directory is listed again if its own times changed since the last listing. It is also listed again if it had
/// changed less than a second before that listing, since a later change could have left the same times.
package final class GeneratedFiles {
  private let root: ByteString
  private let store: FactStore
  /// The listings of earlier runs, until they are first used. A lazy property would be copied when it is changed.
  private var known: Background<[ByteString: SnapshotCache.Listing]>?
  private var listings: [ByteString: SnapshotCache.Listing] = [:]
  private var isChanged = false
  private var answers: [ByteString: TreeFile?] = [:]
  private var repository: OpenRepository?

  /// A repository that is opened for the first file that must be looked up.
  private final class OpenRepository {
    let repository: Repository
    init() throws(GitError) { repository = try Repository() }
  }

  package init(root: ByteString, store: FactStore, known: Background<[ByteString: SnapshotCache.Listing]>) {
    self.root = root
    self.store = store
    self.known = known
  }

  /// The generated files, and directories that may hold some, that could not be read.
  package private(set) var unreadable: [UnreadableFile] = []

  /// The files found so far, in byte order.
  package var found: [ByteString] { answers.filter { $0.value != nil }.keys.sorted() }

  /// Returns the files in a directory of the work tree that Go sees and that git ignores and does not track.
  package func files(in directory: ByteString, besides tracked: [TreeFile]) -> [TreeFile] {
    guard var names = names(in: directory) else { return [] }
    var generated: [TreeFile] = []
    var next = 0
    while !names.isAtEnd {
      // Nearly always the next name on disk is the next one that git tracks.
      let before = names
      while next < tracked.count, SourceKind(name: tracked[next].name) == nil { next += 1 }
      if next < tracked.count, names.matches(tracked[next].name) {
        next += 1
        continue
      }
      names = before
      let name = names.text()
      if names.isBroken { break }
      if tracked.contains(where: { $0.name == name }) {
        next = (tracked.firstIndex { $0.name == name } ?? next) + 1
      } else if let file = file(directory.appending(name)) {
        generated.append(file)
      }
    }
    return generated
  }

  private func file(_ path: ByteString) -> TreeFile? {
    if let known = answers[path] { return known }
    if repository == nil { repository = try? OpenRepository() }
    var file: TreeFile?
    if let repository, (try? repository.repository.ignores(path)) == true {
      do throws(UnreadableFile) { file = try fileOnDisk(path, root: root, repository.repository) } catch {
        unreadable.append(error)
        file = error.standIn
      }
    }
    answers[path] = .some(file)
    return file
  }

  private func names(in directory: ByteString) -> Unpacker? {
    if let known {
      listings = known.value()
      self.known = nil
    }
    if let listing = listings[directory], listing.isCurrent { return listing.names }
    let place = root.appending(directory)
    guard let status = fileStatus(place, followingLinks: false), status.kind == .directory else { return nil }
    var packer = Packer()
    do throws(FileError) {
      for entry in try listDirectory(place) where entry.kind != .directory && SourceKind(name: entry.name) != nil {
        packer.text(entry.name)
      }
    } catch {
      unreadable.append(UnreadableFile(directory, error))
      return nil
    }
    let listing = SnapshotCache.Listing(
      stamp: SnapshotCache.Stamp(status), isCurrent: true, names: Unpacker(packer.bytes))
    listings[directory] = listing
    if nanosecondsSince1970() - max(status.modified, status.changed) > 1_000_000_000 {
      isChanged = true
    } else {
      volatile.insert(directory)
    }
    return listing.names
  }

  /// Directories that changed so recently that their times may not reveal the next change.
  private var volatile: Set<ByteString> = []

  /// Saves the listings for later runs.
  package func save() {
    guard isChanged else { return }
    let kept = listings.filter { !volatile.contains($0.key) }
    store.setNote(SnapshotCache.diskKey(root)) {
      var note = Packer()
      note.number(kept.count)
      for (directory, listing) in kept {
        note.text(directory)
        listing.stamp.pack(into: &note)
        note.number(listing.names.rest.count)
        note.append(listing.names.rest)
      }
      return note
    }
  }
}
