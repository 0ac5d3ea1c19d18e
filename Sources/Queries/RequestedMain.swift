package import Bytes
import Cache
package import Check
import Config
package import Diagnostics
import Git
package import GoBuild
import GoGraph
import GoToolchain
package import Loader
import Modules
package import Plan
package import Rules
import Snapshots
import System

/// A requested main of the snapshot, with everything that was loaded for it.
package struct RequestedMain {
  package let name: MainName
  package let target: Target
  package let group: LoadedGroup
  package let tree: JudgedTree
  /// Made without a base: the request is about the present state, not about a change.
  package let locations: LocationResolver
  /// The root of the repository.
  package let root: ByteString
  /// The directory that patterns are relative to.
  package let currentDirectory: ByteString

  /// Loads the snapshot and calls `body` for each main that `pattern` matches, on each target. Throws if the pattern
  /// matches no main. Throws if Go refuses to build anything in a main's module, unless `named` is true: then only the
  /// names are needed. With `onlyIncluded` the mains that the configuration excludes are omitted.
  package static func each(
    _ options: CheckOptions, _ pattern: String, named: Bool = false, onlyIncluded: Bool = false,
    _ body: (RequestedMain) throws(CheckError) -> Void
  ) throws(CheckError) {
    let trees = try RepositoryReader.open()
    var options = options
    if trees.isBare { options.currentDirectory = trees.root }
    options.patterns = [pattern]
    let root = trees.root
    let memory = SnapshotCache(store: try options.cachePlace(in: trees).contents)
    let snapshot = try trees.snapshot(options.subject, try trees.commits(options.subject).snapshot)
    let plan = try Plan(options, try options.config(of: snapshot))
    let loader = TreeLoader(
      options, plan, root: root, store: FactStore(memory.store), listings: Background { memory.listings(root: root) })
    let tree = try loader.load(snapshot)
    let judged = JudgedTree(tree, allowing: plan.config)
    loader.save().value()
    let patterns = Patterns(options, root: root)
    var isMet = false
    for group in tree.groups {
      let locations = LocationResolver(
        goVersion: group.toolchain.version, directory: group.group.directory, requirements: group.requirements,
        base: nil)
      for target in plan.targets {
        for main in group.mains[target] ?? []
        where patterns.match(main) && plan.judges(main, on: target)
          && (!onlyIncluded || plan.includes(main))
        {
          isMet = true
          if !named, let failure = group.group.failure { throw CheckError(.cannotJudge, failure.message) }
          try body(
            RequestedMain(
              name: main, target: target, group: group, tree: judged, locations: locations, root: root,
              currentDirectory: options.currentDirectory))
        }
      }
    }
    if isMet { return }
    if let error = tree.errors.first { throw CheckError(.cannotJudge, error.message) }
    let mains = Set(tree.groups.flatMap { $0.mains.values.joined() })
    throw CheckError(.usage, Patterns.unmatched(pattern, among: mains))
  }
}

/// Returns the directories of the mains that the patterns match, "." for the root; sorted.
package func listMains(_ options: CheckOptions) throws(CheckError) -> [ByteString] {
  var names: Set<ByteString> = []
  for pattern in options.patterns.isEmpty ? ["./..."] : options.patterns {
    try RequestedMain.each(options, pattern, named: true, onlyIncluded: true) { (main) throws(CheckError) in
      names.insert(main.name.directory.isEmpty ? "." : main.name.directory)
    }
  }
  return names.sorted()
}
