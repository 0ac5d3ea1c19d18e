/// Reads what the shims over parsers of C and C++ write one behind the other: bytes, numbers of four bytes with the lowest
/// first, and texts behind their length. Behind the end there are `o` bytes, which are nothing.
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
