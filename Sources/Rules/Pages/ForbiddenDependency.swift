package import Bytes
package import Diagnostics
import GoBuild
import GoGraph
import GoSource

extension RuleID {
  package static let forbiddenDependency = RuleID("forbidden-dependency")
}

extension Rule {
  package static let forbiddenDependency = Rule(
    .forbiddenDependency, .error, isAllowable: true,
    summary: "a main reaches a package that a [[forbid]] entry of the configuration excludes",
    why: """
      A team decides that a program must not contain a package: since it is large, since its licence does not fit, or since
      it may run other programs. One import deep in a dependency brings it back, and nobody notices. A `[[forbid]]` entry in
      .staticgo.toml names packages, mains and the reason; the finding has the chain of imports.
      A package of the standard library counts where a package outside it imports it.
      """,
    fix: ["Remove the import that leads there, or change the `[[forbid]]` entry."],
    examples: [
      Example(
        title: "a package that is reached through another one",
        archive: """
          1 staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- .staticgo.toml --
          [[forbid]]
          package = "example.com/app/debug/..."
          reason = "no debugging code in a release"
          -- debug/debug.go --
          package debug
          -- lib/lib.go --
          package lib
          import _ "example.com/app/debug" // HERE
          -- main.go --
          package main
          import _ "example.com/app/lib"
          func main() {}
          """),
      Example(
        title: "a main that the entry does not name",
        archive: """
          staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- .staticgo.toml --
          [[forbid]]
          package = "example.com/app/debug/..."
          mains = "cmd/agent"
          reason = "no debugging code in the agent"
          -- cmd/agent/main.go --
          package main
          func main() {}
          -- debug/debug.go --
          package debug
          -- main.go --
          package main
          import _ "example.com/app/debug"
          func main() {}
          """),
    ],
    find: { $0.forbidden })
}

/// Packages that a main must not reach.
package struct ForbiddenPackages: Sendable {
  /// Whether the entry applies to a main.
  package let holdsFor: @Sendable (MainName) -> Bool
  package let matches: @Sendable (ByteString) -> Bool
  package let reason: String

  package init(
    holdsFor: @escaping @Sendable (MainName) -> Bool, matches: @escaping @Sendable (ByteString) -> Bool, reason: String
  ) {
    (self.holdsFor, self.matches, self.reason) = (holdsFor, matches, reason)
  }
}

extension MainAnalysis {
  /// The findings about forbidden packages in the closure without cgo. Of packages that lead to each other only the first is
  /// reported: what it imports comes with it.
  func findings(about forbidden: [ForbiddenPackages]) -> [Finding] {
    forbidden.filter { $0.holdsFor(main) }.flatMap { entry in
      standardImports(matching: entry)
        + off.packages.filter { entry.matches($0.importPath) && $0.importPath != main.importPath }.compactMap {
          package in
          let importers = off.importers(of: package.importPath)
          guard importers.contains(where: { !entry.matches($0.importPath) || $0.importPath == main.importPath }) else {
            return nil
          }
          let name = package.importPath.text
          let culprit = Culprit(
            package: package, evidence: nil, labelAtImport: "leads to \(name), which is forbidden",
            labelAtEvidence: "\(name) is forbidden")
          return finding(
            .forbiddenDependency, culprit, in: off,
            predicate: Predicate("reaches \(name), which is forbidden: \(entry.reason)"),
            help: ["remove this import, or change the [[forbid]] entry"])
        }
    }
  }

  /// The findings about packages of the standard library that are not in the graph, since they never use cgo: the first
  /// import of each by a package outside the standard library.
  private func standardImports(matching entry: ForbiddenPackages) -> [Finding] {
    var found: [ByteString: Finding] = [:]
    for package in off.packages where !package.isStandard {
      for path in Set(package.selectFiles(in: off.context).go.flatMap { $0.unpackedFacts.imports.map(\.path) }) {
        guard found[path] == nil, path != "C", entry.matches(path), self.package(path) == nil, isStandardPath(path),
          let hop = hop(from: package, to: path)
        else { continue }
        let chain = hops(to: package.importPath, in: off) + [hop]
        let location = chain.last { $0.location.isOfTeam }?.location ?? hop.location
        found[path] = Finding(
          rule: .forbiddenDependency, severity: Rule.forbiddenDependency.severity, culprit: path,
          predicate: Predicate("reaches \(path.text), which is forbidden: \(entry.reason)"),
          label: "leads to \(path.text), which is forbidden", location: location, chain: chain, mains: [main],
          targets: [platform.description], help: ["remove this import, or change the [[forbid]] entry"])
      }
    }
    return found.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Whether a path is one of the standard library: its first element has no dot (cmd/go/internal/search, IsStandardImportPath).
  private func isStandardPath(_ path: ByteString) -> Bool {
    !(path.split(UInt8(ascii: "/")).first ?? "").contains(UInt8(ascii: "."))
  }
}
