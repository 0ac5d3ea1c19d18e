import Bytes
import GoGraph
import GoSource

/// Looks into the files of a tree's packages, into each one once: many mains ask about the same few.
final class Looks {
  private struct Place: Hashable {
    let directory: DirectoryName
    let file: ByteString
  }

  private let source: PackageSource
  private var declared: [Place: [Declaration]] = [:]
  private var identified: [Place: Set<ByteString>] = [:]

  init(into source: PackageSource) { self.source = source }

  private var used: [Place: FileUses] = [:]

  func uses(_ package: Package, _ file: SourceFile) -> FileUses {
    look(package, file, FileUses.init, orElse: FileUses([]), &used)
  }

  func declarations(_ package: Package, _ file: SourceFile) -> [Declaration] {
    look(package, file, scanDeclarations, orElse: [], &declared)
  }

  func identifiers(_ package: Package, _ file: SourceFile) -> Set<ByteString> {
    look(package, file, scanIdentifiers, orElse: [], &identified)
  }

  private func look<Seen>(
    _ package: Package, _ file: SourceFile, _ scan: ([UInt8]) -> Seen, orElse nothing: Seen,
    _ known: inout [Place: Seen]
  ) -> Seen {
    let place = Place(directory: package.directory.name, file: file.name)
    if let seen = known[place] { return seen }
    let seen = source.content(of: package.directory.name, file.name).map(scan) ?? nothing
    known[place] = seen
    return seen
  }
}
