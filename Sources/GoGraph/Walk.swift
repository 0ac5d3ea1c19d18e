import GoSource

/// A walk along imports from one package, breadth first, that goes as far as it is asked to; what it meets depends on the
/// shape of the graph alone.
final class Walk {
  private let start: Int32
  private let graph: Adjacency
  /// The packages' numbers, nearest first; at the same distance in the order of imports.
  private var order: [Int32] = []
  /// Beside `order`: where in it the importer stands, and which of the edges leads here.
  private var arrivals: [(importer: Int32, edge: Int32)] = []
  /// By package: its place in `order`, or -1.
  private var positions: [Int32] = []
  /// How many of `order` have been left behind with all their imports.
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

  /// Goes on until a package is met, or to the end.
  private func go(to number: Int? = nil) {
    // Not before anything is asked: of a thousand mains most walks never begin.
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

  /// All that can be reached.
  var packages: [Int32] {
    go()
    return order
  }

  /// The imports on the way to a package, each with its importer's number; nil where no way leads there.
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

  /// Edges that lead to no package, each with its importer's number; one for each path.
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
