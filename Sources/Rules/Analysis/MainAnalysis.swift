package import Bytes
package import Diagnostics
package import GoBuild
package import GoGraph
import GoModule
import GoSource

/// A main package on a platform with its closure: the input of the rules.
package struct MainAnalysis {
  package let main: MainName
  package let platform: Platform
  package let graph: PackageGraph
  /// The closure with CGO_ENABLED=1 and with CGO_ENABLED=0.
  package let on: Closure
  package let off: Closure
  package let locations: LocationResolver

  package init(main: MainName, graph: PackageGraph, context: BuildContext, locations: LocationResolver) {
    self = Self.all(of: [main], in: graph, context, locations)[0]
  }

  private init(_ main: MainName, _ graph: PackageGraph, _ locations: LocationResolver, on: Closure, off: Closure) {
    self.main = main
    platform = off.context.platform
    self.graph = graph
    self.on = on
    self.off = off
    self.locations = locations
  }

  /// Returns the evidence of several mains. `mains` holds at most as many as closures are best computed together.
  package static func all(
    of mains: [MainName], in graph: PackageGraph, _ context: BuildContext, _ locations: LocationResolver
  ) -> [MainAnalysis] {
    func closures(_ cgoMode: CgoMode) -> [Closure] {
      Closure.closures(of: mains.map(\.importPath), in: graph, context: context.with(cgoMode))
    }
    return zip(mains, zip(closures(.on), closures(.off))).map {
      MainAnalysis($0, graph, locations, on: $1.0, off: $1.1)
    }
  }

  /// The same main in a graph of the same shape.
  package init(like other: MainAnalysis, graph: PackageGraph, locations: LocationResolver) {
    main = other.main
    platform = other.platform
    self.graph = graph
    on = Closure(like: other.on, in: graph)
    off = Closure(like: other.off, in: graph)
    self.locations = locations
  }

  /// Returns a package of the graph. The graph has everything its roots reach, but a main may be excluded in one cgo
  /// mode; it is then not in that closure.
  func package(_ path: ByteString) -> Package? { graph.package(path) }

  /// The packages outside the standard library in the closure without cgo that have a trait and meet the condition, in
  /// the order of the graph.
  func packagesWithoutCgo(
    having trait: PackageSummary.Traits, where condition: (PackageSummary.Traits) -> Bool = { _ in true }
  ) -> [Package] {
    off.packages(having: trait, where: condition).filter { !$0.isStandard }
  }
}

/// The names of packages and files in findings, and the locations of findings about code outside the repository.
package struct LocationResolver {
  package let goVersion: ByteString
  /// The directory in which to run go commands, relative to the root of the repository.
  package let directory: ByteString
  /// The `require` line of each module that a go.mod of the repository requires.
  package let requirements: [ByteString: Location]
  /// The base; nil without one.
  package let base: Base?

  /// The part of the base that decides the location of a finding.
  package struct Base {
    /// Whether one package imports another in the base.
    package let imports: (_ importer: ByteString, _ imported: ByteString) -> Bool
    /// The modules that the base does not require, or requires at another version.
    package let changedModules: Set<ByteString>

    package init(
      changedModules: Set<ByteString>, imports: @escaping (ByteString, ByteString) -> Bool
    ) {
      self.imports = imports
      self.changedModules = changedModules
    }
  }

  package init(
    goVersion: ByteString, directory: ByteString = "", requirements: [ByteString: Location], base: Base?
  ) {
    self.goVersion = goVersion
    self.directory = directory
    self.requirements = requirements
    self.base = base
  }

  package func file(_ name: ByteString, of package: Package) -> ByteString {
    let directory = package.directory.name
    switch directory.root {
    case .repository: return directory.path.appending(name)
    case .standardLibrary: return ("std@" + goVersion).appending(directory.path).appending(name)
    case .module(let module):
      return (module.path + "@" + module.version).appending(directory.path).appending(name)
    case .outside(let path): return ("outside/" + path.baseName).appending(directory.path).appending(name)
    }
  }

  func location(
    _ name: ByteString, of package: Package, _ start: Position, end: Position? = nil
  ) -> Location {
    Location(
      file: file(name, of: package), line: start.line, column: start.column, endLine: end?.line, endColumn: end?.column,
      isInRepository: package.isInRepository)
  }

  /// The name of a package in messages: its directory where it is first-party, else its import path.
  package func name(of package: Package) -> ByteString {
    guard package.isFirstParty else { return package.importPath }
    return package.directory.name.path.isEmpty ? package.importPath : package.directory.name.path
  }
}

