import Bytes
import Dockerfiles
import GoBuild
import Recipes

/// Returns the `go build` and `go install` commands of a Dockerfile, limited to what `staticgo init` writes.
func containerFileBuilds(_ file: ByteString, _ content: [UInt8]) -> [ReleaseBuild] {
  releaseBuilds(dockerfileRecipes(file, content, assumesRoot: true) { _ in nil }.recipes)
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
