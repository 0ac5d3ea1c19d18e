/// Returns the number of terminal columns of the text. Wide East Asian characters and emoji take 2, combining marks 0.
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

/// Wraps text at spaces into lines of at most `width` columns.
///
/// A longer word is broken after a `/`; a word without one stays whole.
package func wrapText(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  // The columns of the line.
  var used = 0
  func flush() {
    if !line.isEmpty { lines.append(line) }
    (line, used) = ("", 0)
  }
  for word in text.split(separator: " ", omittingEmptySubsequences: true) {
    let addition = columns(String(word)) + (line.isEmpty ? 0 : 1)
    if used + addition <= width {
      line += (line.isEmpty ? "" : " ") + word
      used += addition
      continue
    }
    flush()
    for piece in breakPath(String(word), width: width) {
      flush()
      (line, used) = (piece, columns(piece))
    }
  }
  flush()
  return lines.isEmpty ? [""] : lines
}

private func breakPath(_ word: String, width: Int) -> [String] {
  guard columns(word) > width else { return [word] }
  var pieces: [String] = []
  // Nil before the first part, which is empty where the path begins with a slash.
  var piece: String?
  for part in word.split(separator: "/", omittingEmptySubsequences: false) {
    let next = piece.map { "\($0)/\(part)" } ?? String(part)
    if let full = piece, !full.isEmpty, columns(next) >= width {
      pieces.append(full + "/")
      piece = String(part)
    } else {
      piece = next
    }
  }
  return pieces + [piece ?? ""]
}

func pad(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - columns(text)))
}
