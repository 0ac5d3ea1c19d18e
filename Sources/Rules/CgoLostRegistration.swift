import Bytes
import Diagnostics
import GoGraph
import GoSource

extension Rule {
  package static let cgoLostRegistration = Rule(
    .cgoLostRegistration, .warning,
    summary: "without cgo an init, or a registration, silently disappears",
    why: """
      A file that imports "C" (or stands behind a constraint on cgo) registers a driver, a codec or a plugin in its init.
      Without cgo the file is out, the package still compiles, and what it would have registered is simply not there:
      "unknown driver", or a feature that nobody notices is gone.
      """,
    fix: [
      "If the feature is not needed in the static build, allow it and say so.",
      "Otherwise give the package a file for `//go:build !cgo` that registers something that works, or fails loudly.",
    ],
    examples: [
      Example(
        title: "a driver that registers itself with cgo only",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- drivers/btrfs/btrfs.go --
          package btrfs
          import "C"
          import "example.com/app/drivers"
          func init() { drivers.Register("btrfs") } // HERE
          -- drivers/btrfs/none.go --
          package btrfs
          -- drivers/drivers.go --
          package drivers
          func Register(string) {}
          -- main.go --
          package main
          import _ "example.com/app/drivers/btrfs"
          func main() {}
          """),
      Example(
        title: "a codec that is registered with cgo only, beside one that always is",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- codec/fast.go --
          package codec
          import "C"
          func init() { // HERE
            register("plain", 2)
            register("fast", 1)
          }
          -- codec/slow.go --
          //go:build !cgo
          package codec
          func init() { register("plain", 2) }
          -- codec/codec.go --
          package codec
          func register(string, int) {}
          -- main.go --
          package main
          import _ "example.com/app/codec"
          func main() {}
          """),
      Example(
        title: "a list of names that has one more with cgo",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- codec/fast.go --
          package codec
          import "C"
          func init() { // HERE
            for _, name := range []string{"plain", "fast"} {
              register(name)
            }
          }
          -- codec/slow.go --
          //go:build !cgo
          package codec
          func init() { register("plain") }
          -- codec/codec.go --
          package codec
          func register(string) {}
          -- main.go --
          package main
          import _ "example.com/app/codec"
          func main() {}
          """),
      Example(
        title: "a variable without a name that registers with cgo only",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- codec/fast.go --
          package codec
          import "C"
          type fast int
          var _ any = fast(0)
          var _ = register("fast") // HERE
          -- codec/codec.go --
          package codec
          func register(string) bool { return true }
          -- main.go --
          package main
          import _ "example.com/app/codec"
          func main() {}
          """),
      Example(
        title: "a name that is registered without cgo too, in other words",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- codec/fast.go --
          package codec
          import "C"
          func init() { register("fast", open("lib")) }
          func open(string) int { return 0 }
          -- codec/slow.go --
          //go:build !cgo
          package codec
          const name = "fast"
          func init() { register(name, 0) }
          -- codec/codec.go --
          package codec
          func register(string, int) {}
          -- main.go --
          package main
          import _ "example.com/app/codec"
          func main() {}
          """),
      Example(
        title: "the same list of names, in another order",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- codec/fast.go --
          package codec
          import "C"
          func init() {
            for _, name := range []string{"plain", "fast"} {
              register(name)
            }
          }
          -- codec/slow.go --
          //go:build !cgo
          package codec
          func init() {
            for _, name := range []string{"fast", "plain"} {
              register(name)
            }
          }
          -- codec/codec.go --
          package codec
          func register(string) {}
          -- main.go --
          package main
          import _ "example.com/app/codec"
          func main() {}
          """),
      Example(
        title: "a conversion in a variable without a name",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- codec/fast.go --
          package codec
          import "C"
          type fast int
          var _ codec = codec(fast(0))
          type codec any
          -- codec/codec.go --
          package codec
          -- main.go --
          package main
          import _ "example.com/app/codec"
          func main() {}
          """),
      Example(
        title: "both ways register something",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- codec/fast.go --
          package codec
          import "C"
          func init() { register(1) }
          -- codec/slow.go --
          //go:build !cgo
          package codec
          func init() { register(2) }
          -- codec/codec.go --
          package codec
          func register(int) {}
          -- main.go --
          package main
          import _ "example.com/app/codec"
          func main() {}
          """),
    ])
}

