import GoSource

/// The edges of all packages in one context, one behind the other, in the form in which they are followed.
///
/// Packages of the standard library from which nothing can be reached that there is anything to say of are left out: a
/// main has two hundred of them, and half of all edges lead there.
final class Adjacency: Sendable {
  /// By package: where its edges begin, and at the end where the last ones end.
  let starts: [Int32]
  /// A package's number, or negative where the path leads to none.
  let targets: [Int32]
  /// Beside `targets`, the numbers of the symbols.
  let paths: [Int32]
  /// The packages that there is something to say of, by the number of each trait's bit: most questions that a thousand
  /// mains ask are after traits that next to no package has.
  private let notable: [[Int32]]
  /// The packages with an edge that leads to none.
  let unresolved: [Int32]
  /// The packages, importers before what they import.
  let order: [Int32]
  private let importerStarts: [Int32]
  private let importers: [Int32]

  /// The packages that import a package, in the order of their numbers.
  func importers(of number: Int) -> ArraySlice<Int32> {
    importers[Int(importerStarts[number])..<Int(importerStarts[number + 1])]
  }

  /// Whether packages import each other in a circle, so that `order` is as good as there is.
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
    var notable = [[Int32]](repeating: [], count: Outline.Traits.RawValue.bitWidth)
    for number in isNotable.indices where isNotable[number] {
      var bits = graph.traits[context][number].rawValue
      while bits != 0 {
        notable[bits.trailingZeroBitCount].append(Int32(number))
        bits &= bits - 1
      }
    }
    self.notable = notable
  }

  /// The notable packages that have a trait, in the order of their numbers.
  func notable(having trait: Outline.Traits) -> [Int32] { notable[trait.rawValue.trailingZeroBitCount] }

  /// By package, how many imports lead to a package at least; -1 where none do.
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

  /// The importers of each package one behind the other, and where each one's begin.
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

  /// Depth first, each package behind all that it imports, and then backwards.
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

/// Which packages others reach in one context, themselves among them: up to 64 in one pass over the edges, a bit for each.
///
/// A thousand mains of ten thousand packages and two hundred thousand imports are judged in one check; one after the
/// other they would be ten times the work.
package struct Reach: Sendable {
  static let width = 64
  /// By package.
  private let bits: [UInt64]

  /// From nil nothing is reached.
  init(from roots: [Int?], _ graph: Adjacency) {
    precondition(roots.count <= Self.width)
    self.init(graph, roots.enumerated().compactMap { index, root in root.map { ($0, UInt64(1) << UInt64(index)) } })
  }

  /// What any of the packages reaches, as one root.
  init(fromAny roots: [Int], _ graph: Adjacency) {
    self.init(graph, roots.map { ($0, 1) })
  }

  private init(_ graph: Adjacency, _ roots: [(number: Int, mark: UInt64)]) {
    var bits = [UInt64](repeating: 0, count: graph.order.count)
    for (number, mark) in roots { bits[number] |= mark }
    while Self.pass(graph, &bits), graph.isCircular {}
    self.bits = bits
  }

  /// Hands on what each package is reached from, and returns whether any has been told something new.
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
