import Bytes
import Diagnostics
import GoGraph
import GoSource

extension RuleID {
  static let cgoFallback = RuleID("cgo-fallback")
}

extension Rule {
  static let cgoFallback = Rule(
    .cgoFallback, .note,
    summary: "the program uses a pure Go implementation without cgo",
    why: """
      The package has some files for builds with cgo and others for builds without, and both implementations work. The
      program is static with CGO_ENABLED=0. It may be slower or support different features.
      """,
    fix: ["No fix is needed. Build with CGO_ENABLED=0, and test that build."],
    examples: [
      Example(
        title: "two implementations",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- sum/sum_cgo.go --
          package sum
          import "C"
          func Sum(a, b int) int { return int(C.sum(C.int(a), C.int(b))) }
          -- sum/sum.go --
          //go:build !cgo
          package sum
          func Sum(a, b int) int { return a + b } // HERE
          -- main.go --
          package main
          import "example.com/app/sum"
          func main() { sum.Sum(1, 2) }
          """),
      Example(
        title: "a package that does not use cgo",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- sum/sum.go --
          package sum
          func Sum(a, b int) int { return a + b }
          -- main.go --
          package main
          import "example.com/app/sum"
          func main() { sum.Sum(1, 2) }
          """),
    ],
    findNotes: { facts in facts.fallbacks.map { Note(.cgoFallback, $0) } })
}

extension MainAnalysis {
  /// The note about a package that has an implementation without cgo; nil where it has none.
  func fallback(_ package: Package, _ differences: CgoDifferences) -> Finding? {
    let difference = differences.difference(of: package, off.context)
    guard let file = difference.gained.first else { return nil }
    // The first declaration that replaces one of a lost file, else the file as a whole.
    let (place, start) =
      difference.replacing.map { ($0.file, $0.declaration.position) } ?? (file, file.unpackedFacts.packagePosition)
    let name = locations.name(of: package).text
    let culprit = Culprit(
      package: package, evidence: (place, start, nil, "used without cgo"),
      labelAtImport: "has a pure Go version without cgo", labelAtEvidence: "used without cgo")
    return finding(
      .cgoFallback, culprit, in: off, predicate: "uses the pure Go version of \(name) without cgo",
      help: advice(on: package, orElse: "test the build with CGO_ENABLED=0: it uses different code"))
  }
}
