package import Bytes

/// Text that strangers wrote, made safe for a terminal: no control character, no bidirectional override, no line break
/// of its own.
package func printable(_ text: String) -> String {
  var safe = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x09: safe.append(" ")
    case 0..<0x20, 0x7f..<0xa0, 0x061c, 0x200b, 0x200e, 0x200f, 0x2028...0x202e, 0x2060...0x2069, 0xfeff,
      0xfff9...0xfffb:
      safe.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
    case 0x200c, 0x200d: safe.append(scalar)
    case _ where scalar.properties.generalCategory == .format: safe.append(contentsOf: written(scalar))
    default: safe.append(scalar)
    }
  }
  return String(safe)
}

private func written(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
  "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars
}

/// The same, with codes for what means something where it goes.
func printable(_ text: String, escaping codes: [Unicode.Scalar: String]) -> String {
  text.unicodeScalars.map { codes[$0] ?? printable(String($0)) }.joined()
}

/// Text whose lines no CI system takes for a command: GitHub's runner obeys a line that begins with `::`, white space
/// before it or not, and `##[` anywhere; Azure obeys `##vso[`, TeamCity `##teamcity[`. A backslash breaks each.
package func defused(_ text: String) -> String {
  // By scalars: what combines with a sign would hide it from whoever looks at characters.
  var safe = String.UnicodeScalarView()
  var isAtStart = true
  var last: Unicode.Scalar = "\n"
  for scalar in text.unicodeScalars {
    if (scalar == "#" && last == "#") || (scalar == ":" && last == ":" && isAtStart) { safe.append("\\") }
    // The second colon of a line's first two is still at its start.
    if scalar == "\n" { isAtStart = true } else if !scalar.properties.isWhitespace, scalar != ":" { isAtStart = false }
    if scalar == ":", last == ":" { isAtStart = false }
    safe.append(scalar)
    last = scalar
  }
  return String(safe)
}

package func printable(_ text: ByteString) -> String { printable(text.text) }

/// How many columns of a terminal the text takes: wide East Asian characters and emoji two, marks that combine none.
func columns(_ text: String) -> Int {
  text.unicodeScalars.reduce(0) { $0 + width($1) }
}

private func width(_ scalar: UnicodeScalar) -> Int {
  if scalar.isASCII { return 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  switch scalar.value {
  case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
    0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
    return 2
  default: return 1
  }
}

/// The text in lines of at most `width` columns, broken at spaces; a word that is longer is broken behind a `/`, or stands
/// whole.
package func wrapText(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  func flush() {
    if !line.isEmpty { lines.append(line) }
    line = ""
  }
  for word in text.split(separator: " ", omittingEmptySubsequences: true) {
    let addition = columns(String(word)) + (line.isEmpty ? 0 : 1)
    if columns(line) + addition <= width {
      line += (line.isEmpty ? "" : " ") + word
      continue
    }
    flush()
    for piece in breakPath(String(word), width: width) {
      flush()
      line = piece
    }
  }
  flush()
  return lines.isEmpty ? [""] : lines
}

private func breakPath(_ word: String, width: Int) -> [String] {
  guard columns(word) > width else { return [word] }
  var pieces: [String] = []
  var piece = ""
  for part in word.split(separator: "/", omittingEmptySubsequences: false) {
    let next = piece.isEmpty ? String(part) : "\(piece)/\(part)"
    if columns(next) >= width, !piece.isEmpty {
      pieces.append(piece + "/")
      piece = String(part)
    } else {
      piece = next
    }
  }
  return pieces + [piece]
}

func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - columns(text)))
}
