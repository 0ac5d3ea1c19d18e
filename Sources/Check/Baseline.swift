import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoModule
import GoToolchain
import Loader
import Modules
import Plan
import Rules
import Snapshots

/// The findings of the base; each main is judged when it is first needed.
struct Baseline {
  let judged: JudgedTree
  var tree: LoadedTree { judged.tree }
  private let plan: Plan
  /// The paths that differ between the snapshot and the base.
  let changed: Set<ByteString>
  private let renames: ModuleRenames
  /// The index of the group of each main. Mains have the names of the snapshot.
  private let homes: [MainOnTarget: Int]
  private var differences: [ByteString: [Int: Difference]] = [:]
  /// The main that was used last. Only one is kept: a thousand mains with ten thousand packages each would fill the
  /// memory.
  private var last: (key: MainOnTarget, analysis: MainAnalysis)?
  /// The mains and targets that each finding affects in the base, by fingerprint: there it is known.
  private(set) var reached: [String: Set<MainOnTarget>] = [:]
  /// The part of `reached` where the finding is an error.
  private(set) var reachedAsError: [String: Set<MainOnTarget>] = [:]
  /// The mains that did not build without cgo in the base.
  private var blocked: Set<MainOnTarget> = []
  /// The verdicts by source.
  private(set) var verdicts: [MainOnTarget: Verdict] = [:]
  /// The notes of each main.
  private(set) var noted: [MainOnTarget: [Note]] = [:]

  /// `snapshot` is the tree that is compared with the base.
  init(_ judged: JudgedTree, _ plan: Plan, changed: Set<ByteString>, snapshot: LoadedTree) {
    self.judged = judged
    renames = ModuleRenames(from: judged.tree, to: snapshot, changed: changed)
    self.plan = plan
    self.changed = changed
    var homes: [MainOnTarget: Int] = [:]
    for (index, group) in judged.tree.groups.enumerated() {
      for (target, mains) in group.mains {
        for main in mains { homes[MainOnTarget(main: renames.after(main), target: target)] = index }
      }
    }
    self.homes = homes
  }

  /// Returns the mains and targets for which the base has this finding; nil if the base lacks it. If the finding is an
  /// error, a warning in the base does not count.
  func reached(by finding: Finding) -> Set<MainOnTarget>? {
    let known = (finding.severity == .error ? reachedAsError : reached)[finding.fingerprint]
    // A main that did not build without cgo before gains nothing by a constraint, and loses nothing.
    return finding.isByConstraint && !blocked.isEmpty ? blocked.union(known ?? []) : known
  }

  /// Returns the name of a main of the snapshot in the base.
  func before(_ main: MainName) -> MainName { renames.before(main) }

  /// Whether a main of the snapshot is a main of this group of the base.
  func holds(_ key: MainOnTarget, in group: LoadedGroup) -> Bool { homes[key] == group.index }

  mutating func note(_ findings: [Finding], _ key: MainOnTarget) {
    // A finding that the base allows is not recorded: it is new when the snapshot no longer allows it.
    for finding in findings.compactMap(plan.weigh) where judged.allowances.match(finding).isEmpty {
      let fingerprint = Finding.identity(finding.rule, renames.after(finding.culprit))
      if finding.severity == .error { reachedAsError[fingerprint, default: []].insert(key) }
      if Rule.named(finding.rule).verdict == .blocked { blocked.insert(key) }
      reached[fingerprint, default: []].insert(key)
    }
  }

  mutating func forget(_ fingerprint: String, _ key: MainOnTarget) {
    reached[fingerprint]?.remove(key)
    reachedAsError[fingerprint]?.remove(key)
  }

  mutating func note(_ notes: [Note], _ key: MainOnTarget) {
    noted[key, default: []] += notes.map { $0.renamed(renames.after($0.culprit)) }
    // If the configuration raises a note's severity, it is compared like any other finding.
    let raised = notes.filter { plan.raises($0.rule) }
    guard !raised.isEmpty, let home = homes[key], let analysis = analysis(of: key) else { return }
    note(raised.compactMap { analysis.finding($0, judged.differences(of: tree.groups[home])) }, key)
  }

  /// Adds the findings and notes of another baseline.
  mutating func note(all other: Baseline) {
    reached.merge(other.reached) { $0.union($1) }
    reachedAsError.merge(other.reachedAsError) { $0.union($1) }
    noted.merge(other.noted) { $0 + $1 }
    blocked.formUnion(other.blocked)
  }

  /// Judges a main of the base by its source only, and records its findings as known.
  mutating func judge(_ key: MainOnTarget) {
    guard let home = homes[key], let analysis = analysis(of: key) else { return }
    let source = analysis.judgeSource(judged.differences(of: tree.groups[home]), forbidding: judged.forbidden)
    verdicts[key] = source.verdict
    note(source.findings, key)
    note(source.notes, key)
  }

