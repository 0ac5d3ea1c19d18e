package import Bytes
import Git
import GoGraph
import GoModule
package import Snapshots
import System

/// Finds the files that `//go:embed` patterns match (cmd/go/internal/load/pkg.go, resolveEmbed).
package final class EmbedFinder {
  /// The tree to search.
  package enum Place {
    /// A tree of the object database, or the index.
    case snapshot(Snapshot)
    /// Below a directory on disk.
    case disk(ByteString)
  }

  private let place: Place
  /// The subdirectories of each directory of a snapshot; computed on first use.
  private lazy var subdirectories: [ByteString: Set<ByteString>] = findSubdirectories()

  package init(_ place: Place) { self.place = place }

  private func findSubdirectories() -> [ByteString: Set<ByteString>] {
    guard case .snapshot(let snapshot) = place else { return [:] }
    var found: [ByteString: Set<ByteString>] = [:]
    for directory in snapshot.directories.keys {
      var path = directory
      while !path.isEmpty, found[path.directory, default: []].insert(path.baseName).inserted { path = path.directory }
    }
    return found
  }

  // MARK: The tree

  private func kind(of path: ByteString) -> FileKind? {
    switch place {
    case .disk(let root): return fileStatus(root.appending(path), followingLinks: false)?.kind
    case .snapshot(let snapshot):
      if let file = snapshot.file(path) { return file.kind == .symbolicLink ? .symbolicLink : .file }
      if path.isEmpty || snapshot.directories[path] != nil { return .directory }
      return subdirectories[path.directory]?.contains(path.baseName) ?? false ? .directory : nil
    }
  }

  /// Returns the names in a directory, in byte order.
  private func names(in directory: ByteString) -> [ByteString] {
    switch place {
    case .disk(let root): return ((try? listDirectory(root.appending(directory))) ?? []).map(\.name)
    case .snapshot(let snapshot):
      let files = (snapshot.directories[directory] ?? []).map(\.name)
      return (files + (subdirectories[directory] ?? [])).sorted()
    }
  }

  // MARK: Patterns

  /// Returns the files that a pattern matches, relative to `directory`, a path in the tree.
  package func files(_ pattern: ByteString, in directory: ByteString) -> Result<[ByteString], EmbedError> {
    let takesAll = pattern.hasPrefix("all:")
    let glob = takesAll ? pattern.dropFirst(4) : pattern
    let elements = glob.split(UInt8(ascii: "/"))
    let isValid =
      !glob.isEmpty && glob != "." && elements.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && isGlob($0) }
    guard isValid else { return .failure(EmbedError("invalid pattern syntax")) }
    var found: Set<ByteString> = []
    do throws(EmbedError) {
      for match in expand(elements[...], below: directory) {
        try add(match, below: directory, takesAll: takesAll, to: &found)
      }
    } catch {
      return .failure(error)
    }
    return found.isEmpty ? .failure(EmbedError("no matching files found")) : .success(found.sorted())
  }

  /// Returns the paths that a pattern matches below a directory, relative to it, in byte order.
  private func expand(_ elements: ArraySlice<ByteString>, below directory: ByteString) -> [ByteString] {
    guard let element = elements.first else { return [""] }
    let isPlain = !element.bytes.contains {
      [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "\\")].contains($0)
    }
    let names =
      isPlain
      ? (kind(of: directory.appending(element)) == nil ? [] : [element])
      : names(in: directory).filter { matchesGlob($0.bytes[...], element.bytes[...]) }
    return names.flatMap { name in
      expand(elements.dropFirst(), below: directory.appending(name)).map { name.appending($0) }
    }
  }

  private func add(
    _ match: ByteString, below directory: ByteString, takesAll: Bool, to found: inout Set<ByteString>
  ) throws(EmbedError) {
    let path = directory.appending(match)
    guard let kind = kind(of: path) else { return }
    let what = kind == .directory ? "directory" : "file"
    var parent = match
    while !parent.isEmpty {
      let place = directory.appending(parent)
      if self.kind(of: place.appending("go.mod")) != nil {
        throw EmbedError("cannot embed \(what) \(match.text): in different module")
      }
      if parent != match, self.kind(of: place) != .directory {
        throw EmbedError("cannot embed \(what) \(match.text): in non-directory \(parent.text)")
      }
      if isBadName(parent.baseName) {
        let reason = parent == match ? "invalid name" : "in invalid directory"
        throw EmbedError("cannot embed \(what) \(match.text): \(reason) \(parent.baseName.text)")
      }
      parent = parent.directory
    }
    switch kind {
    case .file: found.insert(match)
    case .directory:
      let count = found.count
      var inside: Set<ByteString> = []
      try walk(match, below: directory, takesAll: takesAll, to: &inside)
      found.formUnion(inside)
      if inside.isEmpty, count == found.count {
        throw EmbedError("cannot embed directory \(match.text): contains no embeddable files")
      }
    case .symbolicLink, .other: throw EmbedError("cannot embed irregular file \(match.text)")
    }
  }

  private func walk(
    _ top: ByteString, below directory: ByteString, takesAll: Bool, to found: inout Set<ByteString>
  ) throws(EmbedError) {
    for name in names(in: directory.appending(top)) {
      let relative = top.appending(name)
      let isHidden = name.hasPrefix(".") || name.hasPrefix("_")
      if isHidden, !takesAll { continue }
      switch kind(of: directory.appending(relative)) {
      case .directory:
        let isModule = kind(of: directory.appending(relative).appending("go.mod")) != nil
        if !isBadName(name), !isModule { try walk(relative, below: directory, takesAll: takesAll, to: &found) }
      case .file:
        guard isBadName(name) else {
          found.insert(relative)
          continue
        }
        if !isHidden { throw EmbedError("cannot embed file \(relative.text): invalid name \(name.text)") }
      default: break
      }
    }
  }

  /// Whether a name is not allowed in a module (golang.org/x/mod/module, CheckFilePath), or belongs to version control.
  private func isBadName(_ name: ByteString) -> Bool {
    if ["", ".bzr", ".hg", ".git", ".svn"].contains(name) || name.hasSuffix(".") { return true }
    if isReservedOnWindows(String(name.text.prefix { $0 != "." })) { return true }
    return !name.text.unicodeScalars.allSatisfy { scalar in
      if scalar.isASCII { return Self.allowed.contains(scalar) }
      return scalar.properties.isAlphabetic && scalar != "\u{fffd}"
    }
  }

  private static let allowed = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()+,-.=@[]^_{}~ ".unicodeScalars)
}

