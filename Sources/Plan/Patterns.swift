package import Bytes
package import Diagnostics
import GoSource
import System

/// A parsed pattern of the command line: a directory or an import path, with `/...` for everything below.
package struct PackagePattern {
  /// The part before `/...`, or the whole pattern.
  package let stem: ByteString
  package let isTree: Bool
  /// Whether the pattern matches directories, not import paths.
  package let isPath: Bool

  package init(_ text: String) {
    isTree = text == "..." || text.hasSuffix("/...")
    stem = ByteString(isTree ? String(text.dropLast(text == "..." ? 3 : 4)) : text)
    isPath = stem == "." || stem == ".." || ["/", "./", "../"].contains(where: stem.hasPrefix)
  }

  /// Whether the pattern is supported. Go also accepts `all`, files, and `...` anywhere.
  package func isKnown(in current: ByteString) -> Bool {
    let namesFile = stem.isGoFileName && isFile(directory(from: current))
    return stem != "all" && stem.firstIndex(of: "...") == nil && !namesFile
  }

  /// Returns the pattern's directory; an import path is read as a relative path.
  package func directory(from current: ByteString) -> ByteString {
    (stem.hasPrefix("/") ? stem : current.appending(stem)).cleaned
  }
}

/// The package patterns of a command line: directories relative to the current one, or import paths, with or without
/// `/...`.
package struct Patterns {
  private let patterns: [String]
  private let currentDirectory: ByteString
  private let root: ByteString

  package init(_ options: CheckOptions, root: ByteString) {
    patterns = options.patterns
    currentDirectory = options.currentDirectory
    self.root = root
  }

  /// Whether a pattern matches the package; true if there are no patterns.
  package func match(_ package: MainName) -> Bool {
    patterns.isEmpty || patterns.contains { matches($0, package) }
  }

  /// Returns the message about a pattern that matches none of the mains: the nearest name, and the first mains.
  package static func unmatched(_ pattern: String, among mains: Set<MainName>) -> String {
    let names = mains.map { $0.directory.isEmpty ? "." : $0.directory.text }.sorted()
    let near = suggestion(for: pattern, of: names)
    let limit = 8
    let more = names.count > limit ? " and \(names.count - limit) more" : ""
    let list =
      names.isEmpty
      ? " To list packages, run: staticgo list"
      : " The mains: \(names.prefix(limit).map { $0 == "." ? ". (the root)" : $0 }.joined(separator: ", "))\(more)"
    return "no main package matches \"\(pattern)\".\(near)\(list)"
  }

  package func matches(_ text: String, _ package: MainName) -> Bool {
    let pattern = PackagePattern(text)
    let isNamed = package.importPath == pattern.stem || (pattern.isTree && package.importPath.isWithin(pattern.stem))
    if !pattern.isPath && isNamed { return true }
    guard let directory = pattern.directory(from: currentDirectory).relative(to: root) else { return false }
    return package.directory == directory || (pattern.isTree && package.directory.isWithin(directory))
  }
}
