import Bytes
import Shell

/// Evaluates a Makefile as far as its text shows what it does (GNU make manual, 5.7.2, 6.10, 6.11): which variables are
/// exported, and the commands of each recipe. Nothing is executed.
func makefileRecipes(_ path: ByteString, _ content: [UInt8]) -> RecipeFile {
  var reader = MakefileReader(path)
  return reader.read(String(decoding: content.filter { $0 != 0x0d }, as: UTF8.self))
}

private struct MakefileReader {
  private struct Assignment {
    let line: Int
    var isExported: Bool
    /// The target, for a variable of one target.
    let target: String?
  }

  private var file: RecipeFile
  private let directory: ByteString
  /// The values of variables; unknown where a condition or a function decides.
  private var variables: [String: Setting] = [:]
  private var assignments: [String: [Assignment]] = [:]
  private var exported: Set<String> = []
  private var exportsAll = false
  private var isOneShell = false
  private var hasIncludes = false
  private var referenced: Set<String> = []
  private var depth = 0
  private var recipes: [(target: String, line: Int, text: String)] = []

  init(_ path: ByteString) {
    file = RecipeFile(path)
    directory = ByteString("/").appending(path.directory).cleaned
  }

  mutating func read(_ text: String) -> RecipeFile {
    var target = ""
    var isInDefinition = false
    for (line, text) in Self.lines(text) {
      let word = text.split(separator: " ").first ?? ""
      if word == "endef" { isInDefinition = false }
      if isInDefinition { continue }
      if word == "define" { isInDefinition = true }
      if text.hasPrefix("\t") {
        if !target.isEmpty { recipes.append((target, line, String(text.dropFirst()))) }
        continue
      }
      let bare = Self.withoutComment(text)
      if bare.isEmpty { continue }
      note(bare)
      if statement(bare, line) { continue }
      if let name = rule(bare, line) { target = name }
    }
    for recipe in recipes { note(recipe.text) }
    run()
    findLostVariables()
    return file
  }

