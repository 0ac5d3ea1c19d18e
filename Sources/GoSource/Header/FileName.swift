package import Bytes
import GoBuild

/// The kind of a source file, determined by its name alone (go/build/build.go, matchFile, goodOSArchFile).
package enum SourceKind: UInt8, Sendable, Hashable {
  case go, c, cxx, objectiveC, header, fortran, assembly, cgoAssembly, swig, swigCXX, object

  /// The kind that Go assigns to a file of this name, or nil if Go ignores the file.
  package init?(name: ByteString) {
    let bytes = name.bytes
    guard let first = bytes.first, first != UInt8(ascii: "_"), first != UInt8(ascii: ".") else { return nil }
    // This runs for every file of a tree, so the ending is packed into an integer of at most 8 bytes.
    var ending: UInt64 = 0
    var index = bytes.count - 1
    var shift: UInt64 = 0
    while index >= 0, bytes[index] != UInt8(ascii: ".") {
      guard shift < 64 else { return nil }
      ending |= UInt64(bytes[index]) << shift
      shift += 8
      index -= 1
    }
    guard index >= 0, let kind = Self.endings[ending] else { return nil }
    self = kind
  }

  private static let endings: [UInt64: SourceKind] = {
    let kinds: [(SourceKind, [String])] = [
      (.go, ["go"]), (.c, ["c"]), (.cxx, ["cc", "cpp", "cxx"]), (.objectiveC, ["m"]),
      (.header, ["h", "hh", "hpp", "hxx"]), (.fortran, ["f", "F", "for", "f90"]), (.assembly, ["s"]),
      (.cgoAssembly, ["S", "sx"]), (.swig, ["swig"]), (.swigCXX, ["swigcxx"]), (.object, ["syso"]),
    ]
    var endings: [UInt64: SourceKind] = [:]
    for (kind, names) in kinds {
      for name in names { endings[name.utf8.reduce(0) { $0 << 8 | UInt64($1) }] = kind }
    }
    return endings
  }()
}

extension ByteString {
  /// Whether a file of this name is Go source. This runs for every file of a tree, so it allocates nothing.
  package var isGoFileName: Bool { endsIn((UInt8(ascii: "."), UInt8(ascii: "g"), UInt8(ascii: "o"))) }

  /// Whether a file of this name is a Go test file.
  package var isTestFileName: Bool {
    let end = count - 3
    guard isGoFileName, end >= 5 else { return false }
    return bytes[end - 5] == UInt8(ascii: "_") && bytes[end - 4] == UInt8(ascii: "t")
      && bytes[end - 3] == UInt8(ascii: "e") && bytes[end - 2] == UInt8(ascii: "s")
      && bytes[end - 1] == UInt8(ascii: "t")
  }

  private func endsIn(_ ending: (UInt8, UInt8, UInt8)) -> Bool {
    count >= 3 && bytes[count - 3] == ending.0 && bytes[count - 2] == ending.1 && bytes[count - 1] == ending.2
  }
}

/// Returns the tags that a file's name requires: none, GOOS, GOARCH, or both.
///
/// The name ends at its FIRST dot, and the part before the first `_` never counts.
package func platformSuffix(_ name: ByteString) -> [ByteString] {
  // This runs for every file of a tree, and nearly all names have no suffix, so it reads the bytes without a copy.
  let bytes = name.bytes
  var end = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.count
  guard let first = bytes[..<end].firstIndex(of: UInt8(ascii: "_")) else { return [] }
  func word() -> ArraySlice<UInt8> {
    let start = bytes[first..<end].lastIndex(of: UInt8(ascii: "_")) ?? first
    return bytes[(start + 1)..<end]
  }
  var last = word()
  if last.elementsEqual("test".utf8) {
    guard last.startIndex - 1 > first else { return [] }
    end = last.startIndex - 1
    last = word()
  }
  let longest = KnownPlatform.longestName
  guard last.count <= longest else { return [] }
  let name = ByteString(last)
  let isArchitecture = KnownPlatform.architectures.contains(name)
  if isArchitecture, last.startIndex - 1 > first {
    end = last.startIndex - 1
    let before = word()
    let system = ByteString(before)
    if before.count <= longest, KnownPlatform.operatingSystems.contains(system) { return [system, name] }
  }
  return isArchitecture || KnownPlatform.operatingSystems.contains(name) ? [name] : []
}
