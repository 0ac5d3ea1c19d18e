/// Loops over words that the script shows, and calls of its functions: their bodies are run as often as the shell would run
/// them (POSIX.1-2017, Shell Command Language, 2.9.4 and 2.9.5).
extension ShellRun {
  /// The number of tokens that all repetitions of one script may have together, and the number of rounds of one loop. A
  /// body beyond that is read once, with unknown variables.
  static let repetitionLimit = 4_000
  static let roundLimit = 64

  /// Runs `for NAME in WORDS; do BODY; done` at the index of `for`, and returns the index of `done`; nil where a word or the
  /// shape of the loop is not known.
  mutating func loop(_ tokens: ArraySlice<ShellToken>, at start: Int) -> Int? {
    // The end is looked for only where the loop is run: nested loops would be searched again and again.
    guard depth < Self.depthLimit - 1, repeated <= Self.repetitionLimit, let head = ForLoop(tokens, at: start),
      head.words.count <= Self.roundLimit,
      case let values = head.words.map({ Self.values($0, shell) }), !values.contains(nil),
      let end = head.end(in: tokens)
    else { return nil }
    let rounds = values.flatMap { $0 ?? [] }
    let body = tokens[head.bodyStart..<end]
    guard rounds.count <= Self.roundLimit, mayRepeat(body.count * rounds.count) else { return nil }
    let (before, mayLeave) = (shell, mayHaveLeftLoop)
    for value in rounds {
      shell[head.name] = Variable(.known(value), line: head.line)
      nest(body)
    }
    if isAlternative { shell.merge(before) }
    mayHaveLeftLoop = mayLeave
    return end
  }

  /// Whether so many more tokens may be run again.
  private mutating func mayRepeat(_ count: Int) -> Bool {
    repeated += count
    return repeated <= Self.repetitionLimit
  }

  /// Runs tokens within the script, in the same shell.
  private mutating func nest(_ tokens: ArraySlice<ShellToken>) {
    let (outer, isOneOfSeveral, mayReturn) = (depth, isAlternative, mayHaveReturned)
    if isOneOfSeveral { mayHaveReturned = true }
    run(tokens, depth: depth + 1)
    (depth, isAlternative) = (outer, isOneOfSeveral)
    if isOneOfSeveral { mayHaveReturned = mayReturn }
  }

  // MARK: Functions

  /// The name of the function that the words before `()` or `{` declare; nil where they do not.
  var functionName: String? {
    if words.count == 2, words[0].literal == "function" { return words[1].literal }
    return words.count == 1 ? words[0].literal : nil
  }

  /// Remembers the body of a function, in braces or in parentheses, and returns the index of its end.
  mutating func declare(_ name: String, _ tokens: ArraySlice<ShellToken>, from start: Int) -> Int {
    words = []
    // A function that is declared twice, or only on one of the ways, is not followed.
    let isOne = !isConditional && !functions.keys.contains(name)
    functions[name] = .some(nil)
    var first = start
    while first < tokens.endIndex, case .sign("\n", _) = tokens[first] { first += 1 }
    guard first < tokens.endIndex else { return first }
    let isSubshell = tokens[first].opens("(")
    let (opening, closing) = isSubshell ? ("(", ")") : ("{", "}")
    var depth = 0
    for index in first..<tokens.endIndex {
      if tokens[index].opens(opening) { depth += 1 }
      if tokens[index].opens(closing) { depth -= 1 }
      guard depth <= 0 else { continue }
      if isOne, index > first { functions[name] = isSubshell ? tokens[first...index] : tokens[(first + 1)..<index] }
      return index
    }
    return tokens.endIndex
  }

  /// Ends the script, the function or the round of a loop, or one of the ways through it.
  ///
  /// A failure on one of the ways ends the build: what follows is the other way.
  mutating func leave(_ word: String, _ status: String?) {
    let mayStay = isConditional || open.contains { $0.word == "(" }
    if mayStay, let status, let number = Int(status), number != 0, word == "exit" || word == "return" { return }
    switch word {
    case "break", "continue": mayHaveLeftLoop = true
    case "return" where !locals.isEmpty: if mayStay { mayHaveReturned = true } else { hasReturned = true }
    default: if mayStay { mayHaveEnded = true } else { hasEnded = true }
    }
  }

  mutating func forgetArguments() {
    for number in 1...9 { shell[String(number)] = Variable(.unknown) }
  }

