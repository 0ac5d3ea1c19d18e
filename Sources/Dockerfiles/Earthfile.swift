package import Bytes
package import Recipes

/// Evaluates an Earthfile (docs.earthly.dev, Earthfile reference): each target is a stage of a Dockerfile, and those that save
/// an image are its results. A target with IF, FOR, DO and the like is not followed.
package func earthfileRecipes(
  _ path: ByteString, _ bytes: [UInt8], _ content: @escaping (ByteString) -> [UInt8]?
) -> RecipeFile {
  let file = Earthfile(DockerfileReader.instructions(bytes))
  var result = RecipeFile(path)
  var found: Set<Int> = []
  // A program that goes into an image is judged there; one that no image gets has no place where it runs.
  let images = file.targets.filter(\.savesImage)
  for (target, isImage) in images.map({ ($0, true) }) + file.targets.map({ ($0, false) }) {
    guard let stages = file.instructions(for: target.name), result.recipes.count < 1_000 else { continue }
    var evaluator = DockerfileEvaluator(path, content: content)
    let part = evaluator.evaluate(stages)
    for var recipe in part.recipes where !found.contains(recipe.line) {
      if !isImage { recipe.runtime = nil }
      result.recipes.append(recipe)
    }
    if isImage { result.shellless += part.shellless.filter { $0.line >= target.line } }
    result.lost += part.lost.filter { !result.lost.contains($0) && !found.contains($0.line) }
    found.formUnion(part.recipes.map(\.line))
  }
  // The order of targets says nothing about the order in which they run.
  result.lost.removeAll { if case .afterBuild = $0.cause { true } else { $0.cause == .beforeFrom } }
  return result
}

/// The targets of an Earthfile.
private struct Earthfile {
  struct Target {
    let name: String
    let line: Int
    var commands: [DockerInstruction] = []
    /// The names of its artifacts, with their paths in the target; nil for a path that is not known.
    var artifacts: [String: String?] = [:]
    var savesImage = false
    var isFollowed = true
  }

  private(set) var targets: [Target] = []
  private static let limit = 200
  private static let base = "base"

  init(_ instructions: [DockerInstruction]) {
    targets = [Target(name: Self.base, line: 1)]
    for instruction in instructions {
      if instruction.keyword.hasSuffix(":"), instruction.keyword.count > 1 {
        guard targets.count < Self.limit else { return }
        targets.append(Target(name: instruction.keyword.dropLast().lowercased(), line: instruction.line))
        continue
      }
      add(instruction, to: &targets[targets.count - 1])
    }
  }

  private func add(_ instruction: DockerInstruction, to target: inout Target) {
    switch instruction.keyword {
    case "VERSION", "PROJECT", "BUILD", "CACHE", "HOST", "EXPOSE", "LABEL", "VOLUME", "GIT": break
    case "SAVE":
      let words = instruction.string.split(whereSeparator: \.isWhitespace).map(String.init)
      if words.first == "IMAGE" { target.savesImage = true }
      let places = words.dropFirst().filter { !$0.hasPrefix("--") }
      guard words.first == "ARTIFACT", let source = places.first else { return }
      let saved = places.count > 1 && places[1] != "AS" ? places[1] : "./"
      let name =
        saved.hasSuffix("/") || saved == "." ? ByteString(source).baseName.text : ByteString(saved).baseName.text
      target.artifacts[name] = absolute(source, in: target)
    case "FROM", "ARG", "ENV", "WORKDIR", "COPY", "RUN", "ENTRYPOINT", "CMD", "USER":
      target.commands.append(instruction)
    default: target.isFollowed = false
    }
  }

  /// The path of a file in a target's working directory; nil where that is not known.
  private func absolute(_ path: String, in target: Target) -> String? {
    if path.contains("$") || path.contains("*") { return nil }
    if path.hasPrefix("/") { return path }
    var directory: ByteString = "/"
    let inherited = target.name == Self.base ? [] : chain(of: target)
    for command in inherited + target.commands where command.keyword == "WORKDIR" {
      let text = command.string.filter { !$0.isWhitespace }
      if text.contains("$") { return nil }
      directory = text.hasPrefix("/") ? ByteString(text) : directory.appending(ByteString(text))
    }
    return directory.appending(ByteString(path)).cleaned.text
  }

