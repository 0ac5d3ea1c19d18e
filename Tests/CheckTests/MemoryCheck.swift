import Builds
import Bytes
import Cache
import Config
import Diagnostics
import GoBuild
import GoGraph
import GoModule
import GoToolchain
import Modules
import Plan
import Rules
import Snapshots
import System
import TestSupport

@testable import Check
@testable import Loader

/// A check of trees of files, without git and Go: the standard library is a few files, and nothing is built.
final class MemoryCheck {
  private let library: FileTree
  private var trees: [TreeBox] = []
  let target = Target(platform: Platform("linux/amd64")!, tags: [])

  private final class TreeBox {
    let tree: FileTree
    init(_ files: [String: String]) throws { tree = try FileTree(files) }
  }

  init() throws {
    library = try FileTree(["src/fmt/print.go": "package fmt\n", "src/errors/errors.go": "package errors\n"])
  }

  func plan(_ config: String = "") throws -> Plan {
    let options = options()
    return try Plan(options, try Config(parsing: Array(config.utf8), rules: options.rules))
  }

  func options() -> CheckOptions {
    var options = CheckOptions(
      subject: .index, defaultPlatform: target.platform, currentDirectory: "/", rules: Rule.all.map(\.id))
    options.explainsChanges = true
    options.wantsLineHashes = true
    return options
  }

  /// Loads a tree as `TreeLoader` does, with the standard library of the test.
  func load(_ files: [String: String], _ plan: Plan) throws -> JudgedTree {
    let box = try TreeBox(files)
    trees.append(box)
    let snapshot = box.tree.snapshot
    let store = FactStore(StoreContents(reading: nil))
    let listings = Background<[ByteString: SnapshotCache.Listing]> { [:] }
    let memory = FactCache(
      store: store, generated: GeneratedFiles(root: snapshot.root, store: store, known: listings))
    let moduleCache = library.root.appending("no modules")
    let toolchain = Toolchain(
      remembered: Toolchain.Answer(
        executable: "/no/go", values: [library.root, "go1.27.3", moduleCache, "", "linux", "amd64", "1"]))!
    let source = PackageSource(
      snapshot: snapshot, standardLibrary: library.root.appending("src"), standardLibraryName: nil,
      moduleCache: moduleCache, memory: memory, listings: PackageSource.Listings())
    var finder = ModuleFinder(snapshot: snapshot, moduleCache: moduleCache, readable: [], modFlag: nil)
    let groups = finder.groups().enumerated().map { index, group in
      let context = BuildContext(platform: target.platform, tags: [], cgoMode: .off)
      let mains = snapshot.goDirectories.sorted().filter { $0.hasPrefix("cmd/") }.map {
        MainName(importPath: group.modules[0].file.module.appending($0), directory: $0)
      }
      let graph = PackageGraph(
        roots: mains.map { ($0.importPath, DirectoryName(.repository, $0.directory)) },
        contexts: CgoMode.allCases.map(context.with), scope: group.scope, tree: source)
      return LoadedGroup(
        group: group, toolchain: toolchain, graph: graph, contexts: [target: context], candidates: mains,
        mains: [target: mains], requirements: [:], index: index)
    }
    let loaded = LoadedTree(
      source: source, groups: groups, errors: finder.errors,
      inspector: SourceInspector(into: source, SourceInspector.Cache()))
    return JudgedTree(loaded, allowing: plan.config)
  }

  /// Runs the stages over a tree and, if there is one, its base; `merged` are the other parents of a merge.
  func run(
    _ files: [String: String], base: [String: String]? = nil, merged: [[String: String]] = [], config: String = "",
    isLimited: Bool = false, isNewOnly: Bool = false
  ) throws -> Report {
    let plan = try plan(config)
    let after = try load(files, plan)
    let before = try base.map { try load($0, plan) }
    func changes(_ tree: JudgedTree?) -> Set<ByteString> {
      let snapshot = after.tree.source.snapshot
      return tree.map { snapshot.changes(from: $0.tree.source.snapshot) } ?? Set(snapshot.paths)
    }
    let others = try merged.map { try load($0, plan) }
    let builder = MemoryCheck.builder()
    let recipes = RecipeStage(
      after.tree, base: before?.tree.source.snapshot, changed: before == nil ? [] : changes(before), options(), plan,
      FactStore(StoreContents(reading: nil)))
    let judge = Judge(
      options: options(), plan: plan, after: after, before: before, changed: changes(before), isLimited: isLimited,
      build: BuildStage(plan: plan, after: after, builder: builder, recipes: recipes),
      compare: CompareStage(plan: plan, builder: builder),
      recipes: recipes, embeds: nil,
      otherParents: { others.map { Baseline($0, plan, changed: changes($0), snapshot: after.tree) } },
      early: EarlyFindings { _ in },
      unreadable: { [] })
    var report = Report(
      snapshot: TreeName(kind: .index), base: nil, toolchainVersion: "go1.27.3", toolchainRoot: "/no")
    report.isLimitedToAffected = isLimited
    report.isLimitedToNew = isNewOnly
    try judge.run(into: &report)
    return report
  }

  /// A builder for a plan that builds nothing.
  static func builder() -> Builder {
    Builder(
      depth: .none, limit: nil, cache: VerdictCache(store: FactStore(StoreContents(reading: nil))),
      workTree: WorkTreeQueries(
        ignoredPaths: { () throws(CheckError) in [] }, notIgnored: { paths throws(CheckError) in paths }),
      progress: { _ in })
  }
}
