import Bytes
import Diagnostics
import FileSystem
import GoSource

/// A pattern of the command line, taken apart: a directory or an import path, with `/...` for all that lies below.
struct PackagePattern {
  /// What stands before `/...`, or all of it.
  let stem: ByteString
  let isTree: Bool
  /// Whether it names directories rather than import paths.
  let isPath: Bool

  init(_ text: String) {
    isTree = text == "..." || text.hasSuffix("/...")
    stem = ByteString(isTree ? String(text.dropLast(text == "..." ? 3 : 4)) : text)
    isPath = stem == "." || stem == ".." || ["/", "./", "../"].contains(where: stem.hasPrefix)
  }

  /// Whether it is of a kind that we take: Go knows `all`, files, and `...` anywhere too.
  func isKnown(in current: ByteString) -> Bool {
    let namesFile = stem.isGoFileName && isFile(directory(from: current))
    return stem != "all" && stem.firstIndex(of: "...") == nil && !namesFile
  }

  /// The directory that it names, or would name if it were a path.
  func directory(from current: ByteString) -> ByteString {
    (stem.hasPrefix("/") ? stem : current.appending(stem)).cleaned
  }
}

/// The packages that a command line names: directories relative to the current one, import paths, either with `/...`.
struct Patterns {
  private let patterns: [String]
  private let currentDirectory: ByteString
  private let root: ByteString

  init(_ options: CheckOptions, root: ByteString) {
    patterns = options.patterns
    currentDirectory = options.currentDirectory
    self.root = root
  }

  /// Whether a package is named; every one is where there are no patterns.
  func match(_ package: MainName) -> Bool {
    patterns.isEmpty || patterns.contains { matches($0, package) }
  }

  func matches(_ text: String, _ package: MainName) -> Bool {
    let pattern = PackagePattern(text)
    let isNamed = package.importPath == pattern.stem || (pattern.isTree && package.importPath.isWithin(pattern.stem))
    if !pattern.isPath && isNamed { return true }
    guard let directory = pattern.directory(from: currentDirectory).relative(to: root) else { return false }
    return package.directory == directory || (pattern.isTree && package.directory.isWithin(directory))
  }
}
