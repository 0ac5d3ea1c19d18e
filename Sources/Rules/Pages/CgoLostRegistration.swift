import Bytes
import Diagnostics
import GoGraph
import GoSource

extension RuleID {
  static let cgoLostRegistration = RuleID("cgo-lost-registration")
}

extension Rule {
  static let cgoLostRegistration = Rule(
    .cgoLostRegistration, .warning, verdict: .degraded, isAllowable: true,
    summary: "without cgo an init or a registration is silently missing",
    why: """
      A file that imports "C" or has a build constraint on cgo registers a driver, a codec or a plugin in its init.
      Without cgo the file is excluded and the package still compiles, but the registration is missing. The program then
      fails with an error such as "unknown driver", or lacks a feature without any error.
      """,
    fix: [
      "If the static build does not need the feature, allow the finding and give the reason.",
      "Otherwise add a file with `//go:build !cgo` that registers a working implementation or fails with an error.",
    ],
    examples: [
      Example(
        title: "a driver that registers itself only with cgo",
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
        title: "a codec registered only with cgo, next to one that is always registered",
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
        title: "a list of names that has one more name with cgo",
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
        title: "a variable without a name that registers only with cgo",
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
        title: "a name that is registered without cgo too, by a constant",
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
        title: "a type conversion assigned to the blank identifier",
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
        title: "both builds register something",
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
    ],
    find: { $0.degrading.filter { $0.rule == .cgoLostRegistration } })
}

extension MainAnalysis {
  /// The findings about a package that does less at program start without cgo; empty where it does the same.
  func lostRegistrations(
    _ package: Package, _ difference: CgoDifference, _ differences: CgoDifferences
  ) -> [Finding] {
    // This runs for all packages that differ, for each main, and most lose nothing: return early.
    if difference.registration == nil, difference.constructor == nil, difference.blankImports.isEmpty { return [] }
    let own = lostInitializer(package, difference) ?? lostConstructor(package, difference, differences)
    return [own].compactMap { $0 } + lostImports(package, difference, differences)
  }

  private func lostInitializer(_ package: Package, _ difference: CgoDifference) -> Finding? {
    guard let place = difference.registration else { return nil }
    let name = locations.name(of: package).text
    let kind = place.declaration.isInitializer ? "init" : "registration"
    let culprit = Culprit(
      package: package,
      evidence: (
        place.file, place.declaration.position, nil,
        "\(kind == "init" ? "func init" : "var _"), excluded without cgo: \(reason(for: place.file))"
      ),
      labelAtImport: "the \(kind) of \(name) runs only with cgo", labelAtEvidence: "this \(kind) runs only with cgo")
    let lost =
      difference.lostEntry.map { "\"\($0.text)\" of \(name) is not registered" }
      ?? "package \(name) then registers nothing"
    return finding(
      .cgoLostRegistration, culprit, in: off,
      predicate: .losesFeature(lost),
      help: advice(
        on: package,
        orElse: "register a working implementation for !cgo, or allow this finding if the program does not need \(name)"
      ))
  }

  private func lostConstructor(
    _ package: Package, _ difference: CgoDifference, _ differences: CgoDifferences
  ) -> Finding? {
    guard let constructor = difference.constructor, isServed(byConstructorOf: package, differences),
      let file = difference.lost.first(where: { $0.header.importsC }),
      let spec = (constructor.header.importsC ? constructor : file).unpackedFacts.imports.first(where: {
        $0.path == "C"
      })
    else { return nil }
    let name = locations.name(of: package).text
    let isInGo = constructor.header.importsC
    let culprit = Culprit(
      package: package,
      evidence: (
        isInGo ? constructor : file, spec.start, spec.end,
        "import \"C\", with a constructor in \(isInGo ? "C" : constructor.name.text)"
      ),
      labelAtImport: "its C constructor runs before main, but only with cgo",
      labelAtEvidence:
        "the constructor in \(isInGo ? "this C code" : constructor.name.text) runs before main, but only with cgo")
    return finding(
      .cgoLostRegistration, culprit, in: off,
      predicate: .losesFeature("the C constructor of package \(name) does not run"),
      help: advice(
        on: package,
        orElse:
          "do in Go what the constructor does, in a file with //go:build !cgo, or allow this finding if the program does not need that"
      ))
  }

