import Bytes
package import Diagnostics
import GoGraph
package import Linkage

extension Rule {
  package static let binaryInterpreter = Rule(
    .binaryInterpreter, .error,
    summary: "the binary has PT_INTERP: it needs a loader, though no library",
    why: """
      The kernel starts the program that PT_INTERP names, and that one starts yours. In an image FROM scratch, on
      distroless/static or with another C library it is not there, and the kernel answers "no such file or directory"
      about a file that exists. Position-independent executables and external linking are the usual reasons.
      """,
    fix: [
      "Build without -buildmode=pie and without external linking.",
      "If GOFLAGS holds the flag, `go env GOFLAGS` shows it, and `go env -w GOFLAGS=` or unsetting the variable drops it.",
    ])

  package static let binaryNeeded = Rule(
    .binaryNeeded, .error,
    summary: "the binary has DT_NEEDED: it needs shared libraries at run time",
    why: """
      Each library must be on the machine, of the right C library and of a version that is new enough: a program for
      glibc does not run on Alpine, and one that asks for GLIBC_2.34 does not run on older systems.
      """,
    fix: [
      "Build with CGO_ENABLED=0.", "`staticgo inspect` shows the libraries; `go version -m` the settings of the build.",
    ])

  package static let binaryRelocation = Rule(
    .binaryRelocation, .error,
    summary: "the binary is ET_DYN without PT_DYNAMIC: it will crash at start",
    why: """
      `-buildmode=pie -ldflags=-d` leaves a position-independent program without the section that says how to relocate
      it. Nothing does it then, and the first use of an absolute address is a segmentation fault. `file` calls such a
      program statically linked.
      """,
    fix: ["Drop -d from -ldflags, or -buildmode=pie from the build."])
}

/// A flag that changes how programs are linked, and where it was set.
package struct LinkFlag: Sendable, Hashable {
  package let flag: String
  /// As in "GOFLAGS, set by go env -w".
  package let origin: String

  package init(flag: String, origin: String) {
    self.flag = flag
    self.origin = origin
  }

  /// Whether no program can be built with it and without cgo (cmd/link: "requires external (cgo) linking").
  package var needsCgo: Bool { flag.drop { $0 == "-" } != "buildmode=pie" && !flag.hasSuffix("-buildmode=pie") }

  /// As in "-buildmode=pie stands in GOFLAGS".
  var blame: String { "\(flag) stands in \(origin)" }
}

extension Evidence {
  /// What a link flag does to every binary, as far as one can say without a binary.
  package func flagFinding(_ flag: LinkFlag) -> Finding {
    let blame = flag.blame
    let (rule, predicate) =
      flag.needsCgo
      ? (Rule.buildFailed, "cannot be built without cgo: \(blame), which needs external linking")
      : (Rule.binaryInterpreter, "cannot run without a loader")
    return Finding(
      rule: rule.id, severity: rule.severity, culprit: "GOFLAGS", predicate: predicate, label: blame,
      location: mainClause, chain: [], mains: [main],
      targets: [platform.description], help: ["build without it: \(blame)"])
  }

  /// What a binary that was built with CGO_ENABLED=0 says against the source: one finding, for the gravest cause.
  package func binaryFindings(_ binary: Binary, flag: LinkFlag?) -> [Finding] {
    guard platform.hasStaticBinaries, case .notStatic(let causes) = binary.standing.answer else { return [] }
    func finding(_ rule: Rule, _ predicate: String, _ help: [String]) -> Finding {
      let blame = flag?.blame
      return Finding(
        rule: rule.id, severity: rule.severity, culprit: flag == nil ? main.importPath : "GOFLAGS",
        predicate: predicate, label: blame ?? predicate, location: mainClause, chain: [], mains: [main],
        targets: [platform.description], help: blame.map { ["build without it: \($0)"] } ?? help)
    }
    for case .needed(let libraries) in causes {
      let family = binary.cLibrary.map { " (\($0.rawValue))" } ?? ""
      let list = libraries.map(\.text).joined(separator: ", ")
      return [
        finding(
          .binaryNeeded, "cannot run without \(list)\(family)", ["look for what asks for it: staticgo list --deps"])
      ]
    }
    for case .interpreter(let path) in causes {
      return [
        finding(
          .binaryInterpreter, "cannot run without the loader \(path.text)",
          ["build without -buildmode=pie and without external linking"])
      ]
    }
    for case .relocation in causes {
      return [
        finding(
          .binaryRelocation, "cannot run: ET_DYN without PT_DYNAMIC crashes at start",
          ["drop -d from -ldflags, or -buildmode=pie from the build"])
      ]
    }
    return []
  }
}
