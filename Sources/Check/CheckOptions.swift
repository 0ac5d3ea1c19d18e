package import Bytes
package import Diagnostics
package import GoGraph

/// What to judge, and how deep.
package struct CheckOptions: Sendable {
  package enum Subject: Sendable, Hashable {
    case index
    case workTree
    /// The commits from the merge base of the two to the second; HEAD where that is nil.
    case range(from: String, to: String?)
  }
  package var subject: Subject
  /// Every main instead of the affected ones, where there is a choice.
  package var all = false
  /// Whether the snapshot is compared with anything.
  package var hasBase = true
  /// Whether only new findings count; nil leaves it to the kind of run.
  package var newOnly: Bool?
  /// The part of the mains that is judged; nil for all.
  package var shard: Shard?
  /// Whether the chains to what has changed are asked for.
  package var explainsChanges = false
  /// Whether findings that are notes are shown to anybody.
  package var wantsNotes = true
  /// Whether the hashes are asked for by which GitHub knows lines.
  package var wantsLineHashes = false
  /// As asked for; nil leaves it to the configuration, and then to `defaultBuild`.
  package var build: BuildDepth?
  package var defaultBuild: BuildDepth = .none
  package var buildLimit: Duration?
  /// As asked for; empty leaves them to the configuration, and then to `defaultPlatform`.
  package var platforms: [Platform] = []
  package var tags: [String]?
  package var defaultPlatform: Platform
  /// A configuration to take in place of the snapshot's: where it is, and how it was named.
  package var configFile: (path: ByteString, name: ByteString)?
  package var goPath: ByteString?
  package var patterns: [String] = []
  /// The directory that patterns are relative to, absolute.
  package var currentDirectory: ByteString
  /// Directories outside the repository that a `replace` may lead to.
  package var readable: [ByteString] = []
  /// Where facts are kept from run to run; nil keeps none.
  package var cacheDirectory: ByteString?
  /// Whether the pre-commit framework runs us: then "nothing staged" means "all files".
  package var isUnderPreCommit = false

  package init(subject: Subject, defaultPlatform: Platform, currentDirectory: ByteString) {
    self.subject = subject
    self.defaultPlatform = defaultPlatform
    self.currentDirectory = currentDirectory
  }
}

/// One of several parts in which machines judge the mains of a repository.
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

  /// Whether a main is in this part: by a hash of its name (FNV-1a), so that a new main moves no other.
  package func holds(_ main: MainName) -> Bool {
    var hash = fnv1a(main.importPath.bytes + [0] + main.directory.bytes)
    // The lowest bits depend on the lowest bits of each byte alone, and say nothing until they are mixed (SplitMix64).
    hash = (hash ^ hash >> 30) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ hash >> 27) &* 0x94d0_49bb_1331_11eb
    hash ^= hash >> 31
    return Int(hash % UInt64(count)) == index - 1
  }
}

extension CheckOptions {
  /// The file of the facts about a repository, shared by its work trees; nil where none are kept.
  func cacheFile(of repository: ByteString) -> ByteString? {
    cacheDirectory.map { Cache.file(of: repository, in: $0) }
  }
}
