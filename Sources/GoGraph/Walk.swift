import GoSource

/// The edges of all packages in one context, one behind the other, with what of the packages a walk has to know.
///
/// Packages of the standard library from which nothing can be reached that there is anything to say of are left out: a
/// main has two hundred of them, and half of all edges lead there.
struct Adjacency: Sendable {
  /// By package: where its edges begin, and at the end where the last ones end.
  private(set) var starts: [Int32] = [0]
  /// A package's number, or negative where the path leads to none.
  private(set) var targets: [Int32] = []
  /// Beside `targets`, the numbers of the symbols.
  private(set) var paths: [Int32] = []
  /// By package: whether there is something to say of it.
  let isNotable: [Bool]

  init(of graph: PackageGraph, _ context: Int) {
    isNotable = graph.traits[context].map(\.isNotable)
    let isSilent = Self.silent(graph, context, isNotable)
    starts.reserveCapacity(graph.packages.count + 1)
    for number in graph.packages.indices {
      for edge in graph.edges(of: number, context) where edge.target < 0 || !isSilent[Int(edge.target)] {
        targets.append(edge.target)
        paths.append(Int32(truncatingIfNeeded: edge.path.index))
      }
      starts.append(Int32(targets.count))
    }
  }

  /// By package: whether it is the standard library's, and so is all it imports, and of none there is anything to say.
  private static func silent(_ graph: PackageGraph, _ context: Int, _ isNotable: [Bool]) -> [Bool] {
    var isSilent = graph.packages.indices.map { graph.packages[$0].isStandard && !isNotable[$0] }
    // Until nothing changes; the last ones first, since what is imported has been met after what imports it.
    let standard = graph.packages.indices.filter { isSilent[$0] }
    var isChanged = true
    while isChanged {
      isChanged = false
      for number in standard.reversed() where isSilent[number] {
        let isLoud = graph.edges(of: number, context).contains { $0.target < 0 || !isSilent[Int($0.target)] }
        if isLoud { (isSilent[number], isChanged) = (false, true) }
      }
    }
    return isSilent
  }
}

/// Walks a graph in one context, on whichever thread asks.
package struct Walker: Sendable {
  /// Nil of a context that the graph was not loaded for.
  private let adjacency: Adjacency?

  init(_ adjacency: Adjacency?) { self.adjacency = adjacency }

  /// The walk from a package's number, as the graph has it; from nil it goes nowhere.
  package func walk(from start: Int?) -> Walk {
    guard let start, let adjacency else { return Walk() }
    return Walk(from: start, adjacency)
  }
}

/// What a walk along imports meets, breadth first; it depends on the shape of the graph alone.
package struct Walk: Sendable {
  /// The packages' numbers, nearest first; at the same distance in the order of imports.
  private(set) var order: [Int32] = []
  /// Beside `order`: where in it the importer stands, and what it has written.
  private(set) var arrivals: [(importer: Int32, path: Int32)] = []
  /// By package.
  private(set) var members: [Bool] = []
  /// Edges that lead to no package, each with its importer's number; one for each path.
  private(set) var dead: [(importer: Int32, edge: PackageGraph.Edge)] = []
  /// Those of `order` of which there is something to say.
  private(set) var notable: [Int32] = []

  /// The walk that goes nowhere.
  init() {}

  /// A thousand mains of ten thousand packages and two hundred thousand imports are walked in one check, twice each: the
  /// spans spare each step the question whether an array is shared.
  init(from start: Int, _ graph: Adjacency) {
    let count = graph.isNotable.count
    members = [Bool](repeating: false, count: count)
    order = [Int32](repeating: 0, count: count)
    arrivals = [(importer: Int32, path: Int32)](repeating: (0, 0), count: count)
    let end = Self.follow(graph, from: start, &members, &order, &arrivals, &dead)
    order.removeLast(count - end)
    arrivals.removeLast(count - end)
    for number in order where graph.isNotable[Int(number)] { notable.append(number) }
  }

  /// Fills the lists from their first element on, and returns how many have been met.
  private static func follow(
    _ graph: Adjacency, from start: Int, _ members: inout [Bool], _ order: inout [Int32],
    _ arrivals: inout [(importer: Int32, path: Int32)], _ dead: inout [(importer: Int32, edge: PackageGraph.Edge)]
  ) -> Int {
    var missed: Set<Int32> = []
    var members = members.mutableSpan
    var order = order.mutableSpan
    var arrivals = arrivals.mutableSpan
    let (starts, targets, paths) = (graph.starts.span, graph.targets.span, graph.paths.span)
    members[start] = true
    order[0] = Int32(start)
    var (next, end) = (0, 1)
    while next < end {
      let number = Int(order[next])
      var edge = Int(starts[number])
      let last = Int(starts[number + 1])
      while edge < last {
        let target = Int(targets[edge])
        if target < 0 {
          if missed.insert(targets[edge]).inserted {
            let path = Symbol(index: Int(paths[edge]))
            dead.append((Int32(number), PackageGraph.Edge(path: path, target: targets[edge])))
          }
        } else if !members[target] {
          members[target] = true
          order[end] = targets[edge]
          arrivals[end] = (Int32(next), paths[edge])
          end += 1
        }
        edge += 1
      }
      next += 1
    }
    return end
  }
}
