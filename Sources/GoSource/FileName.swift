package import Bytes

/// What a file's name alone decides, by go/build/build.go (matchFile, goodOSArchFile).
package enum SourceKind: Sendable, Hashable {
  case go, c, cxx, objectiveC, header, fortran, assembly, cgoAssembly, swig, swigCXX, object

  /// The kind of file that Go takes `name` for, or nil where Go does not look at it.
  package init?(name: ByteString) {
    guard let first = name.bytes.first, first != UInt8(ascii: "_"), first != UInt8(ascii: "."),
      let dot = name.bytes.lastIndex(of: UInt8(ascii: "."))
    else { return nil }
    switch ByteString(name.bytes[dot...]) {
    case ".go": self = .go
    case ".c": self = .c
    case ".cc", ".cpp", ".cxx": self = .cxx
    case ".m": self = .objectiveC
    case ".h", ".hh", ".hpp", ".hxx": self = .header
    case ".f", ".F", ".for", ".f90": self = .fortran
    case ".s": self = .assembly
    case ".S", ".sx": self = .cgoAssembly
    case ".swig": self = .swig
    case ".swigcxx": self = .swigCXX
    case ".syso": self = .object
    default: return nil
    }
  }
}

/// The operating systems and architectures that Go's file names know (go/build/syslist.go).
package enum KnownPlatform {
  package static let architectures: Set<ByteString> = [
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64", "mips64le",
    "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64",
    "wasm",
  ]
  /// `wasip1` joined them in Go 1.21.
  package static let operatingSystems: Set<ByteString> = [
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
    "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
  ]
  package static let unix: Set<ByteString> = [
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "linux", "netbsd", "openbsd",
    "solaris",
  ]
}

/// The tags that a file's name demands: none, GOOS, GOARCH, or both.
///
/// The name is cut at its FIRST dot, and what stands before the first `_` never counts.
package func platformSuffix(_ name: ByteString) -> [ByteString] {
  let stem = name.bytes.prefix { $0 != UInt8(ascii: ".") }
  guard let underscore = stem.firstIndex(of: UInt8(ascii: "_")) else { return [] }
  var parts = ByteString(stem[underscore...]).split(UInt8(ascii: "_"))
  if parts.last == "test" { parts.removeLast() }
  guard let last = parts.last else { return [] }
  if parts.count >= 2 {
    let system = parts[parts.count - 2]
    if KnownPlatform.operatingSystems.contains(system) && KnownPlatform.architectures.contains(last) {
      return [system, last]
    }
  }
  return KnownPlatform.operatingSystems.contains(last) || KnownPlatform.architectures.contains(last) ? [last] : []
}
