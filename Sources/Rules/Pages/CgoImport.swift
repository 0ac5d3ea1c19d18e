import Bytes
package import Diagnostics
import GoGraph
import GoSource

extension RuleID {
  package static let cgoImport = RuleID("cgo-import")
}

extension Rule {
  package static let cgoImport = Rule(
    .cgoImport, .error, verdict: .blocked, isAllowable: true,
    summary: "a file of this repository imports \"C\", and the main does not build without it",
    why: """
      With CGO_ENABLED=0 Go excludes every file that imports "C". If the package has no other files, it does not exist
      for this build. A main that imports it cannot be built as a static binary that runs FROM scratch.
      """,
    fix: [
      "Add a file with `//go:build !cgo` that does the same in Go to the package.",
      "Or move the code that needs C to a separate program.",
      "If the file does not use C, remove its import \"C\".",
    ],
    examples: [
      Example(
        title: "an indirect import of a package that needs cgo",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "example.com/app/internal/b"
          func main() {}
          -- internal/b/b.go --
          package b
          // int one(void) { return 1; }
          import "C" // HERE
          var One = C.one()
          """),
      Example(
        title: "a package with a file for builds without cgo",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "example.com/app/internal/b"
          func main() {}
          -- internal/b/b.go --
          package b
          import "C"
          const One = 1
          -- internal/b/b_nocgo.go --
          //go:build !cgo
          package b
          const One = 1
          """),
      Example(
        title: "import \"C\" in comments, strings, tests and unused packages",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          // import "C"
          import "fmt"
          /*
          import "C"
          */
          func main() { fmt.Println(`
          import "C"
          `) }
          -- main_test.go --
          package main
          import "C"
          -- unused/unused.go --
          package unused
          import "C"
          """),
    ],
    find: { $0.blocking.filter { $0.rule == .cgoImport } })
}

extension MainAnalysis {
  /// Returns the last hop of a chain to a package that loses files without cgo: the import "C" of the first file that
  /// has one, else the first file with a build constraint on cgo; nil where the package loses no files.
  func exclusion(of package: Package) -> (file: SourceFile, start: Position, end: Position?, text: String)? {
    let lost = package.filesLostWithoutCgo(in: off.context)
    for file in lost {
      if let spec = file.unpackedFacts.imports.first(where: { $0.path == "C" }) {
        return (file, spec.start, spec.end, "import \"C\"")
      }
    }
    return lost.first.map {
      let text =
        $0.isSwig ? "SWIG makes Go code from it only with cgo" : "is excluded without cgo by its build constraint"
      return ($0, $0.unpackedFacts.packagePosition, nil, text)
    }
  }

  /// The packages that have no files without cgo, although the build without cgo imports them.
  var packagesLostWithoutCgo: [Package] {
    packagesWithoutCgo(having: .differs) { $0.isEmpty }
      .filter { !$0.selectFiles(in: on.context).isEmpty }
  }

  /// The finding about a main that lacks `func main` because the file that declares it is excluded without cgo; nil
  /// where no such file declares it.
  func lostFuncMain() -> Finding? {
    guard let package = package(main.importPath),
      let file = package.filesLostWithoutCgo(in: off.context).first(where: \.unpackedFacts.declaresMain)
    else { return nil }
    let spec = file.unpackedFacts.imports.first { $0.path == "C" }
    let label = "the file with func main is excluded without cgo"
    let culprit = Culprit(
      package: package,
      evidence: (
        file, spec?.start ?? file.unpackedFacts.packagePosition, spec?.end,
        spec == nil ? "is excluded without cgo by its build constraint" : "import \"C\""
      ), labelAtImport: label, labelAtEvidence: label)
    return finding(
      spec == nil ? .buildFailed : .cgoImport, culprit, in: off,
      predicate: spec == nil
        ? "does not build without cgo: the file with func main is excluded"
        : "does not build without cgo: the file with func main imports \"C\"",
      help: [
        spec == nil
          ? "remove the constraint, or move func main to a file without it"
          : "move func main to a file that does not need cgo, or move the code that needs C to a separate program"
      ])
  }

  /// Whether no file of the main declares `func main` without cgo. False where a file cannot be read.
  var lacksFuncMain: Bool {
    guard let files = package(main.importPath)?.selectFiles(in: off.context), files.name == "main", !files.isEmpty
    else {
      return false
    }
    return files.problem == nil
      && files.go.allSatisfy { $0.unpackedFacts.problem == nil && !$0.unpackedFacts.declaresMain }
  }

  /// The findings of `cgo-import` and `cgo-dependency`, which make the same check of first-party and third-party
  /// packages.
  func lostPackages(_ differences: CgoDifferences) -> [Finding] {
    packagesLostWithoutCgo.map { package in
      let lost = package.filesLostWithoutCgo(in: off.context)
      let name = locations.name(of: package).text
      let count = lost.count == 1 ? "the only Go file" : "all \(lost.count) Go files"
      let verb = lost.count == 1 ? "imports" : "import"
      let isBareConstraint = !lost.contains { $0.unpackedFacts.importsC }
      let label =
        isBareConstraint
        ? "every Go file of \(name) has a build constraint on cgo" : "\(count) of \(name) \(verb) \"C\""
      let culprit = Culprit(
        package: package, evidence: exclusion(of: package),
        labelAtImport: package.isFirstParty ? label : "imports \(locations.name(of: package).text)",
        labelAtEvidence: isBareConstraint ? label : "every file of \(locations.name(of: package).text) imports \"C\"")
      if package.importPath == main.importPath {
        var own = finding(
          .cgoImport, culprit, in: off, predicate: "does not build without cgo: all files of the main package need it",
          help: [
            "add a file with //go:build !cgo to the main package, or move the code that needs C to a separate program"
          ])
        own.isByConstraint = isBareConstraint
        return own
      }
      if package.isFirstParty {
        return finding(
          .cgoImport, culprit, in: off, predicate: "does not build without cgo: \(name) needs it",
          help: [
            "add a file with //go:build !cgo to \(name)\(namesToDeclare(package, differences)), or remove the import "
              + "that leads to \(name)"
          ])
      }
      return finding(
        .cgoDependency, culprit, in: off,
        predicate: "does not build without cgo: \(name) has no pure Go files",
        help: advice(on: package, orElse: waysAround(package)))
    }
  }

  /// Returns a relative clause with the names that importers use from a package; empty where they use none, or where
  /// the source does not show them.
  private func namesToDeclare(_ package: Package, _ differences: CgoDifferences) -> String {
    var names: Set<String> = []
    for importer in off.importers(of: package.importPath) {
      guard let uses = differences.uses(of: package, by: importer, self) else { return "" }
      names.formUnion(uses.map(\.name.text))
    }
    return names.isEmpty ? "" : " that declares \(enumeration(names.sorted()))"
  }

  /// Returns what the team can do about a package of a third party: it changes its own import, which may be of another package
  /// that leads there.
  func waysAround(_ package: Package) -> String {
    let sites = off.chain(to: package.importPath)
    let own = sites.last { self.package($0.importer)?.isFirstParty ?? false }
    guard let own, let importer = self.package(own.importer), let imported = imported(by: own, from: importer) else {
      return "use a pure Go package instead, or move the code that uses it to a file with //go:build cgo"
    }
    let (place, name) = (locations.name(of: importer).text, locations.name(of: imported).text)
    return
      "in \(place), use a pure Go package instead of \(name), or move the code that uses it to a file with //go:build cgo"
  }
}
