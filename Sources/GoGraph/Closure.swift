package import Bytes
import GoSource

/// A package and all it imports in one context, with the shortest way to each; of the standard library only what leads
/// to a package that there is something to say of.
package struct Closure {
  package let root: ByteString
  package let context: BuildContext
  private let graph: PackageGraph
  private let index: Int?
  private let walk: Walk

  package init(of root: ByteString, in graph: PackageGraph, context: BuildContext) {
    self.root = root
    self.context = context
    self.graph = graph
    index = graph.index(of: context)
    guard let index, let start = graph.number(of: root) else {
      walk = Walk()
      return
    }
    walk = Walk(from: start, graph.adjacency(index))
  }

  /// The same closure in a graph of the same shape.
  package init(like other: Closure, in graph: PackageGraph) {
    root = other.root
    context = other.context
    index = other.index
    walk = other.walk
    self.graph = graph
  }

  /// The closure that a walk from its root has found.
  package init(of root: ByteString, in graph: PackageGraph, context: BuildContext, _ walk: Walk) {
    self.root = root
    self.context = context
    self.graph = graph
    index = graph.index(of: context)
    self.walk = walk
  }

  package func contains(_ path: ByteString) -> Bool {
    graph.number(of: path).map(contains) ?? (path == root)
  }

  private func contains(_ number: Int) -> Bool { walk.members.indices.contains(number) && walk.members[number] }

  /// The package of an import path, where it belongs to the closure.
  package func package(_ path: ByteString) -> Package? {
    graph.number(of: path).flatMap { contains($0) ? graph.packages[$0] : nil }
  }

  /// The packages, nearest first.
  package var packages: [Package] { walk.order.map { graph.packages[Int($0)] } }

  /// The notable packages whose outline meets the condition, nearest first.
  package func packages(where condition: (Outline.Traits) -> Bool) -> [Package] {
    guard let index else { return [] }
    let traits = graph.traits[index]
    return walk.notable.compactMap { condition(traits[Int($0)]) ? graph.packages[Int($0)] : nil }
  }

  /// The import sites from the root to `path`, in order; empty for the root itself.
  package func chain(to path: ByteString) -> [ImportSite] {
    guard let number = graph.number(of: path), let position = walk.order.firstIndex(of: Int32(number)) else {
      return []
    }
    return chain(to: position)
  }

  private func chain(to position: Int) -> [ImportSite] {
    var sites: [ImportSite] = []
    var position = position
    while position != 0 {
      let (importer, path) = walk.arrivals[position]
      guard
        let site = graph.site(of: Symbol(index: Int(path)), in: graph.packages[Int(walk.order[Int(importer)])], context)
      else { break }
      sites.append(site)
      position = Int(importer)
    }
    return sites.reversed()
  }

  /// Imports that lead to no package: the path, where it stands, and why.
  package var unresolved: [(path: ByteString, site: ImportSite, resolution: Resolution)] {
    walk.dead.compactMap { importer, edge in
      let package = graph.packages[Int(importer)]
      return graph.site(of: edge.path, in: package, context).map {
        (graph.symbols[edge.path], $0, graph.resolution(of: edge))
      }
    }
  }

  /// The importers of a package within the closure, nearest first.
  package func importers(of path: ByteString) -> [Package] {
    guard let index, let target = graph.number(of: path).map({ Int32($0) }) else { return [] }
    let isImporter = graph.importers(of: target, index)
    return walk.order.compactMap { isImporter[Int($0)] ? graph.packages[Int($0)] : nil }
  }

  /// The imports that a package's `internal` element forbids: importer and imported.
  package var forbidden: [(importer: Package, imported: ByteString)] {
    guard let index else { return [] }
    let importers = graph.forbidden(index)
    if importers.isEmpty { return [] }
    var found: [(importer: Package, imported: ByteString)] = []
    for number in walk.order {
      for target in importers[number] ?? [] {
        found.append((graph.packages[Int(number)], graph.packages[Int(target)].importPath))
      }
    }
    return found
  }
}
