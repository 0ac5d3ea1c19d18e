package import Bytes
package import GoSource

/// The file and import spec by which one package imports another.
package struct ImportSite: Sendable, Hashable {
  package let importer: ByteString
  package let file: ByteString
  package let spec: ImportSpec
}

/// All packages that the roots reach, in each requested context.
package struct PackageGraph {
  /// An import: the path as written, and the number of the package that it resolves to.
  ///
  /// If the path does not resolve, the target is negative: `~index` of the unresolved path.
  struct Edge: Sendable, Hashable {
    let path: Symbol
    let target: Int32
  }

  /// An imported path and its import site.
  package typealias Import = (path: ByteString, site: ImportSite)

  package let contexts: [BuildContext]
  package let symbols: Symbols
  /// The packages, by number.
  package private(set) var packages: [Package] = []
  private var resolver: Resolver
  /// The edges, by context index and package number.
  private var edges: [[[Edge]]]
  /// The traits of the summaries, by context index and package number.
  private(set) var traits: [[PackageSummary.Traits]]
  /// By package: the path that its importers must be within, if the package is internal; otherwise nil.
  private var internalParents: [ByteString?] = []

  /// Loads the packages in `roots` and everything they import, directly or indirectly, in any of the contexts.
  ///
  /// Each wave of directories is scanned at once.
  package init(
    roots: [(importPath: ByteString, directory: DirectoryName)], contexts: [BuildContext], scope: ModuleScope,
    tree: some SourceTree
  ) {
    self.contexts = contexts
    symbols = tree.symbols
    edges = contexts.map { _ in [] }
    traits = contexts.map { _ in [] }
    resolver = Resolver(scope: scope, symbols: tree.symbols)
    load(roots, tree)
  }

  /// Loads the graph of another tree that resolves import paths in the same way.
  ///
  /// Only the packages in the directories `changed` differ. Packages that neither tree's roots still reach may stay in
  /// the graph.
  package init(
    like other: PackageGraph, roots: [(importPath: ByteString, directory: DirectoryName)],
    changed: Set<DirectoryName>, tree: some SourceTree
  ) {
    self = other
    found = Answers()
    shape = Shape()
    var summarizer = PackageSummarizer(contexts, symbols: symbols)
    let stale = packages.indices.filter { changed.contains(packages[$0].directory.name) }
    for (number, found) in zip(stale, tree.scan(stale.map { packages[$0].directory.name }, &summarizer)) {
      let (directory, summaries) = found ?? summarizer.nothing(packages[number].directory.name)
      packages[number] = Package(
        importPath: packages[number].importPath, directory: directory, summaries: summaries, symbols: symbols)
      let edges = findEdges(of: packages[number], tree)
      for context in contexts.indices {
        self.edges[context][number] = edges[context]
        traits[context][number] = summaries[context].traits
      }
    }
    load(roots, tree)
    if edges == other.edges, traits == other.traits { shape = other.shape }
  }

  /// Whether the other graph has the same packages with the same numbers, imports and traits: only files differ.
  package func isShaped(like other: PackageGraph) -> Bool { shape === other.shape }

  /// Loads the roots, the packages already entered and all their imports.
  private mutating func load(
    _ roots: [(importPath: ByteString, directory: DirectoryName)], _ tree: some SourceTree
  ) {
    var summarizer = PackageSummarizer(contexts, symbols: symbols)
    for root in roots { _ = resolver.enter(root.importPath, root.directory) }
    while packages.count < resolver.entries.count {
      let wave = resolver.entries[packages.count...]
      for (entry, found) in zip(wave, tree.scan(wave.map(\.directory), &summarizer)) {
        let (directory, summaries) = found ?? summarizer.nothing(entry.directory)
        packages.append(
          Package(importPath: entry.importPath, directory: directory, summaries: summaries, symbols: symbols))
        for context in contexts.indices { traits[context].append(summaries[context].traits) }
        internalParents.append(parent(ofInternal: entry.importPath))
      }
      for number in (edges.first?.count ?? packages.count)..<packages.count {
        for (context, found) in findEdges(of: packages[number], tree).enumerated() { edges[context].append(found) }
      }
    }
  }

  /// Returns a package's edges in each context; contexts with the same imports share one list.
  private mutating func findEdges(of package: Package, _ tree: some SourceTree) -> [[Edge]] {
    var found: [[Edge]] = []
    for (index, summary) in package.summaries.enumerated() {
      if index > 0, summary.imports == package.summaries[index - 1].imports {
        found.append(found[index - 1])
        continue
      }
      var edges: [Edge] = []
      edges.reserveCapacity(summary.imports.count)
      for path in summary.imports {
        let target = resolver.target(
          of: path, from: Importer(package.importPath, isStandard: package.isStandard), in: tree)
        edges.append(Edge(path: path, target: target))
      }
      found.append(edges)
    }
    return found
  }

  /// Returns the package with an import path; nil if the graph does not have it.
  package func package(_ path: ByteString) -> Package? { resolver.numbers[path].map { packages[$0] } }

  package func number(of path: ByteString) -> Int? { resolver.numbers[path] }

  func index(of context: BuildContext) -> Int? { contexts.firstIndex(of: context) }

  func edges(of number: Int, _ context: Int) -> [Edge] { edges[context][number] }

  package func summary(of path: ByteString, in context: BuildContext) -> PackageSummary? {
    guard let number = resolver.numbers[path], let index = index(of: context) else { return nil }
    return packages[number].summaries[index]
  }

  package func differs(_ package: Package, in context: BuildContext) -> Bool {
    summary(of: package.importPath, in: context)?.traits.contains(.differs) ?? package.differs(in: context)
  }

  /// Whether the packages have an import cycle in this context; true if the graph was not loaded for it.
  package func hasCircle(in context: BuildContext) -> Bool {
    index(of: context).map { adjacency($0).isCircular } ?? true
  }

  /// Returns the edges of all packages in a context, computed on first use.
  func adjacency(_ context: Int) -> Adjacency {
    let made = shape.adjacencies[context] ?? Adjacency(of: self, context)
    shape.adjacencies[context] = made
    return made
  }

  func mayImport(_ importer: Int, internal target: Int) -> Bool {
    guard let parent = internalParents[target] else { return true }
    return !packages[target].isStandard && packages[importer].importPath.isWithin(parent)
  }

  /// Returns the imports by packages outside the standard library that an `internal` element forbids; usually empty.
  func forbidden(_ context: Int) -> [(importer: Int32, imported: Int32)] {
    if let known = shape.forbidden[context] { return known }
    var answer: [(importer: Int32, imported: Int32)] = []
    for (number, edges) in edges[context].enumerated() where !packages[number].isStandard {
      for edge in edges where edge.target >= 0 && !mayImport(number, internal: Int(edge.target)) {
        answer.append((Int32(number), edge.target))
      }
    }
    shape.forbidden[context] = answer
    return answer
  }

  /// The scope that resolved the imports.
  package var scope: ModuleScope { resolver.scope }

  /// Returns the resolution of the import of `path` in `package`; nil if the package does not import it.
  package func resolution(of path: ByteString, in package: Package) -> Resolution? {
    guard let number = resolver.numbers[package.importPath] else { return nil }
    for context in contexts.indices {
      for edge in edges[context][number] where symbols[edge.path] == path { return resolution(of: edge) }
    }
    return nil
  }

  func resolution(of edge: Edge) -> Resolution {
    guard edge.target >= 0 else { return resolver.unresolved[Int(~edge.target)] }
    let package = packages[Int(edge.target)]
    return .package(importPath: package.importPath, package.directory.name)
  }

  /// Returns the import path that an edge resolves to, or the path as written if it does not resolve.
  func path(of edge: Edge) -> ByteString {
    edge.target >= 0 ? packages[Int(edge.target)].importPath : symbols[edge.path]
  }

  /// Returns the imports of a package in a context, one for each path: the first spec in the order of file names.
  package func imports(of package: Package, in context: BuildContext) -> [Import] {
    guard let number = resolver.numbers[package.importPath], let index = index(of: context) else { return [] }
    return edges[index][number].compactMap { edge in
      site(of: edge.path, in: package, context).map { (path(of: edge), $0) }
    }
  }

  /// Returns the site where a package imports another in a context: the first spec in the order of file names.
  package func site(of imported: ByteString, in importer: Package, _ context: BuildContext) -> ImportSite? {
    guard let number = resolver.numbers[importer.importPath], let index = index(of: context) else { return nil }
    return edges[index][number].first { path(of: $0) == imported }.flatMap { site(of: $0.path, in: importer, context) }
  }

  /// Whether a package imports another in a context.
  package func imports(_ importer: ByteString, _ imported: ByteString, in context: BuildContext) -> Bool {
    guard let number = resolver.numbers[importer], let index = index(of: context) else { return false }
    return edges[index][number].contains { path(of: $0) == imported }
  }

  /// Answers that are cached on first use, because mains share most of their chains.
  private final class Answers {
    struct Key: Hashable {
      let path: Symbol
      let importer: ByteString
      let context: BuildContext
    }
    var sites: [Key: ImportSite?] = [:]
  }
  private var found = Answers()

  /// Cached answers that depend only on numbers, edges and traits. Graphs in which these are equal share one `Shape`.
  final class Shape {
    /// The edges of all packages, by context index like all properties here.
    var adjacencies: [Int: Adjacency] = [:]
    /// The imports that an `internal` element forbids.
    var forbidden: [Int: [(importer: Int32, imported: Int32)]] = [:]
  }
  private var shape = Shape()

  /// Returns the first spec of a package that imports the path as written.
  func site(of path: Symbol, in package: Package, _ context: BuildContext) -> ImportSite? {
    let key = Answers.Key(path: path, importer: package.importPath, context: context)
    if let known = found.sites[key] { return known }
    if let number = resolver.numbers[package.importPath], let index = index(of: context),
      edges[index][number].count > 32
    {
      rememberSites(in: package, context)
      return found.sites[key] ?? nil
    }
    let site = findSite(of: path, in: package, context)
    found.sites[key] = .some(site)
    return site
  }

  /// Finds the sites of all imports of a package at once: one by one, the time would grow with the square of their number.
  private func rememberSites(in package: Package, _ context: BuildContext) {
    for file in package.selectFiles(in: context).active {
      for spec in file.unpackedFacts.imports {
        let key = Answers.Key(path: symbols.symbol(for: spec.path), importer: package.importPath, context: context)
        if found.sites[key] != nil { continue }
        found.sites[key] = ImportSite(importer: package.importPath, file: file.name, spec: spec)
      }
    }
  }

  private func findSite(of path: Symbol, in package: Package, _ context: BuildContext) -> ImportSite? {
    for file in package.selectFiles(in: context).active {
      var isHere = false
      file.packed.forEachImport { if $0 == path { isHere = true } }
      guard isHere else { continue }
      let text = symbols[path]
      if let spec = file.unpackedFacts.imports.first(where: { $0.path == text }) {
        return ImportSite(importer: package.importPath, file: file.name, spec: spec)
      }
    }
    return nil
  }

  /// Returns the import paths of the packages that reach one of `targets` in any context, including the targets.
  package func reaching(_ targets: Set<ByteString>) -> Set<ByteString> {
    // The importers of all packages in one array: first count them, then fill them in.
    var starts = [Int32](repeating: 0, count: packages.count + 1)
    for context in edges {
      for edges in context {
        for edge in edges where edge.target >= 0 { starts[Int(edge.target) + 1] += 1 }
      }
    }
    for number in packages.indices { starts[number + 1] += starts[number] }
    var importers = [Int32](repeating: 0, count: Int(starts[packages.count]))
    var next = starts
    for context in edges {
      for (number, edges) in context.enumerated() {
        for edge in edges where edge.target >= 0 {
          importers[Int(next[Int(edge.target)])] = Int32(number)
          next[Int(edge.target)] += 1
        }
      }
    }
    var isReached = [Bool](repeating: false, count: packages.count)
    var pending = targets.compactMap { resolver.numbers[$0] }
    var reached: Set<ByteString> = []
    for number in pending { isReached[number] = true }
    while let number = pending.popLast() {
      reached.insert(packages[number].importPath)
      for importer in importers[Int(starts[number])..<Int(starts[number + 1])] where !isReached[Int(importer)] {
        isReached[Int(importer)] = true
        pending.append(Int(importer))
      }
    }
    return reached
  }
}

