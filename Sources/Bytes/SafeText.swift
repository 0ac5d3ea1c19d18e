/// Text that a terminal shows and a CI system does not obey, whoever wrote parts of it.
///
/// The standard streams take nothing else. In an interpolation the literal parts are the program's own, and every value is
/// escaped: `"removed \(path)\n"` needs no further care.
package struct SafeText: Sendable, ExpressibleByStringInterpolation {
  package let text: String

  package init(stringLiteral value: String) { text = value }

  package init(stringInterpolation: StringInterpolation) { text = defused(stringInterpolation.text) }

  /// Text of several lines, each of them made printable.
  package init(lines: String) {
    let lines = lines.split(separator: "\n", omittingEmptySubsequences: false).map { printable(String($0)) }
    text = defused(lines.joined(separator: "\n"))
  }

  /// Text whose writer has escaped every value from outside by the rules of its format.
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

/// Text that strangers wrote, made safe for a terminal: no control character, no bidirectional override, no line break
/// of its own.
package func printable(_ text: String) -> String {
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

/// Whether a scalar shows itself and does nothing else: no control, no format character but the two joiners, no separator
/// of lines.
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

/// The same, with codes for what means something where it goes.
package func printable(_ text: String, escaping codes: [Unicode.Scalar: String]) -> String {
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
