import Bytes
package import Diagnostics
import GoGraph
package import Linkage

extension Evidence {
  /// What a link flag does to every binary, as far as one can say without a binary.
  package func flagFinding(_ flag: LinkFlag) -> Finding {
    let blame = flag.blame
    let (rule, predicate): (Rule, String) =
      switch flag.effect {
      case .noProgram(let reason): (.buildFailed, "cannot be built without cgo: \(blame), which \(reason)")
      case .libraries: (.binaryNeeded, "cannot run without the C library")
      case .loader: (.binaryInterpreter, "cannot run without a loader")
      }
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
