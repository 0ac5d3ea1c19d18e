import Bytes
import Shell

/// Evaluates the `run` steps of a workflow (docs.github.com, workflow syntax): the environment of the workflow, of the job
/// and of the step, and what earlier steps write to $GITHUB_ENV.
func workflowRecipes(_ path: ByteString, _ content: [UInt8]) -> RecipeFile {
  var file = RecipeFile(path)
  guard let document = YAML(parsing: content) else { return file }
  var steps = 0
  for job in (document["jobs"]?.entries ?? []).map(\.value) {
    var environment = Environment()
    set(document["env"], in: &environment)
    set(job["env"], in: &environment)
    let runner = job["runs-on"]?.text ?? ""
    let hasCompiler = runner.hasPrefix("ubuntu-") && job["container"] == nil ? true : nil
    var exports: [LostSetting] = []
    var goEnvironment = Environment()
    let defaults = [job, document].lazy.compactMap { $0["defaults"]?["run"]?["working-directory"]?.text }.first
    for step in job["steps"]?.items ?? [] {
      if let image = RecipeFile.PublishedImage(step) { file.images.append(image) }
      guard let run = step["run"], let script = run.text, steps < stepLimit else { continue }
      steps += 1
      var own = environment
      set(step["env"], in: &own)
      let directory = step["working-directory"]?.text ?? defaults ?? "."
      let place: ByteString? = directory.contains("$") ? nil : ByteString("/").appending(ByteString(directory)).cleaned
      var shell = ShellRun(own, in: place, goEnvironment: goEnvironment)
      shell.run(tokens(script, at: run))
      goEnvironment = shell.goEnvironment
      let lost = LostSetting.all(of: shell, inherited: own, unit: "step")
      exports += lost.filter { $0.cause == .shellEnds(unit: "step") }
      file.lost += lost.filter { $0.cause != .shellEnds(unit: "step") }
      for command in shell.commands {
        if script.contains("GITHUB_ENV") { note(command, in: &environment) }
        if let image = RecipeFile.PublishedImage(command) { file.images.append(image) }
        guard let go = GoCommand(command) else { continue }
        file.recipes.append(Workspace.recipe(go, in: path, hasCompiler: hasCompiler))
        // Only a later build shows that the export was meant for it.
        for setting in exports where own[setting.name].value == .unset && !file.lost.contains(setting) {
          if go.environment[setting.name].value == .unset { file.lost.append(setting) }
        }
      }
    }
  }
  return file
}

private let stepLimit = 1_000

private func set(_ values: YAML?, in environment: inout Environment) {
  for entry in values?.entries ?? [] {
    guard let text = entry.value.text else { continue }
    environment[entry.key] = Variable(text.contains("${{") ? .unknown : .known(text), line: entry.line)
  }
}

/// The tokens of a script; a block scalar begins on the line after its sign.
private func tokens(_ script: String, at value: YAML) -> [ShellToken] {
  // An expression may stand for anything, and is one word.
  var text = ""
  var rest = Substring(script)
  while let start = rest.range(of: "${{"), let end = rest[start.upperBound...].range(of: "}}") {
    text += rest[..<start.lowerBound] + "$(expression)"
    rest = rest[end.upperBound...]
  }
  return ShellLexer.tokens(text + rest, from: script.contains("\n") ? value.line + 1 : value.line)
}

/// Notes `echo NAME=value >> $GITHUB_ENV`. The redirection is not among the words, so any such echo counts.
private func note(_ command: ShellCommand, in environment: inout Environment) {
  guard command.words.first?.literal == "echo", command.words.count == 2,
    let (name, value) = command.words[1].assignment, GoCommand.variables.contains(name)
  else { return }
  environment[name] = Variable(ShellRun.expand(value, command.environment), line: command.line)
}

extension Substring {
  /// The first range of a text; without full Foundation.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
