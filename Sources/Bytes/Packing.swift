/// Writes numbers and strings in sequence; `Unpacker` reads them in the same order.
///
/// A number is written in groups of seven bits, least significant first (LEB128); a string as its length and its bytes.
package struct Packer: Sendable {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func number(_ value: Int) {
    var rest = UInt(bitPattern: value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Reserves capacity for `count` bytes.
  package mutating func reserve(_ count: Int) { bytes.reserveCapacity(count) }

  /// Overwrites the eight bytes at `offset` with `value`, big-endian.
  package mutating func overwrite(_ value: UInt64, at offset: Int) {
    for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * index)) }
  }

  package mutating func byte(_ value: UInt8) { bytes.append(value) }

  package mutating func text(_ value: ByteString) {
    number(value.count)
    bytes.append(contentsOf: value.bytes)
  }

  package mutating func append(_ value: ArraySlice<UInt8>) { bytes.append(contentsOf: value) }

  /// Writes a big-endian number of `size` bytes.
  package mutating func bigEndian(_ value: UInt64, size: Int) {
    for index in (0..<size).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) }
  }

  package mutating func content(_ value: ContentID) {
    bigEndian(value.high, size: 8)
    bigEndian(value.middle, size: 8)
    bigEndian(UInt64(value.low), size: 4)
  }
}

/// Reads the output of a `Packer`. It is safe on any bytes: it never reads beyond them and rejects lengths that exceed
/// them. Missing values read as zero and set `isBroken`.
package struct Unpacker: Sendable {
  package let bytes: [UInt8]
  package private(set) var index: Int
  private let end: Int
  package private(set) var isBroken = false

  package init(_ bytes: [UInt8], in range: Range<Int>? = nil) {
    self.bytes = bytes
    index = range?.lowerBound ?? 0
    end = min(range?.upperBound ?? bytes.count, bytes.count)
  }

  package var isAtEnd: Bool { index >= end }

  /// The bytes that have not been read yet.
  package var rest: ArraySlice<UInt8> { bytes[min(index, end)..<end] }

  package mutating func byte() -> UInt8 {
    guard index < end else {
      isBroken = true
      return 0
    }
    defer { index += 1 }
    return bytes[index]
  }

  package mutating func number() -> Int {
    var value: UInt = 0
    var shift: UInt = 0
    while index < end, shift < 64 {
      let byte = bytes[index]
      index += 1
      value |= UInt(byte & 0x7f) << shift
      if byte < 0x80 { return Int(bitPattern: value) }
      shift += 7
    }
    isBroken = true
    return 0
  }

  /// Reads the number of items that follow, each at least one byte long.
  package mutating func count() -> Int {
    let value = number()
    guard value >= 0, value <= end - index else {
      isBroken = true
      return 0
    }
    return value
  }

  package mutating func text() -> ByteString {
    let length = count()
    defer { index += length }
    return ByteString(bytes[index..<(index + length)])
  }

  /// Reads a string and returns whether it is `text`.
  package mutating func matches(_ text: ByteString) -> Bool {
    let length = count()
    defer { index += length }
    guard length == text.count else { return false }
    for offset in 0..<length where bytes[index + offset] != text.bytes[offset] { return false }
    return true
  }

  package mutating func content() -> ContentID {
    guard end - index >= 20 else {
      isBroken = true
      return ContentID(high: 0, middle: 0, low: 0)
    }
    defer { index += 20 }
    return ContentID(bytes, at: index)
  }

  package mutating func skip(_ count: Int) {
    guard count >= 0, count <= end - index else {
      isBroken = true
      return
    }
    index += count
  }
}

/// Returns a hash of a few bytes that is the same in every run and version (64-bit FNV-1a).
package func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
  bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

/// Returns a checksum that detects accidental damage, not malicious changes.
package func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  var (first, second): (UInt64, UInt64) = (0x9e37_79b9_7f4a_7c15, UInt64(bytes.count))
  unsafe bytes.withUnsafeBytes { buffer in
    var index = 0
    // Two lanes of eight bytes, so that one multiplication does not wait for the other.
    while index + 16 <= buffer.count {
      first = unsafe (first ^ buffer.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0x0000_0100_0000_01b3
      second =
        unsafe (second ^ buffer.loadUnaligned(fromByteOffset: index + 8, as: UInt64.self)) &* 0x9fb2_1c65_1e98_df25
      first ^= first >> 29
      second ^= second >> 32
      index += 16
    }
    while index < buffer.count {
      first = unsafe (first ^ UInt64(buffer[index])) &* 0x0000_0100_0000_01b3
      index += 1
    }
  }
  return (first ^ first >> 32) &* 0x9fb2_1c65_1e98_df25 ^ second
}

/// Returns the big-endian number in the eight bytes at `offset`; 0 if they are out of range.
package func bigEndian(_ bytes: [UInt8], at offset: Int) -> UInt64 {
  guard offset >= 0, offset + 8 <= bytes.count else { return 0 }
  return unsafe bytes.withUnsafeBytes {
    UInt64(bigEndian: unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
