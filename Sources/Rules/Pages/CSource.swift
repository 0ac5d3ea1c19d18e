import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoSource
import Linkage

extension RuleID {
  static let cSource = RuleID("c-source")
}

extension Rule {
  static let cSource = Rule(
    .cSource, .warning, isAllowable: true,
    summary: "C sources without import \"C\", or a .syso file that staticgo cannot analyse",
    why: """
      C, C++, Objective-C, Fortran and SWIG files need cgo. If no Go file of the package imports "C", the go command
      rejects them with cgo ("C source files not allowed when not using cgo or SWIG") and ignores them without cgo. One
      of the two builds is then broken or incomplete. A .syso file is linked into the program with and without cgo, and
      staticgo cannot see what it contains.
      """,
    fix: [
      "Move sources that no Go file uses out of the package, or add `//go:build ignore` to them.",
      "If the package needs them, import \"C\" in the Go file that uses them.",
      "Name a resource file for Windows after its platform, such as `resource_windows_amd64.syso`.",
      "Allow a .syso file that you built yourself.",
    ],
    examples: [
      Example(
        title: "a C file that no Go file uses",
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
    ],
    find: { $0.analysis.strangeSources($0.differences.inspector) })
}

extension MainAnalysis {
  /// The findings about packages of the build with cgo that have C, C++ or Objective-C sources but no import "C", and
  /// about object files on static targets.
  func strangeSources(_ inspector: CgoDifferences.Inspector) -> [Finding] {
    let packages = on.packages(having: .hasStrangeSources).filter { !$0.isStandard && off.contains($0.importPath) }
    return packages.compactMap { package in
      let files = package.selectFiles(in: on.context)
      guard files.problem == nil, let file = files.go.first ?? files.cgo.first else { return nil }
      let sources = files.cgo.isEmpty && !files.hasSwig ? files.other(.c, .cxx, .objectiveC) : []
      let objects = platform.hasStaticBinaries ? files.other(.object) : []
      guard let strange = sources.first ?? objects.first else { return nil }
      let name = locations.name(of: package).text
      let start = file.unpackedFacts.packagePosition
      let isObject = sources.isEmpty
      let machine = isObject && platform.system != "windows" ? coffMachine(inspector.start(package, strange)) : nil
      let text =
        isObject
        ? "\(strange.name.text)\(machine == nil ? "" : ", an object file for Windows,") is linked into the program"
        : "\(strange.name.text) is here, but no Go file imports \"C\""
      let culprit = Culprit(
        package: package, evidence: (file, start, nil, text), labelAtImport: text, labelAtEvidence: text)
      return finding(
        .cSource, culprit, in: off,
        predicate: machine != nil
          ? "links \(strange.name.text) from package \(name), a COFF object file for Windows"
          : isObject
            ? "links \(strange.name.text) from package \(name); staticgo cannot tell whether it needs a C library"
            : "builds without cgo, but not with CGO_ENABLED=1: \(name) has \(strange.name.text), but no import \"C\"",
        help: [
          machine.map {
            "rename it to \(Self.name(of: strange, forWindows: $0)), so that only builds for Windows link it"
          }
            ?? (isObject
              ? "remove \(strange.name.text), or allow this finding if the file needs no C library"
              : "move \(strange.name.text) out of \(name), or import \"C\" in \(name), which then needs cgo")
        ])
    }
  }
  /// The name that limits an object file to Windows: `app.syso` and `app_linux.syso` become `app_windows_amd64.syso`.
  private static func name(of file: SourceFile, forWindows machine: String) -> String {
    let parts = file.name.text.split(separator: ".")[0].split(separator: "_", omittingEmptySubsequences: false)
    let stem = parts.dropLast(platformSuffix(file.name).count)
    return (stem + ["windows", Substring(machine)]).joined(separator: "_") + ".syso"
  }
}
