import Bytes
package import Diagnostics
import FileSystem
import Git
import GoGraph
import GoSource
import GoToolchain
import Linkage
import Rules

/// Judges the mains of the repository in the current directory: change to snapshot, snapshot to packages, packages to
/// closures, closures to findings, and a build where the source is not enough.
///
/// `progress` gets a line to show while something takes time, and nil when it is over.
package func check(_ options: CheckOptions, progress: @escaping (String?) -> Void) throws(CheckError) -> Report {
  let start = monotonicNanoseconds()
  let trees = try Trees.open()
  let changes = try Trees.wrap { () throws(GitError) in try trees.repository.workTreeChanges() }
  // What git ignores and Go compiles is part of every tree that is built here.
  let ignored = trees.ignored(changes)
  let (snapshot, base) = try subjects(options.subject, trees, changes, ignored)
  let loader = TreeLoader(options, root: trees.root)
  let toolchain = try loader.toolchain(at: "", chosenBy: "")
  let after = try loader.load(snapshot)
  let before = try base.map { (tree) throws(CheckError) in try loader.load(tree) }

  var report = Report(
    snapshot: snapshot.name, base: base?.name, toolchainVersion: toolchain.version.text,
    toolchainRoot: toolchain.root.text)
  if !toolchain.flags.dropped.isEmpty {
    report.notes.append("left out of GOFLAGS for this check: \(toolchain.flags.dropped.joined(separator: " "))")
  }
  if !snapshot.submodules.isEmpty {
    let list = snapshot.submodules.prefix(3).map(\.text).joined(separator: ", ")
    report.notes.append("submodules are not judged here: \(list)\(snapshot.submodules.count > 3 ? " …" : "")")
  }

  var isLimited = options.subject != .workTree && !options.all
  if options.subject == .index, isLimited, let base, snapshot.changes(from: base).isEmpty {
    if options.isUnderPreCommit { isLimited = false } else { report.notes.append("nothing is staged") }
  }
  report.isLimitedToAffected = isLimited
  report.isLimitedToNew = options.newOnly ?? isLimited

  // Only a build asks whether the files on disk are the snapshot's.
  let isOnDisk = options.subject == .workTree || options.build == .none
  let judge = Judge(
    options: options, after: after, before: before,
    workTree: isOnDisk ? snapshot : try trees.workTree(changes, ignored: ignored), isLimited: isLimited,
    progress: progress)
  try judge.run(into: &report)
  report.elapsedNanoseconds = monotonicNanoseconds() - start
  return report
}

/// The snapshot that is judged and the base that it is compared with, if there is one.
func subjects(
  _ subject: CheckOptions.Subject, _ trees: borrowing Trees, _ changes: [Repository.WorkTreeChange],
  _ ignored: Trees.Ignored
) throws(CheckError) -> (snapshot: Snapshot, base: Snapshot?) {
  func head(_ trees: borrowing Trees) throws(CheckError) -> Snapshot? {
    guard let head = try Trees.wrap({ () throws(GitError) in try trees.repository.head() }) else { return nil }
    return try trees.commit(head, ignored: ignored)
  }
  switch subject {
  case .index: return (try trees.index(ignored: ignored), try head(trees))
  case .workTree: return (try trees.workTree(changes, ignored: ignored), try head(trees))
  case .range(let from, let to):
    let end = try commit(to ?? "HEAD", trees)
    let start = try commit(from, trees)
    let base = try mergeBase(start, end, trees, names: (from, to ?? "HEAD"))
    return (try trees.commit(end, ignored: ignored), try trees.commit(base, ignored: ignored))
  }
}

private func mergeBase(
  _ start: ObjectID, _ end: ObjectID, _ trees: borrowing Trees, names: (from: String, to: String)
) throws(CheckError) -> ObjectID {
  do throws(GitError) { return try trees.repository.mergeBase(start, end) } catch {
    let cause = trees.repository.isShallow ? "this clone is shallow" : error.message
    let advice =
      trees.repository.isShallow
      ? "Fetch the history (actions/checkout: fetch-depth: 0), or name a commit that is here with --from."
      : "Name a commit with --from that shares history with \(names.to)."
    throw CheckError(.cannotJudge, "cannot find the merge base of \(names.from) and \(names.to): \(cause). \(advice)")
  }
}

private func commit(_ revision: String, _ trees: borrowing Trees) throws(CheckError) -> ObjectID {
  do throws(GitError) { return try trees.repository.commit(revision) } catch {
    let advice =
      trees.repository.isShallow ? " This clone is shallow: fetch the history (actions/checkout: fetch-depth: 0)." : ""
    throw CheckError(.cannotJudge, "cannot find the revision \(revision): \(error.message).\(advice)")
  }
}
