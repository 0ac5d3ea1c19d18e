import Bytes
import Cache
import Git
import GoGraph
import GoSource
import Loader
import Snapshots

/// Digests of Go files that comments and white space do not change.
///
/// The digests of a package are stored with the ids of its files, so that only changed files are read.
final class TokenDigests {
  private let store: FactStore
  /// The digest of each file, by package and id.
  private var known: [ByteString: [ContentID: ContentID]] = [:]

  init(store: FactStore) { self.store = store }

  /// Adds a package of the repository to a cache key: its files, tests included, by their tokens. Returns false if a file
  /// has no identity.
  func add(_ package: Package, of tree: LoadedTree, to key: inout Packer) -> Bool {
    let name = package.directory.name
    let files = tree.source.contents(of: name)
    // Nobody edits comments in the packages of third parties, which can be thousands.
    let isOwn = !name.path.isOfThirdParties
    var digests = isOwn ? known[name.path] ?? stored(name.path) : [:]
    var isNew = false
    for (file, content) in files {
      guard let content else { return false }
      key.text(file)
      if isOwn, file.isGoFileName, digests[content] == nil {
        digests[content] = digest(of: file, content, in: package, tree)
        isNew = true
      }
      key.content(digests[content] ?? content)
    }
    if isOwn { known[name.path] = digests }
    if isNew { save(files.compactMap(\.content), digests, name.path) }
    return true
  }

  /// Returns a digest of a file's tokens; its own id if a comment may change what the compiler does.
  private func digest(of file: ByteString, _ id: ContentID, in package: Package, _ tree: LoadedTree) -> ContentID {
    // The file on disk may have changed since its id was computed, or a filter may have converted it.
    guard let content = tree.source.content(of: package.directory.name, file), blobID(of: content) == id,
      let tokens = significantTokens(of: content)
    else { return id }
    return blobID(of: tokens) ?? id
  }

  private static func key(_ directory: ByteString) -> ByteString { "tokens 1 " + directory }

  private func stored(_ directory: ByteString) -> [ContentID: ContentID] {
    guard var note = store.note(Self.key(directory)) else { return [:] }
    var digests: [ContentID: ContentID] = [:]
    for _ in 0..<note.count() {
      let id = note.content()
      digests[id] = note.content()
    }
    return note.isBroken || !note.isAtEnd ? [:] : digests
  }

  /// Stores the digests of the files that the package has now. They are saved with the next verdict: a comment alone is
  /// not worth rewriting the store.
  private func save(_ files: [ContentID], _ digests: [ContentID: ContentID], _ directory: ByteString) {
    let now = files.filter { digests[$0] != nil }
    var note = Packer()
    note.number(now.count)
    for id in now {
      note.content(id)
      note.content(digests[id] ?? id)
    }
    store.setNote(Self.key(directory), note)
  }
}
