import Bytes

/// The addresses of a commit's files on the site that hosts the repository.
package struct SourceAddress: Sendable, Hashable {
  /// The address of the root of the commit, with a slash at its end.
  private let root: String
  /// The text before a line number in an address.
  private let lineMark: String

  /// Nil if the root is not a plain web address.
  package init?(root: String, lineMark: String) {
    let isWeb = root.hasPrefix("https://") || root.hasPrefix("http://")
    let isPlain = root.utf8.allSatisfy { (0x21...0x7e).contains($0) && !"\"'`<>()[]{}\\|^?#@".utf8.contains($0) }
    guard isWeb, isPlain, root.hasSuffix("/") else { return nil }
    self.root = root
    self.lineMark = lineMark
  }

  /// The address of a line; nil outside the repository.
  package func address(of location: Location) -> String? {
    guard location.isInRepository else { return nil }
    let path = location.file.bytes.map { byte in
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "/-._~".utf8.contains(byte)
      let hex = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (hex.count == 1 ? "0" : "") + hex
    }
    return root + path.joined() + lineMark + String(location.line)
  }
}
