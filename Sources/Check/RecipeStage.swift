import Bytes
import Cache
import Diagnostics
import GoBuild
import GoSource
import Loader
import Plan
package import Recipes
import Rules
package import Snapshots

/// The files that build the mains for release, in the snapshot and in the base. A file is evaluated only if it builds a main
/// that is judged.
final class RecipeStage {
  private let changed: Set<ByteString>
  /// Every main of the snapshot.
  private let mains: () -> Set<MainName>
  private let after: RecipeTree
  private let before: RecipeTree?

  private lazy var allMains = mains()
  /// The files of either tree that the change affects.
  private lazy var changedFiles: [RecipeOutline] = {
    // A recipe reads no Go files.
    guard changed.contains(where: { !$0.isGoFileName }) else { return [] }
    return (after.outlines + (before?.outlines ?? [])).filter { outline in
      changed.contains(outline.path) || outline.reads.contains(where: changed.contains)
    }
  }()
  /// The files that could not be read. A partial clone lacks some: of these only the changed ones count, nil for all.
  func unreadable(_ changed: Set<ByteString>?) -> [UnreadableFile] {
    after.unreadable.filter { !$0.isNotFetched || changed?.contains($0.path) ?? true }.sorted { $0.path < $1.path }
  }
  /// Whether facts about files were found that a later run can use.
  var isChanged: Bool { after.isChanged || before?.isChanged ?? false }

  init(
    _ tree: LoadedTree, base: Snapshot?, changed: Set<ByteString>, _ options: CheckOptions, _ plan: Plan,
    _ store: FactStore
  ) {
    after = RecipeTree(tree.source.snapshot, store)
    before = base.map { RecipeTree($0, store) }
    self.changed = changed
    mains = { MainSelection(options: options, plan: plan, tree: tree).present }
  }

  /// Returns the changed files that build a main.
  func changes(of main: MainName) -> [ByteString] {
    if changedFiles.isEmpty { return [] }
    return Set(changedFiles.filter { $0.builds(main, among: allMains) }.map(\.path)).sorted()
  }

  /// Whether an image in which a main runs is known to lack something that a program may need.
  func lacksContents(_ main: MainName) -> Bool {
    after.files(building: main, among: allMains).contains { file in
      file.recipes.contains { $0.runtime?.image.contents.missing.isEmpty == false && $0.builds(main, among: allMains) }
    }
  }

  /// Returns the findings about the recipes of a main, and records in `base` those that the base has.
  func findings(_ item: Case, _ resolution: VerdictResolution, _ base: inout Baseline?) -> [Finding] {
    let main = item.key.main
    let own = after.files(building: main, among: allMains)
    if own.isEmpty { return [] }
    var subject = RecipeSubject(item.analyze(), resolution.verdict, tags: item.key.target.tags, mains: allMains)
    (subject.needs, subject.content) = (resolution.needs ?? [], after.content)
    let found = own.flatMap { subject.findings(in: $0) { after.all } }
    guard !found.isEmpty, let before, var known = base else { return found }
    if let old = known.analysis(of: item.key), let verdict = known.verdicts[item.key] {
      var subject = RecipeSubject(old, verdict, tags: item.key.target.tags, mains: allMains)
      // The base is not linked for this: it has a need of the snapshot if it imports what leads there.
      (subject.needs, subject.content) = (resolution.needs ?? [], before.content)
      let files = before.files(building: known.before(main), among: allMains)
      known.note(files.flatMap { subject.findings(in: $0) { before.all } }, item.key)
      base = known
    }
    return found
  }
}

/// Returns the files of a tree that may build mains, evaluated.
package func readRecipes(of snapshot: Snapshot) -> [RecipeFile] {
  RecipeTree(snapshot, FactStore(StoreContents(reading: nil))).all
}
