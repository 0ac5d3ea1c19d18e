package import Bytes
import GoSource

/// A package and all it imports in one context, with the shortest way to each.
package struct Closure: Sendable {
  package let root: ByteString
  package let context: BuildContext
  /// The import paths, nearest first; at the same distance in the order of imports.
  package private(set) var order: [ByteString] = []
  private var arrivals: [ByteString: ImportSite] = [:]
  /// Imports that lead to no package: the path, where it stands, and why.
  package private(set) var unresolved: [(path: ByteString, site: ImportSite, resolution: Resolution)] = []

  package init(of root: ByteString, in graph: PackageGraph, context: BuildContext) {
    self.root = root
    self.context = context
    var queue = [root]
    var seen: Set<ByteString> = [root]
    var next = 0
    while next < queue.count {
      let path = queue[next]
      next += 1
      guard let package = graph.packages[path] else { continue }
      order.append(path)
      for (imported, site) in graph.imports(of: package, in: context) where seen.insert(imported).inserted {
        arrivals[imported] = site
        if graph.packages[imported] != nil {
          queue.append(imported)
        } else if let resolution = graph.resolution(of: site.spec.path, in: package) {
          unresolved.append((imported, site, resolution))
        }
      }
    }
  }

  package func contains(_ path: ByteString) -> Bool { path == root || arrivals[path] != nil }

  /// The import sites from the root to `path`, in order; empty for the root itself.
  package func chain(to path: ByteString) -> [ImportSite] {
    var sites: [ImportSite] = []
    var current = path
    while current != root, let site = arrivals[current] {
      sites.append(site)
      current = site.importer
    }
    return sites.reversed()
  }
}
