package import Bytes
package import Diagnostics
package import GoGraph
import GoModule
import GoSource

/// A main package on a platform, with all it can reach: what the rules look at.
package struct Evidence {
  package let main: MainName
  package let platform: Platform
  package let graph: PackageGraph
  /// The closure with CGO_ENABLED=1 and with CGO_ENABLED=0.
  package let on: Closure
  package let off: Closure
  package let places: Places

  package init(main: MainName, graph: PackageGraph, context: BuildContext, places: Places) {
    self = Self.all(of: [main], in: graph, context, places)[0]
  }

  private init(_ main: MainName, _ graph: PackageGraph, _ places: Places, on: Closure, off: Closure) {
    self.main = main
    platform = off.context.platform
    self.graph = graph
    self.on = on
    self.off = off
    self.places = places
  }

  /// What there is of several mains, up to as many as closures are best made together.
  package static func all(
    of mains: [MainName], in graph: PackageGraph, _ context: BuildContext, _ places: Places
  ) -> [Evidence] {
    func closures(_ view: View) -> [Closure] {
      Closure.closures(of: mains.map(\.importPath), in: graph, context: context.with(view))
    }
    return zip(mains, zip(closures(.cgoOn), closures(.cgoOff))).map {
      Evidence($0, graph, places, on: $1.0, off: $1.1)
    }
  }

  /// The same main in a graph of the same shape.
  package init(like other: Evidence, graph: PackageGraph, places: Places) {
    main = other.main
    platform = other.platform
    self.graph = graph
    on = Closure(like: other.on, in: graph)
    off = Closure(like: other.off, in: graph)
    self.places = places
  }

  /// A graph has what its roots reach, but a main may be excluded in a view: then it is no part of that closure.
  func package(_ path: ByteString) -> Package? { graph.package(path) }

  /// The packages outside the standard library that the build with CGO_ENABLED=0 sees, that have a trait and meet the
  /// condition, in the order in which the graph has them.
  func packagesWithoutCgo(
    having trait: Outline.Traits, where condition: (Outline.Traits) -> Bool = { _ in true }
  ) -> [Package] {
    off.packages(having: trait, where: condition).filter { !$0.isStandard }
  }
}

