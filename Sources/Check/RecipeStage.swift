import Bytes
import Diagnostics
import Git
import GoBuild
import GoSource
import Loader
import Plan
package import Recipes
import Rules
package import Snapshots

/// The files that build the mains for release, in the snapshot and in the base. They are read when they are first needed.
final class RecipeStage {
  private let snapshot: Snapshot
  private let base: Snapshot?
  private let changed: Set<ByteString>
  /// Every main of the snapshot.
  private let mains: () -> Set<MainName>

  private lazy var allMains = mains()
  private lazy var files = Self.read(snapshot)
  private lazy var baseFiles: [RecipeFile] = base.map(Self.read) ?? []
  /// The files of either tree that the change affects.
  private lazy var changedFiles: [RecipeFile] = {
    guard changed.contains(where: ReleaseBuild.isRecipeFile) else { return [] }
    return (files + baseFiles).filter { changed.contains($0.path) }
  }()

  init(_ tree: LoadedTree, base: Snapshot?, changed: Set<ByteString>, _ options: CheckOptions, _ plan: Plan) {
    snapshot = tree.source.snapshot
    self.base = base
    self.changed = changed
    mains = { MainSelection(options: options, plan: plan, tree: tree).present }
  }

  /// Larger files are not read: no Dockerfile of a person is.
  private static let sizeLimit = 1 << 18
  private static let fileLimit = 1_000

  /// Reads the Dockerfiles of a tree, those of third parties excluded.
  static func read(_ snapshot: Snapshot) -> [RecipeFile] {
    var paths: [ByteString] = []
    for (directory, files) in snapshot.directories {
      for file in files where file.kind != .symbolicLink {
        // Most names are those of Go files.
        if file.name.isGoFileName { continue }
        let path = directory.appending(file.name)
        if ReleaseBuild.isRecipeFile(path) { paths.append(path) }
      }
    }
    let own = paths.filter { path in
      !path.directory.split(UInt8(ascii: "/")).contains { ["vendor", "testdata", "node_modules"].contains($0) }
    }
    var mentionsCgo = false
    var read = own.sorted().prefix(fileLimit).compactMap { path -> RecipeFile? in
      guard let content = snapshot.content(path), content.count <= sizeLimit else { return nil }
      let isMachine = ReleaseBuild.isWorkflow(path) || ReleaseBuild.isMakefile(path.baseName)
      if isMachine, ByteString(content).firstIndex(of: "CGO_ENABLED") != nil { mentionsCgo = true }
      return RecipeFile.read(path, content, content: snapshot.content)
    }
    // goreleaser has the environment of the machine, which another file may set.
    if mentionsCgo {
      for index in read.indices { read[index].forgetMachine() }
    }
    return read
  }

  /// Returns the changed files that build a main.
  func changes(of main: MainName) -> [ByteString] {
    if changedFiles.isEmpty { return [] }
    let paths = changedFiles.filter { file in file.recipes.contains { $0.builds(main, among: allMains) } }.map(\.path)
    return Set(paths).sorted()
  }

  /// Returns the findings about the recipes of a main, and records in `base` those that the base has.
  func findings(_ item: Case, _ verdict: Verdict, _ base: inout Baseline?) -> [Finding] {
    let main = item.key.main
    func isBuilt(_ file: RecipeFile) -> Bool { file.recipes.contains { $0.builds(main, among: allMains) } }
    let own = files.filter(isBuilt)
    if own.isEmpty { return [] }
    let subject = RecipeSubject(item.analyze(), verdict, tags: item.key.target.tags, mains: allMains)
    let found = own.flatMap { subject.findings(in: $0, files) }
    guard !found.isEmpty, var known = base else { return found }
    if let old = known.analysis(of: item.key), let before = known.verdicts[item.key] {
      let subject = RecipeSubject(old, before, tags: item.key.target.tags, mains: allMains)
      known.note(baseFiles.filter(isBuilt).flatMap { subject.findings(in: $0, baseFiles) }, item.key)
      base = known
    }
    return found
  }
}

/// Returns the Dockerfiles of a tree, evaluated.
package func readRecipes(of snapshot: Snapshot) -> [RecipeFile] { RecipeStage.read(snapshot) }
