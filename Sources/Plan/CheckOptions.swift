package import Bytes
package import Cache
package import Diagnostics
import Git
package import GoBuild
package import Snapshots
import System

/// The options of a check: what is judged, and how deep.
package struct CheckOptions: Sendable {
  package var subject: Subject
  /// Whether every main is judged instead of the affected ones; the work tree always has every main judged.
  package var all = false
  /// Whether the snapshot is compared with a base.
  package var hasBase = true
  /// Whether only new findings count; nil means: only if just the affected mains are judged.
  package var newOnly: Bool?
  /// The part of the mains to judge; nil means all.
  package var shard: Shard?
  /// Whether only the affected mains are asked for, also in the work tree, and not their verdicts.
  package var asksAffected = false
  /// Whether to find the chains to the changed files.
  package var explainsChanges = false
  /// Whether only the text of a passing check is shown, so that a change of files that no build can use ends it at once.
  package var showsOnlyVerdict = false
  /// Whether notes are shown in any report.
  package var wantsNotes = true
  /// Whether to compute the hashes by which GitHub identifies lines.
  package var wantsLineHashes = false
  /// The requested depth; nil means the configuration's, and without one `defaultBuild`.
  package var build: BuildDepth?
  package var defaultBuild: BuildDepth = .none
  /// The requested time limit of a build; nil means the configuration's, and without one `defaultBuildLimit`.
  package var buildLimit: Duration?
  package var defaultBuildLimit: Duration?
  /// Rules to report alone, or to leave out.
  package var selected: Set<RuleID> = []
  package var ignored: Set<RuleID> = []
  /// The requested platforms; empty means the configuration's, and without any `defaultPlatform`.
  package var platforms: [Platform] = []
  package var tags: [String]?
  package var defaultPlatform: Platform
  /// A configuration to use instead of the snapshot's: its path, and its name as the user wrote it.
  package var configFile: (path: ByteString, name: ByteString)?
  package var goPath: ByteString?
  package var patterns: [String] = []
  /// The directory that patterns are relative to, absolute.
  package var currentDirectory: ByteString
  /// Directories outside the repository that a `replace` may point to.
  package var readable: [ByteString] = []
  /// The directory of the cache; nil disables the cache.
  package var cacheDirectory: ByteString?
  /// Whether the pre-commit framework runs staticgo: then "nothing staged" means "all files".
  package var isUnderPreCommit = false

  /// The version of this program, which a configuration may require; empty accepts any.
  package var version = ""

  /// The rules that a configuration and allow directives may name.
  package let rules: [RuleID]

  package init(subject: Subject, defaultPlatform: Platform, currentDirectory: ByteString, rules: [RuleID]) {
    self.rules = rules
    self.subject = subject
    self.defaultPlatform = defaultPlatform
    self.currentDirectory = currentDirectory
  }
}

/// One of several parts of a repository's mains, each judged on its own machine.
package struct Shard: Sendable, Hashable {
  /// From 1 to `count`.
  package let index: Int
  package let count: Int

  /// Reads `I/N`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), count <= 10_000,
      (1...max(1, count)).contains(index), count >= 1
    else { return nil }
    self.index = index
    self.count = count
  }

  /// Whether a main is in this part. A hash of its name (FNV-1a) decides, so that a new main does not move any other.
  package func holds(_ main: MainName) -> Bool {
    var hash = fnv1a(main.importPath.bytes + [0] + main.directory.bytes)
    // The lowest bits of the hash depend only on the lowest bits of each byte. Mixing (SplitMix64) makes them usable.
    hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
    hash ^= hash >> 31
    return Int(hash % UInt64(count)) == index - 1
  }
}

extension CheckOptions {
  /// Whether a change of files that no build can use ends the check: nothing is asked of the mains that it does not affect.
  package var mayEndEarly: Bool {
    showsOnlyVerdict && subject == .index && hasBase && !all && newOnly != false && patterns.isEmpty && shard == nil
  }

  /// Where the cache of a repository is.
  package enum CachePlace: Sendable {
    /// No cache was asked for.
    case none
    case file(ByteString)
    /// The cache is not used, with the reason.
    case refused(String)

    /// Reads the cache.
    package var contents: StoreContents {
      switch self {
      case .none: StoreContents(reading: nil)
      case .file(let path): StoreContents(reading: path)
      case .refused(let reason): .refused(reason)
      }
    }
  }

  /// Returns the place of the cache of a repository, shared by its work trees.
  ///
  /// A cache in the work tree is refused if git tracks a file in it: whoever wrote the commit could have written what
  /// staticgo would believe.
  package func cachePlace(in reader: borrowing RepositoryReader) throws(CheckError) -> CachePlace {
    guard let cacheDirectory else { return .none }
    let real = realPath(cacheDirectory) ?? cacheDirectory
    for path in [cacheDirectory, real] {
      guard !reader.isBare, let inside = path.relative(to: reader.root) else { continue }
      if try reader.tracksFiles(below: inside) {
        return .refused("the cache \(inside.isEmpty ? "." : inside.text) is not used: git tracks files in it")
      }
    }
    return .file(CacheDirectory.file(of: reader.repository.commonDirectory, in: cacheDirectory))
  }
}

extension CheckOptions {
  /// Whether only the mains count that the change affects.
  package func isLimited(nothingStaged: Bool) -> Bool {
    asksAffected || subject != .workTree && !all && !(nothingStaged && isUnderPreCommit)
  }
}
