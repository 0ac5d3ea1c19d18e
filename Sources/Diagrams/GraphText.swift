import Bytes

extension ChainDiagram {
  /// The diagram in Graphviz's DOT language, where only `"` and `\` are special inside a quoted string.
  package var dot: String {
    func quoted(_ text: String) -> String {
      "\"" + defused(text).map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
    var lines = [
      "digraph why {", "  rankdir=TB;", "  node [shape=box, style=filled, fontname=\"sans-serif\"];",
      "  edge [fontname=\"sans-serif\", fontsize=10];",
    ]
    for (index, node) in nodes.enumerated() {
      let (border, area) = node.kind.colors
      let label = node.lines.map { String(quoted($0).dropFirst().dropLast()) }.joined(separator: "\\n")
      lines.append("  p\(index) [label=\"\(label)\", color=\"\(border)\", fillcolor=\"\(area)\"];")
    }
    for edge in edges { lines.append("  p\(edge.from) -> p\(edge.to) [label=\(quoted(edge.label))];") }
    if isTruncated { lines.append("  // \(Self.remark)") }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// The diagram in Mermaid's language.
  package var mermaid: String {
    var picture = Mermaid(direction: "TD")
    for node in nodes { picture.name(node.path.text, node.lines) }
    for edge in edges { picture.connect(nodes[edge.from].path.text, to: nodes[edge.to].path.text, label: edge.label) }
    for node in nodes where node.kind != .other {
      let (border, area) = node.kind.colors
      picture.paint(node.path.text, border: border, area: area)
    }
    if isTruncated { picture.remark(Self.remark) }
    return picture.text
  }
}
