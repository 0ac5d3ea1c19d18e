import Bytes
import GoBuild
import Recipes

/// Returns the `builds` of a .ko.yaml (ko.build, configuration). ko sets CGO_ENABLED=0 unless `env` has it, and its images
/// have no C library unless `defaultBaseImage` has one.
func koRecipes(_ path: ByteString, _ content: [UInt8]) -> RecipeFile {
  var file = RecipeFile(path)
  guard let document = YAML(parsing: content) else { return file }
  let base = document["defaultBaseImage"]
  let image = BaseImage(base?.text ?? "cgr.dev/chainguard/static", isCertain: true)
  for build in (document["builds"]?.items ?? []).prefix(1_000) {
    let setting = (build["env"] ?? document["defaultEnv"])?.items.last { $0.text?.hasPrefix("CGO_ENABLED=") ?? false }
    let cgo: Recipe.CgoState
    switch setting?.text.map({ String($0.dropFirst(12)) }) {
    case nil, "0"?: cgo = .off(line: setting?.line)
    case "1"?: cgo = .on(line: setting?.line)
    case let text?:
      cgo = .unknown("CGO_ENABLED is a template or no number")
      if let line = setting?.line, !text.contains("{{"), !text.contains("$"), !text.isEmpty {
        file.lost.append(LostSetting(name: "CGO_ENABLED", cause: .value(text), line: line))
      }
    }
    let main = [build["dir"]?.text, build["main"]?.text].compactMap { $0 }.joined(separator: "/")
    let subject: Recipe.Subject =
      if case .main(let directory) = plainSubject(main.isEmpty ? "." : main) { .directory(directory) } else { .unknown }
    let flags = ["flags", "ldflags"].flatMap { key -> [String] in
      let words = (build[key]?.items ?? []).compactMap(\.text)
      return key == "flags" ? words : words.isEmpty ? [] : ["-ldflags=" + words.joined(separator: " ")]
    }
    var recipe = Recipe(
      file: path, line: build.line, command: "ko", subjects: [subject], tags: [],
      flags: BuildFlag.parse(flags).flags, cgo: cgo)
    recipe.tags = recipe.flags.filter { $0.name == "tags" }.flatMap { plainTags($0.value ?? "") }
    recipe.hasUnknownFlags = flags.contains { $0.contains("{{") && !$0.hasPrefix("-ldflags") }
    recipe.isAtRoot = true
    // An image of its own is given by import path.
    let isCertain = document["baseImageOverrides"] == nil
    recipe.runtime = isCertain ? Recipe.Stage(image: image, line: base?.line ?? build.line) : nil
    file.recipes.append(recipe)
  }
  return file
}
