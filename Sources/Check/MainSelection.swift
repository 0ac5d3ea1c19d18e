import Bytes
import Config
import Diagnostics
import GoBuild
import Loader
import Plan
import Snapshots

/// The mains of a tree that the configuration includes, and those of them that the command line chooses.
struct MainSelection {
  let options: CheckOptions
  let plan: Plan
  let tree: LoadedTree
  let patterns: Patterns

  init(options: CheckOptions, plan: Plan, tree: LoadedTree) {
    self.options = options
    self.plan = plan
    self.tree = tree
    patterns = Patterns(options, root: tree.source.snapshot.root)
  }

  /// Returns the mains of a group that are judged on a target, whether or not the command line chooses them.
  func mains(of group: LoadedGroup, on target: Target) -> [MainName] {
    (group.mains[target] ?? []).filter { plan.includes($0) && plan.judges($0, on: target) }
  }

  /// Whether the patterns and the shard of the command line choose a main.
  func isChosen(_ main: MainName) -> Bool { patterns.match(main) && options.shard?.holds(main) ?? true }

  /// The mains that are judged on any target, whether or not the command line chooses them.
  var all: Set<MainName> { Set(tree.groups.flatMap { group in plan.targets.flatMap { mains(of: group, on: $0) } }) }

  /// The mains in the tree, whether or not the configuration includes them.
  var present: Set<MainName> {
    Set(tree.groups.flatMap { group in plan.targets.flatMap { group.mains[$0] ?? [] } })
  }

  /// Throws if the configuration excludes every main, or a pattern of the command line matches none.
  func check() throws(CheckError) {
    let all = all
    if all.isEmpty, !present.isEmpty, options.patterns.isEmpty {
      throw CheckError(.usage, "\(plan.config.file.text) excludes every main package.")
    }
    guard let pattern = options.patterns.first(where: { pattern in !all.contains { patterns.matches(pattern, $0) } })
    else { return }
    throw CheckError(
      .usage,
      present.contains { patterns.matches(pattern, $0) }
        ? "\(plan.config.file.text) excludes every main package that matches \"\(pattern)\"."
        : Patterns.unmatched(pattern, among: all))
  }
}
