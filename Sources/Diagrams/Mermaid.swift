import Bytes

/// A Mermaid diagram. Nodes have numbers, because an import path is not a valid identifier in Mermaid; characters that
/// could end a label are written as character codes.
package struct Mermaid {
  private var numbers: [String: Int] = [:]
  private var lines: [String]

  package init(direction: String) { lines = ["graph \(direction)"] }

  /// Adds a node whose label is not its name.
  mutating func name(_ name: String, _ label: [String]) {
    guard numbers[name] == nil else { return }
    numbers[name] = numbers.count
    lines.append("  p\(numbers.count - 1)[\"\(label.map(Self.label).joined(separator: "<br>"))\"]")
  }

  package mutating func connect(_ from: String, to: String, label: String) {
    let (from, to) = (node(from), node(to))
    lines.append("  \(from) -->|\"\(Self.label(label))\"| \(to)")
  }

  private mutating func node(_ name: String) -> String {
    self.name(name, [name])
    return "p\(numbers[name]!)"
  }

  mutating func paint(_ name: String, border: String, area: String) {
    lines.append("  style \(node(name)) stroke:\(border),fill:\(area),color:#1f2328")
  }

  mutating func remark(_ text: String) { lines.append("  %% \(text)") }

  package var text: String { lines.joined(separator: "\n") + "\n" }

  private static func label(_ text: String) -> String {
    printable(text).unicodeScalars.map { scalar in
      let isPlain = scalar.value > 0x7f || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      return isPlain || "/.-_@:+~ ".unicodeScalars.contains(scalar) ? String(scalar) : "#\(scalar.value);"
    }.joined()
  }
}
