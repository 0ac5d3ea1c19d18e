import Bytes
import CParsers

/// A value of a YAML document, limited to the kinds that are read here.
enum YAML {
  case mapping([(key: YAML, value: YAML)])
  case sequence([YAML])
  case scalar(String)
  /// A missing value, or one that is too deep or too large to matter.
  case other

  /// Parses the first document with libyaml (see Sources/CYaml); nil if the text is not YAML.
  init?(parsing text: [UInt8]) {
    // libyaml checks every open bracket again for each token, so limit their depth.
    var depth = 0
    for byte in text {
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
      if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth = max(0, depth - 1) }
      if depth > 100 { return nil }
    }
    var bytes: UnsafeMutablePointer<UInt8>?
    let count = unsafe text.withUnsafeBufferPointer { text in
      unsafe staticgo_yaml_flatten(text.baseAddress, text.count, &bytes)
    }
    defer { unsafe staticgo_yaml_free(bytes) }
    guard count > 0, let bytes = unsafe bytes else { return nil }
    var reader = FlatReader(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
    self = reader.value()
  }

  /// The value of a key, or nil if it is missing.
  subscript(key: String) -> YAML? {
    guard case .mapping(let pairs) = self else { return nil }
    return pairs.first { $0.key.text == key }?.value
  }

  var text: String? {
    guard case .scalar(let text) = self else { return nil }
    return text
  }

  /// The values of a sequence; a scalar counts as a sequence of one value.
  var items: [YAML] {
    switch self {
    case .sequence(let items): items
    case .scalar: [self]
    case .mapping, .other: []
    }
  }
}

extension FlatReader {
  /// Reads a value written by `staticgo_yaml_flatten`, which limits its depth.
  fileprivate mutating func value() -> YAML {
    switch byte() {
    case UInt8(ascii: "s"): return .scalar(text())
    case UInt8(ascii: "a"):
      var items: [YAML] = []
      let count = number()
      while items.count < count, !isAtEnd { items.append(value()) }
      return .sequence(items)
    case UInt8(ascii: "m"):
      var pairs: [(key: YAML, value: YAML)] = []
      let count = number()
      while pairs.count < count, !isAtEnd { pairs.append((value(), value())) }
      return .mapping(pairs)
    default: return .other
    }
  }
}
