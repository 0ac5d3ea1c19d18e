import Bytes
import GoGraph
import GoModule
import GoSource
import Loader

/// An error that `go list -e` reports for a package.
struct ListedError: Sendable, Hashable {
  /// The import paths from a root to the package, as written.
  var stack: [ByteString]
  var position: String
  let message: String
}

/// The callbacks that a lister needs for answers that depend on more than packages.
struct ListingPlaces {
  /// Returns a directory's path on disk.
  let path: (DirectoryName) -> ByteString
  /// Returns a position as Go prints it: relative to the directory in which `go` runs, if that is shorter.
  let position: (_ directory: DirectoryName, _ file: ByteString, Position) -> String
  /// Returns Go's message for a path that does not resolve; `importer` is the importer nearest to a listed root.
  let resolutionError: (_ path: ByteString, ResolutionError, _ root: ByteString?, _ importer: ByteString?) -> String
  /// Returns the files that an embed pattern matches, or the error in the pattern.
  let embed: (_ directory: DirectoryName, _ pattern: ByteString) -> Result<[ByteString], EmbedError>

  init(
    path: @escaping (DirectoryName) -> ByteString,
    position: @escaping (DirectoryName, ByteString, Position) -> String,
    resolutionError: @escaping (ByteString, ResolutionError, ByteString?, ByteString?) -> String,
    embed: @escaping (DirectoryName, ByteString) -> Result<[ByteString], EmbedError>
  ) {
    self.path = path
    self.position = position
    self.resolutionError = resolutionError
    self.embed = embed
  }
}

/// A package as `go list -deps -e -json` prints it.
final class ListedPackage {
  let writtenPath: ByteString
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
  /// Whether loading got as far as the module that the package belongs to.
  package internal(set) var hasModule = false
  var children: [ListedPackage]?
  var isInCycle = false
  /// The position of the first import of each path.
  var sites: [ByteString: String] = [:]

  init(_ path: ByteString) {
    writtenPath = path
    importPath = path
  }

  var isStandard: Bool { directory?.root == .standardLibrary }
  var name: ByteString { files?.name ?? "" }
}