/// Returns the part of an import path before its last element `internal`; nil if it has no such element
/// (cmd/go/internal/load, disallowInternal).
package func parent(ofInternal path: ByteString) -> ByteString? {
  let (element, slash): (ByteString, UInt8) = ("internal", UInt8(ascii: "/"))
  var end = path.count
  while end >= element.count {
    let start = end - element.count
    if path.holds(element, at: start), start == 0 || path.bytes[start - 1] == slash {
      return ByteString(path.bytes[..<max(0, start - 1)])
    }
    guard let next = path.bytes[..<end].lastIndex(of: slash) else { return nil }
    end = next
  }
  return nil
}

/// Resolves each path once for each kind of importer, and numbers the packages in the order in which it finds them.
private struct Resolver {
  let scope: ModuleScope
  let symbols: Symbols
  private(set) var entries: [(importPath: ByteString, directory: DirectoryName)] = []
  private(set) var numbers: [ByteString: Int] = [:]
  private(set) var unresolved: [Resolution] = []
  /// By importer kind and symbol: the target of the edge; `unknown` if the path is not resolved yet.
  private var targets: [[Int32]] = Importer.allCases.map { _ in [] }
  private static let unknown = Int32.max

  init(scope: ModuleScope, symbols: Symbols) {
    self.scope = scope
    self.symbols = symbols
  }

  mutating func enter(_ path: ByteString, _ directory: DirectoryName) -> Int {
    if let number = numbers[path] { return number }
    numbers[path] = entries.count
    entries.append((path, directory))
    return entries.count - 1
  }

  mutating func target(of path: Symbol, from importer: Importer, in tree: some SourceTree) -> Int32 {
    let table = importer.rawValue
    guard targets[table].indices.contains(path.index) else {
      // A damaged cache may name a symbol that is not there.
      let known = path.index < symbols.count && path.index >= 0 ? path : symbols.symbol(for: "")
      let missing = symbols.count - targets[table].count
      if missing > 0 { targets[table] += [Int32](repeating: Self.unknown, count: missing) }
      return target(of: known, from: importer, in: tree)
    }
    guard targets[table][path.index] == Self.unknown else { return targets[table][path.index] }
    let target: Int
    switch scope.resolve(symbols[path], from: importer, in: tree) {
    case .package(let importPath, let directory): target = enter(importPath, directory)
    case let resolution:
      unresolved.append(resolution)
      target = ~(unresolved.count - 1)
    }
    targets[table][path.index] = Int32(truncatingIfNeeded: target)
    return Int32(truncatingIfNeeded: target)
  }
}
