import Bytes
import GoBuild
import Recipes
import Shell

/// Evaluates the pipelines of a melange file (github.com/chainguard-dev/melange): the step `go/build`, and scripts, with the
/// variables of its environment. Whether a C compiler is there depends on the packages of the environment.
func melangeRecipes(
  _ path: ByteString, _ bytes: [UInt8], _ content: @escaping (ByteString) -> [UInt8]?
) -> RecipeFile {
  var file = RecipeFile(path)
  guard let document = YAML(parsing: bytes) else { return file }
  let called = Workspace.called(content)
  var environment = Environment()
  for entry in document["environment"]?["environment"]?.entries ?? [] {
    let text = entry.value.text ?? ""
    environment[entry.key] = Variable(text.contains("${{") ? .unknown : .known(text), line: entry.line)
  }
  let packages = document["environment"]?["contents"]?["packages"]?.items ?? []
  let compiler = packages.first { ["build-base", "gcc", "clang"].contains($0.text ?? "") }
  let pipelines = [document["pipeline"]] + (document["subpackages"]?.items ?? []).map { $0["pipeline"] }
  for step in pipelines.flatMap({ $0?.items ?? [] }).prefix(1_000) {
    if step["uses"]?.text == "go/build", let options = step["with"] {
      let words = (options["packages"]?.text ?? ".").split(separator: " ").map(String.init)
      let texts = ["go", "build"] + (options["tags"]?.text.map { ["-tags=" + $0] } ?? []) + words
      let command = ShellCommand(
        words: texts.map { ShellWord(parts: [.text($0)], isQuoted: true, line: step.line) }, environment: environment,
        directory: options["modroot"]?.text.map { ByteString("/").appending(ByteString($0)).cleaned } ?? "/",
        line: step.line)
      file.recipes += Workspace.recipes(
        command, in: path, on: Workspace.Machine(hasCompiler: compiler == nil ? nil : true), called)
    } else if let script = step["runs"], let text = script.text {
      var shell = ShellRun(environment, in: "/")
      shell.run(scriptTokens(text, at: script, between: ("${{", "}}")))
      let lost = LostSetting.all(of: shell, inherited: environment, unit: "step")
      file.lost += lost.filter { !file.lost.contains($0) }
      file.recipes += shell.commands.flatMap {
        Workspace.recipes($0, in: path, on: Workspace.Machine(hasCompiler: compiler == nil ? nil : true), called)
      }
    }
  }
  if file.recipes.isEmpty { file.lost = [] }
  return file
}