/// How packages and files are called in findings, and where a finding about something outside the repository stands.
package struct Places {
  package let goVersion: ByteString
  /// Where go commands are to be run, relative to the root of the repository.
  package let directory: ByteString
  /// The `require` line of each module that a go.mod of the repository asks for.
  package let requirements: [ByteString: Location]
  /// What the base has; nil without a base.
  package let base: Base?

  /// The base, as far as the place of a finding depends on it.
  package struct Base {
    /// Whether it has an import of one package by another.
    package let imports: (_ importer: ByteString, _ imported: ByteString) -> Bool
    /// Modules that it does not require, or at another version.
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

  /// A package's name for people: its directory where it is the repository's own, else its import path.
  package func name(of package: Package) -> ByteString {
    guard package.isFirstParty else { return package.importPath }
    return package.directory.name.path.isEmpty ? package.importPath : package.directory.name.path
  }
}

extension Package {
  /// Whether the repository's own team writes it: in the repository, and not vendored.
  package var isFirstParty: Bool {
    // Asked of many, and true of most: only a path that holds the word is taken apart.
    guard isInRepository, directory.name.path.firstIndex(of: Self.vendor) != nil else { return isInRepository }
    return !directory.name.path.split(UInt8(ascii: "/")).contains(Self.vendor)
  }

  private static let vendor: ByteString = "vendor"
}

/// What a rule has found, before it has a place.
struct Culprit {
  /// The package that the chain leads to.
  let package: Package
  /// The last hop: what in the package is at fault. Nil where the import of the package is all there is to show.
  let evidence: (file: SourceFile, start: Position, end: Position?, text: String)?
  /// What is said where the package is imported, and where it is at fault itself.
  let labelAtImport: String
  let labelAtEvidence: String
}

extension Evidence {
  /// The chain of imports to a package, one hop for each file on the way.
  func hops(to path: ByteString, in closure: Closure) -> [Hop] {
    closure.chain(to: path).compactMap { site in
      guard let importer = package(site.importer) else { return nil }
      let imported = imported(by: site, from: importer)
      return Hop(
        package: site.importer,
        location: places.location(site.file, of: importer, site.spec.start, end: site.spec.end),
        text: "imports \(imported.map(places.name(of:))?.text ?? site.spec.path.text)")
    }
  }

  /// The ways to a package, in the build without cgo where that has any, else in the one with.
  package func ways(to path: ByteString, all: Bool) -> (ways: [[Hop]], isWithCgoOnly: Bool, isCut: Bool) {
    let closure = off.contains(path) || !on.contains(path) ? off : on
    let found = Ways(from: main.importPath, to: path, in: graph, closure.context, isShortest: !all)
    let ways = found.all.map { way in
      way.map { step in
        let imported = package(step.imported).map(places.name(of:)) ?? step.imported
        return Hop(
          package: step.importer.importPath,
          location: places.location(step.site.file, of: step.importer, step.site.spec.start, end: step.site.spec.end),
          text: "imports \(imported.text)")
      }
    }
    return (ways.filter { !$0.isEmpty }, closure.context.view == .cgoOn, found.isCut)
  }

  /// The shortest chain of imports to a package that one of the files belongs to or is embedded in; empty where that is
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

  private func imported(by site: ImportSite, from importer: Package) -> Package? {
    guard case .package(let path, _) = graph.resolution(of: site.spec.path, in: importer) else { return nil }
    return package(path)
  }

  /// Makes the finding: the chain, and the place where the reader can do something about it.
  ///
  /// With a base that is the first import that the base lacks, or go.mod's `require` line where that import lies
  /// outside the repository. Without one, the culprit's own line where it is first-party, else the last import that is.
  func finding(
    _ rule: Rule, culprit name: ByteString? = nil, _ culprit: Culprit, in closure: Closure, predicate: String,
    help: [String]
  ) -> Finding {
    let path = culprit.package.importPath
    let sites = closure.chain(to: path)
    var chain = hops(to: path, in: closure)
    var own: Location?
    if let (file, start, end, text) = culprit.evidence {
      let location = places.location(file.name, of: culprit.package, start, end: end)
      chain.append(Hop(package: path, location: location, text: text))
      if culprit.package.isFirstParty { own = location }
    }
    let place = anchor(sites, own: own, culprit)
    var finding = Finding(
      rule: rule.id, severity: rule.severity, culprit: name ?? path, predicate: predicate, label: place.label,
      location: place.location, chain: chain, mains: [main], targets: [platform.description], help: help)
    finding.related = otherImports(of: path, in: closure, besides: [place.location] + chain.map(\.location))
    return finding
  }

  /// A note for several mains, this one among them: it stands where this one's does. `reach` is what all mains reach that
  /// are judged.
  package func finding(
    _ note: Note, _ differences: CgoDifferences, for mains: [MainName], _ reach: Reach
  ) -> Finding? {
    guard var finding = finding(note, differences) else { return nil }
    let context = (note.view == .cgoOn ? on : off).context
    let importers = Closure.importers(of: note.culprit, in: reach, of: graph, context: context)
    finding.mains = mains.sorted()
    finding.related = otherImports(
      of: note.culprit, by: importers, context, besides: [finding.location] + finding.chain.map(\.location))
    return finding
  }

  private func anchor(
    _ sites: [ImportSite], own: Location?, _ culprit: Culprit
  ) -> (location: Location, label: String) {
    func place(_ site: ImportSite, _ importer: Package) -> (location: Location, label: String) {
      let imported = imported(by: site, from: importer)
      let label =
        imported?.importPath == culprit.package.importPath
        ? culprit.labelAtImport : "brings \(places.name(of: culprit.package).text) in"
      return (places.location(site.file, of: importer, site.spec.start, end: site.spec.end), label)
    }
    func require(_ package: Package) -> (location: Location, label: String)? {
      guard case .module(let module) = package.directory.name.root, let line = places.requirements[module.path] else {
        return nil
      }
      return (line, "brings \(places.name(of: culprit.package).text) in")
    }
    if let base = places.base {
      for site in sites {
        guard let importer = package(site.importer) else { continue }
        let imported = imported(by: site, from: importer)?.importPath ?? site.spec.path
        if base.imports(site.importer, imported) { continue }
        if importer.isInRepository { return place(site, importer) }
        if let line = require(importer) { return line }
      }
      // Every import was there before: what changed is the culprit, or the version of its module.
      if case .module(let module) = culprit.package.directory.name.root, base.changedModules.contains(module.path),
        let line = require(culprit.package)
      {
        return line
      }
    }
    if let own { return (own, culprit.labelAtEvidence) }
    for site in sites.reversed() {
      if let importer = package(site.importer), importer.isFirstParty { return place(site, importer) }
    }
    return (mainClause, culprit.labelAtEvidence)
  }

  /// A package's name for people, by its import path.
  package func name(of path: ByteString) -> ByteString { package(path).map(places.name(of:)) ?? path }

  /// The package clause of the main, for what concerns it as a whole.
  var mainClause: Location {
    guard let package = package(main.importPath) else {
      return Location(file: main.directory, line: 1, column: 1, isInRepository: true)
    }
    let files = package.files(in: off.context)
    guard let file = files.go.first ?? files.ignoredGo.first ?? package.directory.files.first else {
      return Location(file: main.directory, line: 1, column: 1, isInRepository: true)
    }
    let start = file.facts.packagePosition
    return places.location(
      file.name, of: package, start, end: Position(line: start.line, column: start.column + file.facts.package.count))
  }

  /// The other places of the repository's own code that import the package.
  private func otherImports(of path: ByteString, in closure: Closure, besides shown: [Location]) -> [RelatedLocation] {
    otherImports(of: path, by: closure.importers(of: path), closure.context, besides: shown)
  }

  private func otherImports(
    of path: ByteString, by importers: [Package], _ context: BuildContext, besides shown: [Location]
  ) -> [RelatedLocation] {
    var related: [RelatedLocation] = []
    for importer in importers where importer.isFirstParty {
      if let site = graph.site(of: path, in: importer, context) {
        let location = places.location(site.file, of: importer, site.spec.start, end: site.spec.end)
        if !shown.contains(location) { related.append(RelatedLocation(location: location, message: "imports it too")) }
      }
    }
    return related
  }
}
