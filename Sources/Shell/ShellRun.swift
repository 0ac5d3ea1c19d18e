package import Bytes

/// A command of a script, with the state in which it runs.
package struct ShellCommand {
  package var words: [ShellWord]
  /// The variables that the command gets.
  package var environment: Environment
  /// The working directory; nil where it is unknown.
  package var directory: ByteString?
  package var line: Int
  /// Whether another way through the script does not run it.
  package var isConditional = false

  package init(words: [ShellWord], environment: Environment, directory: ByteString?, line: Int) {
    (self.words, self.environment, self.directory, self.line) = (words, environment, directory, line)
  }

  /// The texts of the words; nil for one that is not known.
  package var texts: [String?] { words.map { ShellRun.expand($0, environment).text } }
}

/// Runs a shell script as far as its text shows what it does: variables, exports and directories. No program is started.
package struct ShellRun {
  /// The variables of the shell, and those of them that are exported.
  var shell: Environment
  var exported: Set<String>
  private var directory: ByteString?
  /// The settings of `go env -w`, which environment variables override.
  package private(set) var goEnvironment: Environment
  package private(set) var commands: [ShellCommand] = []
  /// The assignments that are not exported, and the exports, by name: the line, and how many commands ran before.
  package private(set) var assignments: [String: (line: Int, commands: Int)] = [:]
  package private(set) var exports: [String: (line: Int, commands: Int)] = [:]
  private var exportsAll = false
  /// The bodies of the functions of the script; nil for one that is declared in several ways.
  var functions: [String: ArraySlice<ShellToken>?] = [:]
  /// The number of tokens that were run again, by loops and calls.
  var repeated = 0
  /// Whether the script has ended, for certain or on one of its ways.
  var hasEnded = false
  var mayHaveEnded = false
  /// The same of the function that is being called.
  var hasReturned = false
  var mayHaveReturned = false
  /// Whether a `break` or `continue` may have ended a round of the loop.
  var mayHaveLeftLoop = false
  /// The values that the local variables of each such function had outside.
  var locals: [[String: Variable]] = []
  /// The variables that a command takes by `$NAME`.
  package private(set) var referenced: Set<String> = []

  /// `environment` is what the shell inherits, `goEnvironment` what an earlier `go env -w` has set.
  package init(_ environment: Environment, in directory: ByteString?, goEnvironment: Environment = Environment()) {
    self.goEnvironment = goEnvironment
    shell = environment
    exported = environment.names
    self.directory = directory
  }

  /// Makes every command one that another way does not run.
  mutating func makeConditional() { mayHaveEnded = true }

  /// Runs the tokens of a script.
  package mutating func run(_ tokens: [ShellToken]) { run(tokens[...], depth: 0) }

  mutating func run(_ tokens: ArraySlice<ShellToken>, depth: Int) {
    guard depth < Self.depthLimit else {
      shell.forget()
      return
    }
    self.depth = depth
    var index = tokens.startIndex
    while index < tokens.endIndex {
      defer { index += 1 }
      switch tokens[index] {
      case .sign("(", _):
        if index + 1 < tokens.endIndex, case .sign(")", _) = tokens[index + 1], let name = functionName {
          index = declare(name, tokens, from: index + 2)
          continue
        }
        end(";")
        open.append(state(before: "("))
      case .sign(")", _):
        end(";")
        if open.last?.word == "(" { close(restoring: true) }
      case .sign(let sign, _): end(sign)
      case .word(let word):
        guard words.isEmpty, let keyword = word.isQuoted ? nil : word.literal else {
          if words.first?.literal == "function", word.literal == "{", let name = functionName {
            index = declare(name, tokens, from: index)
          } else {
            words.append(word)
          }
          continue
        }
        if keyword == "for", let end = loop(tokens, at: index) {
          index = end
          continue
        }
        if !isKeyword(keyword) { words.append(word) }
        // The head of a loop or a case is not a command.
        if ["for", "case", "select"].contains(keyword) {
          if keyword != "case", index + 1 < tokens.endIndex, case .word(let name) = tokens[index + 1] {
            name.literal.map { shell[$0] = Variable(.unknown, line: name.line) }
          }
          index = Self.skipHead(tokens, from: index + 1)
        }
      }
    }
    end(";")
  }

  /// The state before an `if`, a loop, a group or an alternative that is open.
  struct State {
    let word: String
    let shell: Environment
    let exported: Set<String>
    let directory: ByteString?
    let mayHaveEnded: Bool
  }
  private(set) var open: [State] = []
  private func state(before word: String) -> State {
    State(word: word, shell: shell, exported: exported, directory: directory, mayHaveEnded: mayHaveEnded)
  }

  /// The words of the command that is being read.
  var words: [ShellWord] = []
  /// Whether a `||` precedes the command: it runs only if the one before failed.
  var isAlternative = false
  var depth = 0

  /// Opens or closes a compound command; false if the word is not a keyword.
  private mutating func isKeyword(_ word: String) -> Bool {
    switch word {
    case "if", "while", "until", "for", "case", "select":
      open.append(state(before: word))
    case "then", "do", "!", "{", "}", "time": break
    case "else", "elif":
      guard let state = open.last else { return true }
      let other = self.state(before: "else")
      (shell, directory) = (state.shell, state.directory)
      open.append(other)
    case "fi", "done", "esac":
      while open.last?.word == "else" { close(restoring: false) }
      close(restoring: false)
    default: return false
    }
    return true
  }

  /// Runs the command that has been read, at the sign that ends it.
  private mutating func end(_ sign: String) {
    if !words.isEmpty {
      let before = shell
      let command = words
      words = []
      execute(command, depth: depth)
      if isAlternative { shell.merge(before) }
      // A test decides about the command after it.
      let isTest = ["test", "[", "[["].contains(command.first?.literal)
      isAlternative = sign == "||" || sign == "&&" && (isTest || isAlternative)
    } else {
      isAlternative = sign == "||"
    }
  }

  private mutating func close(restoring: Bool) {
    guard let state = open.popLast() else { return }
    if restoring {
      (shell, exported, directory) = (state.shell, state.exported, state.directory)
      mayHaveEnded = state.mayHaveEnded
    } else {
      shell.merge(state.shell)
      if directory != state.directory { directory = nil }
    }
  }

  static let depthLimit = 8
  /// A value that doubles with each line soon is longer than the memory.
  private static let valueLimit = 1 << 16

  private static func skipHead(_ tokens: ArraySlice<ShellToken>, from start: Int) -> Int {
    var index = start
    while index < tokens.endIndex {
      if case .sign(let sign, _) = tokens[index], sign == "\n" || sign == ";" { return index }
      if case .word(let word) = tokens[index], word.literal == "in" { return index }
      index += 1
    }
    return index
  }

  // MARK: Commands

  /// Whether another way through the script does not lead here. A loop over words is taken to run.
  var isConditional: Bool {
    isAlternative || mayHaveEnded || mayHaveReturned || mayHaveLeftLoop
      || open.contains { ["if", "else", "while", "until", "case", "select"].contains($0.word) }
  }

  private mutating func execute(_ words: [ShellWord], depth: Int) {
    if hasEnded || hasReturned { return }
    var own: [(name: String, value: Setting, line: Int)] = []
    var rest = words[...]
    while let first = rest.first, let (name, value) = first.assignment {
      own.append((name, Self.expand(value, shell), first.line))
      rest = rest.dropFirst()
    }
    guard let head = rest.first else {
      for (name, value, line) in own { assign(name, value, line) }
      return
    }
    switch Self.expand(head, shell) {
    case .known("export"), .known("declare"), .known("typeset"), .known("readonly"): export(Array(rest))
    case .known("local"):
      keepLocal(rest.dropFirst())
      export(Array(rest))
    case .known("unset"):
      for word in rest.dropFirst() { word.literal.map { shell[$0] = Variable(.unset, line: word.line) } }
    case .known("read"), .known("getopts"), .known("mapfile"):
      for name in rest.dropFirst().compactMap(\.literal) where !name.hasPrefix("-") {
        assign(name, .unknown, head.line)
      }
    case .known("set"):
      let options = rest.dropFirst().compactMap(\.literal)
      if options.count < rest.count - 1 || options.contains(where: { $0 == "--" || !"-+".contains($0.first ?? "x") }) {
        forgetArguments()
      }
      exportsAll =
        exportsAll || options.contains { $0 == "allexport" || $0.hasPrefix("-") && $0.contains("a") }
    case .known("exit"), .known("return"), .known("break"), .known("continue"):
      leave(head.literal ?? "exit", rest.dropFirst().first?.literal)
    case .known("shift"): forgetArguments()
    case .known(":"):
      // `: ${NAME:=value}` sets a variable.
      for case .variable(let name, let value?, _) in rest.dropFirst().flatMap(\.parts) where shell[name].value == .unset
      {
        assign(name, .known(value), head.line)
      }
    case .known("cd"), .known("pushd"): change(rest.dropFirst().first)
    case .known("."), .known("source"), .known("eval"), .unknown: shell.forget()
    case .known("sh"), .known("bash"), .known("ash"), .known("dash"): nested(Array(rest), own, depth)
    default: call(Array(rest), own)
    }
  }

  private mutating func assign(_ name: String, _ value: Setting, _ line: Int) {
    shell[name] = Variable(value, line: line)
    if exportsAll { exported.insert(name) }
    if !exported.contains(name) { assignments[name] = (line, commands.count) }
  }

  private mutating func export(_ words: [ShellWord]) {
    if words.first?.literal != "export", !words.contains(where: { $0.literal?.hasPrefix("-") ?? false }) {
      for (name, value) in words.dropFirst().compactMap(\.assignment) {
        assign(name, Self.expand(value, shell), words[0].line)
      }
      return
    }
    for word in words.dropFirst() {
      if let (name, value) = word.assignment {
        shell[name] = Variable(Self.expand(value, shell), line: word.line)
        exported.insert(name)
        exports[name] = (word.line, commands.count)
      } else if let name = word.literal, !name.hasPrefix("-") {
        exported.insert(name)
        exports[name] = (word.line, commands.count)
        assignments[name] = nil
      } else if word.literal == nil {
        // `export $(cat .env)` may set anything.
        shell.forget()
      }
    }
  }

  private mutating func change(_ word: ShellWord?) {
    guard let word, let text = Self.expand(word, shell).text, !text.isEmpty, text != "-", let directory else {
      self.directory = nil
      return
    }
    self.directory = (text.hasPrefix("/") ? ByteString(text) : directory.appending(ByteString(text))).cleaned
  }

  /// Runs the script of `sh -c "…"`. The shell ends with it.
  private mutating func nested(_ words: [ShellWord], _ own: [(name: String, value: Setting, line: Int)], _ depth: Int) {
    guard
      let flag = words.firstIndex(where: { $0.literal?.hasPrefix("-") ?? false && $0.literal?.contains("c") ?? false }),
      flag + 1 < words.count, let script = words[flag + 1].literal
    else {
      call(words, own)
      return
    }
    var inner = ShellRun(environment(own), in: directory)
    let text = Array(script)
    inner.run(ShellLexer.tokens(text, lines: text.map { _ in words[flag].line })[...], depth: depth + 1)
    commands += inner.commands.map { command in
      var command = command
      command.isConditional = command.isConditional || isConditional
      return command
    }
    referenced.formUnion(inner.referenced)
  }

  private func environment(_ own: [(name: String, value: Setting, line: Int)]) -> Environment {
    var environment = Environment()
    environment.others = shell.others
    for name in exported { environment[name] = shell[name] }
    for (name, value, line) in own {
      environment[name] = Variable(value, line: line)
    }
    for name in goEnvironment.names where environment[name].value == .unset { environment[name] = goEnvironment[name] }
    return environment
  }

  private mutating func call(_ words: [ShellWord], _ own: [(name: String, value: Setting, line: Int)]) {
    var own = own
    var rest = words[...]
    while let first = rest.first {
      if first.literal == "env" {
        rest = rest.dropFirst()
        while let next = rest.first {
          if let (name, value) = next.assignment {
            own.append((name, Self.expand(value, shell), next.line))
          } else if next.literal == "-u", rest.count > 1 {
            rest = rest.dropFirst()
            rest.first?.literal.map { own.append(($0, .unset, next.line)) }
          } else if !(next.literal?.hasPrefix("-") ?? false) {
            break
          }
          rest = rest.dropFirst()
        }
      } else if ["sudo", "time", "nice", "exec", "command", "nohup"].contains(first.literal) {
        rest = rest.dropFirst()
      } else {
        break
      }
    }
    guard let head = rest.first else { return }
    if let name = head.literal, functions.keys.contains(name) {
      if !callFunction(name, Array(rest.dropFirst()), own) { shell.forget() }
      return
    }
    let environment = environment(own)
    // The words are expanded with the variables of the shell, not of the command.
    let expanded = rest.map { word -> ShellWord in
      var word = word
      word.parts = word.parts.map { part in
        guard case .variable(let name, let fallback, let orEmpty) = part else { return part }
        referenced.insert(name)
        switch Self.value(of: name, fallback, orEmpty, shell) {
        case .known(let text): return .text(text)
        case .unset: return .text("")
        case .unknown: return .unknown
        }
      }
      return word
    }
    var command = ShellCommand(words: expanded, environment: environment, directory: directory, line: head.line)
    command.isConditional = isConditional
    if command.texts.prefix(3) == ["go", "env", "-w"] { write(Array(expanded.dropFirst(3))) }
    commands.append(command)
  }

  private mutating func write(_ words: [ShellWord]) {
    for word in words {
      guard let (name, value) = word.assignment else { continue }
      goEnvironment[name] = Variable(Self.expand(value, shell), line: word.line)
    }
  }

  // MARK: Words

  package static func expand(_ word: ShellWord, _ environment: Environment) -> Setting {
    var text = ""
    for part in word.parts {
      switch part {
      case .text(let piece): text += piece
      case .unknown: return .unknown
      case .variable(let name, let fallback, let orEmpty):
        guard let value = value(of: name, fallback, orEmpty, environment).text, text.utf8.count < valueLimit else {
          return .unknown
        }
        text += value
      }
    }
    return .known(text)
  }

  private static func value(of name: String, _ fallback: String?, _ orEmpty: Bool, _ environment: Environment)
    -> Setting
  {
    switch environment[name].value {
    // The arguments of the script are not known.
    case .unset where name.first!.isNumber: .unknown
    case .unset: .known(fallback ?? "")
    case .known(let text): .known(text.isEmpty && orEmpty ? fallback ?? "" : text)
    case .unknown: .unknown
    }
  }
}
