package import Bytes

/// White space as in Go's bytes.TrimSpace and strings.Fields: Unicode white space, in UTF-8.
extension ByteString {
  /// The length of the white-space character at the start of `bytes`, or 0 if they start with another character.
  static func spaceLength(_ bytes: ArraySlice<UInt8>) -> Int {
    guard let first = bytes.first else { return 0 }
    switch first {
    case 0x09...0x0d, 0x20: return 1
    case 0xc2:
      return bytes.count > 1 && (bytes[bytes.startIndex + 1] == 0x85 || bytes[bytes.startIndex + 1] == 0xa0) ? 2 : 0
    case 0xe1, 0xe2, 0xe3:
      guard bytes.count > 2 else { return 0 }
      let scalar =
        UInt32(first & 0x0f) << 12 | UInt32(bytes[bytes.startIndex + 1] & 0x3f) << 6
        | UInt32(bytes[bytes.startIndex + 2] & 0x3f)
      switch scalar {
      case 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000: return 3
      default: return 0
      }
    default: return 0
    }
  }

  package var trimmed: ByteString {
    var slice = bytes[...]
    while true {
      let length = Self.spaceLength(slice)
      if length == 0 { break }
      slice = slice.dropFirst(length)
    }
    shrinking: while !slice.isEmpty {
      for length in 1...3 where slice.count >= length {
        if Self.spaceLength(slice.suffix(length)) == length {
          slice = slice.dropLast(length)
          continue shrinking
        }
      }
      break
    }
    return ByteString(slice)
  }

  /// The pieces between runs of white space.
  package var fields: [ByteString] {
    var fields: [ByteString] = []
    var current: [UInt8] = []
    var slice = bytes[...]
    while let first = slice.first {
      let length = Self.spaceLength(slice)
      if length > 0 {
        if !current.isEmpty { fields.append(ByteString(current)) }
        current = []
        slice = slice.dropFirst(length)
      } else {
        current.append(first)
        slice = slice.dropFirst()
      }
    }
    if !current.isEmpty { fields.append(ByteString(current)) }
    return fields
  }
}
