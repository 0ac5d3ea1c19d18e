import Bytes
package import Diagnostics

/// The import chains from mains to packages as a graph: each package and each import once, in order of first occurrence.
package struct ChainDiagram {
  struct Node {
    /// How a package is drawn.
    enum Kind: Hashable {
      case main, other
      case culprit(Severity?)
    }
    let path: ByteString
    /// The path without the module of the mains, and what it is called by its rule.
    var lines: [String]
    var kind: Kind
  }

  /// The imports between two packages.
  struct Edge {
    let from: Int
    let to: Int
    /// `file.go:12` of each import.
    var places: [String]
    var label: String { places[0] + (places.count > 1 ? " and \(places.count - 1) more" : "") }
  }

  private(set) var nodes: [Node] = []
  private(set) var edges: [Edge] = []
  let isTruncated: Bool
  private var indices: [ByteString: Int] = [:]

  package init(_ answers: [WhyAnswer]) {
    isTruncated = answers.contains(where: \.isTruncated)
    let modules = Set(answers.map { Self.module(of: $0.main) })
    func name(_ path: ByteString) -> String {
      let own = modules.lazy.compactMap { path.relative(to: $0) }.first { !$0.isEmpty }
      return printable((own ?? path).text)
    }
    for answer in answers {
      for way in answer.ways {
        for (index, hop) in way.enumerated() {
          let next = index + 1 < way.count ? way[index + 1].package : answer.package
          connect(add(hop.package, name), add(next, name), hop.location)
        }
      }
      if let main = indices[answer.main.importPath] { nodes[main].kind = .main }
      if let culprit = indices[answer.package], answer.package != answer.main.importPath {
        nodes[culprit].kind = .culprit(answer.severity)
        if let rule = answer.rule, nodes[culprit].lines.count == 1 { nodes[culprit].lines.append(rule.rawValue) }
      }
    }
  }

  /// The path of the module, as far as the directory of a main shows it.
  private static func module(of main: MainName) -> ByteString {
    let suffix = "/" + main.directory
    return !main.directory.isEmpty && main.importPath.hasSuffix(suffix)
      ? ByteString(main.importPath.bytes.dropLast(suffix.count)) : main.importPath
  }

  private mutating func add(_ path: ByteString, _ name: (ByteString) -> String) -> Int {
    if let index = indices[path] { return index }
    indices[path] = nodes.count
    nodes.append(Node(path: path, lines: [name(path)], kind: .other))
    return nodes.count - 1
  }

  private mutating func connect(_ from: Int, _ to: Int, _ location: Location) {
    let place = printable("\(location.file.baseName.text):\(location.line)")
    if let index = edges.firstIndex(where: { $0.from == from && $0.to == to }) {
      if !edges[index].places.contains(place) { edges[index].places.append(place) }
    } else {
      edges.append(Edge(from: from, to: to, places: [place]))
    }
  }

  static let remark = "not all chains are shown"
}

extension ChainDiagram.Node.Kind {
  /// The colors of the border and of the area.
  var colors: (border: String, area: String) {
    switch self {
    case .main: ("#1f6feb", "#ddf4ff")
    case .other: ("#8c959f", "#ffffff")
    case .culprit(.error): ("#cf222e", "#ffebe9")
    case .culprit(.warning): ("#9a6700", "#fff8c5")
    case .culprit: ("#57606a", "#eaeef2")
    }
  }
}
