import Bytes
import Diagnostics
import GoGraph
import GoSource

extension RuleID {
  static let cgoDependency = RuleID("cgo-dependency")
}

extension Rule {
  static let cgoDependency = Rule(
    .cgoDependency, .error, verdict: .blocked, isAllowable: true,
    summary: "a dependency does not build without cgo",
    why: """
      Every Go file of the package imports "C" or has a build constraint on cgo. With CGO_ENABLED=0 the go command
      reports "build constraints exclude all Go files", but not which import led to the package. A direct import of
      runtime/cgo fails too, at link time.
      """,
    fix: [
      "Use a package that does the same in pure Go.",
      "Move the import to a file with a build tag that the static build does not set.",
      "Look in the module's documentation for a build tag that removes its cgo part.",
    ],
    examples: [
      Example(
        title: "a vendored package that has only cgo files",
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
        title: "a direct import of runtime/cgo",
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
        title: "a dependency that the program does not import by default",
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
    ],
    find: { $0.blocking.filter { $0.rule == .cgoDependency } })
}

extension MainAnalysis {
  /// The finding about a direct import of runtime/cgo, which compiles without cgo but fails at link time.
  func runtimeCgo() -> [Finding] {
    guard let runtime = package("runtime/cgo"), off.contains("runtime/cgo") else { return [] }
    let culprit = Culprit(
      package: runtime, evidence: nil, labelAtImport: "imports runtime/cgo",
      labelAtEvidence: "imports runtime/cgo")
    return [
      finding(
        .cgoDependency, culprit, in: off, predicate: "does not build without cgo: runtime/cgo needs it",
        help: ["use runtime/cgo only in files that import \"C\", and not in this main"])
    ]
  }
}
