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
  private let plan: Plan
  /// The paths in which the snapshot differs from the base.
  let changed: Set<ByteString>
  private let homes: [Key: Int]
  private var differences: [ByteString: [Int: Difference]] = [:]
  /// The last one that was asked for: a thousand mains with ten thousand packages each would fill the memory.
  private var last: (key: Key, evidence: Evidence)?
  /// By fingerprint: where a finding is an old one.
  private(set) var reached: [String: Set<Key>] = [:]
  /// Those of them that are errors there.
  private(set) var reachedGravely: [String: Set<Key>] = [:]
  /// The notes about each main.
  private(set) var noted: [Key: [Note]] = [:]

  init(_ tree: LoadedTree, _ plan: Plan, changed: Set<ByteString>) {
    self.tree = tree
    self.plan = plan
    self.changed = changed
    var homes: [Key: Int] = [:]
    for (index, group) in tree.groups.enumerated() {
      for (target, mains) in group.mains {
        for main in mains { homes[Key(main: main, target: target)] = index }
      }
    }
    self.homes = homes
  }

  /// Where the base has a finding like this one; a warning there is none where this is an error.
  func reached(by finding: Finding) -> Set<Key>? {
    (finding.severity == .error ? reachedGravely : reached)[finding.fingerprint]
  }

  mutating func note(_ findings: [Finding], _ key: Key) {
    // What the base allows itself is new where it is not allowed any more.
    for finding in findings.compactMap(plan.weigh) where !tree.allowances.allow(finding) {
      if finding.severity == .error { reachedGravely[finding.fingerprint, default: []].insert(key) }
      reached[finding.fingerprint, default: []].insert(key)
    }
  }

  mutating func note(_ notes: [Note], _ key: Key) {
    noted[key, default: []] += notes
    // What is more than a note to this team is compared as any finding.
    let raised = notes.filter { plan.raises($0.rule) }
    guard !raised.isEmpty, let home = homes[key], let evidence = evidence(of: key) else { return }
    note(raised.compactMap { evidence.finding($0, tree.groups[home].differences) }, key)
  }

  /// Takes in what another tree has.
  mutating func note(all other: Baseline) {
    reached.merge(other.reached) { $0.union($1) }
    reachedGravely.merge(other.reachedGravely) { $0.union($1) }
    noted.merge(other.noted) { $0 + $1 }
  }

  /// Judges a main by its source alone, so that its findings count as old.
  mutating func judge(_ key: Key) {
    guard let home = homes[key], let evidence = evidence(of: key) else { return }
    let source = evidence.judgeSource(tree.groups[home].differences)
    note(source.findings, key)
    note(source.notes, key)
  }

  /// How a group is not what the base has in place of it.
  private mutating func difference(of group: LoadedGroup, from home: Int) -> Difference {
    if let known = differences[group.group.directory]?[home] { return known }
    let difference = Difference(group, tree.groups[home], changed: changed)
    differences[group.group.directory, default: [:]][home] = difference
    return difference
  }

  /// Whether a main of the snapshot may be another one than it was.
  mutating func mayAffect(_ key: Key, in group: LoadedGroup) -> Bool {
    homes[key].map { difference(of: group, from: $0).concerns(key.main.importPath) } ?? true
  }

  /// The files by which a main of the snapshot is not what it was, or nil where it was not there.
  mutating func changes(of key: Key, in group: LoadedGroup, _ after: LoadedTree, _ now: Evidence) -> [ByteString]? {
    guard let home = homes[key] else { return nil }
    let before = tree.groups[home]
    let difference = difference(of: group, from: home)
    guard difference.concerns(key.main.importPath), let old = evidence(of: key, like: now) else { return [] }
    func inputs(_ evidence: Evidence, _ group: LoadedGroup, _ tree: LoadedTree) -> Inputs {
      Inputs(
        of: [evidence.on, evidence.off], suspects: difference.suspects,
        withModuleFiles: difference.isInModuleFiles, group: group.group, tree: tree)
    }
    return inputs(now, group, after).differences(from: inputs(old, before, tree))
  }

  /// A main of the base with all it reached there, as it is in the snapshot where the imports are the same.
  mutating func evidence(of key: Key, like now: Evidence? = nil) -> Evidence? {
    if let last, last.key == key { return last.evidence }
    guard let home = homes[key] else { return nil }
    let group = tree.groups[home]
    let places = Places(goVersion: group.toolchain.version, requirements: group.requirements, base: nil)
    let made: Evidence
    if let now, now.graph.isShaped(like: group.graph) {
      made = Evidence(like: now, graph: group.graph, places: places)
    } else {
      made = Evidence(main: key.main, graph: group.graph, context: group.contexts[key.target]!, places: places)
    }
    last = (key, made)
    return made
  }

  /// Judges a main of the base by its source alone, so that its findings count as old; `now` is the main in the snapshot,
  /// with what was found there.
  ///
  /// Which rules a source breaks, and by which package, depends on the shape of the graph alone, but for packages that are
  /// not the same without cgo, where it depends on what they and their importers say.
  mutating func judge(_ key: Key, in group: LoadedGroup, like now: Evidence, _ source: SourceVerdict) {
    guard let home = homes[key] else { return }
    let isSame = now.graph.isShaped(like: tree.groups[home].graph)
    // Whether the base allows a finding, its own files say.
    if isSame, source.findings.isEmpty, !difference(of: group, from: home).touchesCgo {
      note(source.notes, key)
    } else {
      judge(key)
    }
  }

  /// The group that a group of the snapshot was before: the one in the same directory, else the one with its module.
  func group(like other: LoadedGroup) -> LoadedGroup? {
    let modules = Set(other.group.modules.map(\.file.module))
    let candidates = tree.groups.filter { $0.group.modules.contains { modules.contains($0.file.module) } }
    return candidates.first { $0.group.directory == other.group.directory } ?? candidates.first
  }
}
