import Bytes
import Config
package import Diagnostics
import FactStore
import FileSystem
import Git
import GoGraph
import GoSource
import GoToolchain
import Linkage
import Rules

/// Judges the mains of the repository in the current directory. The steps: change to snapshot, snapshot to packages,
/// packages to closures, closures to findings, and a build where the source is not enough.
///
/// The caller holds `remains` until the process ends. `progress` gets a line to show during slow work, and nil when
/// that is over.
package func check(
  _ options: CheckOptions, progress: @escaping (String?) -> Void
) throws(CheckError) -> (report: Report, remains: Remains) {
  let start = monotonicNanoseconds()
  let trees = try RepositoryReader.open()
  var options = options
  // A bare repository has no work tree, so patterns are relative to the root of the snapshot.
  if trees.isBare { options.currentDirectory = trees.root }
  let (commit, comparable, merged) = try trees.commits(options.subject)
  let baseCommit = options.hasBase ? comparable : nil
  let (root, objects) = (trees.root, trees.repository.objectsDirectory)
  let cache = options.cacheFile(of: trees.repository.commonDirectory)
  // One thread reads the index and then the packages; others read the cache, the work tree's directories and the base.
  let remembering = Background { SnapshotCache(store: StoreContents(reading: cache)) }
  let listings = Background { remembering.value().listings(root: root) }
  let readingBase = Background {
    // The base is needed last, so it leaves the cores to the work that is needed first.
    _ = listings.value()
    return baseCommit.map { RepositoryReader.read($0, root: root, objects: objects, memory: remembering.value()) }
  }
  let snapshot = try trees.snapshot(options.subject, commit)
  let comparing = Background { (try? readingBase.value()?.get()).map(snapshot.changes(from:)) }
  let memory = remembering.value()
  let store = FactStore(memory.store)
  let plan = try Plan(options, try options.config(of: snapshot))
  let loader = TreeLoader(options, plan, root: root, store: store, listings: listings)
  let toolchain = try loader.toolchain(at: "", chosenBy: "")
  let after = try loader.load(snapshot)
  let base = try readingBase.value()?.get()
  let changed = comparing.value()
  let before = try base.map { (tree) throws(CheckError) in
    try loader.load(tree, like: after, changed: changed ?? [])
  }
  if let base, let baseCommit { SnapshotCache.remember(base, baseCommit, in: store) }
  let saving = loader.save()

  var report = Report(
    snapshot: snapshot.name, base: base?.name, toolchainVersion: toolchain.version.text,
    toolchainRoot: toolchain.root.text)
  report.failOn = plan.config.failOn
  for target in plan.targets where !report.targets.contains(target.platform.description) {
    report.targets.append(target.platform.description)
  }
  if let first = loader.unreadable.first {
    let others = loader.unreadable.count > 1 ? " and \(loader.unreadable.count - 1) more" : ""
    report.errors.append(
      JudgementError(
        message: "cannot read \(first.text)\(others): the content is missing from git. In a partial clone, run: "
          + "git checkout, or git fetch --refetch",
        file: first))
  }
  if let warning = memory.store.warning { report.notes.append(warning) }
  if !toolchain.flags.dropped.isEmpty {
    report.notes.append("dropped from GOFLAGS for this check: \(toolchain.flags.dropped.joined(separator: " "))")
  }
  if let idle = plan.targets.lazy.compactMap({ ineffectiveLinkerFlag(in: toolchain.flags.kept + $0.flags) }).first {
    report.notes.append("\(idle) has no effect without cgo: Go's internal linker is used")
  }
  if !snapshot.submodules.isEmpty {
    let list = snapshot.submodules.prefix(3).map(\.text).joined(separator: ", ")
    report.notes.append(
      "nested repositories are not judged here: \(list)\(snapshot.submodules.count > 3 ? " …" : "")")
  }

  var isLimited = options.subject != .workTree && !options.all
  if options.subject == .index, isLimited, changed?.isEmpty ?? false {
    if options.isUnderPreCommit { isLimited = false } else { report.notes.append("nothing is staged") }
  }
  report.part = options.shard.map { shard in
    let targets = plan.targets.map { target in
      ([target.platform.description] + target.tags.map { "-tags \($0)" } + target.flags).joined(separator: " ")
    }
    return Part(
      index: shard.index, count: shard.count,
      run: (targets + options.patterns + (isLimited ? [] : ["every main"])).joined(separator: ", "))
  }
  report.isLimitedToAffected = isLimited
  report.isLimitedToNew = options.newOnly ?? isLimited

  let verdicts = VerdictCache(store: store)
  let judge = Judge(
    options: options, plan: plan, after: after, before: before, changed: changed ?? Set(snapshot.paths),
    isLimited: isLimited,
    otherParents: { () throws(CheckError) in
      try merged.map { (commit) throws(CheckError) in
        let tree = try RepositoryReader.read(commit, root: root, objects: objects, memory: memory).get()
        let changed = snapshot.changes(from: tree)
        return Baseline(try loader.load(tree, like: after, changed: changed), plan, changed: changed)
      }
    },
    verdicts: verdicts, progress: progress)
  do throws(CheckError) {
    try judge.run(into: &report)
  } catch {
    // The process ends next and must not leave a half-written file.
    saving.value()
    throw error
  }
  let generated = report.mains.isEmpty ? [] : loader.generatedFiles
  if let first = generated.first {
    let others = generated.count == 1 ? "" : " and \(generated.count - 1) more"
    report.notes.append(
      "ignored by git but compiled by Go: \(first.text)\(others); using the copy in the work tree")
  }
  saving.value()
  if verdicts.isChanged { store.save().value() }
  report.elapsedNanoseconds = monotonicNanoseconds() - start
  return (report, Remains(trees, after: after, before: before, loader: loader))
}

/// The data that a check leaves in memory. The process ends next, so freeing ten thousand packages is wasted work:
/// holding this object until the exit saves a tenth of the time.
package final class Remains {
  private let trees: RepositoryReader
  private let after: LoadedTree
  private let before: LoadedTree?
  private let loader: TreeLoader

  init(_ trees: consuming RepositoryReader, after: LoadedTree, before: LoadedTree?, loader: TreeLoader) {
    self.trees = trees
    self.after = after
    self.before = before
    self.loader = loader
  }
}