  /// Whether the source leaves open for a main of the base too whether it compiles without cgo, because of the same
  /// package, and the change touches neither that package nor one that imports it. `now` is the main in the snapshot.
  mutating func leavesOpen(_ key: MainOnTarget, _ package: ByteString, _ now: MainAnalysis) -> Bool {
    guard let home = homes[key], let old = analysis(of: key) else { return false }
    let differences = judged.differences(of: tree.groups[home])
    let source = old.judgeSource(differences, forbidding: judged.forbidden)
    let before = renames.before(package)
    guard source.verdict < .broken, differences.undecided(old, losing: source.losing) == before else { return false }
    func directories(_ analysis: MainAnalysis, _ path: ByteString) -> Set<DirectoryName> {
      let closure = analysis.off
      return Set(
        (closure.packages.filter { $0.importPath == path } + closure.importers(of: path)).map(\.directory.name))
    }
    let touched = directories(now, package)
    return touched == directories(old, before)
      && !touched.contains { name in name.root == .repository && changed.contains { $0.directory == name.path } }
  }

  /// Returns the difference between a group of the snapshot and the group with index `home` of the base.
  private mutating func difference(of group: LoadedGroup, from home: Int) -> Difference {
    if let known = differences[group.group.directory]?[home] { return known }
    let difference = Difference(group, tree.groups[home], changed: changed)
    differences[group.group.directory, default: [:]][home] = difference
    return difference
  }

  /// Whether the change may affect a main of the snapshot; true if the base lacks the main.
  mutating func mayAffect(_ key: MainOnTarget, in group: LoadedGroup) -> Bool {
    homes[key].map { difference(of: group, from: $0).concerns(key.main.importPath) } ?? true
  }

  /// Returns the files that changed for a main of the snapshot; nil if the base lacks the main.
  mutating func changes(of key: MainOnTarget, in group: LoadedGroup, _ after: LoadedTree, _ now: MainAnalysis)
    -> [ByteString]?
  {
    guard let home = homes[key] else { return nil }
    let before = tree.groups[home]
    let difference = difference(of: group, from: home)
    guard difference.concerns(key.main.importPath), let old = analysis(of: key, like: now) else { return [] }
    func inputs(_ analysis: MainAnalysis, _ group: LoadedGroup, _ tree: LoadedTree) -> Inputs {
      Inputs(
        of: [analysis.on, analysis.off], suspects: difference.suspects,
        withModuleFiles: difference.isInModuleFiles, group: group.group, tree: tree)
    }
    return inputs(now, group, after).differences(from: inputs(old, before, tree))
  }

  /// Returns a main of the base with its closures; nil if the base lacks it. If both trees have the same imports, the
  /// closures are copied from `now`, the main in the snapshot.
  mutating func analysis(of key: MainOnTarget, like now: MainAnalysis? = nil) -> MainAnalysis? {
    if let last, last.key == key { return last.analysis }
    guard let home = homes[key] else { return nil }
    let group = tree.groups[home]
    let locations = LocationResolver(goVersion: group.toolchain.version, requirements: group.requirements, base: nil)
    let made: MainAnalysis
    if let now, now.graph.isShaped(like: group.graph) {
      made = MainAnalysis(like: now, graph: group.graph, locations: locations)
    } else {
      made = MainAnalysis(
        main: renames.before(key.main), graph: group.graph, context: group.contexts[key.target]!, locations: locations)
    }
    last = (key, made)
    return made
  }

  /// Judges a main of the base by its source only, and records its findings as known. `now` is the main in the
  /// snapshot, `source` its result there.
  ///
  /// The shape of the graph alone decides which rules a source breaks, and with which culprit. The exception is
  /// packages that differ without cgo: there the content of these packages and of their importers counts too.
  mutating func judge(_ key: MainOnTarget, in group: LoadedGroup, like now: MainAnalysis, _ source: SourceVerdict) {
    guard let home = homes[key] else { return }
    let isSame = now.graph.isShaped(like: tree.groups[home].graph)
    // The base's own files decide whether it allows a finding, so a main with findings is judged again.
    if isSame, source.findings.isEmpty, !difference(of: group, from: home).touchesCgo {
      verdicts[key] = source.verdict
      note(source.notes, key)
    } else {
      judge(key)
    }
  }

  /// Returns the base's counterpart of a group of the snapshot: a group that shares a module with it, preferably the
  /// one in the same directory; nil if no group shares a module.
  func group(like other: LoadedGroup) -> LoadedGroup? {
    let modules = Set(other.group.modules.map { renames.before($0.file.module) })
    let candidates = tree.groups.filter { $0.group.modules.contains { modules.contains($0.file.module) } }
    return candidates.first { $0.group.directory == other.group.directory } ?? candidates.first
  }
}
