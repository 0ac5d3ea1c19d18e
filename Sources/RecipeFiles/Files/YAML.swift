import Bytes
import CParsers
import Recipes

/// A value of a YAML document, limited to the kinds that are read here, with its line.
struct YAML {
  /// A key of a mapping with its value.
  struct Entry {
    let key: String
    let line: Int
    let value: YAML
  }

  enum Kind {
    case mapping([Entry])
    case sequence([YAML])
    case scalar(String)
    /// A missing value, or one that is too deep or too large to matter.
    case other
  }

  let line: Int
  let kind: Kind

  /// Parses the first document with libyaml (see Sources/CParsers); nil if the text is not YAML.
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
      unsafe staticgo_flatten_yaml(text.baseAddress, text.count, &bytes)
    }
    defer { unsafe staticgo_flat_free(bytes) }
    guard let bytes = unsafe bytes,
      let document = FlatDocument(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
    else { return nil }
    if case .error = document.value { return nil }
    self.init(document, lines: Self.lines(ofBreaksIn: text))
  }

  /// Returns the line of the file for each line of YAML, which also breaks at a lone carriage return, U+0085, U+2028 and
  /// U+2029 (YAML 1.1, section 4.2).
  private static func lines(ofBreaksIn text: [UInt8]) -> [Int] {
    var lines = [1]
    var line = 1
    for (index, byte) in text.enumerated() {
      switch byte {
      case 0x0a:
        line += 1
        lines.append(line)
      case 0x0d where index + 1 == text.count || text[index + 1] != 0x0a: lines.append(line)
      case 0x85 where index >= 1 && text[index - 1] == 0xc2: lines.append(line)
      case 0xa8, 0xa9:
        if index >= 2, text[index - 1] == 0x80, text[index - 2] == 0xe2 { lines.append(line) }
      default: break
      }
    }
    return lines
  }

  private init(_ document: FlatDocument, lines: [Int]) {
    func line(_ position: FlatDocument.Position) -> Int { lines[min(max(position.line, 1), lines.count) - 1] }
    self.line = line(document.position)
    switch document.value {
    case .table(let entries):
      kind = .mapping(entries.map { Entry(key: $0.key, line: line($0.position), value: YAML($0.value, lines: lines)) })
    case .array(let items): kind = .sequence(items.map { YAML($0, lines: lines) })
    case .string(let text): kind = .scalar(text)
    case .integer, .boolean, .date, .other, .error: kind = .other
    }
  }

  /// The value with all its texts changed.
  func mapTexts(_ change: (String) -> String) -> YAML {
    switch kind {
    case .mapping(let entries):
      let entries = entries.map { Entry(key: $0.key, line: $0.line, value: $0.value.mapTexts(change)) }
      return YAML(line: line, kind: .mapping(entries))
    case .sequence(let items): return YAML(line: line, kind: .sequence(items.map { $0.mapTexts(change) }))
    case .scalar(let text): return YAML(line: line, kind: .scalar(change(text)))
    case .other: return self
    }
  }

  private init(line: Int, kind: Kind) { (self.line, self.kind) = (line, kind) }

  /// The entries of a mapping, with the lines of their keys; empty for any other value.
  var entries: [Entry] {
    if case .mapping(let entries) = kind { entries } else { [] }
  }

  /// The value of a key, or nil if it is missing.
  subscript(key: String) -> YAML? {
    let own = entries.first { $0.key == key }?.value
    if own != nil || key == "<<" { return own }
    // The merge key (yaml.org/type/merge.html); the first mapping with the key counts.
    guard let merged = entries.first(where: { $0.key == "<<" })?.value else { return nil }
    if case .sequence(let items) = merged.kind { return items.lazy.compactMap { $0[key] }.first }
    return merged[key]
  }

  var text: String? {
    guard case .scalar(let text) = kind else { return nil }
    return text
  }

  /// The line on which the text begins: that of a block scalar is below its sign.
  var textLine: Int { text?.contains("\n") ?? false ? line + 1 : line }

  /// The values of a sequence; a scalar counts as a sequence of one value.
  var items: [YAML] {
    switch kind {
    case .sequence(let items): items
    case .scalar: [self]
    case .mapping, .other: []
    }
  }
}
