import Bytes

extension ChainDiagram {
  /// The diagram as an SVG picture, which needs no other program.
  package var svg: String { Layout(self).svg }
}

/// The places of a diagram's boxes: a package is below all that import it, and the boxes of a row are ordered by what
/// imports them.
private struct Layout {
  private let diagram: ChainDiagram
  /// The texts of each box; long paths are broken at a slash.
  private let labels: [[String]]
  private var rows: [[Int]] = []
  /// The middle of each box, in pixels.
  private var centers: [(x: Double, y: Double)]
  private var size = (width: 0.0, height: 0.0)

  private static let letter = 7.2
  private static let smallLetter = 6.0
  private static let line = 16.0
  private static let gap = (x: 40.0, y: 76.0)
  private static let margin = 16.0
  private static let longest = 34

  init(_ diagram: ChainDiagram) {
    self.diagram = diagram
    labels = diagram.nodes.map { node in
      node.lines.prefix(1).flatMap(Self.broken) + node.lines.dropFirst()
    }
    centers = Array(repeating: (0, 0), count: diagram.nodes.count)
    arrange()
    place()
  }

  private static func broken(_ path: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + part.count + 1 > longest {
        lines.append(line + "/")
        line = String(part)
      } else {
        line += (line.isEmpty ? "" : "/") + part
      }
    }
    return lines + [line]
  }

  private func width(_ box: Int) -> Double { Double(labels[box].map(\.count).max() ?? 0) * Self.letter + 20 }
  private func height(_ box: Int) -> Double { Double(labels[box].count) * Self.line + 14 }

  /// Assigns the rows. Imports have no cycles, so the longest way to each box ends.
  private mutating func arrange() {
    var ranks = Array(repeating: 0, count: diagram.nodes.count)
    var isDone = false
    for _ in diagram.nodes where !isDone {
      isDone = true
      for edge in diagram.edges where ranks[edge.to] <= ranks[edge.from] {
        ranks[edge.to] = ranks[edge.from] + 1
        isDone = false
      }
    }
    rows = Array(repeating: [], count: (ranks.max() ?? -1) + 1)
    for (node, rank) in ranks.enumerated() { rows[rank].append(node) }
    // Each row in the order of the boxes above it, then of those below it.
    var position = Array(repeating: 0.0, count: diagram.nodes.count)
    func sort(_ row: Int, _ neighbors: (Int) -> [Int]) {
      for (index, node) in rows[row].enumerated() { position[node] = Double(index) / Double(rows[row].count) }
      let keys = rows[row].map { node -> Double in
        let near = neighbors(node)
        return near.isEmpty ? position[node] : near.map { position[$0] }.reduce(0, +) / Double(near.count)
      }
      rows[row] = zip(keys, rows[row]).enumerated().sorted {
        ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
      }.map(\.element.1)
      for (index, node) in rows[row].enumerated() { position[node] = Double(index) / Double(rows[row].count) }
    }
    for _ in 0..<4 {
      for row in rows.indices { sort(row) { node in diagram.edges.filter { $0.to == node }.map(\.from) } }
      for row in rows.indices.reversed() { sort(row) { node in diagram.edges.filter { $0.from == node }.map(\.to) } }
    }
  }

  private mutating func place() {
    let widths = rows.map { $0.map(width).reduce(0, +) + Self.gap.x * Double(max(0, $0.count - 1)) }
    let whole = widths.max() ?? 0
    var y = Self.margin
    for (row, own) in zip(rows, widths) {
      var x = Self.margin + (whole - own) / 2
      let tallest = row.map(height).max() ?? 0
      for node in row {
        centers[node] = (x + width(node) / 2, y + tallest / 2)
        x += width(node) + Self.gap.x
      }
      y += tallest + Self.gap.y
    }
    size = (whole + 2 * Self.margin, max(y - Self.gap.y, 0) + Self.margin)
    // A label may be wider than the boxes around it.
    let ends = diagram.edges.map { edge in
      let half = Double(edge.label.count) * Self.smallLetter / 2
      let middle = labelPlace(edge).x
      return (left: middle - half, right: middle + half)
    }
    let left = max(0, Self.margin - (ends.map(\.left).min() ?? Self.margin))
    for index in centers.indices { centers[index].x += left }
    size.width = max(size.width, (ends.map(\.right).max() ?? 0) + Self.margin) + left
  }

  // MARK: The picture

  var svg: String {
    let (width, height) = (Self.number(size.width), Self.number(size.height))
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\" "
        + "font-family=\"ui-monospace, monospace\" font-size=\"12\">",
      "<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" "
        + "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#57606a\"/></marker></defs>",
      xmlElement("rect", [("width", "100%"), ("height", "100%"), ("fill", "#ffffff")]),
    ]
    parts += diagram.edges.map(arrow)
    parts += diagram.nodes.indices.map(box)
    if diagram.isTruncated { parts.append(xmlElement("desc", [], xmlText(ChainDiagram.remark))) }
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  private func arrow(_ edge: ChainDiagram.Edge) -> String {
    let (from, to) = (centers[edge.from], centers[edge.to])
    let (top, bottom) = (from.y + height(edge.from) / 2, to.y - height(edge.to) / 2)
    let bend = (bottom - top) / 2
    let numbers = [from.x, top, from.x, top + bend, to.x, bottom - bend, to.x, bottom].map(Self.number)
    let path =
      "M\(numbers[0]) \(numbers[1])C\(numbers[2]) \(numbers[3]) \(numbers[4]) \(numbers[5]) \(numbers[6]) \(numbers[7])"
    let place = labelPlace(edge)
    let label = [
      ("x", Self.number(place.x)), ("y", Self.number(place.y)),
      ("text-anchor", "middle"), ("font-size", "10"), ("fill", "#57606a"), ("paint-order", "stroke"),
      ("stroke", "#ffffff"), ("stroke-width", "3"),
    ]
    return xmlElement(
      "path", [("d", path), ("fill", "none"), ("stroke", "#8c959f"), ("marker-end", "url(#arrow)")])
      + xmlElement("text", label.map { ($0.0, Optional($0.1)) }, xmlText(edge.label))
  }

  /// The place of an arrow's label: near the end that fewer arrows share, so that labels do not meet.
  private func labelPlace(_ edge: ChainDiagram.Edge) -> (x: Double, y: Double) {
    let (from, to) = (centers[edge.from], centers[edge.to])
    let (top, bottom) = (from.y + height(edge.from) / 2, to.y - height(edge.to) / 2)
    let leaving = diagram.edges.count { $0.from == edge.from }
    let arriving = diagram.edges.count { $0.to == edge.to }
    let part = leaving > arriving ? 0.8 : leaving < arriving ? 0.2 : 0.5
    let across = part * part * (3 - 2 * part)
    let down = 1.5 * part * (1 - part) + part * part * part
    return (from.x + (to.x - from.x) * across, top + (bottom - top) * down)
  }

  private func box(_ node: Int) -> String {
    let (width, height) = (width(node), height(node))
    let (x, y) = (centers[node].x - width / 2, centers[node].y - height / 2)
    let (border, area) = diagram.nodes[node].kind.colors
    let frame = xmlElement(
      "rect",
      [
        ("x", Self.number(x)), ("y", Self.number(y)), ("width", Self.number(width)), ("height", Self.number(height)),
        ("rx", "4"), ("stroke", border), ("fill", area),
      ])
    let texts = labels[node].enumerated().map { index, text in
      xmlElement(
        "text",
        [
          ("x", Self.number(centers[node].x)), ("y", Self.number(y + 19 + Double(index) * Self.line)),
          ("text-anchor", "middle"), ("fill", "#1f2328"),
        ], xmlText(text))
    }
    return frame + texts.joined()
  }

  private static func number(_ value: Double) -> String { String(Int(value.rounded())) }
}
