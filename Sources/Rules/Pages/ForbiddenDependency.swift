package import Bytes
package import Diagnostics
import GoGraph

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
      """,
    fix: ["Remove the import that leads there, or change the `[[forbid]]` entry."],
    examples: [
      Example(
        title: "a package that is reached through another one",
        archive: """
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
      off.packages.filter { entry.matches($0.importPath) && $0.importPath != main.importPath }.compactMap { package in
        let importers = off.importers(of: package.importPath)
        guard importers.contains(where: { !entry.matches($0.importPath) || $0.importPath == main.importPath }) else {
          return nil
        }
        let name = locations.name(of: package).text
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
}
