import Bytes
import GoBuild
import Recipes

/// Returns the `go build` and `go install` commands of a Dockerfile, limited to what `staticgo init` writes.
func containerFileBuilds(_ file: ByteString, _ content: [UInt8]) -> [ReleaseBuild] {
  var evaluator = DockerfileEvaluator(file, assumesRoot: true) { _ in nil }
  return releaseBuilds(evaluator.evaluate(DockerfileReader.instructions(content)).recipes)
}

/// Evaluates a Dockerfile.
func containerFileRecipes(
  _ path: ByteString, _ bytes: [UInt8], _ content: @escaping (ByteString) -> [UInt8]?
) -> RecipeFile {
  var evaluator = DockerfileEvaluator(path, content: content)
  return evaluator.evaluate(DockerfileReader.instructions(bytes))
}

/// Returns the recipes of one file, limited to what `staticgo init` writes.
func releaseBuilds(_ recipes: [Recipe]) -> [ReleaseBuild] {
  recipes.map { recipe in
    let subject: ReleaseBuild.Subject =
      switch recipe.subjects.count == 1 ? recipe.subjects[0] : .unknown {
      case .directory(let directory): .main(directory)
      case .below(""): .all
      case .below, .importPath, .unknown: .unknown
      }
    let platform = [recipe.system, recipe.architecture].compactMap { $0 }.joined(separator: "/")
    var enabled: String?
    if case .on = recipe.cgo { enabled = "1" }
    let cgo = cgoSetting(enabled, buildMode: BuildFlag.last("buildmode", in: recipe.flags))
    return ReleaseBuild(
      subject: subject, platforms: [Platform(platform)].compactMap { $0 }, tags: recipe.tags,
      cgo: cgo.map { .init(text: $0, line: recipe.line) })
  }
}
