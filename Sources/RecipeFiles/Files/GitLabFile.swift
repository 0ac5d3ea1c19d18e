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
    let job = Job(entry.value, in: document)
    guard let script = job["script"] else { continue }
    var environment = Environment()
    // A template of another file, or an included file, may set anything.
    if !job.isComplete || document["include"] != nil { environment.others = .unknown }
    for variables in [document["variables"]] + job.layers.map({ $0["variables"] }) {
      for variable in variables?.entries ?? [] {
        let text = variable.value.text ?? variable.value["value"]?.text
        let setting: Setting = text.map { $0.contains("$") ? .unknown : .known($0) } ?? .unknown
        environment[variable.key] = Variable(setting, line: variable.line)
      }
    }
    let before = job["before_script"] ?? document["default"]?["before_script"] ?? document["before_script"]
    var shell = ShellRun(environment, in: "/")
    for (text, line) in (before.map { job.lines(of: $0) } ?? []) + job.lines(of: script) {
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

/// A job with the templates that it extends, which are jobs of the same file.
private struct Job {
  /// The templates, and the job last: a later one has its way.
  private(set) var layers: [YAML] = []
  /// Whether all templates are in the file.
  private(set) var isComplete = true
  private let document: YAML

  private static let depthLimit = 10
  private static let lineLimit = 1_000

  init(_ job: YAML, in document: YAML) {
    self.document = document
    add(job, depth: 0)
  }

  private mutating func add(_ job: YAML, depth: Int) {
    for name in (job["extends"]?.items ?? []).prefix(100).compactMap(\.text) {
      guard depth < Self.depthLimit, layers.count < Self.lineLimit, let template = document[name] else {
        isComplete = false
        continue
      }
      add(template, depth: depth + 1)
    }
    layers.append(job)
  }

  /// The value of a key in the last layer that has it.
  subscript(key: String) -> YAML? { layers.reversed().lazy.compactMap { $0[key] }.first }

  /// The commands of a script with their lines. `!reference [JOB, KEY]` stands for those of another job; one that is not in the
  /// file may set anything.
  func lines(of script: YAML) -> [(text: String, line: Int)] {
    var lines: [(text: String, line: Int)] = []
    var rest = Self.lineLimit
    collect(script, depth: 0, &rest, into: &lines)
    return lines
  }

  private func collect(
    _ script: YAML, depth: Int, _ rest: inout Int, into lines: inout [(text: String, line: Int)]
  ) {
    for item in script.items {
      rest -= 1
      if rest < 0 { return }
      if let text = item.text {
        lines.append((text, item.textLine))
        continue
      }
      let names = item.items.compactMap(\.text)
      guard depth < Self.depthLimit, names.count > 1, !names.contains(where: { $0.contains(" ") }) else {
        if depth < Self.depthLimit { collect(item, depth: depth + 1, &rest, into: &lines) }
        continue
      }
      if let referenced = names.dropFirst().reduce(document[names[0]], { $0?[$1] }) {
        collect(referenced, depth: depth + 1, &rest, into: &lines)
      } else {
        lines.append(("eval unknown", item.line))
      }
    }
  }
}
