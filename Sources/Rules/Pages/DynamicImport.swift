import Bytes
package import Diagnostics
import GoBuild
import GoGraph
import GoSource

extension RuleID {
  static let dynamicImport = RuleID("dynamic-import")
}

extension Rule {
  static let dynamicImport = Rule(
    .dynamicImport, .error, verdict: .dynamic, isAllowable: true,
    summary: "//go:cgo_import_dynamic makes the program dynamic even with CGO_ENABLED=0",
    why: """
      The directive makes the linker import a symbol from a shared library, without cgo and without a C compiler. The
      build succeeds and `go version -m` shows CGO_ENABLED=0, but the binary needs a loader. FROM scratch it fails with
      "no such file or directory". Packages that call C libraries "without cgo" work this way.
      """,
    fix: [
      "Do not import the package, or import it only in files with a build constraint that the static build does not satisfy.",
      "A program that contains such a line cannot be static, whatever the build flags are.",
    ],
    examples: [
      Example(
        title: "a C library called without cgo",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "example.com/app/dl"
          func main() {}
          -- dl/dl.go --
          package dl
          //go:cgo_import_dynamic _ _ "libm.so.6" // HERE
          """),
      Example(
        title: "the directive in a string, in a block comment, and in a file for another system",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          /*
          //go:cgo_import_dynamic _ _ "libm.so.6"
          */
          const text = `
          //go:cgo_import_dynamic _ _ "libm.so.6"
          `
          func main() {}
          -- dl_darwin.go --
          package main
          //go:cgo_import_dynamic _ _ "libSystem.B.dylib"
          """),
    ],
    find: { $0.dynamicImports })
}

extension MainAnalysis {
  /// The findings about packages outside the standard library that import symbols of shared libraries, on static
  /// targets.
  package func dynamicImports() -> [Finding] {
    guard platform.hasStaticBinaries else { return [] }
    return packagesWithoutCgo(having: .hasDynamicImports).compactMap { package in
      for file in package.selectFiles(in: off.context).go {
        guard let directive = file.unpackedFacts.dynamicImports.first else { continue }
        let libraries = Set(
          package.selectFiles(in: off.context).go.flatMap { $0.unpackedFacts.dynamicImports.compactMap(\.library) }
        ).sorted()
        let needs = libraries.isEmpty ? "a shared library" : libraries.map(\.text).joined(separator: ", ")
        let isMain = package.importPath == main.importPath
        let name = isMain ? locations.file(file.name, of: package).text : locations.name(of: package).text
        let end = Position(line: directive.position.line, column: directive.position.column + directive.text.count)
        let culprit = Culprit(
          package: package, evidence: (file, directive.position, end, "//go:cgo_import_dynamic"),
          labelAtImport: "needs \(needs) even without cgo",
          labelAtEvidence: "needs \(needs) even without cgo")
        return finding(
          .dynamicImport, culprit, in: off,
          predicate:
            "is dynamic even with CGO_ENABLED=0: \(name) needs \(needs)",
          help: advice(
            on: package,
            orElse:
              isMain
              ? "remove this line, or add //go:build cgo to \(name)"
              : "do not import \(name), or import it only in files with //go:build cgo"
          )
        )
      }
      return nil
    }
  }
}
