import Bytes
package import Diagnostics
import GoGraph
import GoSource

extension Rule {
  package static let cgoDependency = Rule(
    .cgoDependency, .error,
    summary: "a dependency cannot be built without cgo",
    why: """
      All Go files of the package import "C" (or stand behind a constraint on cgo). With CGO_ENABLED=0 the go command
      says "build constraints exclude all Go files" and does not say whose import led there. A direct import of
      runtime/cgo ends the same way, at link time.
      """,
    fix: [
      "Use a package that does the same in pure Go.",
      "Keep the import in a file behind a build tag that the static build does not set.",
      "Some modules have a tag that removes their cgo part; their documentation names it.",
    ],
    examples: [
      Example(
        title: "a vendored package of cgo files only",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          require example.com/zstd v1.5.6
          -- vendor/modules.txt --
          # example.com/zstd v1.5.6
          ## explicit
          example.com/zstd
          -- vendor/example.com/zstd/zstd.go --
          package zstd
          import "C"
          -- main.go --
          package main
          import _ "example.com/zstd" // HERE
          func main() {}
          """),
      Example(
        title: "runtime/cgo itself",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "runtime/cgo" // HERE
          func main() {}
          """),
      Example(
        title: "a dependency that stays out of the program",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          require example.com/zstd v1.5.6
          -- vendor/modules.txt --
          # example.com/zstd v1.5.6
          ## explicit
          example.com/zstd
          -- vendor/example.com/zstd/zstd.go --
          package zstd
          import "C"
          -- main.go --
          package main
          func main() {}
          -- zstd.go --
          //go:build zstd
          package main
          import _ "example.com/zstd"
          """),
    ])
}

extension Evidence {
  /// A direct import of runtime/cgo: it compiles without cgo, and fails at link time.
  package func runtimeCgo() -> [Finding] {
    guard let runtime = package("runtime/cgo"), off.contains("runtime/cgo") else { return [] }
    let culprit = Culprit(
      package: runtime, evidence: nil, labelAtImport: "this package works with cgo only",
      labelAtEvidence: "this package works with cgo only")
    return [
      finding(
        .cgoDependency, culprit, in: off, predicate: "cannot be built without cgo: runtime/cgo is imported",
        help: ["keep what uses runtime/cgo in files that import \"C\", and out of this main"])
    ]
  }
}
