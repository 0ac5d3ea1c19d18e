import Bytes
import Diagnostics
import GoGraph
import GoSource

extension Rule {
  package static let cSource = Rule(
    .cSource, .warning,
    summary: "C sources without import \"C\", or an object file that is linked in unseen",
    why: """
      C, C++, Objective-C, Fortran and SWIG files belong to cgo. In a package whose Go files do not import "C" the go
      command refuses them when cgo is on ("C source files not allowed when not using cgo or SWIG") and passes over them
      when it is off, so that one of the two builds is broken or lacks something. A .syso file is linked into the
      program in both, and nothing shows what is in it.
      """,
    fix: [
      "Move sources that no Go file uses out of the package, or behind `//go:build ignore`.",
      "If the package needs them, import \"C\" in the file that does.",
      "Allow a .syso file that you have made yourself.",
    ],
    examples: [
      Example(
        title: "a C file that was left behind",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- sum/sum.go --
          package sum // HERE
          func Sum(a, b int) int { return a + b }
          -- sum/sum.c --
          int sum(int a, int b) { return a + b; }
          -- main.go --
          package main
          import _ "example.com/app/sum"
          func main() {}
          """),
      Example(
        title: "a C file beside the Go file that uses it",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- sum/sum_cgo.go --
          package sum
          // int sum(int a, int b);
          import "C"
          func Sum(a, b int) int { return int(C.sum(C.int(a), C.int(b))) }
          -- sum/sum.c --
          int sum(int a, int b) { return a + b; }
          -- sum/sum.go --
          //go:build !cgo
          package sum
          func Sum(a, b int) int { return a + b }
          -- main.go --
          package main
          import _ "example.com/app/sum"
          func main() {}
          """),
    ])
}

extension Evidence {
  /// The findings about packages of the build with cgo that have sources for a compiler that they do not ask for, and
  /// about object files on static targets.
  func strangeSources() -> [Finding] {
    let packages = on.packages(having: .hasStrangeSources).filter { !$0.isStandard && off.contains($0.importPath) }
    return packages.compactMap { package in
      let files = package.files(in: on.context)
      guard files.problem == nil, let file = files.go.first ?? files.cgo.first else { return nil }
      let sources = files.cgo.isEmpty ? files.other(.c, .cxx, .objectiveC) : []
      let objects = platform.hasStaticBinaries ? files.other(.object) : []
      guard let strange = sources.first ?? objects.first else { return nil }
      let name = places.name(of: package).text
      let start = file.facts.packagePosition
      let isObject = sources.isEmpty
      let text =
        isObject
        ? "\(strange.name.text) is linked into it, whatever it holds"
        : "\(strange.name.text) stands beside Go files that do not import \"C\""
      let culprit = Culprit(
        package: package, evidence: (file, start, nil, text), labelAtImport: text, labelAtEvidence: text)
      return finding(
        .cSource, culprit, in: off,
        predicate: isObject
          ? "cannot be known by its source alone: \(name) links \(strange.name.text) in"
          : "cannot be built with cgo: \(name) has \(strange.name.text), and no import \"C\"",
        help: [
          isObject
            ? "allow it if you know how \(strange.name.text) is made"
            : "move \(strange.name.text) out of \(name), or import \"C\" where it is used"
        ])
    }
  }
}
