import Bytes
package import Diagnostics
import GoGraph
package import Linkage

extension Rule {
  package static let unexplainedLinkage = Rule(
    .unexplainedLinkage, .error,
    summary: "source and binary disagree about how the program is linked",
    why: """
      staticgo says why from the source and proves it by the binary. Here the binary is not what the source, the flags
      and the rules make one expect: either way somebody is wrong, and it may be staticgo.
      """,
    fix: [
      "Look at the binary: staticgo inspect FILE, and at the flags of the build: go version -m FILE.",
      "Report it, with what staticgo inspect says of the binary and the output of go env.",
    ],
    examples: [
      Example(
        title: "a wrapper around the linker",
        archive: """
          chmod 755 linker.sh
          env GOFLAGS=-toolexec=${WORK}/repo/linker.sh
          1 staticgo check --build link
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main // HERE
          func main() {}
          -- linker.sh --
          #!/bin/sh
          # What stands around the tools asks the linker for another kind of program than go did.
          for word; do
            shift
            [ "$word" = -buildmode=exe ] && word=-buildmode=pie
            set -- "$@" "$word"
          done
          exec "$@"
          """),
      Example(
        title: "a wrapper that changes nothing",
        archive: """
          chmod 755 linker.sh
          env GOFLAGS=-toolexec=${WORK}/repo/linker.sh
          staticgo check --build link
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- linker.sh --
          #!/bin/sh
          exec "$@"
          """),
    ])
}

extension Evidence {
  /// What a binary says that neither the source nor, so far, anything else has said.
  package func linkage(_ binary: Binary, flag: LinkFlag?, isDynamic: Bool) -> [Finding] {
    if flag != nil, !isDynamic { return binaryFindings(binary, flag: flag) }
    return unexplained(binary, isDynamic: isDynamic).map { [$0] } ?? []
  }

  /// The finding about a binary of which the source gives another account; nil where they agree. `isDynamic` is what the
  /// source and the flags say.
  private func unexplained(_ binary: Binary, isDynamic: Bool) -> Finding? {
    guard platform.hasStaticBinaries else { return nil }
    let says: String
    switch (binary.standing.answer, isDynamic) {
    case (.notStatic(let causes), false):
      says = "its source says static, and the binary \(causes.map(Self.words).joined(separator: " and "))"
    case (.isStatic, true): says = "its source says that it needs a loader, and the binary needs none"
    default: return nil
    }
    return Finding(
      rule: .unexplainedLinkage, severity: Rule.unexplainedLinkage.severity, culprit: main.importPath,
      predicate: "cannot be explained: \(says)", label: says, location: mainClause, chain: [], mains: [main],
      targets: [platform.description],
      help: ["report it, with what staticgo inspect says of the binary and the output of go env"])
  }

  private static func words(_ cause: Standing.Cause) -> String {
    switch cause {
    case .needed(let libraries): "needs \(libraries.map(\.text).joined(separator: ", "))"
    case .interpreter(let path): "needs the loader \(path.text)"
    case .relocation: "is ET_DYN without PT_DYNAMIC"
    case .sharedLibrary: "is a library"
    }
  }
}