/// Whether an element is a well-formed pattern for Go's path.Match.
private func isGlob(_ pattern: ByteString) -> Bool {
  var rest = pattern.bytes[...]
  while let byte = rest.popFirst() {
    switch byte {
    case UInt8(ascii: "\\"): guard rest.popFirst() != nil else { return false }
    case UInt8(ascii: "["):
      if rest.first == UInt8(ascii: "^") { rest = rest.dropFirst() }
      var count = 0
      while true {
        guard let low = rest.popFirst() else { return false }
        if low == UInt8(ascii: "]"), count > 0 { break }
        if low == UInt8(ascii: "-") || low == UInt8(ascii: "]") { return false }
        if low == UInt8(ascii: "\\"), rest.popFirst() == nil { return false }
        if rest.first == UInt8(ascii: "-") {
          rest = rest.dropFirst()
          guard let high = rest.popFirst(), high != UInt8(ascii: "]"), high != UInt8(ascii: "-") else { return false }
          if high == UInt8(ascii: "\\"), rest.popFirst() == nil { return false }
        }
        count += 1
      }
    default: break
    }
  }
  return true
}

/// Whether a name matches a pattern of `*`, `?`, `[…]` and `\`, as in Go's path.Match; a malformed pattern matches
/// nothing.
func matchesGlob(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
  var (name, pattern) = (name, pattern)
  var retry: (name: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
  while true {
    if pattern.first == UInt8(ascii: "*") {
      pattern = pattern.dropFirst()
      retry = (name, pattern)
      continue
    }
    if let byte = name.first, let rest = matchOne(byte, pattern) {
      name = name.dropFirst()
      pattern = rest
      continue
    }
    if name.isEmpty && pattern.isEmpty { return true }
    guard let (from, after) = retry, !from.isEmpty else { return false }
    name = from.dropFirst()
    pattern = after
    retry = (name, pattern)
  }
}

/// Returns the rest of the pattern after it matched one byte; nil if it does not match.
private func matchOne(_ byte: UInt8, _ pattern: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
  guard let first = pattern.first else { return nil }
  switch first {
  case UInt8(ascii: "?"): return pattern.dropFirst()
  case UInt8(ascii: "\\"):
    let escaped = pattern.dropFirst()
    return escaped.first == byte ? escaped.dropFirst() : nil
  case UInt8(ascii: "["):
    guard let end = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else { return nil }
    var set = pattern[(pattern.startIndex + 1)..<end]
    let isNegated = set.first == UInt8(ascii: "^")
    if isNegated { set = set.dropFirst() }
    var isIn = false
    while let low = set.popFirst() {
      if set.first == UInt8(ascii: "-"), set.count > 1 {
        let high = set[set.startIndex + 1]
        isIn = isIn || (low <= byte && byte <= high)
        set = set.dropFirst(2)
      } else {
        isIn = isIn || low == byte
      }
    }
    return isIn != isNegated ? pattern[(end + 1)...] : nil
  default: return first == byte ? pattern.dropFirst() : nil
  }
}
