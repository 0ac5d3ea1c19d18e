/// A git blob id: 20 bytes that identify a file's content. Stored inline, not on the heap: there is one for each file.
package struct ContentID: Hashable, Sendable, Comparable {
  /// The first eight bytes, the next eight and the last four, each as a big-endian number, so they sort like the bytes.
  package let high: UInt64
  package let middle: UInt64
  package let low: UInt32

  /// Takes the first 20 bytes; all zeros if there are fewer.
  package init(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 20 else {
      (high, middle, low) = (0, 0, 0)
      return
    }
    high = UInt64(bigEndian: unsafe bytes.loadUnaligned(as: UInt64.self))
    middle = UInt64(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    low = UInt32(bigEndian: unsafe bytes.loadUnaligned(fromByteOffset: 16, as: UInt32.self))
  }

  /// Takes the 20 bytes at `offset`; missing bytes read as zeros.
  package init(_ bytes: [UInt8], at offset: Int) {
    high = bigEndian(bytes, at: offset)
    middle = bigEndian(bytes, at: offset + 8)
    low = UInt32(truncatingIfNeeded: bigEndian(bytes, at: offset + 12))
  }

  package init(high: UInt64, middle: UInt64, low: UInt32) {
    self.high = high
    self.middle = middle
    self.low = low
  }

  /// Parses 40 hexadecimal digits; nil for any other text.
  package init?(hexadecimal text: ByteString) {
    let digits = text.bytes
    guard digits.count == 40,
      digits.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0) }),
      let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
      let middle = UInt64(String(decoding: digits[16..<32], as: UTF8.self), radix: 16),
      let low = UInt32(String(decoding: digits[32...], as: UTF8.self), radix: 16)
    else { return nil }
    self.init(high: high, middle: middle, low: low)
  }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(20)
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: high >> shift)) }
    for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: middle >> shift)) }
    for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: low >> shift)) }
    return bytes
  }

  package static func < (left: ContentID, right: ContentID) -> Bool {
    (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
  }
}
