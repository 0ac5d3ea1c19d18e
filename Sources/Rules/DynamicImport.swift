import Bytes
package import Diagnostics
import GoGraph
import GoSource

extension Rule {
  package static let dynamicImport = Rule(
    .dynamicImport, .error,
    summary: "//go:cgo_import_dynamic makes the program dynamic even with CGO_ENABLED=0",
    why: """
      The directive asks the linker for a symbol of a shared library, without cgo and without a C compiler. The build
      succeeds, `go version -m` says CGO_ENABLED=0, and the binary still needs a loader: FROM scratch it ends with
      "no such file or directory". Packages that call C libraries "without cgo" work this way.
      """,
    fix: [
      "Leave the package out, or behind a build tag that the static build does not set.",
      "Nothing can make a program static that has such a line in it.",
    ],
    examples: [
      Example(
        title: "a library called without cgo",
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
        title: "the directive in a string, in a block comment, and for another system",
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
    ])
}

extension Evidence {
  /// The packages outside the standard library that ask for a shared library themselves, on a static target.
  package func dynamicImports() -> [Finding] {
    guard platform.hasStaticBinaries else { return [] }
    return packagesWithoutCgo(having: .hasDynamicImports).compactMap { package in
      for file in package.files(in: off.context).go {
        guard let directive = file.facts.dynamicImports.first else { continue }
        let libraries = Set(
          package.files(in: off.context).go.flatMap { $0.facts.dynamicImports.compactMap(\.library) }
        ).sorted()
        let needs = libraries.isEmpty ? "a loader" : libraries.map(\.text).joined(separator: ", ")
        let end = Position(line: directive.position.line, column: directive.position.column + directive.text.count)
        let culprit = Culprit(
          package: package, evidence: (file, directive.position, end, "//go:cgo_import_dynamic"),
          labelAtImport: "makes the program need \(needs), cgo or not",
          labelAtEvidence: "makes the program need \(needs), cgo or not")
        return finding(
          .dynamicImport, culprit, in: off,
          predicate: "cannot be static: \(places.name(of: package).text) needs \(needs) without any cgo",
          help: advice(on: package, orElse: "leave it out, or behind a build tag that the static build does not set"))
      }
      return nil
    }
  }
}
