import Bytes
import GoBuild
import Recipes
import Shell

/// Evaluates the `run` steps of a workflow (docs.github.com, workflow syntax): the environment of the workflow, of the job
/// and of the step, and what earlier steps write to $GITHUB_ENV.
///
/// A composite action (action.yml) has steps of its own. It runs with the environment of the job that uses it, which is not
/// known.
func workflowRecipes(
  _ path: ByteString, _ bytes: [UInt8], _ content: @escaping (ByteString) -> [UInt8]?
) -> RecipeFile {
  var file = RecipeFile(path)
  guard let document = YAML(parsing: bytes) else { return file }
  let called = Workspace.called(content)
  if let runs = document["runs"], runs["using"]?.text == "composite" {
    var environment = Environment()
    environment.others = .unknown
    follow(runs, environment, on: Workspace.Machine(), in: nil, called, into: &file)
  }
  var rounds = 0
  for job in (document["jobs"]?.entries ?? []).map(\.value) {
    var combinations = JobMatrix(job).combinations
    rounds += combinations.count
    if rounds > roundLimit { combinations = [[:]] }
    var recipes: [Recipe] = []
    var machines: [Workspace.Machine] = []
    for combination in combinations {
      let job = JobMatrix.fill(job, with: combination)
      let first = file.recipes.count
      machines.append(machine(of: job))
      follow(job, in: document, on: machines[machines.count - 1], called, rounds: combinations.count, into: &file)
      recipes += file.recipes[first...]
      file.recipes.removeSubrange(first...)
    }
    // On several machines no recipe is one of a release for all platforms.
    let handedOut = Set(machines).count == 1 ? HandedOut(job) : HandedOut()
    var (shipped, others): ([Recipe], [Recipe]) = ([], [])
    for recipe in recipes.uniqued {
      if handedOut.holds(recipe) { shipped.append(recipe) } else { others.append(recipe) }
    }
    file.recipes += JobMatrix.merge(shipped, on: machines[0]) + others
    if file.recipes.count >= recipeLimit { break }
  }
  (file.lost, file.images) = (file.lost.uniqued, file.images.uniqued)
  return file
}

/// The programs that a job hands out. One that hands out nothing may only try whether they compile.
private struct HandedOut {
  /// Whether it makes a release.
  private var isRelease = false
  /// The paths of its artifacts.
  private var paths: [String] = []

  private static let releaseActions = ["gh-release", "release-action", "upload-release", "upload-to-release"]

  init() {}

  init(_ job: YAML) {
    for step in job["steps"]?.items ?? [] where !(step["if"]?.text?.contains("failure") ?? false) {
      let (action, run) = (step["uses"]?.text ?? "", step["run"]?.text ?? "")
      isRelease =
        isRelease || Self.releaseActions.contains { action.contains($0) } || run.contains("gh release create")
        || run.contains("gh release upload")
      if action.hasPrefix("actions/upload-artifact"), let path = step["with"]?["path"]?.text { paths.append(path) }
    }
  }

  /// Whether the program of a recipe is among it: in a release, or where a path has the name of the program or of its directory.
  func holds(_ recipe: Recipe) -> Bool {
    if isRelease || paths.isEmpty { return isRelease }
    let output = BuildFlag.last("o", in: recipe.flags).map { ByteString($0) } ?? ""
    let names = [output.baseName, output.cleaned.directory.baseName].map(\.text).filter { !$0.isEmpty && $0 != "." }
    return paths.contains { path in names.contains { path.contains($0) } }
  }
}

/// The machine that runs a job. The runners of GitHub have gcc; a container has what its image has.
private func machine(of job: YAML) -> Workspace.Machine {
  let runner = job["runs-on"]?.text ?? ""
  var machine = Workspace.Machine()
  if runner.hasPrefix("ubuntu-") {
    machine = Workspace.Machine(hasCompiler: true, architecture: runner.hasSuffix("-arm") ? "arm64" : "amd64")
  }
  if let container = job["container"]?.text ?? job["container"]?["image"]?.text {
    machine.hasCompiler = container.contains("$") ? nil : BaseImage(container, isCertain: true).hasCompiler
  }
  return machine
}

