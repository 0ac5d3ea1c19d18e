package import Bytes

/// An operating system and architecture, as GOOS/GOARCH.
package struct Platform: Sendable, Hashable, CustomStringConvertible {
  package let system: ByteString
  package let architecture: ByteString

  package init(system: ByteString, architecture: ByteString) {
    self.system = system
    self.architecture = architecture
  }

  package init?(_ text: String) {
    let parts = ByteString(text).split(UInt8(ascii: "/"))
    guard parts.count == 2, KnownPlatform.operatingSystems.contains(parts[0]),
      KnownPlatform.architectures.contains(parts[1])
    else { return nil }
    self.init(system: parts[0], architecture: parts[1])
  }

  /// Whether Go can build a binary for this system that needs neither a loader nor a shared library.
  package var hasStaticBinaries: Bool { Self.staticSystems.contains(system) }

  private static let staticSystems: Set<ByteString> = ["linux", "freebsd", "netbsd", "dragonfly"]

  package var description: String { "\(system.text)/\(architecture.text)" }
}
