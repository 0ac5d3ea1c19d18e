package import Bytes
import GoSource

/// A package and everything it imports, directly or indirectly, in one context, with the shortest chain to each.
///
/// Of the standard library it has only the notable packages (`PackageSummary.Traits.isNotable`) and those that lead to one.
package struct Closure {
  package let root: ByteString
  package let context: BuildContext
  private let graph: PackageGraph
  /// Nil if the root is not in the graph, or the graph was not loaded for the context.
  private let steps: Steps?

  /// The part of a closure that graphs of the same shape share.
  private struct Steps {
    let index: Int
    let adjacency: Adjacency
    let reach: Reach
    /// The index of this root among the roots of `reach`.
    let bit: Int
    let walk: Walk
  }

  package init(of root: ByteString, in graph: PackageGraph, context: BuildContext) {
    self = Self.closures(of: [root], in: graph, context: context)[0]
  }

  private init(_ root: ByteString, _ graph: PackageGraph, _ context: BuildContext, _ steps: Steps?) {
    self.root = root
    self.context = context
    self.graph = graph
    self.steps = steps
  }

  /// Makes the same closure in a graph of the same shape.
  package init(like other: Closure, in graph: PackageGraph) {
    self.init(other.root, graph, other.context, other.steps)
  }

  /// The maximum number of closures to make together, and the most efficient one.
  package static let batch = Reach.width

  /// Returns the closures of up to `batch` packages.
  package static func closures(
    of roots: [ByteString], in graph: PackageGraph, context: BuildContext
  ) -> [Closure] {
    let starts = roots.map(graph.number(of:))
    guard let index = graph.index(of: context) else { return roots.map { Closure($0, graph, context, nil) } }
    let adjacency = graph.adjacency(index)
    let reach = Reach(from: starts, adjacency)
    return roots.indices.map { bit in
      let steps = starts[bit].map {
        Steps(index: index, adjacency: adjacency, reach: reach, bit: bit, walk: Walk(from: $0, adjacency))
      }
      return Closure(roots[bit], graph, context, steps)
    }
  }

  package func contains(_ path: ByteString) -> Bool {
    graph.number(of: path).map(contains) ?? (path == root)
  }

  private func contains(_ number: Int) -> Bool { steps.map { $0.reach.contains(number, from: $0.bit) } ?? false }

  /// Returns the package with an import path; nil if it is not in the closure.
  package func package(_ path: ByteString) -> Package? {
    graph.number(of: path).flatMap { contains($0) ? graph.packages[$0] : nil }
  }

  /// The packages, nearest first.
  package var packages: [Package] { steps?.walk.packages.map { graph.packages[Int($0)] } ?? [] }

  /// Returns the notable packages that have a trait and meet the condition, in the graph's order.
  package func packages(
    having trait: PackageSummary.Traits, where condition: (PackageSummary.Traits) -> Bool = { _ in true }
  ) -> [Package] {
    guard let steps else { return [] }
    let traits = graph.traits[steps.index]
    return steps.adjacency.notable(having: trait).compactMap { number in
      contains(Int(number)) && condition(traits[Int(number)]) ? graph.packages[Int(number)] : nil
    }
  }

  /// Returns the import sites of the shortest chain from the root to `path`, in order; empty for the root itself.
  package func chain(to path: ByteString) -> [ImportSite] {
    guard let steps, let number = graph.number(of: path), contains(number), let way = steps.walk.way(to: number) else {
      return []
    }
    return way.compactMap { graph.site(of: $0.path, in: graph.packages[$0.importer], context) }
  }

  /// The imports that do not resolve to a package: the path, the import site and the reason.
  package var unresolved: [(path: ByteString, site: ImportSite, resolution: Resolution)] {
    guard let steps, steps.adjacency.unresolved.contains(where: { contains(Int($0)) }) else { return [] }
    return steps.walk.dead.compactMap { importer, edge in
      graph.site(of: edge.path, in: graph.packages[importer], context).map {
        (graph.symbols[edge.path], $0, graph.resolution(of: edge))
      }
    }
  }

  /// Returns the importers of a package within the closure, in the graph's order.
  package func importers(of path: ByteString) -> [Package] {
    guard let steps, let target = graph.number(of: path) else { return [] }
    return steps.adjacency.importers(of: target).compactMap { number in
      contains(Int(number)) ? graph.packages[Int(number)] : nil
    }
  }

  /// Returns the number of imports on the shortest chain from each root to `path`, in the order of `roots`.
  ///
  /// An element is nil if no chain leads from that root to `path`.
  package static func distances(
    to path: ByteString, from roots: [ByteString], in graph: PackageGraph, context: BuildContext
  ) -> [Int?] {
    guard let index = graph.index(of: context), let target = graph.number(of: path) else {
      return roots.map { _ in nil }
    }
    let distances = graph.adjacency(index).distances(to: target)
    return roots.map { root in
      graph.number(of: root).flatMap { distances[$0] < 0 ? nil : Int(distances[$0]) }
    }
  }

  /// Returns what any of the roots reaches; nil if the graph was not loaded for the context.
  package static func reach(
    of roots: [ByteString], in graph: PackageGraph, context: BuildContext
  ) -> Reach? {
    graph.index(of: context).map { Reach(fromAny: roots.compactMap(graph.number(of:)), graph.adjacency($0)) }
  }

  /// Returns the importers of a package that are in `reach`, in the graph's order.
  package static func importers(
    of path: ByteString, in reach: Reach, of graph: PackageGraph, context: BuildContext
  ) -> [Package] {
    guard let index = graph.index(of: context), let target = graph.number(of: path) else { return [] }
    return graph.adjacency(index).importers(of: target).filter { reach.contains(Int($0), from: 0) }
      .map { graph.packages[Int($0)] }
  }

  /// The imports that an `internal` element in the imported path forbids.
  package var forbidden: [(importer: Package, imported: ByteString)] {
    guard let steps else { return [] }
    return graph.forbidden(steps.index).filter { contains(Int($0.importer)) }.map {
      (graph.packages[Int($0.importer)], graph.packages[Int($0.imported)].importPath)
    }
  }
}
