import Bytes
import Diagnostics
import GoGraph
import GoModule
import GoToolchain
import Rules

/// What the base says of its mains: the inputs of each, and the findings that reach it there.
struct Baseline {
  struct Key: Hashable {
    let main: MainName
    let target: Target
  }

  private(set) var inputs: [Key: Inputs] = [:]
  private(set) var evidence: [Key: Evidence] = [:]
  /// By fingerprint: where a finding is an old one.
  private(set) var reached: [String: Set<Key>] = [:]
  private let groups: [LoadedGroup]

  /// Judges the base's mains by their source alone.
  init(_ tree: LoadedTree, _ options: CheckOptions) {
    groups = tree.groups
    let patterns = Patterns(options, root: tree.source.snapshot.root)
    for group in tree.groups {
      let places = Places(goVersion: group.toolchain.version, requirements: group.requirements, base: nil)
      for target in options.targets {
        for main in group.mains[target] ?? [] where patterns.match(main) {
          let evidence = Evidence(main: main, graph: group.graph, context: group.contexts[target]!, places: places)
          let key = Key(main: main, target: target)
          self.evidence[key] = evidence
          inputs[key] = Inputs(
            of: [(evidence.on, evidence.off)], graph: group.graph, group: group.group, snapshot: tree.source.snapshot)
          note(evidence.judgeSource().findings, key)
        }
      }
    }
  }

  mutating func note(_ findings: [Finding], _ key: Key) {
    for finding in findings { reached[finding.fingerprint, default: []].insert(key) }
  }

  /// The group that a group of the snapshot was before: the one in the same directory, else the one with its module.
  func group(like other: LoadedGroup) -> LoadedGroup? {
    let modules = Set(other.group.modules.map(\.file.module))
    let candidates = groups.filter { $0.group.modules.contains { modules.contains($0.file.module) } }
    return candidates.first { $0.group.directory == other.group.directory } ?? candidates.first
  }
}
