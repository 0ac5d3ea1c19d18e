package import Bytes
package import Recipes
import Shell

/// Evaluates a Dockerfile. `content` returns the content of another file of the repository; nil where it does not exist. With
/// `assumesRoot` the build context is the root of the repository.
package func dockerfileRecipes(
  _ path: ByteString, _ bytes: [UInt8], assumesRoot: Bool = false, _ content: @escaping (ByteString) -> [UInt8]?
) -> RecipeFile {
  var evaluator = DockerfileEvaluator(path, assumesRoot: assumesRoot, content: content)
  return evaluator.evaluate(DockerfileReader.instructions(bytes))
}

/// Evaluates a Dockerfile: the environment of each command, the image that it runs in, and the image that gets its
/// result. Nothing is executed.
struct DockerfileEvaluator {
  var file: RecipeFile
  var stages: [DockerStage] = []
  var globals = Environment()
  var globalLines: [String: Int] = [:]
  /// The names that a stage declares again.
  var declared: Set<String> = []
  var builds: [(stage: Int, recipe: Int, output: ByteString?)] = []
  /// The ENV and ARG lines that set CGO_ENABLED, with their stages.
  var settings: [(stage: Int, line: Int)] = []
  var usedLines: Set<Int> = []
  /// The stages with commands that are not followed, which may use any variable.
  var opaque: Set<Int> = []
  var text = ""

  /// Whether a stage that copies no sources is taken to have them in its working directory.
  let assumesRoot: Bool
  /// Returns the content of a file of the repository.
  private let content: (ByteString) -> [UInt8]?
  private let memory = CalledFiles.Memory()
  /// The names of the files that commands may have changed.
  private var edited: Set<ByteString> = []

  init(_ path: ByteString, assumesRoot: Bool = false, content: @escaping (ByteString) -> [UInt8]?) {
    file = RecipeFile(path)
    self.assumesRoot = assumesRoot
    self.content = content
  }

  mutating func evaluate(_ instructions: [DockerInstruction]) -> RecipeFile {
    text = instructions.map(\.string).joined(separator: "\n")
    for instruction in instructions.prefix(Self.limit) {
      switch instruction.keyword {
      case "FROM": from(instruction)
      case "ARG": argument(instruction)
      case _ where stages.isEmpty: break
      case "ENV": environment(instruction)
      case "WORKDIR":
        let text = expand(instruction.string)
        stages[last].enter(text)
        if let directory = stages[last].directory, directory == "/tmp" || directory.isWithin("/tmp") {
          stages[last].contents[.tmp] = true
        }
      case "COPY", "ADD": copy(instruction)
      case "RUN": run(instruction)
      case "VOLUME":
        let places = instruction.exec ?? instruction.string.split(whereSeparator: \.isWhitespace).map(String.init)
        for place in places {
          if let path = expand(place).text { stages[last].contents.add(ByteString(path), from: "x.x") }
        }
      case "ONBUILD": stages[last].hasTriggers = true
      case "ENTRYPOINT", "CMD": stages[last].starts[instruction.keyword] = instruction
      default: break
      }
    }
    // `make clean && make` is followed.
    let followed = Set(file.recipes.map(\.line))
    file.notFollowed.removeAll { followed.contains($0.line) }
    file.declared = declared
    findRuntimes()
    findLostSettings()
    findScripts(content)
    return file
  }

  static let limit = 10_000
  private static let recipeLimit = 1_000
  var last: Int { stages.count - 1 }

  // MARK: Instructions

  private mutating func from(_ instruction: DockerInstruction) {
    let words = instruction.string.split(whereSeparator: \.isWhitespace).map(String.init)
      .filter { !$0.hasPrefix("--") }
    guard let written = words.first else { return }
    let token = ShellLexer.tokens(Array(written), lines: [])
    var reference: Setting = .unknown
    var partly = ""
    if case .word(let word)? = token.first {
      reference = ShellRun.expand(word, globals)
      partly = word.parts.map { part in if case .text(let text) = part { text } else { "" } }.joined()
    }
    let name = words.count >= 3 && words[1].lowercased() == "as" ? words[2].lowercased() : nil
    if case .known(let text) = reference,
      let parent = stages.lastIndex(where: { $0.name == text.lowercased() })
    {
      var stage = stages[parent]
      (stage.parent, stage.name, stage.line, stage.starts, stage.copies) = (parent, name, instruction.line, [:], [])
      stage.arguments = Environment()
      // Its instructions run here, and are not followed.
      if stage.hasTriggers {
        stage.environment.forget()
        stage.contents.mayGainAll()
      }
      stage.hasTriggers = false
      stages.append(stage)
      return
    }
    let image: BaseImage
    if case .known(let text) = reference {
      image = BaseImage(text, isCertain: true)
    } else {
      image = BaseImage(partly, isCertain: false)
    }
    stages.append(DockerStage(name: name, image: image, line: instruction.line, assumesRoot: assumesRoot))
  }

