package import Bytes

/// Whether version `left` comes before `right` (golang.org/x/mod/semver); an invalid version comes before valid ones.
package func isVersion(_ left: ByteString, before right: ByteString) -> Bool {
  guard let right = SemanticVersion(right) else { return false }
  guard let left = SemanticVersion(left) else { return true }
  return left < right
}

/// Whether a version is one, perhaps without its last numbers, as `v1` is.
func isSemanticVersion(_ version: ByteString) -> Bool { SemanticVersion(version) != nil }

private struct SemanticVersion: Comparable {
  let numbers: [[UInt8]]
  let prerelease: [ByteString]

  init?(_ text: ByteString) {
    guard text.bytes.first == UInt8(ascii: "v") else { return nil }
    let withoutBuild = ByteString(text.bytes.dropFirst().prefix { $0 != UInt8(ascii: "+") })
    let dash = withoutBuild.bytes.firstIndex(of: UInt8(ascii: "-"))
    let core = ByteString(withoutBuild.bytes[..<(dash ?? withoutBuild.count)]).split(UInt8(ascii: "."))
    guard (1...3).contains(core.count), core.allSatisfy(Self.isNumber) else { return nil }
    numbers = (core + Array(repeating: "0", count: 3 - core.count)).map(\.bytes)
    prerelease = dash.map { withoutBuild.dropFirst($0 + 1).split(UInt8(ascii: ".")) } ?? []
    let build =
      text.bytes.firstIndex(of: UInt8(ascii: "+")).map { text.dropFirst($0 + 1).split(UInt8(ascii: ".")) } ?? []
    // Only a version with all numbers can have more.
    guard core.count == 3 || prerelease.isEmpty && build.isEmpty,
      prerelease.allSatisfy({ Self.isWord($0) && (!$0.bytes.allSatisfy(Self.isDigit) || Self.isNumber($0)) }),
      build.allSatisfy(Self.isWord)
    else { return nil }
  }

  /// Whether a text has digits alone, and no zero before others.
  private static func isNumber(_ text: ByteString) -> Bool {
    !text.isEmpty && text.bytes.allSatisfy(isDigit) && (text.count == 1 || !text.hasPrefix("0"))
  }

  private static func isWord(_ text: ByteString) -> Bool {
    !text.isEmpty
      && text.bytes.allSatisfy {
        isDigit($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "-")
      }
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

/// Whether Go version `left`, as in a `go` line or toolchain name, comes before `right` (internal/gover, Compare).
///
/// `1.21` is the language version and comes before `1.21rc1` and `1.21.0`.
package func isGoVersion(_ left: ByteString, before right: ByteString) -> Bool {
  let (left, right) = (goVersionParts(left), goVersionParts(right))
  for (a, b) in zip(left.numbers, right.numbers) where a != b { return a < b }
  return left.kind != right.kind ? left.kind < right.kind : left.prerelease < right.prerelease
}

/// Returns major, minor and patch (-1 without a patch), and the suffix: its kind, such as `rc`, and its number.
private func goVersionParts(_ text: ByteString) -> (numbers: [Int], kind: ByteString, prerelease: Int) {
  var rest = (text.hasPrefix("go") ? text.dropFirst(2) : text).bytes[...]
  func number() -> Int {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    rest = rest.dropFirst(digits.count)
    return Int(String(decoding: digits, as: UTF8.self)) ?? -1
  }
  var numbers = [number()]
  while numbers.count < 3, rest.first == UInt8(ascii: ".") {
    rest = rest.dropFirst()
    numbers.append(number())
  }
  let kind = rest.prefix { (0x61...0x7a).contains($0) }
  rest = rest.dropFirst(kind.count)
  if numbers.count == 1 { numbers.append(0) }
  // Before Go 1.21, the name of a first release had no `.0`.
  if numbers.count == 2 { numbers.append(numbers[0] == 1 && numbers[1] < 21 && kind.isEmpty ? 0 : -1) }
  return (numbers, ByteString(Array(kind)), kind.isEmpty ? 0 : number())
}
