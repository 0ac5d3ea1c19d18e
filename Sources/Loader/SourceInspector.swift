package import Bytes
package import GoGraph
package import GoSource

/// Inspects the source files of a tree's packages.
package struct SourceInspector {
  /// The results for each file. A file is scanned once, since many mains use it and snapshot and base share most files.
  package final class Cache {
    fileprivate var declared: [Key: [Declaration]] = [:]
    fileprivate var mentioned: [Set<ByteString>: [Key: Bool]] = [:]
    fileprivate var free: [Key: FreeNames] = [:]
    fileprivate var starts: [Key: [UInt8]] = [:]
    fileprivate var used: [Key: FileUses] = [:]
    fileprivate var members: [Key: [ByteString: TypeMembers]] = [:]
    fileprivate var words: [Key: [FunctionWords]] = [:]
  }

  /// The identity of a file's content.
  fileprivate enum Key: Hashable {
    case content(ContentID)
    /// A file that git does not have. Its content is the same for all trees of a run.
    case place(DirectoryName, ByteString)
  }

  private let source: PackageSource
  private let memory: Cache

  package init(into source: PackageSource, _ memory: Cache) {
    self.source = source
    self.memory = memory
  }

  package func uses(_ package: Package, _ file: SourceFile) -> FileUses {
    look(package, file, FileUses.init, orElse: FileUses([]), &memory.used)
  }

  package func declarations(_ package: Package, _ file: SourceFile) -> [Declaration] {
    look(package, file, scanDeclarations, orElse: [], &memory.declared)
  }

  package func members(_ package: Package, _ file: SourceFile) -> [ByteString: TypeMembers] {
    look(package, file, scanTypeMembers, orElse: [:], &memory.members)
  }

  package func words(_ package: Package, _ file: SourceFile) -> [FunctionWords] {
    look(package, file, scanFunctionWords, orElse: [], &memory.words)
  }

  package func mentions(_ package: Package, _ file: SourceFile, anyOf names: Set<ByteString>) -> Bool {
    look(package, file, { GoSource.mentions($0, anyOf: names) }, orElse: false, &memory.mentioned[names, default: [:]])
  }

  package func freeNames(_ package: Package, _ file: SourceFile) -> FreeNames {
    look(package, file, FreeNames.init, orElse: FreeNames([]), &memory.free)
  }

  /// The first bytes of a file, which show its format.
  package func start(_ package: Package, _ file: SourceFile) -> [UInt8] {
    look(package, file, { Array($0.prefix(64)) }, orElse: [], &memory.starts)
  }

  private func look<Seen>(
    _ package: Package, _ file: SourceFile, _ scan: ([UInt8]) -> Seen, orElse nothing: Seen, _ known: inout [Key: Seen]
  ) -> Seen {
    let key = file.content.map(Key.content) ?? .place(package.directory.name, file.name)
    if let seen = known[key] { return seen }
    let seen = source.content(of: package.directory.name, file.name).map(scan) ?? nothing
    known[key] = seen
    return seen
  }
}