  /// Remembers the values that the variables of `local` have outside of the function.
  mutating func keepLocal(_ words: ArraySlice<ShellWord>) {
    guard !locals.isEmpty else { return }
    for name in words.compactMap({ $0.assignment?.name ?? $0.literal }) where locals[locals.count - 1][name] == nil {
      locals[locals.count - 1][name] = shell[name]
    }
  }

  /// The values that an unquoted word of a loop becomes; nil where it is not known, or names files by a pattern.
  private static func values(_ word: ShellWord, _ shell: Environment) -> [String]? {
    guard case .known(let text) = expand(word, shell) else { return nil }
    if word.isQuoted { return [text] }
    guard !text.contains(where: { "*?[{".contains($0) }) else { return nil }
    return text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
  }

  /// Runs the body of a function with the arguments and variables of its call; false where it is not known.
  ///
  /// `return` ends the function, `exit` the script.
  mutating func callFunction(
    _ name: String, _ arguments: [ShellWord], _ own: [(name: String, value: Setting, line: Int)]
  ) -> Bool {
    guard let body = functions[name] ?? nil, depth < Self.depthLimit, mayRepeat(body.count) else { return false }
    let positions = (1...9).map { (String($0), shell[String($0)]) }
    let outer = (exported: exported, own: own.map { ($0.name, shell[$0.name]) }, mayHaveReturned: mayHaveReturned)
    var isShifted = false
    for (index, position) in positions.enumerated() {
      let argument = index < arguments.count ? Self.expand(arguments[index], shell) : .known("")
      // An unquoted variable may become several arguments, or none.
      let isOne = index >= arguments.count || arguments[index].isQuoted || arguments[index].literal != nil
      let value = isOne ? argument : Self.single(argument)
      // After one that may be several, or none, the numbers of the others are not known.
      isShifted = isShifted || value == .unknown && !isOne
      shell[position.0] = Variable(isShifted ? .unknown : value)
    }
    for (name, value, line) in own {
      shell[name] = Variable(value, line: line)
      exported.insert(name)
    }
    locals.append([:])
    nest(body)
    for (name, value) in locals.removeLast() { shell[name] = value }
    (hasReturned, mayHaveReturned) = (false, outer.mayHaveReturned)
    for (name, value) in positions { shell[name] = value }
    for (name, value) in outer.own { shell[name] = value }
    for (name, _, _) in own where !outer.exported.contains(name) { exported.remove(name) }
    return true
  }

  private static func single(_ setting: Setting) -> Setting {
    guard case .known(let text) = setting, !text.isEmpty, !text.contains(where: { " \t\n*?[".contains($0) }) else {
      return .unknown
    }
    return setting
  }
}

/// The head of a loop over the words of a script.
private struct ForLoop {
  let name: String
  let line: Int
  let words: [ShellWord]
  /// The index of the first token after `do`.
  let bodyStart: Int

  init?(_ tokens: ArraySlice<ShellToken>, at start: Int) {
    var index = start + 1
    guard index + 1 < tokens.endIndex, case .word(let variable) = tokens[index], let name = variable.literal,
      case .word(let second) = tokens[index + 1], second.literal == "in"
    else { return nil }
    index += 2
    var words: [ShellWord] = []
    while index < tokens.endIndex, case .word(let word) = tokens[index] {
      words.append(word)
      index += 1
    }
    while index < tokens.endIndex, case .sign(let sign, _) = tokens[index], sign == ";" || sign == "\n" { index += 1 }
    guard index < tokens.endIndex, case .word(let opening) = tokens[index], opening.literal == "do" else { return nil }
    (self.name, line, self.words, bodyStart) = (name, variable.line, words, index + 1)
  }

  /// The index of the `done` that ends the body; nil without one.
  func end(in tokens: ArraySlice<ShellToken>) -> Int? {
    var depth = 0
    var isFirst = true
    for index in bodyStart..<max(bodyStart, tokens.endIndex) {
      switch tokens[index] {
      case .sign: isFirst = true
      case .word(let word):
        let keyword = word.isQuoted || !isFirst ? nil : word.literal
        if keyword == "done", depth == 0 { return index }
        if keyword == "do" { depth += 1 }
        if keyword == "done" { depth -= 1 }
        isFirst = ["do", "then", "else", "{", "!", "time"].contains(keyword)
      }
    }
    return nil
  }
}

extension ShellToken {
  /// Whether the token is a bracket of the shell: a sign, or a word without quotes.
  fileprivate func opens(_ bracket: String) -> Bool {
    switch self {
    case .sign(let sign, _): sign == bracket
    case .word(let word): !word.isQuoted && word.literal == bracket
    }
  }
}
