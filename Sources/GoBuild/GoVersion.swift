package import Bytes

/// The major and minor number of a Go release.
package struct GoVersion: Sendable, Hashable, Comparable {
  package let major: Int
  package let minor: Int

  package init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `1.21`, `1.21.3`, `1.21rc1` and `go1.21.3`.
  package init?(_ text: ByteString) {
    let number = text.hasPrefix("go") ? text.dropFirst(2) : text
    let parts = number.split(UInt8(ascii: "."))
    guard parts.count >= 2, let major = Int(parts[0].text),
      let minor = Int(String(decoding: parts[1].bytes.prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
    else { return nil }
    self.init(major, minor)
  }

  package static func < (left: GoVersion, right: GoVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
