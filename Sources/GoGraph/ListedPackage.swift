package import Bytes
import GoModule
package import GoSource

/// What `go list -e` says is wrong with a package.
package struct ListedError: Sendable, Hashable {
  /// The import paths from a root to the package, as they are written.
  package var stack: [ByteString]
  package var position: String
  package let message: String
}

/// What the lister has to ask of others, because it depends on more than packages.
package struct ListingPlaces {
  /// Where a directory lies on disk.
  package let path: (DirectoryName) -> ByteString
  /// A position as Go prints it: relative to where `go` runs, where that is shorter.
  package let position: (_ directory: DirectoryName, _ file: ByteString, Position) -> String
  /// What Go says of a path that leads to no package; `importer` is nearest to what is named.
  package let absence: (_ path: ByteString, Absence, _ root: ByteString?, _ importer: ByteString?) -> String
  /// The files that a pattern takes in, or what is wrong with the pattern.
  package let embed: (_ directory: DirectoryName, _ pattern: ByteString) -> Result<[ByteString], EmbedError>

  package init(
    path: @escaping (DirectoryName) -> ByteString,
    position: @escaping (DirectoryName, ByteString, Position) -> String,
    absence: @escaping (ByteString, Absence, ByteString?, ByteString?) -> String,
    embed: @escaping (DirectoryName, ByteString) -> Result<[ByteString], EmbedError>
  ) {
    self.path = path
    self.position = position
    self.absence = absence
    self.embed = embed
  }
}

/// What is wrong with a `//go:embed` pattern, in Go's words.
package struct EmbedError: Error, Sendable, Hashable {
  package let message: String
  package init(_ message: String) { self.message = message }
}

/// A package as `go list -deps -e -json` has it.
package final class ListedPackage {
  package let writtenPath: ByteString
  package internal(set) var importPath: ByteString
  package internal(set) var directory: DirectoryName?
  package internal(set) var files: PackageFiles?
  package internal(set) var imports: [ByteString] = []
  package internal(set) var importMap: [ByteString: ByteString] = [:]
  package internal(set) var embedPatterns: [ByteString] = []
  package internal(set) var embedFiles: [ByteString] = []
  package internal(set) var dependencies: Set<ByteString> = []
  package internal(set) var error: ListedError?
  package internal(set) var isRoot = false
  /// Whether loading went on to the module that the package belongs to.
  package internal(set) var hasModule = false
  var children: [ListedPackage]?
  var isInCycle = false
  /// The place of the first import of each path.
  var sites: [ByteString: String] = [:]

  init(_ path: ByteString) {
    writtenPath = path
    importPath = path
  }

  package var isStandard: Bool { directory?.root == .standardLibrary }
  package var name: ByteString { files?.name ?? "" }
}
