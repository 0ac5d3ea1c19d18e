import GoSource

/// The edges of all packages in one context, in flat arrays that are fast to follow.
///
/// Edges to a standard library package are omitted if it is not notable and reaches no notable package. A main has two
/// hundred such packages, and half of all edges lead to them.
final class Adjacency: Sendable {
  /// By package: the index of its first edge. The last element is the number of edges.
  let starts: [Int32]
  /// By edge: the number of the imported package; negative if the path does not resolve.
  let targets: [Int32]
  /// By edge: the symbol number of the imported path.
  let paths: [Int32]
  /// The notable packages, by the bit number of each of their traits. A thousand mains mostly query traits that very
  /// few packages have.
  private let notable: [[Int32]]
  /// The packages with an import that does not resolve.
  let unresolved: [Int32]
  /// All packages, each importer before its imports.
  let order: [Int32]
  private let importerStarts: [Int32]
  private let importers: [Int32]

  /// Returns the packages that import a package, in the order of their numbers.
  func importers(of number: Int) -> ArraySlice<Int32> {
    importers[Int(importerStarts[number])..<Int(importerStarts[number + 1])]
  }

  /// Whether the graph has an import cycle, so that `order` is only approximate.
  let isCircular: Bool

  init(of graph: PackageGraph, _ context: Int) {
    let isNotable = graph.traits[context].map(\.isNotable)
    let isSilent = Self.silent(graph, context, isNotable)
    var (starts, targets, paths): ([Int32], [Int32], [Int32]) = ([0], [], [])
    var unresolved: [Int32] = []
    starts.reserveCapacity(graph.packages.count + 1)
    for number in graph.packages.indices {
      for edge in graph.edges(of: number, context) where edge.target < 0 || !isSilent[Int(edge.target)] {
        targets.append(edge.target)
        paths.append(Int32(truncatingIfNeeded: edge.path.index))
        if edge.target < 0, unresolved.last != Int32(number) { unresolved.append(Int32(number)) }
      }
      starts.append(Int32(targets.count))
    }
    (order, isCircular) = Self.ordered(starts, targets)
    (importerStarts, importers) = Self.reversed(starts, targets)
    (self.starts, self.targets, self.paths, self.unresolved) = (starts, targets, paths, unresolved)
    var notable = [[Int32]](repeating: [], count: PackageSummary.Traits.RawValue.bitWidth)
    for number in isNotable.indices where isNotable[number] {
      var bits = graph.traits[context][number].rawValue
      while bits != 0 {
        notable[bits.trailingZeroBitCount].append(Int32(number))
        bits &= bits - 1
      }
    }
    self.notable = notable
  }

  /// Returns the notable packages that have a trait, in the order of their numbers.
  func notable(having trait: PackageSummary.Traits) -> [Int32] { notable[trait.rawValue.trailingZeroBitCount] }

  /// Returns, by package, the number of imports on the shortest chain to `target`; -1 without a chain.
  func distances(to target: Int) -> [Int32] {
    var distances = [Int32](repeating: -1, count: order.count)
    distances[target] = 0
    var pending = [Int32(target)]
    var next = 0
    while next < pending.count {
      let number = Int(pending[next])
      for importer in importers(of: number) {
        if distances[Int(importer)] >= 0 { continue }
        distances[Int(importer)] = distances[number] + 1
        pending.append(importer)
      }
      next += 1
    }
    return distances
  }

  /// Returns the importers of all packages in one array, and the index of each package's first importer.
  private static func reversed(_ starts: [Int32], _ targets: [Int32]) -> (starts: [Int32], importers: [Int32]) {
    let count = starts.count - 1
    var first = [Int32](repeating: 0, count: count + 1)
    for target in targets where target >= 0 { first[Int(target) + 1] += 1 }
    for number in 0..<count { first[number + 1] += first[number] }
    var importers = [Int32](repeating: 0, count: Int(first[count]))
    var next = first
    for number in 0..<count {
      for edge in Int(starts[number])..<Int(starts[number + 1]) where targets[edge] >= 0 {
        let target = Int(targets[edge])
        importers[Int(next[target])] = Int32(number)
        next[target] += 1
      }
    }
    return (first, importers)
  }

