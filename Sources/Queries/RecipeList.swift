import Bytes
import Check
package import Diagnostics
import GoBuild
import Loader
package import Plan
import Recipes
import Rules
import Snapshots

/// A recipe of the snapshot, as `staticgo recipes` shows it.
package struct ListedRecipe: Sendable, Encodable {
  package let file: String
  package let line: Int
  package let command: String
  /// The directories of the mains that it builds; empty where the file does not show them.
  package let mains: [String]
  /// As GOOS/GOARCH, with `*` for what the machine or a variable decides.
  package let target: String
  package let tags: [String]
  package let flags: [String]
  /// `off`, `on`, `machine` or `unknown`.
  package let cgo: String
  /// Where and how the state is set, or the reason why it is not known.
  package let reason: String
  package let builder: String?
  package let image: String?
  /// The linkage that follows for the mains.
  package let linkage: String

  private enum CodingKeys: String, CodingKey {
    case file, line, command, mains, target, tags, flags, cgo, reason, builder, image, linkage
  }

  /// Writes null for an image that is not known.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(line, forKey: .line)
    try container.encode(command, forKey: .command)
    try container.encode(mains, forKey: .mains)
    try container.encode(target, forKey: .target)
    try container.encode(tags, forKey: .tags)
    try container.encode(flags, forKey: .flags)
    try container.encode(cgo, forKey: .cgo)
    try container.encode(reason, forKey: .reason)
    try container.encode(builder, forKey: .builder)
    try container.encode(image, forKey: .image)
    try container.encode(linkage, forKey: .linkage)
  }
}

/// A command that builds somehow and is not followed.
package struct UnfollowedRecipe: Sendable, Encodable {
  package let file: String
  package let line: Int
  package let reason: String
}

/// Returns the recipes of the snapshot, all or those of the mains that the pattern matches, and what was not followed.
package func listRecipes(
  _ options: CheckOptions, main pattern: String?
) throws(CheckError) -> (recipes: [ListedRecipe], notFollowed: [UnfollowedRecipe]) {
  var subjects: [MainName: RecipeSubject] = [:]
  var snapshot: Snapshot?
  let all = try mainNames(options)
  try RequestedMain.each(options, pattern ?? "./...") { (main) throws(CheckError) in
    snapshot = main.tree.tree.source.snapshot
    guard subjects[main.name] == nil else { return }
    let analysis = MainAnalysis(
      main: main.name, graph: main.group.graph, context: main.group.contexts[main.target]!, locations: main.locations)
    let source = analysis.judgeSource(main.tree.differences(of: main.group))
    subjects[main.name] = RecipeSubject(analysis, source.verdict, tags: main.target.tags, mains: all)
  }
  guard let snapshot else { return ([], []) }
  var recipes: [ListedRecipe] = []
  var notFollowed: [UnfollowedRecipe] = []
  for file in readRecipes(of: snapshot) {
    for recipe in file.recipes {
      let built = subjects.filter { recipe.builds($0.key, among: all) }
      if pattern != nil, built.isEmpty { continue }
      recipes.append(listed(recipe, built, isKnown: all.contains { recipe.builds($0, among: all) }))
    }
    if pattern == nil {
      notFollowed += file.notFollowed.map { UnfollowedRecipe(file: file.path.text, line: $0.line, reason: $0.reason) }
    }
  }
  return (recipes, notFollowed)
}

private func mainNames(_ options: CheckOptions) throws(CheckError) -> Set<MainName> {
  var names: Set<MainName> = []
  try RequestedMain.each(options, "./...", named: true) { (main) throws(CheckError) in names.insert(main.name) }
  return names
}

private func listed(_ recipe: Recipe, _ mains: [MainName: RecipeSubject], isKnown: Bool) -> ListedRecipe {
  let reason =
    switch recipe.cgo {
    case .off(let line): line.map { "CGO_ENABLED=0 on line \($0)" } ?? "CGO_ENABLED=0"
    case .on(let line): line.map { "CGO_ENABLED=1 on line \($0)" } ?? "CGO_ENABLED=1"
    case .withCompiler(let line):
      line.map { "not set; line \($0) installs a C compiler" } ?? "not set; the build image has a C compiler"
    case .withoutCompiler: "not set; the build image has no C compiler"
    case .cross: "not set; a cross build"
    case .unknown(let reason): reason
    }
  let linkages = Set(mains.values.map { $0.linkageWord(of: recipe) }).sorted()
  return ListedRecipe(
    file: recipe.file.text, line: recipe.line,
    command: recipe.command + (recipe.called.map { " in \($0.file.text):\($0.line)" } ?? ""),
    mains: mains.keys.sorted().map(\.text),
    target: recipe.isOverride
      ? recipe.targets.map(\.description).joined(separator: " ")
      : "\(recipe.system ?? "*")/\(recipe.architecture ?? "*")", tags: recipe.tags,
    flags: recipe.flags.map { "-\($0.name)" + ($0.value.map { "=\($0 == "\0" ? "…" : $0)" } ?? "") }
      + (recipe.hasUnknownFlags ? ["…"] : []),
    cgo: recipe.cgoWord, reason: reason, builder: recipe.builder?.image.name, image: recipe.runtime?.image.name,
    linkage: linkages.isEmpty
      ? isKnown ? "" : "no main of this repository, or an unknown one" : linkages.joined(separator: ", "))
}
