/// The byte order of the numbers in a file.
package enum Endianness: Sendable { case little, big }

/// A read beyond the end of the available bytes.
package struct OutOfBounds: Error, Equatable {
  package let offset: Int
  package let length: Int

  package init(offset: Int, length: Int) {
    self.offset = offset
    self.length = length
  }
}

/// Bounds-checked reads of numbers and strings in untrusted bytes. Offsets are from the start of the span.
extension Span where Element == UInt8 {
  package func require(_ offset: Int, _ length: Int) throws(OutOfBounds) {
    guard offset >= 0, length >= 0, offset <= count, length <= count - offset else {
      throw OutOfBounds(offset: offset, length: length)
    }
  }

  private func number(_ offset: Int, _ size: Int, _ order: Endianness) throws(OutOfBounds) -> UInt64 {
    try require(offset, size)
    var value: UInt64 = 0
    for index in 0..<size {
      let byte = UInt64(self[order == .big ? offset + index : offset + size - 1 - index])
      value = value << 8 | byte
    }
    return value
  }

  /// The number in four bytes, most significant first; traps past the end.
  package func bigEndian32(at offset: Int) -> Int {
    let bytes = extracting(offset..<(offset + 4))
    return Int(bytes[0]) << 24 | Int(bytes[1]) << 16 | Int(bytes[2]) << 8 | Int(bytes[3])
  }

  package func u16(_ offset: Int, _ order: Endianness) throws(OutOfBounds) -> UInt16 {
    UInt16(truncatingIfNeeded: try number(offset, 2, order))
  }

  package func u32(_ offset: Int, _ order: Endianness) throws(OutOfBounds) -> UInt32 {
    UInt32(truncatingIfNeeded: try number(offset, 4, order))
  }

  package func u64(_ offset: Int, _ order: Endianness) throws(OutOfBounds) -> UInt64 {
    try number(offset, 8, order)
  }

  /// Returns the bytes from `offset` to the next NUL; throws if there is no NUL within `limit` bytes.
  package func cString(_ offset: Int, limit: Int = 4096) throws(OutOfBounds) -> ByteString {
    try require(offset, 0)
    var bytes: [UInt8] = []
    var index = offset
    while index < count && bytes.count < limit {
      if self[index] == 0 { return ByteString(bytes) }
      bytes.append(self[index])
      index += 1
    }
    throw OutOfBounds(offset: offset, length: bytes.count + 1)
  }

  package func byteString(_ offset: Int, _ length: Int) throws(OutOfBounds) -> ByteString {
    try require(offset, length)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length)
    for index in offset..<(offset + length) { bytes.append(self[index]) }
    return ByteString(bytes)
  }

  package func starts(with prefix: StaticString, at offset: Int = 0) -> Bool {
    let length = prefix.utf8CodeUnitCount
    guard offset >= 0, offset + length <= count else { return false }
    for index in 0..<length where unsafe prefix.utf8Start[index] != self[offset + index] { return false }
    return true
  }
}

extension ByteString {
  /// Copies the bytes of a span.
  package init(_ span: Span<UInt8>) {
    self.init(unsafe span.withUnsafeBufferPointer { unsafe Array($0) })
  }

  /// Whether the bytes are those of a span.
  package func equals(_ span: Span<UInt8>) -> Bool {
    guard count == span.count else { return false }
    for index in 0..<count where bytes[index] != span[index] { return false }
    return true
  }
}

extension ContentID {
  /// The id in the 20 bytes of a span.
  package init(_ span: Span<UInt8>) {
    self = unsafe span.withUnsafeBytes { unsafe ContentID($0) }
  }
}
