import Bytes
import Diagnostics
import GoGraph
import GoModule
import GoToolchain
import Rules

/// What the base says of its mains, each judged when it is asked for.
struct Baseline {
  struct Key: Hashable {
    let main: MainName
    let target: Target
  }

  let tree: LoadedTree
  /// The paths in which the snapshot differs from the base.
  let changed: Set<ByteString>
  private let homes: [Key: Int]
  private var differences: [ByteString: [Int: Difference]] = [:]
  /// The last one that was asked for: a thousand mains with ten thousand packages each would fill the memory.
  private var last: (key: Key, evidence: Evidence)?
  /// By fingerprint: where a finding is an old one.
  private(set) var reached: [String: Set<Key>] = [:]

  init(_ tree: LoadedTree, changed: Set<ByteString>) {
    self.tree = tree
    self.changed = changed
    var homes: [Key: Int] = [:]
    for (index, group) in tree.groups.enumerated() {
      for (target, mains) in group.mains {
        for main in mains { homes[Key(main: main, target: target)] = index }
      }
    }
    self.homes = homes
  }

  mutating func note(_ findings: [Finding], _ key: Key) {
    for finding in findings { reached[finding.fingerprint, default: []].insert(key) }
  }

  /// The files by which a main of the snapshot is not what it was, or nil where it was not there.
  mutating func changes(
    of key: Key, in group: LoadedGroup, _ after: LoadedTree, evidence: () -> Evidence
  ) -> [ByteString]? {
    guard let home = homes[key] else { return nil }
    let before = tree.groups[home]
    let difference: Difference
    if let known = differences[group.group.directory]?[home] {
      difference = known
    } else {
      difference = Difference(group, before, changed: changed)
      differences[group.group.directory, default: [:]][home] = difference
    }
    guard difference.concerns(key.main.importPath), let old = self.evidence(of: key) else { return [] }
    let now = evidence()
    func inputs(_ evidence: Evidence, _ group: LoadedGroup, _ tree: LoadedTree) -> Inputs {
      Inputs(
        of: [evidence.on, evidence.off], suspects: difference.suspects,
        withModuleFiles: difference.isInModuleFiles, group: group.group, tree: tree)
    }
    return inputs(now, group, after).differences(from: inputs(old, before, tree))
  }

  /// A main of the base with all it reached there.
  mutating func evidence(of key: Key) -> Evidence? {
    if let last, last.key == key { return last.evidence }
    guard let home = homes[key] else { return nil }
    let group = tree.groups[home]
    let places = Places(goVersion: group.toolchain.version, requirements: group.requirements, base: nil)
    let made = Evidence(
      main: key.main, graph: group.graph, context: group.contexts[key.target]!, places: places)
    last = (key, made)
    return made
  }

  /// Judges a main of the base by its source alone, so that its findings count as old.
  mutating func judge(_ key: Key) {
    if let evidence = evidence(of: key) { note(evidence.judgeSource().findings, key) }
  }

  /// The group that a group of the snapshot was before: the one in the same directory, else the one with its module.
  func group(like other: LoadedGroup) -> LoadedGroup? {
    let modules = Set(other.group.modules.map(\.file.module))
    let candidates = tree.groups.filter { $0.group.modules.contains { modules.contains($0.file.module) } }
    return candidates.first { $0.group.directory == other.group.directory } ?? candidates.first
  }
}
