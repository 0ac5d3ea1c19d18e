package import Bytes
package import Diagnostics
import GoGraph
import GoSource

extension RuleID {
  package static let stdCgo = RuleID("std-cgo")
}

extension Rule {
  package static let stdCgo = Rule(
    .stdCgo, .note,
    summary: "a package of the standard library uses cgo unless CGO_ENABLED=0",
    why: """
      With cgo, net and os/user call the C library. A C compiler on the build machine is enough to enable cgo. With
      CGO_ENABLED=0 they use pure Go code, which differs at run time: net reads /etc/resolv.conf and /etc/hosts itself
      and does not support NSS modules (mDNS, LDAP); os/user reads only /etc/passwd and /etc/group.
      """,
    fix: [
      "Build with CGO_ENABLED=0.",
      "Or set the build tags netgo and osusergo, which select the pure Go code for any value of CGO_ENABLED.",
    ],
    examples: [
      Example(
        title: "an import of net/http",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "net/http" // HERE
          func main() {}
          """),
      Example(
        title: "an import of a package that does not use cgo",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "strings"
          func main() {}
          """),
    ],
    findNotes: { facts in facts.cgoUsers.filter(facts.analysis.isNoted).map { Note(.stdCgo, $0) } })
}

extension MainAnalysis {
  /// The packages that differ between the cgo modes. In the standard library only packages that import "C" count:
  /// others have a build constraint on cgo only for boringcrypto (crypto/sha1 of Go 1.19), which has no effect here.
  /// runtime/cgo does not count, because it is the means of cgo and not the reason for it.
  var packagesThatUseCgo: [Package] {
    on.packages(having: .differs).filter { package in
      guard package.isStandard else { return true }
      guard package.importPath != "runtime/cgo" else { return false }
      return graph.summary(of: package.importPath, in: on.context)?.traits.contains(.usesC) ?? false
    }
  }

  /// The packages that prevent the main from being static with every value of CGO_ENABLED: those that use cgo, and
  /// those that need a shared library without it (`//go:cgo_import_dynamic`).
  package var cgoUsers: [ByteString] {
    packagesThatUseCgo.map(\.importPath) + packagesWithoutCgo(having: .hasDynamicImports).map(\.importPath)
  }

  /// Whether a package that uses cgo gets a note: one of the standard library that works without cgo.
  func isNoted(_ package: Package) -> Bool {
    package.isStandard && !Self.stubsOfTheStandardLibrary.contains(package.importPath)
  }

  /// The note about such a package.
  func standardPackage(_ package: Package) -> Finding {
    let culprit = Culprit(
      package: package, evidence: nil, labelAtImport: "uses cgo unless CGO_ENABLED=0",
      labelAtEvidence: "uses cgo unless CGO_ENABLED=0")
    return finding(
      .stdCgo, culprit, in: on,
      predicate: "is static only with CGO_ENABLED=0: \(package.importPath.text) uses cgo by default",
      help: [Self.consequence[package.importPath] ?? "build with CGO_ENABLED=0"])
  }

  static let consequence: [ByteString: String] = [
    "net": "build with CGO_ENABLED=0; Go then resolves host names itself, without NSS modules (mDNS, LDAP)",
    "os/user": "build with CGO_ENABLED=0; users then come only from /etc/passwd and /etc/group",
  ]

  /// The packages of the standard library that are stubs without cgo. All others that differ work without cgo.
  var standardStubs: [Package] {
    off.packages(having: .differs).filter {
      $0.isStandard && Self.stubsOfTheStandardLibrary.contains($0.importPath)
    }
  }

  /// BoringCrypto counts only if GOEXPERIMENT enables it: otherwise the package does not differ.
  private static let stubsOfTheStandardLibrary: Set<ByteString> = ["plugin", "crypto/internal/boring"]
}
