package import Builds
package import Bytes
import Cache
import Config
package import Diagnostics
import Git
import GoBuild
import GoToolchain
import Loader
package import Plan
import Recipes
import Snapshots
import System

/// Judges the mains of the repository in the current directory, and passes the report to `body`.
///
/// Loads the snapshot and its base, runs the stages of `Judge` over them, and saves what later runs need. Everything that
/// was loaded is kept until `body` returns: freeing ten thousand packages costs a tenth of the time of a check, so a
/// caller that ends the process in `body` saves it. `progress` receives a text to show during slow steps, and nil when a
/// step ends; `found` the findings of the source that count, before a build starts.
package func check<Result>(
  _ options: CheckOptions, progress: @escaping (String?) -> Void, found: @escaping ([Finding]) -> Void = { _ in },
  report body: (Report) -> Result
) throws(CheckError) -> Result {
  let start = monotonicNanoseconds()
  let reader = try RepositoryReader.open()
  var options = options
  // A bare repository has no work tree on disk, so patterns are relative to the root of the judged tree.
  if reader.isBare { options.currentDirectory = reader.root }
  var (commit, base, merged) = try reader.commits(options.subject)
  if !options.hasBase { base = nil }
  let caching = Preload.reading(try options.cachePlace(in: reader))
  var index: IndexContent?
  if options.mayEndEarly, let base, merged.isEmpty, let staged = reader.staged(since: base) {
    let objects = reader.repository.objectsDirectory
    if let changes = staged.changes,
      changesNoInput(changes, staged.index, objects: objects, isRead: isReadBesidesBuilds)
    {
      return body(reportOfNoInput(since: base, start: start))
    }
    index = staged.index
  }
  return try judgeMains(
    options, reader, caching, (commit, base, merged), index, start: start, progress: progress, found: found,
    report: body)
}

/// Whether a check reads a file that no build does.
private func isReadBesidesBuilds(_ change: StagedChange) -> Bool {
  let path = change.path
  return path.baseName == Config.fileName || RecipeKind(path) != nil || path.hasSuffix(".sh")
    || change.kinds.contains(.executable)
}

private func judgeMains<Result>(
  _ options: CheckOptions, _ reader: borrowing RepositoryReader, _ caching: Background<SnapshotCache>,
  _ commits: (subject: ObjectID?, base: ObjectID?, merged: [ObjectID]), _ index: IndexContent?, start: UInt64,
  progress: @escaping (String?) -> Void, found: @escaping ([Finding]) -> Void, report body: (Report) -> Result
) throws(CheckError) -> Result {
  let (commit, baseCommit, merged) = commits
  let (root, objects) = (reader.root, reader.repository.objectsDirectory)
  let preload = Preload(caching: caching, base: baseCommit, root: root, objects: objects)
  let snapshot = try reader.snapshot(options.subject, commit, index: index)
  preload.compare(snapshot)
  let cache = preload.cache()
  let store = FactStore(cache.store)
  let plan = try Plan(options, try options.config(of: snapshot))
  let loader = TreeLoader(options, plan, root: root, store: store, listings: preload.listings)
  let toolchain = try loader.toolchain(at: "", chosenBy: "")
  let loaded = try loader.load(snapshot)
  let (base, changed) = (try preload.base(), preload.changed())
  let loadedBase = try base.map { (tree) throws(CheckError) in
    try loader.load(tree, like: loaded, changed: changed ?? [])
  }
  if let base, let baseCommit { SnapshotCache.remember(base, baseCommit, in: store) }
  let saving = loader.save()
  defer { saving.value() }  // A file must not be half written when the process ends.
  let after = JudgedTree(loaded, allowing: plan.config)
  let before = loadedBase.map { JudgedTree($0, allowing: plan.config) }
  let nothingStaged = options.subject == .index && changed?.isEmpty ?? false
  let isLimited = options.isLimited(nothingStaged: nothingStaged)
  var report = emptyReport(options, plan, loader, snapshot, base, toolchain, isLimited: isLimited)
  report.notes +=
    notes(plan, toolchain, snapshot, cache, nothingStaged: isLimited && nothingStaged)
    + baseErrors(loadedBase, besides: loaded)
  let (verdicts, early) = (VerdictCache(store: store), EarlyFindings(tell: found))
  let builder = Builder(
    depth: plan.build, limit: plan.buildLimit, cache: verdicts, workTree: WorkTreeQueries(ofRepositoryAt: root),
    progress: early.telling(progress))
  let otherParents = { () throws(CheckError) in
    try merged.map { (commit) throws(CheckError) in
      let tree = RepositoryReader.read(commit, root: root, objects: objects, memory: cache)
      return try baseline(tree.get(), snapshot, loaded, loader, plan)
    }
  }
  let recipes = RecipeStage(loaded, base: base, changed: changed ?? [], options, plan, store)
  let judge = Judge(
    options: options, plan: plan, after: after, before: before, changed: changed ?? Set(snapshot.paths),
    isLimited: isLimited, build: BuildStage(plan: plan, after: after, builder: builder, recipes: recipes),
    compare: CompareStage(plan: plan, builder: builder), recipes: recipes,
    embeds: [.none, .auto].contains(plan.build) ? EmbedCheck(loaded, WorkTreeQueries(ofRepositoryAt: root)) : nil,
    otherParents: otherParents, early: early,
    unreadable: {
      UnreadableFile.errors(
        about: snapshot.unreadable + loader.unreadable + recipes.unreadable(isLimited ? changed : nil))
    })
  try judge.run(into: &report)
  progress(nil)
  report.notes += generatedFiles(report, loader) + plan.nestedConfigurations(in: snapshot, isLimited ? changed : nil)
  saving.value()
  if verdicts.isChanged || judge.recipes.isChanged { store.save().value() }
  report.elapsedNanoseconds = monotonicNanoseconds() - start
  return withExtendedLifetime((loader, after, before)) { body(report) }
}