  /// The lines, continued ones joined, with the number of the first.
  private static func lines(_ text: String) -> [(line: Int, text: String)] {
    var found: [(Int, String)] = []
    var open: (line: Int, text: String)?
    for (index, row) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let isContinued = row.hasSuffix("\\")
      // In a recipe the shell joins the lines.
      let part = isContinued ? String(row.dropLast()) + " " : String(row)
      open = open.map { ($0.line, $0.text + part) } ?? (index + 1, part)
      if isContinued { continue }
      if let open { found.append(open) }
      open = nil
    }
    if let open { found.append(open) }
    return found
  }

  private static func withoutComment(_ text: String) -> String {
    let bare = text.firstIndex(of: "#").map { String(text[..<$0]) } ?? text
    return String(bare.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  /// Notes the variables of go that a line mentions: `$(NAME)`, `${NAME}` or `$$NAME`.
  private mutating func note(_ text: String) {
    for name in GoCommand.variables where !referenced.contains(name) {
      if ["$(\(name))", "${\(name)}", "$$\(name)", "$${\(name)}"].contains(where: { text.contains($0) }) {
        referenced.insert(name)
      }
    }
  }

  // MARK: Statements

  /// Reads a condition, an include, an export or an assignment; false for anything else.
  private mutating func statement(_ text: String, _ line: Int) -> Bool {
    let word = String(text.prefix { $0 != " " && $0 != "\t" && $0 != "(" })
    switch word {
    case "ifeq", "ifneq", "ifdef", "ifndef": depth += 1
    case "endif": depth = max(0, depth - 1)
    case "else", "define", "endef": break
    case "include", "-include", "sinclude": hasIncludes = true
    case "unexport", "vpath", "undefine": break
    case "export", "override":
      let rest = String(text.dropFirst(word.count).drop { $0 == " " })
      if word == "export", rest.isEmpty {
        exportsAll = true
      } else if !assign(rest, line, isExported: word == "export", target: nil) {
        if word == "override" { return false }
        let names = rest.split(separator: " ").map(String.init)
        exported.formUnion(names)
        // A condition decides whether it is exported.
        if depth > 0 { for name in names { variables[name] = .unknown } }
      }
    default: return assign(text, line, isExported: false, target: nil)
    }
    return true
  }

  /// Reads `NAME = value`, with any of make's signs.
  private mutating func assign(_ text: String, _ line: Int, isExported: Bool, target: String?) -> Bool {
    guard let sign = text.firstIndex(of: "="), sign > text.startIndex else { return false }
    var head = text[..<sign]
    let isAppended = head.hasSuffix("+")
    while let last = head.last, ":?+!".contains(last) { head.removeLast() }
    let name = head.reversed().drop { $0 == " " || $0 == "\t" }.reversed().map(String.init).joined()
    guard !name.isEmpty, name.allSatisfy({ $0 == "_" || $0 == "-" || $0 == "." || $0.isLetter || $0.isNumber }) else {
      return false
    }
    let value = text[text.index(after: sign)...].drop { $0 == " " || $0 == "\t" }
    if target == nil {
      let isPlain = depth == 0 && !isAppended && variables[name] == nil
      variables[name] = isPlain ? .known(String(value)) : .unknown
    }
    if isExported, target == nil { exported.insert(name) }
    if GoCommand.variables.contains(name) {
      assignments[name, default: []].append(Assignment(line: line, isExported: isExported, target: target))
    }
    if let meant = misspelling(of: name), isExported {
      file.lost.append(LostSetting(name: name, cause: .misspelt(meant), line: line))
    }
    return true
  }

  /// Reads `target: …`; returns the target, or nil for anything else.
  private mutating func rule(_ text: String, _ line: Int) -> String? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let name = text[..<colon].split(separator: " ").first.map(String.init) ?? ""
    if name == ".EXPORT_ALL_VARIABLES" { exportsAll = true }
    if name == ".ONESHELL" { isOneShell = true }
    var rest = String(text[text.index(after: colon)...].drop { $0 == ":" || $0 == " " })
    let isExported = rest.hasPrefix("export ")
    if isExported { rest = String(rest.dropFirst(7)) }
    if rest.contains("="), !rest.contains(";"), assign(rest, line, isExported: isExported, target: name) { return nil }
    return name
  }

  // MARK: Recipes

  /// Runs the lines of the recipes, each in a shell of its own.
  private mutating func run() {
    var blocks: [(target: String, lines: [(line: Int, text: String)])] = []
    for (target, line, text) in recipes.prefix(5_000) {
      if isOneShell, blocks.last?.target == target {
        blocks[blocks.count - 1].lines.append((line, text))
      } else {
        blocks.append((target, [(line, text)]))
      }
    }
    for (target, lines) in blocks {
      var characters: [Character] = []
      var numbers: [Int] = []
      for (line, text) in lines {
        let script = expand(String(text.drop { "@-+ \t".contains($0) })) + "\n"
        characters += script
        numbers += script.map { _ in line }
      }
      let environment = environment(of: target)
      var shell = ShellRun(environment, in: directory)
      shell.run(ShellLexer.tokens(characters, lines: numbers))
      let lost = LostSetting.all(of: shell, inherited: environment, unit: "line")
      file.lost += lost.filter { !file.lost.contains($0) }
      for command in shell.commands {
        if let image = RecipeFile.PublishedImage(command) { file.images.append(image) }
        if let go = GoCommand(command), file.recipes.count < 1_000 {
          file.recipes.append(Workspace.recipe(go, in: file.path, hasCompiler: nil))
        }
      }
    }
  }

  /// The environment of the recipes of a target: what the file exports. Everything else is that of the caller, which is
  /// taken for unset, as it is on another machine.
  private func environment(of target: String) -> Environment {
    var environment = Environment()
    for (name, value) in variables where exportsAll || exported.contains(name) {
      environment[name] = Variable(Self.isPlain(value) ? value : .unknown, line: assignments[name]?.last?.line)
    }
    for (name, all) in assignments {
      guard let own = all.last(where: { $0.target == target }) else { continue }
      if own.isExported || exportsAll || exported.contains(name) {
        environment[name] = Variable(.unknown, line: own.line)
      }
    }
    if hasIncludes { environment.others = .unknown }
    return environment
  }

  private static func isPlain(_ value: Setting) -> Bool { !(value.text ?? "").contains("$") }

  /// Replaces the variables of make; what is not known becomes a command substitution, which is not known either.
  private func expand(_ text: String, depth: Int = 0) -> String {
    var result = ""
    var index = text.startIndex
    while index < text.endIndex {
      guard text[index] == "$", text.index(after: index) < text.endIndex else {
        result.append(text[index])
        index = text.index(after: index)
        continue
      }
      let next = text.index(after: index)
      switch text[next] {
      case "$":
        result.append("$")
        index = text.index(after: next)
      case "(", "{":
        let closing: Character = text[next] == "(" ? ")" : "}"
        var open = 0
        var end = next
        while end < text.endIndex {
          if text[end] == text[next] { open += 1 }
          if text[end] == closing { open -= 1 }
          if open == 0 { break }
          end = text.index(after: end)
        }
        let name = String(text[text.index(after: next)..<end])
        if case .known(let value)? = variables[name], depth < 8, result.utf8.count < 1 << 16 {
          result += value.contains("$") ? expand(value, depth: depth + 1) : value
        } else {
          result += "$(unknown)"
        }
        index = end < text.endIndex ? text.index(after: end) : end
      default:
        result += "$(unknown)"
        index = text.index(after: next)
      }
    }
    return result
  }

  // MARK: Findings

  /// Finds the variables of make that go would read, if make exported them: nothing else in the file uses them.
  private mutating func findLostVariables() {
    if exportsAll || hasIncludes { return }
    for (name, all) in assignments.sorted(by: { $0.key < $1.key }) {
      guard !exported.contains(name), !referenced.contains(name), !all.contains(where: \.isExported) else { continue }
      for assignment in all {
        let builds = file.recipes.contains { recipe in
          let target = recipes.last { $0.line <= recipe.line }?.target
          if let own = assignment.target, own != target { return false }
          if case .unknown = recipe.cgo { return name == "CGO_ENABLED" }
          return false
        }
        if builds { file.lost.append(LostSetting(name: name, cause: .makeVariable, line: assignment.line)) }
      }
    }
  }
}