/// Follows the steps of one of the `rounds` of a job.
private func follow(
  _ job: YAML, in document: YAML, on machine: Workspace.Machine, _ called: CalledFiles, rounds: Int,
  into file: inout RecipeFile
) {
  var environment = Environment()
  set(document["env"], in: &environment)
  set(job["env"], in: &environment)
  set(job["container"]?["env"], in: &environment)
  let directory = [job, document].lazy.compactMap { $0["defaults"]?["run"]?["working-directory"]?.text }.first
  follow(job, environment, on: machine, in: directory, called, limit: stepLimit / rounds, into: &file)
}

/// Follows the steps of a job or of a composite action.
private func follow(
  _ job: YAML, _ start: Environment, on machine: Workspace.Machine, in defaults: String?,
  _ called: CalledFiles, limit: Int = stepLimit, into file: inout RecipeFile
) {
  var environment = start
  var exports: [LostSetting] = []
  var goEnvironment = Environment()
  for step in (job["steps"]?.items ?? []).prefix(limit) {
    if let image = RecipeFile.PublishedImage(step) { file.images.append(image) }
    guard let run = step["run"], let script = run.text else { continue }
    var own = environment
    set(step["env"], in: &own)
    let directory = step["working-directory"]?.text ?? defaults ?? "."
    let place: ByteString? = directory.contains("$") ? nil : ByteString("/").appending(ByteString(directory)).cleaned
    var shell = ShellRun(own, in: place, goEnvironment: goEnvironment)
    shell.run(scriptTokens(script, at: run, between: ("${{", "}}")))
    goEnvironment = shell.goEnvironment
    file.noteChecks(of: shell)
    let lost = LostSetting.all(of: shell, inherited: own, unit: "step")
    exports += lost.filter { $0.cause == .shellEnds(unit: "step") }
    file.lost += lost.filter { $0.cause != .shellEnds(unit: "step") }
    let writesEnvironment = script.contains("GITHUB_ENV")
    // The step may be skipped for some of the combinations.
    let isConditional = step["if"]?.text?.contains("matrix") ?? false
    for command in shell.commands {
      if writesEnvironment { note(command, in: &environment) }
      if let image = RecipeFile.PublishedImage(command) { file.images.append(image) }
      var recipes = Workspace.recipes(command, in: file.path, on: machine, called)
      if isConditional { for index in recipes.indices { recipes[index].isConditional = true } }
      file.recipes += recipes.prefix(max(0, recipeLimit - file.recipes.count))
      if recipes.isEmpty { continue }
      // Only a later build shows that the export was meant for it.
      for setting in exports where own[setting.name].value == .unset && !file.lost.contains(setting) {
        if command.environment[setting.name].value == .unset { file.lost.append(setting) }
      }
    }
  }
}

private let stepLimit = 1_000
/// The number of combinations of all jobs of a file.
private let roundLimit = 256
private let recipeLimit = 1_000

private func set(_ values: YAML?, in environment: inout Environment) {
  for entry in values?.entries ?? [] {
    guard let text = entry.value.text else { continue }
    environment[entry.key] = Variable(text.contains("${{") ? .unknown : .known(text), line: entry.line)
  }
}

/// Notes `echo NAME=value >> $GITHUB_ENV`. The redirection is not among the words, so any such echo counts.
private func note(_ command: ShellCommand, in environment: inout Environment) {
  guard command.words.first?.literal == "echo", command.words.count == 2,
    let (name, value) = command.words[1].assignment, GoCommand.variables.contains(name)
  else { return }
  environment[name] = Variable(ShellRun.expand(value, command.environment), line: command.line)
}

extension Array where Element: Hashable {
  /// The elements without repetitions, in their order.
  fileprivate var uniqued: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
