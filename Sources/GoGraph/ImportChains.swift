package import Bytes
import GoSource

/// The import chains from one package to another in one context.
package struct ImportChains {
  /// One import of a chain: the importer, the import site and the imported path.
  package struct Step {
    package let importer: Package
    package let site: ImportSite
    package let imported: ByteString
  }

  /// The maximum number of chains that are found.
  package static let limit = 1_000
  /// The maximum number of imports that are followed: with import cycles, most paths lead nowhere.
  private static let stepLimit = 1_000_000

  package private(set) var all: [[Step]] = []
  /// Whether a limit ended the search, so that more chains may exist.
  package private(set) var isTruncated = false

  private let graph: PackageGraph
  private let context: BuildContext
  private let target: Int
  /// By package: the number of imports on the shortest chain to the target; -1 without a chain.
  private var distances: [Int] = []
  private var path: [Step] = []
  private var isOnPath: [Bool] = []

  /// Finds all shortest chains in the order of imports, or every chain that has no package twice.
  package init(
    from root: ByteString, to path: ByteString, in graph: PackageGraph, _ context: BuildContext, isShortest: Bool
  ) {
    self.graph = graph
    self.context = context
    target = graph.number(of: path) ?? -1
    guard target >= 0, let start = graph.number(of: root), let index = graph.index(of: context) else { return }
    measure(index)
    isOnPath = [Bool](repeating: false, count: graph.packages.count)
    guard distances[start] >= 0 else { return }
    follow(start, index, isShortest)
    // The search hit the limit in import cycles before it found a chain: find the shortest chains instead.
    if all.isEmpty, isTruncated {
      isTruncated = false
      self.path = []
      isOnPath = [Bool](repeating: false, count: graph.packages.count)
      follow(start, index, true)
      isTruncated = true
    }
  }

  private mutating func measure(_ index: Int) {
    var importers = [[Int32]](repeating: [], count: graph.packages.count)
    for number in graph.packages.indices {
      for edge in graph.edges(of: number, index) where edge.target >= 0 {
        importers[Int(edge.target)].append(Int32(number))
      }
    }
    distances = [Int](repeating: -1, count: graph.packages.count)
    distances[target] = 0
    var pending = [target]
    var next = 0
    while next < pending.count {
      for importer in importers[pending[next]].map(Int.init) where distances[importer] < 0 {
        distances[importer] = distances[pending[next]] + 1
        pending.append(importer)
      }
      next += 1
    }
  }

  /// Walks depth first with an explicit stack: untrusted code can have import chains of any length.
  private mutating func follow(_ start: Int, _ index: Int, _ isShortest: Bool) {
    var stack: [(number: Int, next: Int)] = [(start, 0)]
    isOnPath[start] = true
    var steps = 0
    while let (number, next) = stack.last {
      steps += 1
      if steps > Self.stepLimit { isTruncated = true }
      if number == target { take() }
      let edges = graph.edges(of: number, index)
      guard number != target, next < edges.count, !isTruncated else {
        isOnPath[number] = false
        stack.removeLast()
        path.removeLast(min(1, path.count))
        continue
      }
      stack[stack.count - 1].next += 1
      let edge = edges[next]
      guard edge.target >= 0, isOnTheWay(Int(edge.target), from: number, isShortest),
        let site = graph.site(of: edge.path, in: graph.packages[number], context)
      else { continue }
      let imported = Int(edge.target)
      path.append(Step(importer: graph.packages[number], site: site, imported: graph.packages[imported].importPath))
      isOnPath[imported] = true
      stack.append((imported, 0))
    }
  }

  private func isOnTheWay(_ number: Int, from importer: Int, _ isShortest: Bool) -> Bool {
    guard distances[number] >= 0, !isOnPath[number] else { return false }
    return !isShortest || distances[number] == distances[importer] - 1
  }

  private mutating func take() {
    if all.count == Self.limit { isTruncated = true } else { all.append(path) }
  }
}