extension Evidence {
  /// The finding about a package that does less at the start without cgo; nil where it does not.
  func lostRegistration(
    _ package: Package, _ difference: CgoDifference, _ differences: CgoDifferences
  ) -> Finding? {
    // Asked of all packages that differ, for each main, and true of next to none.
    if difference.registration == nil, difference.constructor == nil, difference.blankImports.isEmpty { return nil }
    let name = places.name(of: package).text
    if let place = difference.registration {
      let kind = place.declaration.isInitializer ? "init" : "registration"
      let culprit = Culprit(
        package: package,
        evidence: (
          place.file, place.declaration.position, nil,
          "\(kind == "init" ? "func init" : "var _"), out without cgo: \(reason(for: place.file))"
        ),
        labelAtImport: "what its \(kind) does is gone without cgo", labelAtEvidence: "this \(kind) is gone without cgo")
      let lost = difference.lostEntry.map { "\"\($0.text)\", which \(name) registers," } ?? "what \(name) registers"
      return finding(
        .cgoLostRegistration, culprit, in: off,
        predicate: Finding.buildable + "\(lost) is missing then",
        help: advice(
          on: package, orElse: "allow it if \(name) is not needed, or register something for !cgo that works"))
    }
    if let constructor = difference.constructor, isServed(byConstructorOf: package, differences),
      let file = difference.lost.first(where: { $0.header.importsC }),
      let spec = (constructor.header.importsC ? constructor : file).facts.imports.first(where: { $0.path == "C" })
    {
      let isInGo = constructor.header.importsC
      let culprit = Culprit(
        package: package,
        evidence: (
          isInGo ? constructor : file, spec.start, spec.end,
          "import \"C\", with a constructor in \(isInGo ? "C" : constructor.name.text)"
        ),
        labelAtImport: "the C code that runs at its start is gone without cgo",
        labelAtEvidence: "the constructor in \(isInGo ? "this C code" : constructor.name.text) is gone without cgo")
      return finding(
        .cgoLostRegistration, culprit, in: off,
        predicate: Finding.buildable + "the constructor in the C code of \(name) is missing then",
        help: advice(on: package, orElse: "allow it if the program can do without what it sets up before it starts"))
    }
    for (file, path) in difference.blankImports {
      guard let spec = file.facts.imports.first(where: { $0.path == path }),
        case .package(let imported, _)? = graph.resolution(of: path, in: package), !off.contains(imported),
        let other = self.package(imported), !other.isStandard || other.importPath == "net/http/pprof",
        other.files(in: on.context).active.contains(where: {
          differences.looks.declarations(other, $0).contains(where: \.isInitializer)
        })
      else { continue }
      let importedName = places.name(of: other).text
      let culprit = Culprit(
        package: package,
        evidence: (file, spec.start, spec.end, "imports \(importedName), out without cgo: \(reason(for: file))"),
        labelAtImport: "leaves \(importedName) out without cgo",
        labelAtEvidence: "this import is gone without cgo, and what it registers")
      return finding(
        .cgoLostRegistration, culprit, in: off,
        predicate: Finding.buildable + "\(importedName) is not in it then",
        help: advice(on: package, orElse: "allow it if \(importedName) is not needed in the static build"))
    }
    return nil
  }

  /// Whether anybody can miss what the C code of a package does at the start.
  private func isServed(byConstructorOf package: Package, _ differences: CgoDifferences) -> Bool {
    guard let names = Knowledge.of(package.importPath)?.constructorServes, !names.isEmpty else { return true }
    return off.importers(of: package.importPath).contains { importer in
      differences.uses(of: package, by: importer, self).map { $0.contains { names.contains($0.name) } } ?? true
    }
  }

  /// Why a file is out without cgo.
  func reason(for file: SourceFile) -> String {
    file.facts.imports.first { $0.path == "C" }.map { "import \"C\" in its line \($0.start.line)" }
      ?? "its build constraint on cgo"
  }
}