  /// The findings about packages that are no longer imported, and so not registered: each is its own culprit.
  private func lostImports(
    _ package: Package, _ difference: CgoDifference, _ differences: CgoDifferences
  ) -> [Finding] {
    difference.blankImports.compactMap { file, path in
      guard let spec = file.unpackedFacts.imports.first(where: { $0.path == path }),
        case .package(let imported, _)? = graph.resolution(of: path, in: package), !off.contains(imported),
        let other = self.package(imported), !other.isStandard || other.importPath == "net/http/pprof",
        other.selectFiles(in: on.context).active.contains(where: {
          differences.inspector.declarations(other, $0).contains(where: \.isInitializer)
        })
      else { return nil }
      if hasCounterpart(of: other, besides: path, in: package, differences) { return nil }
      let importedName = locations.name(of: other).text
      let culprit = Culprit(
        package: package,
        evidence: (
          file, spec.start, spec.end,
          "imports \(importedName), but the file is excluded without cgo: \(reason(for: file))"
        ),
        labelAtImport: "imports \(importedName) only with cgo",
        labelAtEvidence: "\(importedName) is imported only in this file, which is excluded without cgo")
      return finding(
        .cgoLostRegistration, culprit: imported, culprit, in: off,
        predicate: .losesFeature("\(importedName) is imported only with cgo, so its init does not run"),
        help: advice(
          on: package,
          orElse:
            "move the import of \(importedName) to a file that is built without cgo, or allow this finding if the program does not need \(importedName)"
        ))
    }
  }

  /// Whether the package imports another package in place of `other`, only for its side effects, that registers itself by
  /// the same function, as another database driver does.
  ///
  /// A package that both builds import takes its place only under a similar name, as `sqlite` takes that of `sqlite3`.
  private func hasCounterpart(
    of other: Package, besides path: ByteString, in package: Package, _ differences: CgoDifferences
  ) -> Bool {
    func registrations(_ package: Package, _ context: BuildContext) -> [FunctionBody.Call] {
      package.selectFiles(in: context).active.flatMap { differences.inspector.declarations(package, $0) }
        .flatMap(\.calls).filter { $0.names.contains { $0.firstIndex(of: "egister") != nil } }
    }
    func isSimilar(_ one: FunctionBody.Call, _ two: FunctionBody.Call) -> Bool {
      guard let one = one.strings.first, let two = two.strings.first, min(one.count, two.count) > 2 else {
        return false
      }
      return one.hasPrefix(two) || two.hasPrefix(one)
    }
    let lost = registrations(other, on.context)
    let gained = Set(package.filesGainedWithoutCgo(in: off.context).map(\.name))
    return package.selectFiles(in: off.context).go.contains { file in
      let blank = differences.inspector.uses(package, file).importNames
        .filter { $0.value.contains("_") && $0.key != path }
      return blank.keys.contains { key in
        guard case .package(let found, _)? = graph.resolution(of: key, in: package), off.contains(found),
          let counterpart = self.package(found), !counterpart.isStandard
        else { return false }
        return registrations(counterpart, off.context).contains { call in
          lost.contains { one in
            one.names.contains { $0.firstIndex(of: "egister") != nil && call.names.contains($0) }
              && (gained.contains(file.name) || isSimilar(one, call))
          }
        }
      }
    }
  }

  /// Whether an importer may need what the C constructor of a package sets up.
  private func isServed(byConstructorOf package: Package, _ differences: CgoDifferences) -> Bool {
    guard let names = Knowledge.of(package.importPath)?.constructorServes, !names.isEmpty else { return true }
    return off.importers(of: package.importPath).contains { importer in
      differences.uses(of: package, by: importer, self).map { $0.contains { names.contains($0.name) } } ?? true
    }
  }

  /// Returns the reason why a file is excluded without cgo.
  func reason(for file: SourceFile) -> String {
    file.unpackedFacts.imports.first { $0.path == "C" }.map { "import \"C\" on line \($0.start.line)" }
      ?? (file.isSwig ? "SWIG needs cgo" : "build constraint on cgo")
  }
}
