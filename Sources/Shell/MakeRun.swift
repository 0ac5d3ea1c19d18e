package import Bytes

/// Evaluates a Makefile as far as its text shows what it does (GNU make manual, 5.7.2, 6.10, 6.11): which variables are
/// exported, and the commands of each recipe. Nothing is executed.
package struct MakeRun {
  /// An assignment of a variable that go reads.
  package struct Assignment {
    package let line: Int
    package var isExported: Bool
    /// The target, for a variable of one target.
    package let target: String?
  }

  /// A line of a recipe, or a whole recipe where one shell runs it.
  package struct Block {
    package let target: String
    package let environment: Environment
    package let shell: ShellRun
  }

  private let directory: ByteString?
  private let inherited: Environment
  /// The values of variables; unknown where a condition or a function decides.
  private var variables: [String: Setting] = ["MAKE": .known("make")]
  package private(set) var assignments: [String: [Assignment]] = [:]
  package private(set) var exported: Set<String> = []
  package private(set) var exportsAll = false
  package private(set) var hasIncludes = false
  /// The variables of go that the file mentions.
  package private(set) var referenced: Set<String> = []
  /// Exported variables with a name that is almost one of go's.
  package private(set) var misspelt: [(name: String, meant: String, line: Int)] = []
  private var isOneShell = false
  private var depth = 0
  private var recipes: [(target: String, line: Int, text: String, isConditional: Bool)] = []
  /// The targets that a condition defines, or makes another target need.
  private var conditionalTargets: Set<String> = []
  /// The variables of single targets, which the targets that they need get too.
  private var ownVariables: [String: Set<String>] = [:]
  /// Whether a directive that is not followed may set or export anything.
  package private(set) var isOpaque = false
  /// The targets that each target needs, and the targets of each rule by its first.
  private var prerequisites: [String: [String]] = [:]
  private var firstTarget: String?
  /// The variables that the caller sets on the command line of make, which no assignment changes.
  private let overrides: Set<String>

  /// Reads a Makefile. `inherited` is the environment of make, `overrides` the variables on its command line.
  package init(
    _ content: [UInt8], _ inherited: Environment = Environment(), overrides: [String: Variable] = [:],
    in directory: ByteString?
  ) {
    self.directory = directory
    var environment = inherited
    for (name, variable) in overrides { environment[name] = variable }
    self.inherited = environment
    self.overrides = Set(overrides.keys)
    for name in environment.names { variables[name] = environment[name].value }
    read(String(decoding: content.filter { $0 != 0x0d }, as: UTF8.self))
  }

  private mutating func read(_ text: String) {
    var target = ""
    var isInDefinition = false
    for (line, text) in Self.lines(text) {
      let word = text.split(separator: " ").first ?? ""
      if word == "endef" { isInDefinition = false }
      if isInDefinition { continue }
      if word == "define" { isInDefinition = true }
      if text.contains("$(eval") { isOpaque = true }
      if text.hasPrefix("\t") {
        // Conditions stand between the lines of a recipe too.
        if !target.isEmpty { recipes.append((target, line, String(text.dropFirst()), depth > 0)) }
        continue
      }
      let bare = Self.withoutComment(text)
      if bare.isEmpty { continue }
      note(bare)
      // make keeps the white space before a comment in a value.
      if statement(String((text.firstIndex(of: "#").map { text[..<$0] } ?? text[...]).drop { $0 == " " }), line) {
        continue
      }
      if let name = rule(bare, line) { target = name }
    }
    for recipe in recipes { note(recipe.text) }
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
    case "else", "endef": break
    case "define":
      // Its value has several lines.
      let name = text.dropFirst(word.count).split(separator: " ").first.map(String.init) ?? ""
      variables[name] = .unknown
    case "include", "-include", "sinclude": hasIncludes = true
    case "unexport", "undefine": isOpaque = true
    case "vpath": break
    case "export", "override":
      let rest = String(text.dropFirst(word.count).drop { $0 == " " })
      if word == "override" { isOpaque = isOpaque || overrides.contains { rest.hasPrefix($0) } }
      if word == "export", rest.isEmpty {
        exportsAll = true
      } else if !assign(rest, line, isExported: word == "export", target: nil) {
        if word == "override" { return false }
        if rest.contains("$") { isOpaque = true }
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
    if name.contains("$"), isExported { isOpaque = true }
    guard !name.isEmpty, name.allSatisfy({ $0 == "_" || $0 == "-" || $0 == "." || $0.isLetter || $0.isNumber }) else {
      return false
    }
    let value = text[text.index(after: sign)...].drop { $0 == " " || $0 == "\t" }
    if target == nil, !overrides.contains(name) {
      set(name, String(value), isDefault: text[..<sign].hasSuffix("?"), isAppended: isAppended)
    }
    if isExported, target == nil { exported.insert(name) }
    if let target { ownVariables[target, default: []].insert(name) }
    if name == "MAKEFLAGS" || name == ".DEFAULT_GOAL" { isOpaque = true }
    if GoCommand.variables.contains(name) {
      assignments[name, default: []].append(Assignment(line: line, isExported: isExported, target: target))
    }
    if let meant = misspelling(of: name), isExported { misspelt.append((name, meant, line)) }
    return true
  }

  /// Sets a variable. One of the environment is exported, whatever its value becomes (GNU make manual, 6.10).
  private mutating func set(_ name: String, _ value: String, isDefault: Bool, isAppended: Bool) {
    let isInherited = inherited.names.contains(name)
    if isInherited {
      if isDefault, depth == 0 {
        if inherited[name].value != .unset { return }
      } else {
        exported.insert(name)
      }
    }
    let isFirst = variables[name] == nil || isInherited && variables[name] == inherited[name].value
    let isPlain = depth == 0 && !isAppended && isFirst && !(isDefault && inherited.others == .unknown)
    variables[name] = isPlain ? .known(value) : .unknown
  }

  /// Reads `target: …`; returns the target, or nil for anything else.
  private mutating func rule(_ text: String, _ line: Int) -> String? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let names = text[..<colon].split(separator: " ").map(String.init)
    let name = names.first ?? ""
    if name == ".EXPORT_ALL_VARIABLES" { exportsAll = true }
    if name == ".ONESHELL" { isOneShell = true }
    var rest = String(text[text.index(after: colon)...].drop { $0 == ":" || $0 == " " })
    if rest.hasPrefix("private ") { rest = String(rest.dropFirst(8)) }
    let isExported = rest.hasPrefix("export ")
    if isExported { rest = String(rest.dropFirst(7)) }
    if rest.contains("="), !rest.contains(";"), assign(rest, line, isExported: isExported, target: name) { return nil }
    // The recipe of a rule with several targets is kept under its first.
    let needed = rest.prefix { $0 != ";" }.split(separator: " ").map(String.init).filter { $0 != "|" }
    prerequisites[name, default: []] += needed.prefix(1_000)
    for other in names.dropFirst() { prerequisites[other, default: []].append(name) }
    if depth > 0 { conditionalTargets.formUnion(names + needed) }
    if firstTarget == nil, !name.hasPrefix("."), !name.contains("%") { firstTarget = name }
    return name
  }

  // MARK: Recipes

  /// Runs the lines of the recipes, each in a shell of its own: all, or those that make runs for some goals.
  package func run(_ goals: [String]? = nil) -> [Block] {
    let needed = goals.map { reached(from: $0.isEmpty ? firstTarget.map { [$0] } ?? [] : $0) }
    let conditional = reached(from: Array(conditionalTargets))
    let unknown = inheritedVariables(among: needed)
    var blocks: [(target: String, lines: [(line: Int, text: String)], isConditional: Bool)] = []
    for (target, line, text, isConditional) in recipes.prefix(5_000) where needed?.contains(target) ?? true {
      if isOneShell, blocks.last?.target == target {
        blocks[blocks.count - 1].lines.append((line, text))
        blocks[blocks.count - 1].isConditional = blocks[blocks.count - 1].isConditional || isConditional
      } else {
        blocks.append((target, [(line, text)], isConditional || conditional.contains(target)))
      }
    }
    return blocks.map { target, lines, isConditional in
      var run = self
      let own = unknown[target, default: []].union(unknown["%", default: []])
      for name in own { run.variables[name] = .unknown }
      var characters: [Character] = []
      var numbers: [Int] = []
      for (line, text) in lines {
        let script = run.expand(String(text.drop { "@-+ \t".contains($0) }), for: target) + "\n"
        characters += script
        numbers += script.map { _ in line }
      }
      var environment = run.environment(of: target)
      for name in own { environment[name] = Variable(.unknown, line: environment[name].line) }
      var shell = ShellRun(environment, in: directory)
      if isConditional { shell.makeConditional() }
      shell.run(ShellLexer.tokens(characters, lines: numbers))
      return Block(target: target, environment: environment, shell: shell)
    }
  }

  /// The variables that a target gets from one that needs it (GNU make manual, 6.11), by target; `%` stands for all.
  private func inheritedVariables(among needed: Set<String>?) -> [String: Set<String>] {
    var unknown: [String: Set<String>] = [:]
    for (target, names) in ownVariables {
      if target.contains("%") {
        unknown["%", default: []].formUnion(names)
      } else if needed?.contains(target) ?? true {
        for other in reached(from: [target]) where other != target || needed != nil {
          unknown[other, default: []].formUnion(names)
        }
      }
    }
    return unknown
  }

  /// The goals and all targets that they need.
  private func reached(from goals: [String]) -> Set<String> {
    var found = Set(goals)
    var pending = goals
    while let target = pending.popLast() {
      for next in prerequisites[target] ?? [] where found.insert(next).inserted { pending.append(next) }
    }
    return found
  }

  /// The environment of the recipes of a target: that of make, and what the file exports.
  private func environment(of target: String) -> Environment {
    var environment = inherited
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
    if isOpaque { environment.forget() }
    return environment
  }

  private static func isPlain(_ value: Setting) -> Bool { !(value.text ?? "").contains("$") }

  /// Replaces the variables of make; what is not known becomes a command substitution, which is not known either.
  private func expand(_ text: String, for target: String, depth: Int = 0) -> String {
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
        if name == "@D" || name == "@F" {
          let path = ByteString(target)
          let directory = path.directory.isEmpty ? "." : path.directory.text
          result += name == "@D" ? directory : path.baseName.text
        } else if case .known(let value)? = variables[name], depth < 8, result.utf8.count < 1 << 16 {
          result += value.contains("$") ? expand(value, for: target, depth: depth + 1) : value
        } else {
          result += "$(unknown)"
        }
        index = end < text.endIndex ? text.index(after: end) : end
      case "@":
        result += target
        index = text.index(after: next)
      default:
        result += "$(unknown)"
        index = text.index(after: next)
      }
    }
    return result
  }
}
