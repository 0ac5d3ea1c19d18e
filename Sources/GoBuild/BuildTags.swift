/// Whether a byte can be part of a build tag (go/build/constraint/expr.go).
package func isBuildTagByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
    true
  default: false
  }
}

/// Whether a scalar can be part of a build tag: a letter, a decimal digit, `_` or `.`.
package func isBuildTagScalar(_ scalar: UnicodeScalar) -> Bool {
  if scalar.isASCII { return isBuildTagByte(UInt8(scalar.value)) }
  switch scalar.properties.generalCategory {
  case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
    // U+FFFD, which stands for invalid UTF-8 here, is not in these categories.
    return true
  default: return false
  }
}

/// Whether a text is a build tag.
package func isBuildTag(_ text: String) -> Bool { !text.isEmpty && text.unicodeScalars.allSatisfy(isBuildTagScalar) }

/// Splits the value of `-tags` at commas and spaces, as `go` does; the elements may be invalid tags.
package func splitBuildTags(_ text: String) -> [String] {
  text.split { $0 == "," || $0 == " " }.map(String.init)
}