  private mutating func argument(_ instruction: DockerInstruction) {
    for word in instruction.words {
      let (name, value) = word.assignment ?? (word.literal ?? "", ShellWord(line: word.line))
      let hasDefault = word.assignment != nil
      guard !name.isEmpty else { continue }
      if stages.isEmpty {
        globals[name] = Variable(hasDefault ? ShellRun.expand(value, globals) : .unknown, line: word.line)
        globalLines[name] = word.line
        continue
      }
      declared.insert(name)
      let setting: Setting =
        hasDefault
        ? ShellRun.expand(value, stages[last].visible) : globalLines[name] != nil ? globals[name].value : .unknown
      stages[last].arguments[name] = Variable(setting, line: word.line)
      note(name, word.line)
    }
  }

  private mutating func environment(_ instruction: DockerInstruction) {
    let words = instruction.words
    guard let first = words.first else { return }
    if first.assignment == nil, let name = first.literal {
      // The old form, `ENV NAME value`.
      var text = instruction.string.dropFirst(name.count).drop(while: \.isWhitespace)
      while text.last?.isWhitespace ?? false { text.removeLast() }
      stages[last].environment[name] = Variable(expand(String(text)), line: first.line)
      stages[last].contents.set(name)
      note(name, first.line)
      return
    }
    let visible = stages[last].visible
    for word in words {
      guard let (name, value) = word.assignment else { continue }
      stages[last].environment[name] = Variable(ShellRun.expand(value, visible), line: word.line)
      stages[last].contents.set(name)
      note(name, word.line)
    }
  }

  private mutating func note(_ name: String, _ line: Int) {
    if name == "CGO_ENABLED", stages[last].visible[name].value == .known("0") { settings.append((last, line)) }
    noteMisspelt(name, line)
  }

  private mutating func copy(_ instruction: DockerInstruction) {
    let words = instruction.string.split(whereSeparator: \.isWhitespace).map(String.init)
    let flags = words.prefix { $0.hasPrefix("--") }
    let places = instruction.execAfterFlags ?? Array(words.dropFirst(flags.count))
    guard places.count >= 2, let target = places.last else { return }
    let origin = flags.first { $0.hasPrefix("--from=") }.map { String($0.dropFirst(7)).lowercased() }
    let stage = origin.flatMap { origin in
      stages.lastIndex { $0.name == origin } ?? Int(origin).flatMap { stages.indices.contains($0) ? $0 : nil }
    }
    guard let destination = stages[last].path(expand(target).text) else {
      stages[last].copyUnknown()
      return
    }
    for source in places.dropLast() {
      guard let text = expand(source).text else {
        stages[last].copyUnknown()
        continue
      }
      if origin == nil {
        let isDirectory = target.hasSuffix("/") || target == "." || places.count > 2
        stages[last].addSource(ByteString(text), to: destination, isDirectory: isDirectory)
      } else {
        stages[last].addCopy(from: stage, ByteString(text), to: destination, isDirectory: target.hasSuffix("/"))
      }
    }
  }

  private mutating func run(_ instruction: DockerInstruction) {
    let stage = stages[last]
    let isMounted = instruction.string.contains("from=")
    if stage.hasShell == false, instruction.exec == nil, !isMounted {
      file.shellless.append(.init(instruction: "RUN", line: instruction.line, image: stage.asImage))
    }
    var text = instruction.text
    var lines = instruction.lines
    // Flags come first.
    while text.starts(with: ["-", "-"]) {
      let end = text.firstIndex(where: \.isWhitespace) ?? text.count
      stages[last].mount(String(text[..<end]))
      let next = text[end...].firstIndex { !$0.isWhitespace } ?? text.count
      (text, lines) = (Array(text[next...]), Array(lines[next...]))
    }
    var shell = ShellRun(
      stages[last].visible, in: stages[last].directory, goEnvironment: stages[last].goEnvironment)
    if let exec = instruction.exec {
      shell.run(exec.map { word in .word(ShellWord(parts: [.text(word)], isQuoted: true, line: instruction.line)) })
    } else {
      shell.run(ShellLexer.tokens(text, lines: lines))
      for (document, first) in instruction.documents
      where !document.hasPrefix("#!") || document.prefix(40).contains("sh\n") {
        shell.run(ShellLexer.tokens(document, from: first))
      }
    }
    stages[last].goEnvironment = shell.goEnvironment
    follow(shell)
  }

  // MARK: Commands

  private mutating func follow(_ shell: ShellRun) {
    let inherited = stages[last].visible
    // Any command may write any file.
    stages[last].contents.mayGainAll()
    file.noteChecks(of: shell)
    for command in shell.commands {
      if let go = GoCommand(command) { add(go) } else if !call(command) { note(command) }
      for name in command.environment.names where inherited[name] != command.environment[name] {
        if let line = command.environment[name].line { noteMisspelt(name, line) }
      }
    }
    for setting in LostSetting.all(of: shell, inherited: inherited, unit: "RUN") { lose(setting) }
    for (name, place) in shell.exports { noteMisspelt(name, place.line) }
  }