extension Package {
  /// Whether the package is first-party: in the repository and not vendored.
  package var isFirstParty: Bool {
    // Called for many packages and true for most: only a path that contains the word is split.
    guard isInRepository, directory.name.path.firstIndex(of: Self.vendor) != nil else { return isInRepository }
    return !directory.name.path.split(UInt8(ascii: "/")).contains(Self.vendor)
  }

  private static let vendor: ByteString = "vendor"
}

/// The package that a rule reports, before the finding has a location.
struct Culprit {
  /// The package at the end of the chain.
  let package: Package
  /// The last hop: the code in the package that causes the finding. Nil where there is only the import to show.
  let evidence: (file: SourceFile, start: Position, end: Position?, text: String)?
  /// The labels for a finding at an import of the package, and at the evidence itself.
  let labelAtImport: String
  let labelAtEvidence: String
  /// The steps from the evidence to its cause within the package.
  var way: [(file: SourceFile, start: Position, text: String)] = []
}

extension MainAnalysis {
  /// Returns the chain of imports to a package, one hop for each import.
  func hops(to path: ByteString, in closure: Closure) -> [Hop] {
    closure.chain(to: path).compactMap { site in
      guard let importer = package(site.importer) else { return nil }
      let imported = imported(by: site, from: importer)
      return Hop(
        package: site.importer,
        location: locations.location(site.file, of: importer, site.spec.start, end: site.spec.end),
        text: "imports \(imported.map(locations.name(of:))?.text ?? site.spec.path.text)")
    }
  }

  /// The import of a package by its path. The graph has no edges to packages of the standard library that never use cgo.
  func hop(from importer: Package, to path: ByteString) -> Hop? {
    for file in importer.selectFiles(in: off.context).go {
      guard let spec = file.unpackedFacts.imports.first(where: { $0.path == path }) else { continue }
      return Hop(
        package: importer.importPath,
        location: locations.location(file.name, of: importer, spec.start, end: spec.end), text: "imports \(path.text)")
    }
    return nil
  }

  /// Returns the chains to a package, in the build without cgo if that imports it, else in the build with cgo; `isTruncated`
  /// tells whether there are more.
  package func ways(to path: ByteString, all: Bool) -> (ways: [[Hop]], isWithCgoOnly: Bool, isTruncated: Bool) {
    let closure = off.contains(path) || !on.contains(path) ? off : on
    let found = ImportChains(from: main.importPath, to: path, in: graph, closure.context, isShortest: !all)
    let ways = found.all.map { way in
      way.map { step in
        let imported = package(step.imported).map(locations.name(of:)) ?? step.imported
        return Hop(
          package: step.importer.importPath,
          location: locations.location(
            step.site.file, of: step.importer, step.site.spec.start, end: step.site.spec.end),
          text: "imports \(imported.text)")
      }
    }
    return (ways.filter { !$0.isEmpty }, closure.context.cgoMode == .on, found.isTruncated)
  }

  /// Returns the shortest chain of imports to a package that contains or embeds one of the files; empty where that is
  /// the main itself, or where no package has them.
  package func shortestChain(toAnyOf files: [ByteString]) -> [Hop] {
    let directories = Set(files.map(\.directory))
    func holds(_ package: Package) -> Bool {
      guard package.isInRepository else { return false }
      let place = package.directory.name.path
      return directories.contains(place) || package.embeds && files.contains { $0.isWithin(place) }
    }
    let chains = [off, on].compactMap { closure in
      closure.packages.first(where: holds).map { hops(to: $0.importPath, in: closure) }
    }
    return chains.min { $0.count < $1.count } ?? []
  }

  func imported(by site: ImportSite, from importer: Package) -> Package? {
    guard case .package(let path, _) = graph.resolution(of: site.spec.path, in: importer) else { return nil }
    return package(path)
  }

  /// Makes the finding, with its chain and the location where the reader can fix it.
  ///
  /// With a base, the location is the first import that the base lacks, or the `require` line of go.mod where that
  /// import is outside the repository. Without a base, it is the evidence where the culprit is first-party, else the
  /// last first-party import.
  func finding(
    _ rule: Rule, culprit name: ByteString? = nil, _ culprit: Culprit, in closure: Closure, predicate: Predicate,
    help: [String]
  ) -> Finding {
    let path = culprit.package.importPath
    let sites = closure.chain(to: path)
    var chain = hops(to: path, in: closure)
    var own: Location?
    if let (file, start, end, text) = culprit.evidence {
      let location = locations.location(file.name, of: culprit.package, start, end: end)
      chain.append(Hop(package: path, location: location, text: text))
      if culprit.package.isFirstParty { own = location }
    }
    for (file, start, text) in culprit.way {
      let location = locations.location(file.name, of: culprit.package, start, end: nil)
      chain.append(Hop(package: path, location: location, text: text))
    }
    let place = anchor(sites, own: own, culprit)
    var finding = Finding(
      rule: rule.id, severity: rule.severity, culprit: name ?? path, predicate: predicate, label: place.label,
      location: place.location, chain: chain, mains: [main], targets: [platform.description], help: help)
    finding.related = otherImports(of: path, in: closure, besides: [place.location] + chain.map(\.location))
    // The advice about the package may name the tag already.
    if !help.contains(where: { $0.hasPrefix("set the build tag") }) {
      finding.help += [tagAdvice(sites, to: path, rule, in: closure)].compactMap { $0 }
    }
    return finding
  }

