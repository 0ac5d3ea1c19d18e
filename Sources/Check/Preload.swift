import Bytes
import Cache
import Diagnostics
import Git
import Plan
import Snapshots
import System

/// The threads that read what a check needs while its own thread reads the index and loads packages.
///
///     this thread   index ─┬─► snapshot ─► load packages ──────────────► base() ─► load the base ─► judge
///     cache         stored facts ─────────► cache()
///     listings             └─► directories of the work tree ─► used while packages load
///     base                                      └─► files of the base ────┘
///     changes                  snapshot and base ──────────────► changed()
///
/// The base waits for the listings, because it is needed last and the cores are better used by what is needed first.
final class Preload {
  /// The directories of the work tree that an earlier run listed.
  let listings: Background<[ByteString: SnapshotCache.Listing]>
  private let caching: Background<SnapshotCache>
  private let readingBase: Background<Result<Snapshot, CheckError>?>
  private var comparing: Background<Set<ByteString>?>?

  /// Starts to read a cache file.
  static func reading(_ cache: CheckOptions.CachePlace) -> Background<SnapshotCache> {
    Background { SnapshotCache(store: cache.contents) }
  }

  /// Starts to list directories and to read the base commit, if there is one.
  init(caching: Background<SnapshotCache>, base commit: ObjectID?, root: ByteString, objects: ByteString) {
    let listings = Background { caching.value().listings(root: root) }
    self.caching = caching
    self.listings = listings
    readingBase = Background {
      _ = listings.value()
      return commit.map { RepositoryReader.read($0, root: root, objects: objects, memory: caching.value()) }
    }
  }

  /// Waits for the cache.
  func cache() -> SnapshotCache { caching.value() }

  /// Starts to compare the snapshot with the base.
  func compare(_ snapshot: Snapshot) {
    comparing = Background { [readingBase] in (try? readingBase.value()?.get()).map(snapshot.changes(from:)) }
  }

  /// Waits for the base; nil without one.
  func base() throws(CheckError) -> Snapshot? { try readingBase.value()?.get() }

  /// Waits for the paths that differ between snapshot and base; nil without a base.
  func changed() -> Set<ByteString>? { comparing?.value() ?? nil }
}
