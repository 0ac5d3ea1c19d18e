package import Bytes
package import GoModule
package import GoSource

/// A directory that can hold a package, identified by what it belongs to and not by its path on disk.
package struct DirectoryName: Sendable, Hashable {
  package enum Root: Sendable, Hashable {
    /// The repository that is judged; paths are relative to its root.
    case repository
    /// GOROOT/src.
    case standardLibrary
    /// A module in the module cache.
    case module(ModuleVersion)
    /// A directory outside the repository that a `replace` line points to and the user allows staticgo to read.
    case outside(ByteString)
  }
  package let root: Root
  package let path: ByteString

  package init(_ root: Root, _ path: ByteString) {
    self.root = root
    self.path = path
  }

  package func appending(_ element: ByteString) -> DirectoryName { DirectoryName(root, path.appending(element)) }
}

/// A file that Go looks at, with the facts in its name and content.
package struct SourceFile: Sendable {
  package let name: ByteString
  package let kind: SourceKind
  /// Git's blob ID in a repository; nil if the directory never changes.
  package let content: ContentID?
  package let packed: PackedFacts
  package let header: PackedFacts.Header
  package let isTest: Bool
  /// The tags that the file name requires.
  package let suffix: [ByteString]

  package init(name: ByteString, kind: SourceKind, content: ContentID?, packed: PackedFacts) {
    self.name = name
    self.kind = kind
    self.content = content
    self.packed = packed
    header = packed.header
    isTest = kind == .go && name.isTestFileName
    suffix = platformSuffix(name)
  }

  /// The facts of the file, unpacked at each call.
  package var unpackedFacts: FileFacts { packed.facts }
}

/// The files of one directory that Go looks at, in byte order of their names.
///
/// Two trees with the same files may share the directory.
package final class SourceDirectory {
  package let name: DirectoryName
  /// The files, found on first use: if a package's summary is known, few runs look at its files.
  package private(set) lazy var files = find()
  private let find: () -> [SourceFile]
  /// The facts that decide which files are active, kept separate: copying a `SourceFile` costs more than judging one.
  private(set) lazy var summaries = files.map {
    Summary(header: $0.header, kind: $0.kind, isTest: $0.isTest, hasSuffix: !$0.suffix.isEmpty)
  }

  struct Summary: Sendable {
    let header: PackedFacts.Header
    let kind: SourceKind
    let isTest: Bool
    let hasSuffix: Bool
  }

  /// The first Go file, if all Go files are dangling symbolic links of the repository; otherwise nil.
  ///
  /// Go sees no package in such a directory (modload/import.go, dirInModule).
  package var danglingLink: ByteString? {
    let go = files.filter { $0.kind == .go }
    let isDangling = name.root == .repository && go.allSatisfy { $0.content == nil && $0.header.isDropped }
    return isDangling ? go.first?.name : nil
  }

  package init(name: DirectoryName, files: [SourceFile]) {
    self.name = name
    find = { [] }
    self.files = files
  }

  package init(name: DirectoryName, finding find: @escaping () -> [SourceFile]) {
    self.name = name
    self.find = find
  }
}

/// The source of packages: a snapshot of the repository, the toolchain's library and the module cache.
package protocol SourceTree {
  /// The symbols in the facts of its files, with their texts.
  var symbols: Symbols { get }
  /// Returns the directories in the order of `names`, each with its package's summaries; nil for a missing directory.
  func scan(_ names: [DirectoryName], _ summarizer: inout PackageSummarizer) -> [(
    directory: SourceDirectory, summaries: [PackageSummary]
  )?]
  /// Whether the directory holds a file whose name ends in `.go`, with any content.
  func holdsGoFiles(_ name: DirectoryName) -> Bool
}
