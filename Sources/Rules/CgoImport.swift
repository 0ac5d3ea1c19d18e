import Bytes
package import Diagnostics
import GoGraph
import GoSource

extension Rule {
  package static let cgoImport = Rule(
    .cgoImport, .error,
    summary: "a file of this repository imports \"C\", and the build breaks without it",
    why: """
      With CGO_ENABLED=0 Go leaves every file that imports "C" out of its package. Where nothing is left, the package
      does not exist, and no main that imports it can be built into a file that runs FROM scratch.
      """,
    fix: [
      "Give the package a file for `//go:build !cgo` that does the same in Go.",
      "Or move what needs C into a program of its own.",
      "If the file does not use C at all, remove its import \"C\".",
    ],
    examples: [
      Example(
        title: "two packages down",
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
        title: "import \"C\" that is none",
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
    ])
}

extension Evidence {
  /// What in a package is excluded without cgo, as the last hop shows it: the import "C" of the first file that has
  /// one, else the file that a constraint on cgo keeps out.
  func exclusion(of package: Package) -> (file: SourceFile, start: Position, end: Position?, text: String)? {
    let lost = package.filesLostWithoutCgo(in: off.context)
    for file in lost {
      if let spec = file.facts.imports.first(where: { $0.path == "C" }) {
        return (file, spec.start, spec.end, "import \"C\"")
      }
    }
    return lost.first.map { ($0, $0.facts.packagePosition, nil, "a build constraint on cgo") }
  }

  /// The packages of which nothing is left without cgo, though a build without cgo imports them.
  var packagesLostWithoutCgo: [Package] {
    packagesWithoutCgo(having: .differs) { $0.isEmpty }
      .filter { !$0.files(in: on.context).isEmpty }
  }

  /// The finding about a main that lacks `func main` because that stands in a file that is out without cgo; nil where it stands
  /// nowhere.
  func lostFuncMain() -> Finding? {
    guard let package = package(main.importPath),
      let file = package.filesLostWithoutCgo(in: off.context).first(where: \.facts.declaresMain)
    else { return nil }
    let spec = file.facts.imports.first { $0.path == "C" }
    let label = "func main stands in this file, which is out without cgo"
    let culprit = Culprit(
      package: package,
      evidence: (
        file, spec?.start ?? file.facts.packagePosition, spec?.end,
        spec == nil ? "a build constraint on cgo" : "import \"C\""
      ), labelAtImport: label, labelAtEvidence: label)
    return finding(
      spec == nil ? .buildFailed : .cgoImport, culprit, in: off,
      predicate: "cannot be built without cgo: func main is gone",
      help: ["move func main into a file that needs no cgo, or what needs C into a program of its own"])
  }

  /// Whether no file of the main declares `func main` without cgo, of files that can be read.
  var lacksFuncMain: Bool {
    guard let files = package(main.importPath)?.files(in: off.context), files.name == "main", !files.isEmpty else {
      return false
    }
    return files.problem == nil && files.go.allSatisfy { $0.facts.problem == nil && !$0.facts.declaresMain }
  }

  /// The findings of `cgo-import` and `cgo-dependency`: they are one question, asked of our code and of others'.
  package func lostPackages() -> [Finding] {
    packagesLostWithoutCgo.map { package in
      let lost = package.filesLostWithoutCgo(in: off.context)
      let count = lost.count == 1 ? "the only Go file" : "all \(lost.count) Go files"
      let verb = lost.count == 1 ? "imports" : "import"
      let isBareConstraint = !lost.contains { $0.facts.importsC }
      let label =
        isBareConstraint
        ? "no Go file of this package is for builds without cgo" : "\(count) of this package \(verb) \"C\""
      let culprit = Culprit(
        package: package, evidence: exclusion(of: package), labelAtImport: label,
        labelAtEvidence: isBareConstraint ? label : "nothing of \(places.name(of: package).text) is left without cgo")
      let name = places.name(of: package).text
      if package.importPath == main.importPath {
        return finding(
          .cgoImport, culprit, in: off, predicate: "cannot be built without cgo: nothing of its own code is left",
          help: ["give it files for //go:build !cgo, or move what needs C into a program of its own"])
      }
      if package.isFirstParty {
        return finding(
          .cgoImport, culprit, in: off, predicate: "cannot be built without cgo: \(name) needs it",
          help: ["give \(name) a file for //go:build !cgo, or keep it out of this main"])
      }
      return finding(
        .cgoDependency, culprit, in: off,
        predicate: "cannot be built without cgo: nothing of \(name) is left",
        help: advice(
          on: package, orElse: "use a package that does the same in pure Go, or keep this import behind a build tag"))
    }
  }
}
