package import Bytes
import GoSource

/// A package and all it imports in one context, with the shortest way to each.
package struct Closure {
  package let root: ByteString
  package let context: BuildContext
  private let graph: PackageGraph
  private let index: Int?
  /// The packages' numbers, nearest first; at the same distance in the order of imports.
  private var order: [Int32] = []
  /// Beside `order`: where in it the importer stands, and what it has written.
  private var arrivals: [(importer: Int32, path: Int32)] = []
  /// A bit for each package of the graph.
  private var members: [UInt64]
  private var dead: [(importer: Int32, edge: PackageGraph.Edge)] = []

  package init(of root: ByteString, in graph: PackageGraph, context: BuildContext) {
    self.root = root
    self.context = context
    self.graph = graph
    index = graph.index(of: context)
    members = [UInt64](repeating: 0, count: (graph.packages.count + 63) / 64)
    guard let index, let start = graph.number(of: root) else { return }
    var next = 0
    var missed: Set<Int32> = []
    order.append(Int32(start))
    arrivals.append((0, 0))
    members[start >> 6] |= 1 << UInt64(start & 63)
    while next < order.count {
      for edge in graph.edges(of: Int(order[next]), index) {
        let target = Int(edge.target)
        guard target >= 0 else {
          if missed.insert(edge.target).inserted { dead.append((Int32(next), edge)) }
          continue
        }
        guard members[target >> 6] & 1 << UInt64(target & 63) == 0 else { continue }
        members[target >> 6] |= 1 << UInt64(target & 63)
        order.append(edge.target)
        arrivals.append((Int32(next), Int32(truncatingIfNeeded: edge.path.index)))
      }
      next += 1
    }
  }

  package func contains(_ path: ByteString) -> Bool {
    graph.number(of: path).map(contains) ?? (path == root)
  }

  private func contains(_ number: Int) -> Bool { members[number >> 6] & 1 << UInt64(number & 63) != 0 }

  /// The package of an import path, where it belongs to the closure.
  package func package(_ path: ByteString) -> Package? {
    graph.number(of: path).flatMap { contains($0) ? graph.packages[$0] : nil }
  }

  /// The packages, nearest first.
  package var packages: [Package] { order.map { graph.packages[Int($0)] } }

  /// The packages whose outline meets the condition, nearest first.
  package func packages(where condition: (Outline.Traits) -> Bool) -> [Package] {
    guard let index else { return [] }
    let traits = graph.traits[index]
    return order.compactMap { condition(traits[Int($0)]) ? graph.packages[Int($0)] : nil }
  }

  /// The import sites from the root to `path`, in order; empty for the root itself.
  package func chain(to path: ByteString) -> [ImportSite] {
    guard let number = graph.number(of: path), let position = order.firstIndex(of: Int32(number)) else { return [] }
    return chain(to: position)
  }

  private func chain(to position: Int) -> [ImportSite] {
    var sites: [ImportSite] = []
    var position = position
    while position != 0 {
      let (importer, path) = arrivals[position]
      guard let site = graph.site(of: Symbol(index: Int(path)), in: graph.packages[Int(order[Int(importer)])], context)
      else { break }
      sites.append(site)
      position = Int(importer)
    }
    return sites.reversed()
  }

  /// Imports that lead to no package: the path, where it stands, and why.
  package var unresolved: [(path: ByteString, site: ImportSite, resolution: Resolution)] {
    dead.compactMap { importer, edge in
      let package = graph.packages[Int(order[Int(importer)])]
      return graph.site(of: edge.path, in: package, context).map {
        (graph.symbols[edge.path], $0, graph.resolution(of: edge))
      }
    }
  }

  /// The importers of a package within the closure, nearest first.
  package func importers(of path: ByteString) -> [Package] {
    guard let index, let target = graph.number(of: path).map({ Int32($0) }) else { return [] }
    let isImporter = graph.importers(of: target, index)
    return order.compactMap { isImporter[Int($0)] ? graph.packages[Int($0)] : nil }
  }

  /// The imports that a package's `internal` element forbids: importer and imported.
  package var forbidden: [(importer: Package, imported: ByteString)] {
    guard let index else { return [] }
    let importers = graph.forbidden(index)
    if importers.isEmpty { return [] }
    var found: [(importer: Package, imported: ByteString)] = []
    for number in order {
      for target in importers[number] ?? [] {
        found.append((graph.packages[Int(number)], graph.packages[Int(target)].importPath))
      }
    }
    return found
  }
}
