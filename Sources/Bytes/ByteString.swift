/// A string of bytes: a path, an import path or a name as git and Go have it, which need not be valid UTF-8.
///
/// Equality, order and hash are those of the bytes; Swift's `String` would call two file names equal that differ
/// in Unicode normalization, and git and Go do not.
package struct ByteString: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  package var bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }
  package init(_ bytes: ArraySlice<UInt8>) { self.bytes = Array(bytes) }
  package init(_ string: String) { self.bytes = Array(string.utf8) }
  package init(stringLiteral value: String) { self.bytes = Array(value.utf8) }
  package init() { self.bytes = [] }

  /// Eight bytes at a time: paths of one tree have their beginnings in common, and are compared whenever they are looked up.
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

  /// All bytes at once: hashing them one by one was a seventh of a check's time.
  package func hash(into hasher: inout Hasher) {
    unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
  }

  package var count: Int { bytes.count }
  package var isEmpty: Bool { bytes.isEmpty }

  /// The text, with U+FFFD for what is not UTF-8; for people, never for opening a file.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package func hasPrefix(_ prefix: ByteString) -> Bool { holds(prefix, at: 0) }

  package func hasSuffix(_ suffix: ByteString) -> Bool { holds(suffix, at: count - suffix.count) }

  /// Whether `other` stands at an offset.
  package func holds(_ other: ByteString, at offset: Int) -> Bool {
    let size = other.bytes.count
    guard offset >= 0, offset <= bytes.count - size else { return false }
    // From the end: paths and names are alike at their beginnings.
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

  /// The pieces between `separator`; with `omittingEmpty`, empty pieces are left out.
  package func split(_ separator: UInt8, omittingEmpty: Bool = false) -> [ByteString] {
    bytes.split(separator: separator, omittingEmptySubsequences: omittingEmpty).map { ByteString($0) }
  }

  /// The index of the first occurrence of `needle` at or after `start`.
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

  /// The index of the last occurrence of `needle`.
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

/// Paths with `/`, as git and Go write them; "" is the root that a path is relative to.
extension ByteString {
  /// What stands before the last `/`, or "" where there is none.
  package var directory: ByteString {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return ByteString() }
    return ByteString(bytes[..<slash])
  }

  /// What stands after the last `/`.
  package var baseName: ByteString {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return ByteString(bytes[(slash + 1)...])
  }

  /// `self/name`, where an empty side adds nothing.
  package func appending(_ name: ByteString) -> ByteString {
    if isEmpty { return name }
    if name.isEmpty { return self }
    var joined = bytes
    joined.reserveCapacity(bytes.count + 1 + name.bytes.count)
    if joined.last != UInt8(ascii: "/") { joined.append(UInt8(ascii: "/")) }
    joined.append(contentsOf: name.bytes)
    return ByteString(joined)
  }

  /// Whether the path is `ancestor` or lies below it, by whole elements.
  package func isWithin(_ ancestor: ByteString) -> Bool {
    if ancestor.isEmpty { return true }
    guard hasPrefix(ancestor) else { return false }
    return count == ancestor.count || bytes[ancestor.count] == UInt8(ascii: "/")
      || ancestor.bytes.last == UInt8(ascii: "/")
  }

  /// What is left of the path below `ancestor`, or nil where it does not lie within.
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
