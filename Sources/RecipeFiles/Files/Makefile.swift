import Bytes
import Recipes
import Shell

/// The recipes of a Makefile, each target on its own. The environment of make is taken for unset, as it is on another
/// machine.
func makefileRecipes(_ path: ByteString, _ content: [UInt8]) -> RecipeFile {
  var file = RecipeFile(path)
  let make = MakeRun(content, in: ByteString("/").appending(path.directory).cleaned)
  for (name, meant, line) in make.misspelt {
    file.lost.append(LostSetting(name: name, cause: .misspelt(meant), line: line))
  }
  /// The target of each recipe.
  var targets: [String] = []
  for block in make.run() {
    let lost = LostSetting.all(of: block.shell, inherited: block.environment, unit: "line")
    file.lost += lost.filter { !file.lost.contains($0) }
    file.noteChecks(of: block.shell)
    for command in block.shell.commands {
      if let image = RecipeFile.PublishedImage(command) { file.images.append(image) }
      if let go = GoCommand(command), file.recipes.count < 1_000 {
        file.recipes.append(Workspace.recipe(go, in: file.path, on: Workspace.Machine()))
        targets.append(block.target)
      }
    }
  }
  findLostVariables(of: make, targets, in: &file)
  return file
}

/// Finds the variables of make that go would read, if make exported them: nothing else in the file uses them.
private func findLostVariables(of make: MakeRun, _ targets: [String], in file: inout RecipeFile) {
  if make.exportsAll || make.hasIncludes || make.isOpaque { return }
  for (name, all) in make.assignments.sorted(by: { $0.key < $1.key }) {
    guard !make.exported.contains(name), !make.referenced.contains(name), !all.contains(where: \.isExported) else {
      continue
    }
    for assignment in all {
      let builds = zip(file.recipes, targets).contains { recipe, target in
        if let own = assignment.target, own != target { return false }
        if case .unknown = recipe.cgo { return name == "CGO_ENABLED" }
        return false
      }
      if builds { file.lost.append(LostSetting(name: name, cause: .makeVariable, line: assignment.line)) }
    }
  }
}
