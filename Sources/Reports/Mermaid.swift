import Bytes

/// A Mermaid diagram. Nodes have numbers, because an import path is not a valid identifier in Mermaid; characters that
/// could end a label are written as character codes.
struct Mermaid {
  private var numbers: [String: Int] = [:]
  private(set) var lines: [String]

  init(direction: String) { lines = ["graph \(direction)"] }

  mutating func connect(_ from: String, to: String, label: String) {
    let (from, to) = (node(from), node(to))
    lines.append("  \(from) -->|\"\(Self.label(label))\"| \(to)")
  }

  private mutating func node(_ name: String) -> String {
    if let number = numbers[name] { return "p\(number)" }
    numbers[name] = numbers.count
    lines.append("  p\(numbers.count - 1)[\"\(Self.label(name))\"]")
    return "p\(numbers.count - 1)"
  }

  mutating func remark(_ text: String) { lines.append("  %% \(text)") }

  var text: String { lines.joined(separator: "\n") + "\n" }

  private static func label(_ text: String) -> String {
    printable(text).unicodeScalars.map { scalar in
      let isPlain = scalar.value > 0x7f || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      return isPlain || "/.-_@:+~ ".unicodeScalars.contains(scalar) ? String(scalar) : "#\(scalar.value);"
    }.joined()
  }
}
