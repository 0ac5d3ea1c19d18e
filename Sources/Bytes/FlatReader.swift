/// Reads the flat encoding that the C and C++ parser shims write: bytes, four-byte little-endian numbers, and strings
/// prefixed by their length. Past the end every byte reads as `o`, the code for an unsupported value.
package struct FlatReader {
  private let bytes: [UInt8]
  private var index = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var isAtEnd: Bool { index >= bytes.count }

  package mutating func byte() -> UInt8 {
    guard index < bytes.count else { return UInt8(ascii: "o") }
    defer { index += 1 }
    return bytes[index]
  }

  package mutating func number() -> Int {
    var number = 0
    for shift in stride(from: 0, to: 32, by: 8) { number |= Int(byte()) << shift }
    return number
  }

  package mutating func text() -> String {
    let count = min(number(), bytes.count - index)
    defer { index += count }
    return String(decoding: bytes[index..<index + count], as: UTF8.self)
  }
}
