import Bytes
package import Diagnostics
import GoBuild
import GoGraph
import GoModule
import GoSource

extension RuleID {
  package static let goError = RuleID("go-error")
}

extension Rule {
  package static let goError = Rule(
    .goError, .error, phase: .build, verdict: .broken,
    summary: "the code does not build, for a reason other than cgo",
    why: """
      A syntax error, a type error or an import of a missing package breaks every build. staticgo reports it under its
      own rule, because it cannot judge how a program is linked that does not build.
      """,
    fix: ["Run `go build` and fix the errors that it reports."],
    examples: [
      Example(
        title: "an import without quotes",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import fmt // HERE
          func main() {}
          """),
      Example(
        title: "a package that the module does not have",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "example.com/app/gone" // HERE
          func main() {}
          """),
      Example(
        title: "a package that the module has",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- here/here.go --
          package here
          -- main.go --
          package main
          import _ "example.com/app/here"
          func main() {}
          """),
    ],
    find: { $0.broken })
}

/// The help for an error that is not about cgo. `go build` with cgo may not report it: it reads other files.
let goBuildReportsIt = "fix this error; go build reports it too, with cgo on or off"

extension MainAnalysis {
  /// The errors that the headers of files show: one finding for each package.
  func headerErrors() -> [Finding] {
    var findings: [Finding] = []
    if let reason = malformation(of: main.importPath) {
      findings.append(unusableImportPath("is malformed: \(reason)"))
    } else if Self.reserved.contains(main.importPath) {
      findings.append(unusableImportPath("is a reserved name of Go"))
    }
    for package in packagesWithoutCgo(having: .isUnbuildable) {
      if let problem = package.selectFiles(in: off.context).problem {
        if problem.kind == .header(.unreadable) { continue }
        let place = problem.kind == .severalPackages ? " in \(locations.name(of: package).text)" : ""
        findings.append(error(problem.message + place, in: package, at: problem))
      } else if let reason = reasonForNothingToBuild(package) {
        let culprit = Culprit(
          package: package, evidence: nil, labelAtImport: "\(reason) on \(platform)",
          labelAtEvidence: "\(reason) on \(platform)")
        findings.append(
          finding(
            .goError, culprit, in: off,
            predicate: "does not build: \(reason) of \(locations.name(of: package).text) on \(platform)",
            help: ["import it only from files with the same build constraints"]))
      }
    }
    return findings + fortran() + missingPackages() + importedMains() + cycles() + internalImports()
  }

  /// The finding about an import path that Go refuses: it comes from the module's path and the main's directory.
  private func unusableImportPath(_ problem: String) -> Finding {
    let path = "\"\(main.importPath.text)\""
    var finding = goCommandError(["its import path \(path) \(problem)"])
    let file = locations.directory.appending("go.mod").text
    if main.directory == locations.directory {
      finding.label = "this package has the import path of the module in \(file): \(path)"
      finding.help = ["give the module another path in \(file)"]
    } else {
      finding.label = "the import path \(path) is the path of the module in \(file) with that of the directory"
      finding.help = ["rename a directory of this path, or give the module another path in \(file)"]
    }
    return finding
  }

  /// Import paths that mean something else to Go (cmd/go/internal/search, IsMetaPackage), and cgo's.
  private static let reserved: Set<ByteString> = ["std", "cmd", "all", "C"]

  /// The findings about Fortran sources, which Go rejects if no active file imports "C" (cmd/go/internal/load/pkg.go).
  private func fortran() -> [Finding] {
    packagesWithoutCgo(having: .hasStrangeSources).compactMap { package in
      let files = package.selectFiles(in: off.context)
      guard let source = files.other(.fortran).first, let file = files.go.first else { return nil }
      let message = "Fortran source files not allowed when not using cgo or SWIG: \(source.name.text)"
      let culprit = Culprit(
        package: package, evidence: (file, file.unpackedFacts.packagePosition, nil, message), labelAtImport: message,
        labelAtEvidence: message)
      guard files.hasSwig || !package.selectFiles(in: on.context).cgo.isEmpty else {
        return finding(
          .goError, culprit, in: off, predicate: "does not build: \(message)",
          help: ["move \(source.name.text) out of \(locations.name(of: package).text)"])
      }
      return finding(
        package.isFirstParty ? .cgoImport : .cgoDependency, culprit, in: off,
        predicate: "does not build without cgo: \(message)",
        help: advice(on: package, orElse: "add //go:build cgo to the Fortran files"))
    }
  }

  /// Returns the reason why an imported package is empty in both cgo modes; nil where one of them has files.
  private func reasonForNothingToBuild(_ package: Package) -> String? {
    guard package.importPath != main.importPath, package.selectFiles(in: on.context).isEmpty else { return nil }
    return package.selectFiles(in: off.context).reasonForNoFiles
  }

  private func error(_ message: String, in package: Package, at problem: PackageProblem) -> Finding {
    let file = package.directory.files.first { $0.name == problem.file }
    let culprit = Culprit(
      package: package, evidence: file.map { ($0, problem.position, nil, message) }, labelAtImport: message,
      labelAtEvidence: message)
    var finding = finding(
      .goError, culprit, in: off, predicate: "does not build: \(message)", help: [goBuildReportsIt]
    )
    // A syntax error is reported at its own location, whichever import leads to the file.
    if package.isInRepository {
      finding.location = locations.location(problem.file, of: package, problem.position)
      finding.label = message
      if let file, file.unpackedFacts.package.isEmpty, problem.message.hasSuffix("found version") {
        finding.help = ["commit the Go file itself: git has a pointer of Git LFS in its place"]
      } else if let file, let reason = reasonForLeavingOut(file) {
        finding.help = [
          "fix this error, which go build reports too: Go parses \(problem.file.text) even though \(reason) excludes it. "
            + "If it is not meant to be Go source, rename it to \(problem.file.text).txt."
        ]
      }
    }
    return finding
  }

  private func reasonForLeavingOut(_ file: SourceFile) -> String? {
    let context = off.context
    if let constraint = file.unpackedFacts.constraint, !constraint.evaluate(context.holds) {
      return "its build constraint"
    }
    let suffix = platformSuffix(file.name)
    if !suffix.allSatisfy(context.holds) { return "_\(suffix.joined(separator: "_").text) in its name" }
    return file.name.hasSuffix("_test.go") ? "_test in its name" : nil
  }

  /// The errors about files that were not read: nothing is known of their packages.
  var unreadableFiles: [JudgementError] {
    packagesWithoutCgo(having: .isUnbuildable).compactMap { package in
      guard let problem = package.selectFiles(in: off.context).problem, problem.kind == .header(.unreadable) else {
        return nil
      }
      return JudgementError(message: problem.message, file: locations.file(problem.file, of: package))
    }
  }

  private func missingPackages() -> [Finding] {
    off.unresolved.compactMap { path, site, resolution in
      guard case .none(let resolutionError) = resolution, !resolutionError.isOfModule,
        let importer = package(site.importer)
      else {
        return nil
      }
      let reason = resolutionError.message(path)
      let location = locations.location(site.file, of: importer, site.spec.start, end: site.spec.end)
      let hop = Hop(package: site.importer, location: location, text: "imports \(path.text)")
      let chain = hops(to: site.importer, in: off) + [hop]
      let place = importer.isInRepository ? location : chain.last { $0.location.isInRepository }?.location ?? mainClause
      return Finding(
        rule: .goError, severity: Rule.goError.severity, culprit: path, predicate: "does not build: \(reason)",
        label: reason, location: place, chain: chain, mains: [main], targets: [platform.description],
        help: [goBuildReportsIt])
    }
  }

  /// The finding about the first import cycle, as Go reports it; empty without one.
  private func cycles() -> [Finding] {
    guard graph.hasCircle(in: off.context) else { return [] }
    // Depth first with an explicit stack: a hostile repository may have an import chain of any length.
    var done: Set<ByteString> = []
    var path: [(package: Package, imports: [PackageGraph.Import], next: Int)] = []
    func enter(_ package: Package) { path.append((package, graph.imports(of: package, in: off.context), 0)) }
    package(main.importPath).map(enter)
    while let top = path.last {
      guard top.next < top.imports.count else {
        done.insert(top.package.importPath)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let (imported, site) = top.imports[top.next]
      guard let package = package(imported), !package.isStandard, !done.contains(imported) else { continue }
      guard let start = path.firstIndex(where: { $0.package.importPath == imported }) else {
        enter(package)
        continue
      }
      let names = (path[start...].map(\.package) + [package]).map { locations.name(of: $0).text }.joined(
        separator: " → ")
      return [importError("import cycle not allowed: \(names)", site, top.package)]
    }
    return []
  }

  /// The findings about imports of packages below a directory `internal` from outside its parent (cmd/go/internal/load,
  /// disallowInternal).
  private func internalImports() -> [Finding] {
    off.forbidden.compactMap { importer, imported in
      importSite(of: imported, in: importer).map {
        importError("use of internal package \(imported.text) not allowed", $0, importer)
      }
    }
  }

  /// Returns the finding about an error at an import spec.
  private func importError(_ message: String, _ site: ImportSite, _ importer: Package) -> Finding {
    let location = locations.location(site.file, of: importer, site.spec.start, end: site.spec.end)
    let chain = hops(to: site.importer, in: off) + [Hop(package: site.importer, location: location, text: message)]
    let own = chain.last { $0.location.isInRepository }?.location ?? mainClause
    return Finding(
      rule: .goError, severity: Rule.goError.severity, culprit: site.importer, predicate: "does not build: \(message)",
      label: message, location: own, chain: chain, mains: [main], targets: [platform.description],
      help: [goBuildReportsIt])
  }

  /// The findings about imports of main packages: "is a program, not an importable package".
  private func importedMains() -> [Finding] {
    packagesWithoutCgo(having: .isMain).filter { $0.importPath != main.importPath }.flatMap { program in
      off.importers(of: program.importPath).filter { !$0.isStandard }.compactMap { importer in
        importSite(of: program.importPath, in: importer).map { site in
          importError("import \"\(site.spec.path.text)\" is a program, not an importable package", site, importer)
        }
      }
    }
  }

  private func importSite(of path: ByteString, in importer: Package) -> ImportSite? {
    graph.site(of: path, in: importer, off.context)
  }

  static let noFuncMain = "function main is undeclared in the main package"
  private var pluginHelp: [String] {
    let name = name(of: main.importPath).text
    return [
      "declare func main",
      "for a Go plugin, write a [[main]] entry with name = \"\(name)\", linkage = \"dynamic\", reason = \"plugin\" in .staticgo.toml",
    ]
  }

  /// The finding about errors of the go command that have no line number.
  package func goCommandError(_ complaints: [String]) -> Finding {
    let isPlugin = complaints == [Self.noFuncMain]
    // The go command prints the subject first and the reason last: the lines are joined.
    let first = complaints[0].split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }.joined(separator: " ")
    return Finding(
      rule: .goError, severity: Rule.goError.severity, culprit: main.importPath, predicate: "does not build: \(first)",
      label: first, location: mainClause, chain: [], mains: [main], targets: [platform.description],
      help: complaints.dropFirst() + (isPlugin ? pluginHelp : Self.help(for: first)))
  }

  private static func help(for complaint: String) -> [String] {
    let (start, end) = ("use of cgo in test ", " not supported")
    guard complaint.hasPrefix(start), complaint.hasSuffix(end) else { return [goBuildReportsIt] }
    return [
      "move the code that imports \"C\" out of \(complaint.dropFirst(start.count).dropLast(end.count)): go build refuses the "
        + "package, though it does not compile tests"
    ]
  }

  /// The errors about modules that are missing, or that require other versions than go.mod has, each with its remedy.
  var missingModules: [JudgementError] { absentModules + untidyModules }

  private var untidyModules: [JudgementError] {
    let scope = graph.scope
    guard !scope.demands.isEmpty || scope.whole?.known != nil else { return [] }
    let demands = Set(off.packages.compactMap { scope.demand(of: $0.directory.name) }.map(ResolutionError.untidy))
    let file = locations.directory.appending("go.mod")
    return demands.map { "\(file.text): \($0.message("")); \($0.advice(""))" }.sorted().map {
      JudgementError(message: $0, file: file)
    }
  }

  /// The errors about unresolved imports: one for each reason, and one for all modules that only need a download.
  private var absentModules: [JudgementError] {
    var errors: [JudgementError] = []
    var absent: [ModuleVersion] = []
    var tellAbsent: ((_ others: Int) -> JudgementError)?
    var told: Set<String> = []
    for (path, site, resolution) in off.unresolved {
      guard case .none(let resolutionError) = resolution, resolutionError.isOfModule,
        let importer = package(site.importer)
      else {
        continue
      }
      guard case .notInModuleCache(let module) = resolutionError else {
        // If the module graph cannot be read, every import has the same error.
        if told.insert(resolutionError.message(path)).inserted {
          errors.append(error(resolutionError, path, site, importer))
        }
        continue
      }
      if absent.contains(module) { continue }
      absent.append(module)
      if tellAbsent == nil { tellAbsent = { error(resolutionError, path, site, importer, others: $0) } }
    }
    if let tellAbsent { errors.append(tellAbsent(absent.count - 1)) }
    return errors
  }

  private func error(
    _ resolutionError: ResolutionError, _ path: ByteString, _ site: ImportSite, _ importer: Package, others: Int = 0
  ) -> JudgementError {
    let file = locations.file(site.file, of: importer)
    let place = locations.directory.isEmpty ? "" : "in \(locations.directory.text), "
    let more = others == 0 ? "" : others == 1 ? " (and 1 more)" : " (and \(others) more)"
    var before = "\(file.text):\(site.spec.start.line):\(site.spec.start.column): "
    // The message has its own file and line, where the fault is.
    switch resolutionError {
    case .malformedSum: before = ""
    case .sharedReplacement: before = "\(locations.directory.appending("go.mod").text): "
    default: break
    }
    return JudgementError(
      message: before + "\(resolutionError.message(path))\(more); \(place)\(resolutionError.advice(path))",
      file: file, remedy: "\(place)\(resolutionError.advice(path))")
  }
}
