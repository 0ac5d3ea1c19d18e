package import Bytes
import GoSource

/// A package and all it imports in one context, with the shortest way to each; of the standard library only what leads
/// to a package that there is something to say of.
package struct Closure {
  package let root: ByteString
  package let context: BuildContext
  private let graph: PackageGraph
  /// Nil where the root is no package of the graph, or the graph was not loaded for the context.
  private let steps: Steps?

  /// What graphs of the same shape have in common.
  private struct Steps {
    let index: Int
    let adjacency: Adjacency
    let reach: Reach
    /// Which of the roots of `reach`.
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

  /// The same closure in a graph of the same shape.
  package init(like other: Closure, in graph: PackageGraph) {
    self.init(other.root, graph, other.context, other.steps)
  }

  /// How many closures are best made together.
  package static let batch = Reach.width

  /// The closures of up to `batch` packages.
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

  /// The package of an import path, where it belongs to the closure.
  package func package(_ path: ByteString) -> Package? {
    graph.number(of: path).flatMap { contains($0) ? graph.packages[$0] : nil }
  }

  /// The packages, nearest first.
  package var packages: [Package] { steps?.walk.packages.map { graph.packages[Int($0)] } ?? [] }

  /// The notable packages that have a trait, and meet the condition, in the order in which the graph has them.
  package func packages(
    having trait: Outline.Traits, where condition: (Outline.Traits) -> Bool = { _ in true }
  ) -> [Package] {
    guard let steps else { return [] }
    let traits = graph.traits[steps.index]
    return steps.adjacency.notable(having: trait).compactMap { number in
      contains(Int(number)) && condition(traits[Int(number)]) ? graph.packages[Int(number)] : nil
    }
  }

  /// The import sites from the root to `path`, in order; empty for the root itself.
  package func chain(to path: ByteString) -> [ImportSite] {
    guard let steps, let number = graph.number(of: path), contains(number), let way = steps.walk.way(to: number) else {
      return []
    }
    return way.compactMap { graph.site(of: $0.path, in: graph.packages[$0.importer], context) }
  }

  /// Imports that lead to no package: the path, where it stands, and why.
  package var unresolved: [(path: ByteString, site: ImportSite, resolution: Resolution)] {
    guard let steps, steps.adjacency.unresolved.contains(where: { contains(Int($0)) }) else { return [] }
    return steps.walk.dead.compactMap { importer, edge in
      graph.site(of: edge.path, in: graph.packages[importer], context).map {
        (graph.symbols[edge.path], $0, graph.resolution(of: edge))
      }
    }
  }

  /// The importers of a package within the closure, in the order in which the graph has them.
  package func importers(of path: ByteString) -> [Package] {
    guard let steps, let target = graph.number(of: path) else { return [] }
    return steps.adjacency.importers(of: target).compactMap { number in
      contains(Int(number)) ? graph.packages[Int(number)] : nil
    }
  }

  /// How many imports lead from each of some packages to one, where any way does, in the order of `roots`.
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

  /// What any of some packages reaches; nil where the graph was not loaded for the context.
  package static func reach(
    of roots: [ByteString], in graph: PackageGraph, context: BuildContext
  ) -> Reach? {
    graph.index(of: context).map { Reach(fromAny: roots.compactMap(graph.number(of:)), graph.adjacency($0)) }
  }

  /// The importers of a package among those reached, in the order in which the graph has them.
  package static func importers(
    of path: ByteString, in reach: Reach, of graph: PackageGraph, context: BuildContext
  ) -> [Package] {
    guard let index = graph.index(of: context), let target = graph.number(of: path) else { return [] }
    return graph.adjacency(index).importers(of: target).filter { reach.contains(Int($0), from: 0) }
      .map { graph.packages[Int($0)] }
  }

  /// The imports that a package's `internal` element forbids: importer and imported.
  package var forbidden: [(importer: Package, imported: ByteString)] {
    guard let steps else { return [] }
    return graph.forbidden(steps.index).filter { contains(Int($0.importer)) }.map {
      (graph.packages[Int($0.importer)], graph.packages[Int($0.imported)].importPath)
    }
  }
}
