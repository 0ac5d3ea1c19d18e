import GoSource

/// A breadth-first walk along imports from one package. It goes only as far as each query needs.
///
/// Its result depends only on the shape of the graph.
final class Walk {
  private let start: Int32
  private let graph: Adjacency
  /// The packages' numbers, nearest first; at the same distance, in the order of imports.
  private var order: [Int32] = []
  /// For each element of `order`: the importer's index in `order`, and the index of the edge from there.
  private var arrivals: [(importer: Int32, edge: Int32)] = []
  /// By package: its index in `order`, or -1.
  private var positions: [Int32] = []
  /// The number of packages in `order` whose imports have all been visited.
  private var done = 0

  init(from start: Int, _ graph: Adjacency) {
    self.start = Int32(start)
    self.graph = graph
  }

  private func meet(_ number: Int32, _ arrival: (importer: Int32, edge: Int32)) {
    positions[Int(number)] = Int32(order.count)
    order.append(number)
    arrivals.append(arrival)
  }

  /// Continues until the given package is found, or to the end.
  private func go(to number: Int? = nil) {
    // Start at the first query: of a thousand mains, most never walk.
    if positions.isEmpty {
      positions = [Int32](repeating: -1, count: graph.order.count)
      meet(start, (0, 0))
    }
    while done < order.count {
      if let number, positions[number] >= 0 { return }
      let importer = Int(order[done])
      for edge in graph.starts[importer]..<graph.starts[importer + 1] {
        let target = graph.targets[Int(edge)]
        if target >= 0, positions[Int(target)] < 0 { meet(target, (Int32(done), edge)) }
      }
      done += 1
    }
  }

  /// All packages that can be reached, including the start.
  var packages: [Int32] {
    go()
    return order
  }

  /// Returns the imports on the shortest chain to a package, each with its importer's number; nil without a chain.
  func way(to number: Int) -> [(importer: Int, path: Symbol)]? {
    go(to: number)
    guard positions[number] >= 0 else { return nil }
    var position = Int(positions[number])
    var way: [(importer: Int, path: Symbol)] = []
    while position != 0 {
      let (importer, edge) = arrivals[position]
      way.append((Int(order[Int(importer)]), Symbol(index: Int(graph.paths[Int(edge)]))))
      position = Int(importer)
    }
    return way.reversed()
  }

  /// The edges that do not resolve, each with its importer's number; one for each path.
  var dead: [(importer: Int, edge: PackageGraph.Edge)] {
    var missed: Set<Int32> = []
    var dead: [(importer: Int, edge: PackageGraph.Edge)] = []
    for number in packages.map({ Int($0) }) {
      for edge in Int(graph.starts[number])..<Int(graph.starts[number + 1])
      where graph.targets[edge] < 0 && missed.insert(graph.targets[edge]).inserted {
        let path = Symbol(index: Int(graph.paths[edge]))
        dead.append((number, PackageGraph.Edge(path: path, target: graph.targets[edge])))
      }
    }
    return dead
  }
}
