import Bytes
import Diagnostics

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

  /// Whether a pattern names the package itself rather than a tree that it lies in.
  func name(_ package: MainName) -> Bool {
    patterns.contains { !$0.hasSuffix("...") && matches($0, package) }
  }

  func matches(_ pattern: String, _ package: MainName) -> Bool {
    let isTree = pattern == "..." || pattern.hasSuffix("/...")
    let stem = ByteString(isTree ? String(pattern.dropLast(pattern == "..." ? 3 : 4)) : pattern)
    let isPath = stem == "." || stem == ".." || ["/", "./", "../"].contains { stem.hasPrefix($0) }
    if !isPath && (package.importPath == stem || (isTree && package.importPath.isWithin(stem))) { return true }
    let absolute = stem.hasPrefix("/") ? stem : currentDirectory.appending(stem)
    guard let directory = absolute.cleaned.relative(to: root) else { return false }
    return package.directory == directory || (isTree && package.directory.isWithin(directory))
  }
}
