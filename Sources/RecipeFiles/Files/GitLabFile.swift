import Bytes
import Recipes
import Shell

/// Evaluates the scripts of the jobs of a .gitlab-ci.yml (docs.gitlab.com, CI/CD YAML syntax): `before_script` and `script`
/// of a job run in one shell, with the variables of the file and of the job.
func gitLabRecipes(
  _ path: ByteString, _ bytes: [UInt8], _ content: @escaping (ByteString) -> [UInt8]?
) -> RecipeFile {
  var file = RecipeFile(path)
  guard let document = YAML(parsing: bytes) else { return file }
  let called = Workspace.called(content)
  for entry in document.entries.prefix(jobLimit) where !keywords.contains(entry.key) && !entry.key.hasPrefix(".") {
    let job = entry.value
    guard let script = job["script"] else { continue }
    var environment = Environment()
    // A template, or an included file, may set anything.
    if job["extends"] != nil || document["include"] != nil { environment.others = .unknown }
    for variables in [document["variables"], job["variables"]] {
      for variable in variables?.entries ?? [] {
        let text = variable.value.text ?? variable.value["value"]?.text
        let setting: Setting = text.map { $0.contains("$") ? .unknown : .known($0) } ?? .unknown
        environment[variable.key] = Variable(setting, line: variable.line)
      }
    }
    let before = job["before_script"] ?? document["default"]?["before_script"] ?? document["before_script"]
    var shell = ShellRun(environment, in: "/")
    for step in (before?.items ?? []) + script.items {
      guard let text = step.text else { continue }
      let line = text.contains("\n") ? step.line + 1 : step.line
      shell.run(ShellLexer.tokens(text + "\n", from: line))
    }
    let image = job["image"] ?? document["default"]?["image"] ?? document["image"]
    let hasCompiler = (image?.text ?? image?["name"]?.text).flatMap { name in
      name.contains("$") ? nil : BaseImage(name, isCertain: true).hasCompiler
    }
    let recipes = shell.commands.flatMap {
      Workspace.recipes($0, in: path, on: Workspace.Machine(hasCompiler: hasCompiler), called)
    }
    // Without a build the variable may be for anything.
    guard !recipes.isEmpty else { continue }
    file.recipes += recipes
    file.noteChecks(of: shell)
    file.lost += LostSetting.all(of: shell, inherited: environment, unit: "job").filter { !file.lost.contains($0) }
    file.images += shell.commands.compactMap { RecipeFile.PublishedImage($0) }
  }
  return file
}

private let jobLimit = 1_000

/// The keys of the file that are not jobs.
private let keywords: Set<String> = [
  "default", "include", "stages", "variables", "workflow", "image", "services", "before_script", "after_script",
  "cache",
  "spec",
]
