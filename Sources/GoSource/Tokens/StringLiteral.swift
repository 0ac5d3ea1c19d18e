import Bytes

/// Returns the value of a string literal, raw or interpreted, given with its quotes; nil for any other literal and for a
/// malformed one.
func stringValue(of literal: ArraySlice<UInt8>) -> ByteString? {
  guard literal.count >= 2, let quote = literal.first, literal.last == quote else { return nil }
  let content = literal.dropFirst().dropLast()
  switch quote {
  case UInt8(ascii: "`"): return ByteString(Array(content))
  case UInt8(ascii: "\""): return unquote(content)
  default: return nil
  }
}

/// Returns the value of an interpreted string literal, given without its quotes, as Go's strconv.Unquote does; nil if
/// it is malformed.
func unquote(_ literal: ArraySlice<UInt8>) -> ByteString? {
  guard literal.contains(UInt8(ascii: "\\")) else { return ByteString(literal) }
  var value: [UInt8] = []
  var rest = literal
  func digits(_ count: Int, radix: Int) -> UInt32? {
    guard rest.count >= count else { return nil }
    let text = String(decoding: rest.prefix(count), as: UTF8.self)
    guard text.utf8.count == count, !text.hasPrefix("+"), !text.hasPrefix("-") else { return nil }
    rest = rest.dropFirst(count)
    return UInt32(text, radix: radix)
  }
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "\\") else {
      value.append(byte)
      continue
    }
    guard let escape = rest.popFirst() else { return nil }
    switch escape {
    case UInt8(ascii: "a"): value.append(7)
    case UInt8(ascii: "b"): value.append(8)
    case UInt8(ascii: "f"): value.append(12)
    case UInt8(ascii: "n"): value.append(10)
    case UInt8(ascii: "r"): value.append(13)
    case UInt8(ascii: "t"): value.append(9)
    case UInt8(ascii: "v"): value.append(11)
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): value.append(escape)
    case UInt8(ascii: "x"):
      guard let code = digits(2, radix: 16) else { return nil }
      value.append(UInt8(code))
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      guard let code = digits(escape == UInt8(ascii: "u") ? 4 : 8, radix: 16), let scalar = UnicodeScalar(code) else {
        return nil
      }
      value.append(contentsOf: Array(String(Character(scalar)).utf8))
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      rest = literal[(rest.startIndex - 1)...]
      guard let code = digits(3, radix: 8), code < 256 else { return nil }
      value.append(UInt8(code))
    default: return nil
    }
  }
  return ByteString(value)
}
