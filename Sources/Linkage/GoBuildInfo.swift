import Bytes

/// The build information that the Go linker wrote into a binary, as printed by `go version -m`.
package struct GoBuild: Sendable, Equatable {
  package struct Setting: Sendable, Equatable {
    package let key: String
    package let value: String
  }
  /// The Go version, such as `go1.27.3`.
  package var version: String
  package var path: String?
  package var settings: [Setting] = []

  package func setting(_ key: String) -> String? { settings.first { $0.key == key }?.value }

  private static let alignment = 16
  private static let headerSize = 32
  private static let maximumText = 16 << 20

  /// Finds the build information in a section or segment of `length` bytes at `start` (debug/buildinfo/buildinfo.go).
  ///
  /// Go 1.18 and newer write both strings after the header. The older format has no settings and is skipped.
  static func find(in bytes: Span<UInt8>, start: Int, length: Int) -> GoBuild? {
    guard start >= 0, length >= 0, start <= bytes.count else { return nil }
    let end = start + min(length, bytes.count - start)
    var offset = start
    while offset + headerSize <= end {
      // Clean builds of the Go tool itself also contain the magic as a string, but not aligned and with this flag.
      if bytes[offset] == 0xff, bytes.starts(with: " Go buildinf:", at: offset + 1), bytes[offset + 15] & 2 != 0 {
        if let build = parse(bytes, at: offset + headerSize) { return build }
      }
      offset += alignment
    }
    return nil
  }

  private static func parse(_ bytes: Span<UInt8>, at offset: Int) -> GoBuild? {
    var offset = offset
    guard let version = text(bytes, &offset), let information = text(bytes, &offset) else { return nil }
    var build = GoBuild(version: version.text)
    // The text is enclosed by two markers of 16 bytes (runtime/debug/mod.go).
    guard information.count >= 33, information.bytes[information.count - 17] == UInt8(ascii: "\n") else { return build }
    for line in ByteString(information.bytes[16..<(information.count - 16)]).split(UInt8(ascii: "\n")) {
      let fields = line.split(UInt8(ascii: "\t"))
      if fields.count == 2, fields[0] == "path" { build.path = fields[1].text }
      guard line.hasPrefix("build\t") else { continue }
      let pair = line.dropFirst(6)
      guard let equals = pair.bytes.firstIndex(of: UInt8(ascii: "=")) else { continue }
      build.settings.append(
        Setting(key: ByteString(pair.bytes[..<equals]).text, value: unquoted(pair.dropFirst(equals + 1).text)))
    }
    return build
  }

  /// Reads a string that is prefixed by its length as a varint.
  private static func text(_ bytes: Span<UInt8>, _ offset: inout Int) -> ByteString? {
    var length = 0
    var shift = 0
    while offset < bytes.count, shift < 35 {
      let byte = Int(bytes[offset])
      offset += 1
      length |= (byte & 0x7f) << shift
      shift += 7
      if byte & 0x80 == 0 {
        guard length <= maximumText, let text = try? bytes.byteString(offset, length) else { return nil }
        offset += length
        return text
      }
    }
    return nil
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
    var value = ""
    var isEscaped = false
    for character in text.dropFirst().dropLast() {
      if character == "\\" && !isEscaped {
        isEscaped = true
      } else {
        value.append(character)
        isEscaped = false
      }
    }
    return value
  }
}