  /// The commands that run before those of a target: those of the targets that it is FROM.
  private func chain(of target: Target, depth: Int = 0) -> [DockerInstruction] {
    guard depth < 20, let parent = parent(of: target), let other = targets.first(where: { $0.name == parent }) else {
      return []
    }
    return chain(of: other, depth: depth + 1) + other.commands
  }

  /// The target that a target begins with; nil for an image.
  private func parent(of target: Target) -> String? {
    if target.name == Self.base { return nil }
    guard let from = target.commands.first(where: { $0.keyword == "FROM" }) else { return Self.base }
    let reference = from.string.split(whereSeparator: \.isWhitespace).last { !$0.hasPrefix("--") } ?? ""
    return reference.hasPrefix("+") ? reference.dropFirst().lowercased() : nil
  }

  /// The stages that lead to a target, that of the target last; nil where one of them is not followed.
  func instructions(for name: String) -> [DockerInstruction]? {
    var order: [String] = []
    guard visit(name, &order, depth: 0), order.count <= Self.limit else { return nil }
    return order.flatMap { name in targets.first { $0.name == name }.map(stage) ?? [] }
  }

  private func visit(_ name: String, _ order: inout [String], depth: Int) -> Bool {
    if order.contains(name) { return true }
    guard depth < 20, let target = targets.first(where: { $0.name == name }), target.isFollowed else { return false }
    if let parent = parent(of: target), !visit(parent, &order, depth: depth + 1) { return false }
    for command in target.commands where command.keyword == "COPY" {
      for (other, _) in artifacts(in: command) where !visit(other, &order, depth: depth + 1) { return false }
    }
    if !order.contains(name) { order.append(name) }
    return true
  }

  /// The artifacts of other targets that a COPY takes, as `+target/name`.
  private func artifacts(in command: DockerInstruction) -> [(target: String, name: String)] {
    command.string.split(whereSeparator: \.isWhitespace).compactMap { Self.artifact(String($0)) }
  }

  private static func artifact(_ word: String) -> (target: String, name: String)? {
    guard word.hasPrefix("+"), let slash = word.firstIndex(of: "/") else { return nil }
    return (word[..<slash].dropFirst().lowercased(), String(word[slash...].dropFirst()))
  }

  /// A target as a stage of a Dockerfile.
  private func stage(_ target: Target) -> [DockerInstruction] {
    let from = target.commands.first { $0.keyword == "FROM" }
    let reference = from?.string.split(whereSeparator: \.isWhitespace).last { !$0.hasPrefix("--") }.map(String.init)
    let image = parent(of: target) ?? reference ?? "scratch"
    var stage = [Self.instruction("FROM", "\(image) AS \(target.name)", line: from?.line ?? target.line)]
    for command in target.commands where command.keyword != "FROM" {
      stage += command.keyword == "COPY" ? copies(command) : [command]
    }
    return stage
  }

  /// The copies of a COPY, one for each source. `--dir` keeps the names of directories.
  private func copies(_ command: DockerInstruction) -> [DockerInstruction] {
    var words = command.string.split(whereSeparator: \.isWhitespace).map(String.init)
    let flags = words.filter { $0.hasPrefix("--") }
    words.removeAll { $0.hasPrefix("--") }
    guard words.count >= 2, let place = words.popLast() else { return [] }
    return words.map { source in
      var target = place
      if flags.contains("--dir") { target = ByteString(place).appending(ByteString(source).baseName).text }
      guard source.hasPrefix("+") || source.contains("+") || source.hasPrefix("(") else {
        return Self.instruction("COPY", "\(source) \(target)", line: command.line)
      }
      guard let (name, artifact) = Self.artifact(source),
        let known = targets.first(where: { $0.name == name })?.artifacts[artifact], let path = known
      else { return Self.instruction("COPY", "--from=\(Self.base) $unknown \(place)", line: command.line) }
      return Self.instruction("COPY", "--from=\(name) \(path) \(place)", line: command.line)
    }
  }

  private static func instruction(_ keyword: String, _ text: String, line: Int) -> DockerInstruction {
    DockerInstruction(keyword: keyword, text: Array(text), lines: text.map { _ in line }, line: line)
  }
}