/// The report of a change that no build can notice.
private func reportOfNoInput(since base: ObjectID, start: UInt64) -> Report {
  var report = Report(
    snapshot: TreeName(kind: .index), base: TreeName(kind: .commit, commit: base.hexadecimal), toolchainVersion: "",
    toolchainRoot: "")
  report.isLimitedToAffected = true
  report.isLimitedToNew = true
  report.changesNoInput = true
  report.elapsedNanoseconds = monotonicNanoseconds() - start
  return report
}

/// Loads another parent of a merge.
private func baseline(
  _ tree: Snapshot, _ snapshot: Snapshot, _ loaded: LoadedTree, _ loader: TreeLoader, _ plan: Plan
) throws(CheckError) -> Baseline {
  let changed = snapshot.changes(from: tree)
  let parent = try loader.load(tree, like: loaded, changed: changed)
  return Baseline(JudgedTree(parent, allowing: plan.config), plan, changed: changed, snapshot: loaded)
}

extension WorkTreeQueries {
  /// Opens the repository again for each question: builds rarely ask, and may ask on any thread.
  package init(ofRepositoryAt root: ByteString) {
    self.init(
      ignoredPaths: { () throws(CheckError) in try RepositoryReader.open().ignoredPaths() },
      notIgnored: RepositoryReader.notIgnored)
  }
}

private func emptyReport(
  _ options: CheckOptions, _ plan: Plan, _ loader: TreeLoader, _ snapshot: Snapshot, _ base: Snapshot?,
  _ toolchain: Toolchain, isLimited: Bool
) -> Report {
  var report = Report(
    snapshot: snapshot.name, base: base?.name, toolchainVersion: toolchain.version.text,
    toolchainRoot: toolchain.root.text)
  report.failOn = plan.config.failOn
  for target in plan.targets where !report.targets.contains(target.platform.description) {
    report.targets.append(target.platform.description)
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
  return report
}

/// Returns a note if the base has an error that the snapshot does not have.
private func baseErrors(_ base: LoadedTree?, besides loaded: LoadedTree) -> [String] {
  let error = base?.errors.first { !loaded.errors.contains($0) }
  return error.map { ["the base could not be fully checked, so old findings may be shown as new: \($0.message)"] } ?? []
}

/// Returns the messages about the run as a whole.
private func notes(
  _ plan: Plan, _ toolchain: Toolchain, _ snapshot: Snapshot, _ cache: SnapshotCache, nothingStaged: Bool
) -> [String] {
  var notes: [String] = []
  if let warning = cache.store.warning { notes.append(warning) }
  if !toolchain.flags.dropped.isEmpty {
    notes.append("dropped from GOFLAGS for this check: \(toolchain.flags.dropped.joined(separator: " "))")
  }
  let flags = plan.targets.lazy.compactMap { ineffectiveLinkerFlag(in: toolchain.flags.kept + $0.flags) }
  if let flag = flags.first { notes.append("\(flag) has no effect without cgo: Go's internal linker is used") }
  if !snapshot.submodules.isEmpty {
    let (list, count) = (snapshot.submodules.prefix(3).map(\.text).joined(separator: ", "), snapshot.submodules.count)
    notes.append(
      count == 1
        ? "the git repository in \(list), inside this one, was not checked. To check it, run staticgo there"
        : "\(count) git repositories inside this one were not checked: \(list)\(count > 3 ? " …" : ""). To check one, run "
          + "staticgo there")
  }
  if nothingStaged { notes.append("nothing is staged") }
  return notes
}

private func generatedFiles(_ report: Report, _ loader: TreeLoader) -> [String] {
  let generated = report.mains.isEmpty ? [] : loader.generatedFiles
  guard let first = generated.first else { return [] }
  let others = generated.count == 1 ? "" : " and \(generated.count - 1) more"
  return ["ignored by git but compiled by Go: \(first.text)\(others); using the copy in the work tree"]
}
