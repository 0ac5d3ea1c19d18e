import Bytes
package import Diagnostics
package import GoBuild
import GoGraph
package import Linkage

extension RuleID {
  package static let unexplainedLinkage = RuleID("unexplained-linkage")
}

extension Rule {
  package static let unexplainedLinkage = Rule(
    .unexplainedLinkage, .error, phase: .build,
    summary: "the binary is not linked as its source predicts",
    why: """
      staticgo predicts the linkage from the source and the flags, and checks it against the binary. Here they differ,
      and no rule explains why. Either the build or the prediction is wrong, and it may be a bug in staticgo.
      """,
    fix: [
      "Inspect the binary with `staticgo inspect FILE`, and the build flags with `go version -m FILE`.",
      "Report it as a bug, with the output of `staticgo inspect FILE` and `go env`.",
    ],
    examples: [
      Example(
        title: "a linker wrapper that changes the build mode",
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
          # This wrapper passes another build mode to the linker than go requested.
          for word; do
            shift
            [ "$word" = -buildmode=exe ] && word=-buildmode=pie
            set -- "$@" "$word"
          done
          exec "$@"
          """),
      Example(
        title: "a linker wrapper that changes nothing",
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

extension MainAnalysis {
  /// The findings that a binary adds to those of the source.
  package func linkage(_ binary: Binary, flag: LinkFlag?, isDynamic: Bool) -> [Finding] {
    if flag != nil, !isDynamic { return binaryFindings(binary, flag: flag) }
    return unexplained(binary, isDynamic: isDynamic).map { [$0] } ?? []
  }

  /// The finding about a binary that differs from its prediction; nil where they agree. `isDynamic` is the prediction
  /// from the source and the flags.
  private func unexplained(_ binary: Binary, isDynamic: Bool) -> Finding? {
    guard platform.hasStaticBinaries else { return nil }
    let difference: String
    switch (binary.assessment.answer, isDynamic) {
    case (.notStatic(let causes), false):
      difference = "is dynamic, but its source predicts static: it \(causes.map(Self.words).joined(separator: " and "))"
    case (.isStatic, true): difference = "is static, but its source predicts dynamic"
    default: return nil
    }
    return Finding(
      rule: .unexplainedLinkage, severity: Rule.unexplainedLinkage.severity, culprit: main.importPath,
      predicate: "\(difference)", label: difference, location: mainClause, chain: [], mains: [main],
      targets: [platform.description],
      help: ["report it as a bug, with the output of staticgo inspect and go env"])
  }

  private static func words(_ cause: LinkageAssessment.Cause) -> String {
    switch cause {
    case .needed(let libraries): "needs \(libraries.map(\.text).joined(separator: ", "))"
    case .interpreter(let path): "needs the loader \(path.text)"
    case .relocation: "is position-independent but has no PT_DYNAMIC"
    case .sharedLibrary: "is a shared library"
    }
  }
}
