package import Bytes

/// The operating systems and architectures that Go recognizes in file names (go/build/syslist.go).
package enum KnownPlatform {
  package static let architectures: Set<ByteString> = [
    "386", "amd64", "amd64p32", "arm", "armbe", "arm64", "arm64be", "loong64", "mips", "mipsle", "mips64", "mips64le",
    "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "sparc", "sparc64",
    "wasm",
  ]
  /// Go 1.21 added `wasip1`.
  package static let operatingSystems: Set<ByteString> = [
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "js", "linux", "nacl", "netbsd",
    "openbsd", "plan9", "solaris", "wasip1", "windows", "zos",
  ]
  package static let longestName = (architectures.union(operatingSystems)).map(\.count).max() ?? 0
  package static let unix: Set<ByteString> = [
    "aix", "android", "darwin", "dragonfly", "freebsd", "hurd", "illumos", "ios", "linux", "netbsd", "openbsd",
    "solaris",
  ]
}
