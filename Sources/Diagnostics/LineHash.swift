/// Returns the hashes of lines by which GitHub recognises a known alert: the hash of the 100 characters from a line's
/// beginning, and its number among the lines with that hash (github/codeql-action, src/fingerprints.ts).
///
/// Spaces and tabs are ignored, a line end is one character, and characters are UTF-16 units. A line that the file does
/// not have has no hash.
package func lineHashes(of lines: Set<Int>, in content: some Sequence<UInt8>) -> [Int: String] {
  var roller = LineHashes(lines: lines)
  for unit in String(decoding: Array(content), as: UTF8.self).utf16 {
    roller.read(unit)
    if roller.found.count == lines.count { return roller.found }
  }
  roller.end()
  return roller.found
}

private struct LineHashes {
  private static let length = 100
  private static let base: UInt64 = 37
  private static let last = (0..<length).reduce(1 as UInt64) { power, _ in power &* base }

  private let lines: Set<Int>
  private(set) var found: [Int: String] = [:]
  private var window = [UInt64](repeating: 0, count: length)
  /// The number of the line that begins at each position of the window, or 0.
  private var beginnings = [Int](repeating: 0, count: length)
  private var hash: UInt64 = 0
  private var index = 0
  private var number = 0
  private var isAtStart = true
  private var followsReturn = false
  private var counts: [UInt64: Int] = [:]

  init(lines: Set<Int>) { self.lines = lines }

  mutating func read(_ unit: UInt16) {
    let (space, tab, newline, carriageReturn) = (0x20 as UInt16, 0x09 as UInt16, 0x0a as UInt16, 0x0d as UInt16)
    if unit == space || unit == tab || (followsReturn && unit == newline) {
      followsReturn = false
      return
    }
    followsReturn = unit == carriageReturn
    let unit = followsReturn ? newline : unit
    finishBeginning()
    if isAtStart {
      number += 1
      beginnings[index] = number
    }
    isAtStart = unit == newline
    roll(UInt64(unit))
  }

  mutating func end() {
    read(0xffff)
    for _ in 0..<Self.length {
      finishBeginning()
      roll(0)
    }
  }

  /// Completes the hash of a line that began one window length ago.
  private mutating func finishBeginning() {
    guard beginnings[index] > 0 else { return }
    counts[hash, default: 0] += 1
    if lines.contains(beginnings[index]) {
      found[beginnings[index]] = "\(String(hash, radix: 16)):\(counts[hash]!)"
    }
    beginnings[index] = 0
  }

  private mutating func roll(_ unit: UInt64) {
    hash = hash &* Self.base &+ unit &- Self.last &* window[index]
    window[index] = unit
    index = (index + 1) % Self.length
  }
}
