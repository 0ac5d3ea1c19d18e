package import Bytes
import Diagnostics
import GoGraph
import GoSource

extension Rule {
  package static let stdCgo = Rule(
    .stdCgo, .note,
    summary: "a package of the standard library uses cgo unless CGO_ENABLED=0",
    why: """
      net and os/user ask the C library where cgo is on, and a C compiler on the build machine is enough to turn it on.
      With CGO_ENABLED=0 they do the same in Go. What changes at run time: net reads /etc/resolv.conf and /etc/hosts
      itself and knows no NSS modules (mDNS, LDAP); os/user reads /etc/passwd and /etc/group only.
      """,
    fix: [
      "Build with CGO_ENABLED=0: that is all.",
      "Or set the tags netgo and osusergo, which choose the Go implementation whatever CGO_ENABLED says.",
    ],
    examples: [
      Example(
        title: "net/http",
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
        title: "no network",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import _ "strings"
          func main() {}
          """),
    ])
}

extension Evidence {
  /// The packages that are not the same without cgo. In the standard library only those count that import "C":
  /// others know cgo for the sake of boringcrypto (crypto/sha1 of Go 1.19), and nothing comes of it; and runtime/cgo is
  /// how, not why.
  var packagesThatUseCgo: [Package] {
    on.packages(having: .differs).filter { package in
      guard package.isStandard else { return true }
      guard package.importPath != "runtime/cgo" else { return false }
      return graph.outline(of: package.importPath, in: on.context)?.traits.contains(.usesC) ?? false
    }
  }

  /// What keeps the main from being static whatever CGO_ENABLED says: the packages that use cgo, and those that ask for a
  /// shared library without it.
  package var cgoUsers: [ByteString] {
    packagesThatUseCgo.map(\.importPath) + packagesWithoutCgo(having: .hasDynamicImports).map(\.importPath)
  }

  /// Whether a note is made of a package that uses cgo: of one of the standard library that does its work without.
  func isNoted(_ package: Package) -> Bool {
    package.isStandard && !Self.stubsOfTheStandardLibrary.contains(package.importPath)
  }

  /// The note about one of them.
  func standardPackage(_ package: Package) -> Finding {
    let culprit = Culprit(
      package: package, evidence: nil, labelAtImport: "uses cgo unless CGO_ENABLED=0",
      labelAtEvidence: "uses cgo unless CGO_ENABLED=0")
    return finding(
      .stdCgo, culprit, in: on,
      predicate: "can be static with CGO_ENABLED=0 only: \(package.importPath.text) uses cgo",
      help: [Self.consequence[package.importPath] ?? "build with CGO_ENABLED=0"])
  }

  static let consequence: [ByteString: String] = [
    "net": "build with CGO_ENABLED=0; names are then resolved in Go, without NSS modules (mDNS, LDAP)",
    "os/user": "build with CGO_ENABLED=0; users are then read from /etc/passwd and /etc/group only",
  ]

  /// The packages of the standard library that are stubs without cgo; of the others that differ, all do their work.
  var standardStubs: [Package] {
    off.packages(having: .differs).filter {
      $0.isStandard && Self.stubsOfTheStandardLibrary.contains($0.importPath)
    }
  }

  /// BoringCrypto is among them where GOEXPERIMENT asks for it: without it the package does not differ.
  private static let stubsOfTheStandardLibrary: Set<ByteString> = ["plugin", "crypto/internal/boring"]
}
