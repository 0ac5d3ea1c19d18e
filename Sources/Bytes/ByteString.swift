/// A string of bytes: a path, an import path or a name from git or Go, which need not be valid UTF-8.
///
/// Equality, order and hash use the bytes. Swift's `String` treats file names as equal that differ only in Unicode
/// normalization; git and Go do not.
package struct ByteString: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  package var bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
  package init(_ bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }
  package init(_ string: String) { self.bytes = Array(string.utf8) }
  package init(stringLiteral value: String) { self.bytes = Array(value.utf8) }
  package init() { self.bytes = [] }

  /// Compares eight bytes at a time: paths of one tree share long prefixes, and every lookup compares them.
  package static func == (left: ByteString, right: ByteString) -> Bool {
    let count = left.bytes.count
    guard count == right.bytes.count else { return false }
    return unsafe left.bytes.withUnsafeBytes { left in
      unsafe right.bytes.withUnsafeBytes { right in
        var index = 0
        while index + 8 <= count {
          let one = unsafe left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          let other = unsafe right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
          if one != other { return false }
          index += 8
        }
        while index < count {
          if unsafe left[index] != right[index] { return false }
          index += 1
        }
        return true
      }
    }
  }

  /// Hashes all bytes at once: hashing one by one took a seventh of a check's time.
  package func hash(into hasher: inout Hasher) {
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }

  package var count: Int { bytes.count }
  package var isEmpty: Bool { bytes.isEmpty }

  /// The text for people, with U+FFFD in place of invalid UTF-8; never use it to open a file.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package func hasPrefix(_ prefix: ByteString) -> Bool { holds(prefix, at: 0) }

  package func hasSuffix(_ suffix: ByteString) -> Bool { holds(suffix, at: count - suffix.count) }

  /// Whether the bytes at `offset` are `other`.
  package func holds(_ other: ByteString, at offset: Int) -> Bool {
    let size = other.bytes.count
    guard offset >= 0, offset <= bytes.count - size else { return false }
    // Compares from the end: paths and names often share their beginnings.
    var index = size - 1
    while index >= 0 {
      if bytes[offset + index] != other.bytes[index] { return false }
      index -= 1
    }
    return true
  }

  package func dropFirst(_ count: Int) -> ByteString { ByteString(bytes.dropFirst(count)) }
  package func dropLast(_ count: Int) -> ByteString { ByteString(bytes.dropLast(count)) }

  package func contains(_ byte: UInt8) -> Bool { bytes.contains(byte) }

  /// Returns the pieces between separators; `omittingEmpty` omits empty pieces.
  package func split(_ separator: UInt8, omittingEmpty: Bool = false) -> [ByteString] {
    bytes.split(separator: separator, omittingEmptySubsequences: omittingEmpty).map { ByteString($0) }
  }

  /// The index of the first occurrence of `needle` at or after `start`, or nil.
  package func firstIndex(of needle: ByteString, from start: Int = 0) -> Int? {
    let last = bytes.count - needle.bytes.count
    guard last >= start, let first = needle.bytes.first else { return nil }
    var index = start
    while index <= last {
      if bytes[index] == first && holds(needle, at: index) { return index }
      index += 1
    }
    return nil
  }

  /// The index of the last occurrence of `needle`, or nil.
  package func lastIndex(of needle: ByteString) -> Int? {
    (0...max(0, count - needle.count)).last { holds(needle, at: $0) }
  }

  package static func + (left: ByteString, right: ByteString) -> ByteString { ByteString(left.bytes + right.bytes) }
}

extension ByteString: Comparable {
  package static func < (left: ByteString, right: ByteString) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}

extension ByteString: CustomStringConvertible {
  package var description: String { text }
}

/// Operations on paths with `/`, as git and Go write them; "" is the root that a path is relative to.
extension ByteString {
  /// The part before the last `/`, or "" without a `/`.
  package var directory: ByteString {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return ByteString() }
    return ByteString(bytes[..<slash])
  }

  /// The part after the last `/`, or the whole path without a `/`.
  package var baseName: ByteString {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return ByteString(bytes[(slash + 1)...])
  }

  /// Returns `self/name`; if one side is empty, the other side alone.
  package func appending(_ name: ByteString) -> ByteString {
    if isEmpty { return name }
    if name.isEmpty { return self }
    var joined = bytes
    joined.reserveCapacity(bytes.count + 1 + name.bytes.count)
    if joined.last != UInt8(ascii: "/") { joined.append(UInt8(ascii: "/")) }
    joined.append(contentsOf: name.bytes)
    return ByteString(joined)
  }

  /// Whether the path is `ancestor` or below it; whole path elements are compared.
  package func isWithin(_ ancestor: ByteString) -> Bool {
    if ancestor.isEmpty { return true }
    guard hasPrefix(ancestor) else { return false }
    return count == ancestor.count || bytes[ancestor.count] == UInt8(ascii: "/")
      || ancestor.bytes.last == UInt8(ascii: "/")
  }

  /// Returns the path relative to `ancestor`, or nil if it is not within `ancestor`.
  package func relative(to ancestor: ByteString) -> ByteString? {
    guard isWithin(ancestor) else { return nil }
    if ancestor.isEmpty || count == ancestor.count { return dropFirst(ancestor.count) }
    return dropFirst(ancestor.bytes.last == UInt8(ascii: "/") ? ancestor.count : ancestor.count + 1)
  }

  /// The path without `.`, `..` and doubled `/`, as Go's `path.Clean` (but "" stays "", and `.` becomes "").
  package var cleaned: ByteString {
    let rooted = bytes.first == UInt8(ascii: "/")
    var elements: [ByteString] = []
    for element in split(UInt8(ascii: "/"), omittingEmpty: true) where element != "." {
      if element == ".." {
        if let last = elements.last, last != ".." {
          elements.removeLast()
          continue
        }
        if rooted { continue }
      }
      elements.append(element)
    }
    let joined = elements.joined(separator: "/")
    return rooted ? "/" + joined : joined
  }
}

extension Sequence<ByteString> {
  package func joined(separator: ByteString) -> ByteString {
    var joined: [UInt8] = []
    for (index, piece) in enumerated() {
      if index > 0 { joined.append(contentsOf: separator.bytes) }
      joined.append(contentsOf: piece.bytes)
    }
    return ByteString(joined)
  }
}
