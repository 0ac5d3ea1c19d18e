package import Bytes

/// Whether version `left` comes before `right`, as golang.org/x/mod/semver compares them; what is no version is least.
package func isVersion(_ left: ByteString, before right: ByteString) -> Bool {
  guard let right = SemanticVersion(right) else { return false }
  guard let left = SemanticVersion(left) else { return true }
  return left < right
}

private struct SemanticVersion: Comparable {
  let numbers: [[UInt8]]
  let prerelease: [ByteString]

  init?(_ text: ByteString) {
    guard text.bytes.first == UInt8(ascii: "v") else { return nil }
    let withoutBuild = ByteString(text.bytes.dropFirst().prefix { $0 != UInt8(ascii: "+") })
    let dash = withoutBuild.bytes.firstIndex(of: UInt8(ascii: "-"))
    let core = ByteString(withoutBuild.bytes[..<(dash ?? withoutBuild.count)]).split(UInt8(ascii: "."))
    guard (1...3).contains(core.count), core.allSatisfy({ !$0.isEmpty && $0.bytes.allSatisfy(Self.isDigit) }) else {
      return nil
    }
    numbers = (core + Array(repeating: "0", count: 3 - core.count)).map(\.bytes)
    prerelease = dash.map { withoutBuild.dropFirst($0 + 1).split(UInt8(ascii: ".")) } ?? []
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isNumber(_ left: [UInt8], before right: [UInt8]) -> Bool {
    left.count != right.count ? left.count < right.count : left.lexicographicallyPrecedes(right)
  }

  static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
    for (a, b) in zip(left.numbers, right.numbers) where a != b { return isNumber(a, before: b) }
    if left.prerelease.isEmpty || right.prerelease.isEmpty {
      return !left.prerelease.isEmpty && right.prerelease.isEmpty
    }
    for (a, b) in zip(left.prerelease, right.prerelease) where a != b {
      let (aIsNumber, bIsNumber) = (a.bytes.allSatisfy(isDigit), b.bytes.allSatisfy(isDigit))
      if aIsNumber != bIsNumber { return aIsNumber }
      return aIsNumber ? isNumber(a.bytes, before: b.bytes) : a < b
    }
    return left.prerelease.count < right.prerelease.count
  }
}

/// A module path or version as the module cache spells it: each upper-case letter as `!` and its lower case.
package func escapedForModuleCache(_ text: ByteString) -> ByteString {
  var escaped: [UInt8] = []
  for byte in text.bytes {
    if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) {
      escaped.append(UInt8(ascii: "!"))
      escaped.append(byte | 0x20)
    } else {
      escaped.append(byte)
    }
  }
  return ByteString(escaped)
}