  /// Returns the packages in reverse post-order of a depth-first walk: each one before all its imports.
  private static func ordered(_ starts: [Int32], _ targets: [Int32]) -> (order: [Int32], isCircular: Bool) {
    let count = starts.count - 1
    var order: [Int32] = []
    order.reserveCapacity(count)
    enum State { case new, open, done }
    var states = [State](repeating: .new, count: count)
    var isCircular = false
    var path: [(package: Int32, edge: Int32)] = []
    for root in 0..<count where states[root] == .new {
      states[root] = .open
      path.append((Int32(root), starts[root]))
      while let (package, edge) = path.last {
        guard edge < starts[Int(package) + 1] else {
          states[Int(package)] = .done
          order.append(package)
          path.removeLast()
          continue
        }
        path[path.count - 1].edge += 1
        let target = targets[Int(edge)]
        guard target >= 0 else { continue }
        switch states[Int(target)] {
        case .new:
          states[Int(target)] = .open
          path.append((target, starts[Int(target)]))
        case .open: isCircular = true
        case .done: break
        }
      }
    }
    order.reverse()
    return (order, isCircular)
  }

  /// Returns, by package, whether it and everything it imports is in the standard library and not notable.
  private static func silent(_ graph: PackageGraph, _ context: Int, _ isNotable: [Bool]) -> [Bool] {
    var isSilent = graph.packages.indices.map { graph.packages[$0].isStandard && !isNotable[$0] }
    // Repeat until nothing changes. Start at the end, because imports were found after their importers.
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

/// The packages that up to 64 roots reach in one context, including the roots.
///
/// Each root has one bit, and one pass over the edges serves all of them. One check judges a thousand mains with ten
/// thousand packages and two hundred thousand imports; one root at a time would be ten times the work.
package struct Reach: Sendable {
  static let width = 64
  /// By package: the bits of the roots that reach it.
  private let bits: [UInt64]

  /// Computes what each root reaches; a nil root reaches nothing.
  init(from roots: [Int?], _ graph: Adjacency) {
    precondition(roots.count <= Self.width)
    self.init(graph, roots.enumerated().compactMap { index, root in root.map { ($0, UInt64(1) << UInt64(index)) } })
  }

  /// Computes what any of the packages reaches, as if they were one root.
  init(fromAny roots: [Int], _ graph: Adjacency) {
    self.init(graph, roots.map { ($0, 1) })
  }

  private init(_ graph: Adjacency, _ roots: [(number: Int, mark: UInt64)]) {
    var bits = [UInt64](repeating: 0, count: graph.order.count)
    for (number, mark) in roots { bits[number] |= mark }
    while Self.pass(graph, &bits), graph.isCircular {}
    self.bits = bits
  }

  /// Passes each package's bits on to its imports. Returns whether any package got a new bit.
  private static func pass(_ graph: Adjacency, _ bits: inout [UInt64]) -> Bool {
    var bits = bits.mutableSpan
    let lists = (graph.order, graph.starts, graph.targets)
    let (order, starts, targets) = (lists.0.span, lists.1.span, lists.2.span)
    var news: UInt64 = 0
    var position = 0
    while position < order.count {
      let number = Int(order[position])
      position += 1
      let mine = bits[number]
      if mine == 0 { continue }
      var edge = Int(starts[number])
      let last = Int(starts[number + 1])
      while edge < last {
        let target = Int(targets[edge])
        edge += 1
        if target < 0 { continue }
        news |= mine & ~bits[target]
        bits[target] |= mine
      }
    }
    return news != 0
  }

  /// Whether a package is reached from the root with this index.
  func contains(_ number: Int, from index: Int) -> Bool { bits[number] >> UInt64(index) & 1 != 0 }
}
