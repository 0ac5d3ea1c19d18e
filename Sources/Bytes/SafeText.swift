/// Text that is safe to print to a terminal or a CI log, even if untrusted sources wrote parts of it.
///
/// The standard streams accept only this type. In an interpolation the literal parts are trusted and every value is
/// escaped, so `"removed \(path)\n"` needs no further care.
package struct SafeText: Sendable, ExpressibleByStringInterpolation {
  package let text: String

  package init(stringLiteral value: String) { text = value }

  package init(stringInterpolation: StringInterpolation) { text = defused(stringInterpolation.text) }

  /// Creates text from several lines and makes each line printable.
  package init(lines: String) {
    let lines = lines.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
    text = defused(lines.joined(separator: "\n"))
  }

  /// Wraps text in which every untrusted value is already escaped by the rules of its format.
  package init(escapedByFormat text: String) { self.text = text }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    package init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    package mutating func appendLiteral(_ literal: String) { text += literal }
    package mutating func appendInterpolation(_ value: SafeText) { text += value.text }
    package mutating func appendInterpolation(_ value: ByteString) { text += printable(value.text) }
    package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text += printable(value.description)
    }
  }
}

/// Returns untrusted text made safe for a terminal: no control characters, bidirectional overrides or line breaks.
package func printable(_ text: String) -> String {
  // Nearly every text.
  if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
  var safe = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    if scalar == "\t" {
      safe.append(" ")
    } else if isPrintable(scalar) {
      safe.append(scalar)
    } else {
      safe.append(contentsOf: written(scalar))
    }
  }
  return String(safe)
}

/// Whether a scalar only displays itself: not a control character, a line separator, or a format character other than
/// the two joiners.
package func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x20..<0x7f: true
  case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0x2065, 0xfff9...0xfffb: false
  case 0x200c, 0x200d: true
  default: scalar.properties.generalCategory != .format
  }
}

private func written(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
  "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars
}

/// Returns printable text, with the given codes in place of scalars that have a meaning in the output format.
package func printable(_ text: String, escaping codes: [Unicode.Scalar: String]) -> String {
  text.unicodeScalars.map { codes[$0] ?? printable(String($0)) }.joined()
}

/// Returns text in which no CI system finds a command. GitHub's runner obeys a line that begins with `::`, with or
/// without white space before it, and `##[` anywhere; Azure obeys `##vso[`, TeamCity `##teamcity[`. A backslash breaks
/// each.
package func defused(_ text: String) -> String {
  if !text.utf8.contains(UInt8(ascii: "#")), !text.utf8.contains(UInt8(ascii: ":")) { return text }
  // Works on scalars: a combining scalar would hide a sign from code that works on characters.
  var safe = String.UnicodeScalarView()
  var isAtStart = true
  var last: Unicode.Scalar = "\n"
  for scalar in text.unicodeScalars {
    if (scalar == "#" && last == "#") || (scalar == ":" && last == ":" && isAtStart) { safe.append("\\") }
    // The second of two colons at the start of a line is still at the start.
    if scalar == "\n" { isAtStart = true } else if !scalar.properties.isWhitespace, scalar != ":" { isAtStart = false }
    if scalar == ":", last == ":" { isAtStart = false }
    safe.append(scalar)
    last = scalar
  }
  return String(safe)
}

package func printable(_ text: ByteString) -> String { printable(text.text) }
