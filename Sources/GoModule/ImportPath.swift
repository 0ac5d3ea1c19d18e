package import Bytes

/// Returns why an import path is invalid, in the words of golang.org/x/mod/module (CheckImportPath); nil if valid.
///
/// A valid path cannot leave the directory that it is resolved in: it has no `..` and is not absolute.
package func malformation(of path: ByteString) -> String? {
  guard let first = path.bytes.first else { return "empty string" }
  if isPlain(path.bytes) { return nil }
  if first == UInt8(ascii: "-") { return "leading dash" }
  var start = 0
  let bytes = path.bytes
  for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "/") {
    if let reason = malformation(ofElement: bytes[start..<index], isLast: index == bytes.count, isFirst: start == 0) {
      return reason
    }
    start = index + 1
  }
  return nil
}

/// Whether a path is valid without further checks, as most paths are. It runs for every import, in one pass.
private func isPlain(_ bytes: [UInt8]) -> Bool {
  if bytes[0] == UInt8(ascii: "-") { return false }
  var last = UInt8(ascii: "/")
  // The length of an element up to its first dot: 3 or 4 in a name that Windows reserves.
  var stem = 0
  var isInStem = true
  for byte in bytes {
    switch byte {
    case UInt8(ascii: "/"):
      if last == UInt8(ascii: "/") || last == UInt8(ascii: ".") || stem == 3 || stem == 4 { return false }
      stem = 0
      isInStem = true
    case UInt8(ascii: "."):
      isInStem = false
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "_"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
      if isInStem { stem += 1 }
    default: return false
    }
    last = byte
  }
  return last != UInt8(ascii: "/") && last != UInt8(ascii: ".") && stem != 3 && stem != 4
}

private func malformation(ofElement element: ArraySlice<UInt8>, isLast: Bool, isFirst: Bool) -> String? {
  let dot = UInt8(ascii: ".")
  guard let last = element.last else {
    return isLast ? "trailing slash" : isFirst ? "empty path element" : "double slash"
  }
  if last == dot {
    return element.allSatisfy { $0 == dot }
      ? "invalid path element \"\(String(decoding: element, as: UTF8.self))\"" : "trailing dot in path element"
  }
  for byte in element where !isAllowed(byte) {
    let text = String(decoding: element, as: UTF8.self)
    let wrong = text.unicodeScalars.first { !$0.isASCII || !isAllowed(UInt8($0.value)) }
    return "invalid char '\(wrong.map { Character($0) } ?? "?")'"
  }
  guard mayBeReserved(element) else { return nil }
  let stem = String(decoding: element.prefix { $0 != dot }, as: UTF8.self)
  if isReservedOnWindows(stem) { return "\"\(stem)\" disallowed as path element component on Windows" }
  if let tilde = stem.lastIndex(of: "~"), stem.index(after: tilde) < stem.endIndex,
    stem[stem.index(after: tilde)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
  {
    return "trailing tilde and digits in path element"
  }
  return nil
}

/// Whether Windows reserves a name for a device; `stem` is the part before the first dot.
package func isReservedOnWindows(_ stem: String) -> Bool {
  let stem = stem.lowercased()
  return ["con", "prn", "aux", "nul"].contains(stem)
    || stem.count == 4 && ["com", "lpt"].contains(stem.prefix(3)) && "123456789".contains(stem.last!)
}

/// The first letters of the names that Windows reserves.
private let initials = Array("acpnl".utf8)

/// Whether an element needs further checks. Names that Windows reserves have 3 or 4 letters before the first dot.
private func mayBeReserved(_ element: ArraySlice<UInt8>) -> Bool {
  let length = element.prefix { $0 != UInt8(ascii: ".") }.count
  let isShort = length == 3 || length == 4
  return (isShort && initials.contains(element.first! | 0x20)) || element.contains(UInt8(ascii: "~"))
}

private func isAllowed(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
    UInt8(ascii: "~"), UInt8(ascii: "+"):
    true
  default: false
  }
}
