import Bytes
import Recipes
import Shell

/// Evaluates the commands of a Taskfile (taskfile.dev, schema): each in a shell of its own, with the variables of the file and
/// of the task. An `{{expression}}` may stand for anything.
func taskfileRecipes(
  _ path: ByteString, _ bytes: [UInt8], _ content: @escaping (ByteString) -> [UInt8]?
) -> RecipeFile {
  var file = RecipeFile(path)
  guard let document = YAML(parsing: bytes) else { return file }
  let called = Workspace.called(content)
  let place = ByteString("/").appending(path.directory).cleaned
  for (task, _) in zip((document["tasks"]?.entries ?? []).map(\.value), 0..<1_000) {
    var environment = Environment()
    // A file of variables may set anything, and the caller's variables come before those of a task.
    if document["dotenv"] != nil || task["dotenv"] != nil { environment.others = .unknown }
    for entry in (document["env"]?.entries ?? []) + (task["env"]?.entries ?? []) {
      let text = entry.value.text
      let isKnown = text.map { !$0.contains("{{") && !$0.contains("$") } ?? false
      environment[entry.key] = Variable(isKnown ? .known(text ?? "") : .unknown, line: entry.line)
    }
    let named = task["dir"]?.text ?? "."
    let directory: ByteString? =
      named.contains("{{") || named.contains("$") ? nil : place.appending(ByteString(named)).cleaned
    for item in (task["cmds"] ?? task["cmd"] ?? task).items {
      guard let command = item.text == nil ? item["cmd"] : item, let text = command.text else { continue }
      var shell = ShellRun(environment, in: directory)
      shell.run(scriptTokens(text, at: command, between: ("{{", "}}")))
      let lost = LostSetting.all(of: shell, inherited: environment, unit: "command")
      let recipes = shell.commands.flatMap { Workspace.recipes($0, in: path, on: Workspace.Machine(), called) }
      file.recipes += recipes.prefix(max(0, 1_000 - file.recipes.count))
      file.images += shell.commands.compactMap { RecipeFile.PublishedImage($0) }
      file.lost += lost.filter { !file.lost.contains($0) }
    }
  }
  // Without a build the variables may be for anything.
  if file.recipes.isEmpty { file.lost = [] }
  return file
}