  /// Returns a note for several mains, including this one, at the location of this main's note. `reach` is the reach of
  /// all mains that are judged.
  package func finding(
    _ note: Note, _ differences: CgoDifferences, for mains: [MainName], _ reach: Reach
  ) -> Finding? {
    guard var finding = finding(note, differences) else { return nil }
    let context = (note.cgoMode == .on ? on : off).context
    let importers = Closure.importers(of: note.culprit, in: reach, of: graph, context: context)
    finding.mains = mains.sorted()
    finding.related = otherImports(
      of: note.culprit, by: importers, context, besides: [finding.location] + finding.chain.map(\.location))
    return finding
  }

  private func anchor(
    _ sites: [ImportSite], own: Location?, _ culprit: Culprit
  ) -> (location: Location, label: String) {
    func place(_ site: ImportSite, _ importer: Package, isNew: Bool) -> (location: Location, label: String) {
      let imported = imported(by: site, from: importer)
      let name = locations.name(of: culprit.package).text
      let label =
        imported?.importPath == culprit.package.importPath
        ? culprit.labelAtImport
        : isNew ? "this new import leads to \(name)" : "imports \(name) indirectly"
      return (locations.location(site.file, of: importer, site.spec.start, end: site.spec.end), label)
    }
    func require(_ package: Package) -> (location: Location, label: String)? {
      guard case .module(let module) = package.directory.name.root, let line = locations.requirements[module.path]
      else {
        return nil
      }
      return (line, "this version depends on \(locations.name(of: culprit.package).text)")
    }
    if let base = locations.base {
      for site in sites {
        guard let importer = package(site.importer) else { continue }
        let imported = imported(by: site, from: importer)?.importPath ?? site.spec.path
        if base.imports(site.importer, imported) { continue }
        if importer.isInRepository { return place(site, importer, isNew: true) }
        if let line = require(importer) { return line }
      }
      // The base has every import of the chain: the culprit or the version of its module has changed.
      if case .module(let module) = culprit.package.directory.name.root, base.changedModules.contains(module.path),
        let line = require(culprit.package)
      {
        return line
      }
    }
    if let own { return (own, culprit.labelAtEvidence) }
    for site in sites.reversed() {
      if let importer = package(site.importer), importer.isFirstParty { return place(site, importer, isNew: false) }
    }
    return (mainClause, culprit.labelAtEvidence)
  }

  /// The name of a package in messages, by its import path.
  package func name(of path: ByteString) -> ByteString { package(path).map(locations.name(of:)) ?? path }

  /// The package clause of the main: the location of findings about the main as a whole.
  var mainClause: Location {
    guard let package = package(main.importPath) else {
      return Location(file: main.directory, line: 1, column: 1, isInRepository: true)
    }
    let files = package.selectFiles(in: off.context)
    guard let file = files.go.first ?? files.ignoredGo.first ?? package.directory.files.first else {
      return Location(file: main.directory, line: 1, column: 1, isInRepository: true)
    }
    let start = file.unpackedFacts.packagePosition
    return locations.location(
      file.name, of: package, start,
      end: Position(line: start.line, column: start.column + file.unpackedFacts.package.count))
  }

  /// The other first-party imports of the package.
  private func otherImports(of path: ByteString, in closure: Closure, besides shown: [Location]) -> [RelatedLocation] {
    otherImports(of: path, by: closure.importers(of: path), closure.context, besides: shown)
  }

  private func otherImports(
    of path: ByteString, by importers: [Package], _ context: BuildContext, besides shown: [Location]
  ) -> [RelatedLocation] {
    var related: [RelatedLocation] = []
    for importer in importers where importer.isFirstParty {
      if let site = graph.site(of: path, in: importer, context) {
        let location = locations.location(site.file, of: importer, site.spec.start, end: site.spec.end)
        if !shown.contains(location) { related.append(RelatedLocation(location: location, message: "also imports it")) }
      }
    }
    return related
  }
}