  /// Follows make and scripts; false for any other command, and where no build is found.
  private mutating func call(_ command: ShellCommand) -> Bool {
    let (stage, path) = (stages[last], file.path)
    let files = CalledFiles(content: content, memory: memory) { [edited] place in
      if edited.contains(place.baseName) { return [] }
      return stage.origins(of: place).flatMap { [$0, path.directory.appending($0).cleaned] }
    }
    let found = files.goCommands(of: command)
    if found.isEmpty { return false }
    // Other effects of the file are unknown.
    opaque.insert(last)
    for call in found { add(call.go, through: call, of: command) }
    return true
  }

  private mutating func note(_ command: ShellCommand) {
    let texts = command.texts
    guard let program = texts.first else { return }
    guard let program else {
      opaque.insert(last)
      return
    }
    let name = program.split(separator: "/").last.map(String.init) ?? program
    let packages = texts.dropFirst()
    if ["sed", "perl", "awk", "patch", "git", "cp", "mv", "tee", "ln", "curl", "wget"].contains(name) {
      edited.formUnion(packages.compactMap { $0.map { ByteString($0).baseName } })
    }
    switch name {
    case "apk", "apt-get", "apt", "dnf", "yum", "microdnf", "zypper":
      guard packages.contains(where: { ["add", "install", "del", "remove", "purge"].contains($0) }) else { return }
      stages[last].install(packages.map { $0 }, line: command.line)
      stages[last].contents.install(packages.compactMap { $0 })
    case "make", "mage", "just", "task", "goreleaser", "ko", "bazel", "gox":
      opaque.insert(last)
      leave(command.line, "\(name) is not followed")
    case "ln" where packages.contains { $0?.contains("ld-linux") ?? true }:
      stages[last].addCompatibility("a link to the loader of musl", line: command.line)
    case "go":
      if ["generate", "run"].contains(texts.count > 1 ? texts[1] : nil) { opaque.insert(last) }
    case _ where program.hasPrefix("./") || program.hasSuffix(".sh"):
      opaque.insert(last)
      if name != "configure" { leave(command.line, "the script \(program) is not followed") }
    case "sh", "bash", "ash", "dash": opaque.insert(last)
    default: break
    }
  }

  private mutating func leave(_ line: Int, _ reason: String) {
    if !file.notFollowed.contains(where: { $0.line == line && $0.reason == reason }) {
      file.notFollowed.append((line, reason))
    }
  }

  private mutating func add(
    _ go: GoCommand, through call: CalledFiles.Found? = nil, of command: ShellCommand? = nil
  ) {
    guard file.recipes.count < Self.recipeLimit else { return }
    let stage = stages[last]
    if call == nil, let line = go.environment["CGO_ENABLED"].line { usedLines.insert(line) }
    var recipe = Recipe(go, in: file.path, undecided: undecidedCgo(go, in: stage)) { path, _ in
      stage.origin(of: path, in: go.directory)
    }
    recipe.builder = stage.asImage
    if let call, let command { recipe.call(call, from: command.line, inheriting: command.environment) }
    builds.append((last, file.recipes.count, stage.output(of: go)))
    file.recipes.append(recipe)
  }

  /// The cgo state where CGO_ENABLED does not decide.
  private func undecidedCgo(_ go: GoCommand, in stage: DockerStage) -> Recipe.CgoState {
    // A platform that no Linux machine has is a cross build.
    if let system = go.setting("GOOS"), system != "linux" { return .cross }
    if go.setting("CC") != nil { return .withCompiler(line: go.environment["CC"].line) }
    if go.environment["CC"].value == .unknown { return .unknown("CC is not known") }
    switch stage.hasCompiler {
    case true?: return .withCompiler(line: stage.compilerLine)
    case false?:
      guard let minor = stage.image.goMinor else { return .withoutCompiler }
      return minor >= 20 ? .withoutCompiler : .unknown("before Go 1.20 a build without gcc fails")
    case nil: return .unknown("the image \(stage.image.name) is not known")
    }
  }

  // MARK: Findings

  mutating func lose(_ name: String, _ cause: LostSetting.Cause, _ line: Int) {
    lose(LostSetting(name: name, cause: cause, line: line))
  }

  private mutating func lose(_ setting: LostSetting) {
    if !file.lost.contains(setting) { file.lost.append(setting) }
  }

  private mutating func noteMisspelt(_ name: String, _ line: Int) {
    guard let meant = misspelling(of: name), !text.contains("$\(name)"), !text.contains("${\(name)") else { return }
    lose(name, .misspelt(meant), line)
  }

  private func expand(_ text: String) -> Setting {
    guard case .word(let word)? = ShellLexer.tokens(Array(text), lines: []).first else { return .known(text) }
    return ShellRun.expand(word, stages[last].visible)
  }
}
