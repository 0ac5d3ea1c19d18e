import Bytes
package import Diagnostics
package import GoBuild
import GoGraph
package import Linkage

extension MainAnalysis {
  /// The finding about a link flag whose effect on every binary is known without building one.
  package func flagFinding(_ flag: LinkFlag) -> Finding {
    let blame = flag.blame
    let (rule, predicate): (Rule, Predicate) =
      switch flag.effect {
      case .noProgram(let reason): (.buildFailed, "does not build without cgo: \(blame), which \(reason)")
      case .libraries: (.binaryNeeded, "needs the C library at run time")
      case .loader: (.binaryInterpreter, "needs a loader at run time")
      }
    return Finding(
      rule: rule.id, severity: rule.severity, culprit: "GOFLAGS", predicate: predicate, label: blame,
      location: mainClause, chain: [], mains: [main],
      targets: [platform.description], help: [flag.remedy])
  }

  /// Reports why a binary built with CGO_ENABLED=0 is not static: one finding, for the most severe cause; empty where
  /// the binary is static.
  package func binaryFindings(_ binary: Binary, flag: LinkFlag?) -> [Finding] {
    guard platform.hasStaticBinaries, case .notStatic(let causes) = binary.assessment.answer else { return [] }
    func finding(_ rule: Rule, _ predicate: Predicate, _ help: [String]) -> Finding {
      return Finding(
        rule: rule.id, severity: rule.severity, culprit: flag == nil ? main.importPath : "GOFLAGS",
        predicate: predicate, label: flag?.blame ?? predicate.text, location: mainClause,
        chain: [], mains: [main],
        targets: [platform.description], help: flag.map { [$0.remedy] } ?? help)
    }
    for case .needed(let libraries) in causes {
      let family = binary.cLibrary.map { " (\($0.rawValue))" } ?? ""
      let list = libraries.map(\.text).joined(separator: ", ")
      return [
        finding(
          .binaryNeeded, "needs \(list)\(family) at run time",
          ["to find the package that links it, run: staticgo list --deps"])
      ]
    }
    for case .interpreter(let path) in causes {
      return [
        finding(
          .binaryInterpreter, "needs the loader \(path.text) at run time",
          ["build without -buildmode=pie and without external linking"])
      ]
    }
    for case .relocation in causes {
      return [
        finding(
          .binaryRelocation, "crashes at start: the binary is position-independent but has no PT_DYNAMIC",
          ["remove the linker flag -d (in -ldflags), or build with -buildmode=exe, not -buildmode=pie"])
      ]
    }
    return []
  }
}
