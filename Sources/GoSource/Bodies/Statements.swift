import Bytes

/// A statement of a function's body, as far as it decides how the function ends.
indirect enum Statement {
  typealias Tokens = ArraySlice<FunctionBody.Token>

  /// How often a loop runs: at least once, perhaps not at all, or until something leaves it.
  enum Runs { case surely, perhaps, endlessly }

  /// The way in which a clause is chosen: by conditions of their own, by a value or type, or by the first channel.
  enum Choice { case conditions, value, channel }

  struct Clause {
    /// The conditions of a `case`; empty for `default`.
    let conditions: [Tokens]
    let isDefault: Bool
    let body: [Statement]
  }

  case returning([Tokens])
  /// Assigns the values; a target is nil where it is no plain name.
  case assigning([ByteString?], isNew: Bool, [Tokens])
  /// An expression whose value is not used.
  case calling(Tokens)
  case branching(first: Statement?, Tokens, then: [Statement], otherwise: [Statement])
  case looping(Runs, first: Statement?, [Statement])
  /// A switch or select.
  case choosing(Choice, first: Statement?, [Clause])
  case block([Statement])
  case breaking, continuing
  /// A call when the function returns.
  case deferring(Tokens)
  /// Something that does not decide how the function ends, such as `go f()`.
  case passing
  /// A label, goto or the like. How the function ends is not known then.
  case unknown
}

/// Splits the tokens of a body into statements. It never fails: what it does not know is `unknown`.
struct StatementParser {
  typealias Tokens = Statement.Tokens

  private var rest: Tokens
  private var depth = 0
  private static let maximumDepth = 30

  init(_ tokens: Tokens) { rest = tokens }

  /// Reads all statements up to the end.
  mutating func statements() -> [Statement] {
    var found: [Statement] = []
    while let first = rest.first {
      if first.token == .semicolon || first.isMark("}") {
        rest = rest.dropFirst()
        continue
      }
      let length = rest.count
      found.append(statement())
      // A bracket that closes nothing.
      if rest.count == length { rest = rest.dropFirst() }
    }
    return found
  }

  /// Reads the statements of a block from its `{`, including its `}`.
  private mutating func block() -> [Statement] {
    guard rest.first.isMark("{") else { return [.unknown] }
    let whole = bracketed(rest)
    rest = rest.dropFirst(whole.count)
    guard depth < Self.maximumDepth else { return [.unknown] }
    var inner = StatementParser(whole.dropFirst().dropLast())
    inner.depth = depth + 1
    return inner.statements()
  }

  private mutating func statement() -> Statement {
    guard let first = rest.first else { return .passing }
    if first.isMark("{") { return .block(block()) }
    guard case .identifier(let word) = first.token, let keyword = Self.keywords[word] else {
      return Self.plain(simple())
    }
    switch keyword {
    case .return:
      let values = simple().dropFirst()
      return .returning(Self.split(values))
    case .if: return branch()
    case .for: return loop()
    case .choice: return choice()
    case .leaving:
      guard simple().count == 1 else { return .unknown }
      return word == Word.break ? .breaking : .continuing
    case .jump:
      _ = simple()
      return .unknown
    case .passing:
      _ = simple()
      return .passing
    case .defer: return .deferring(simple().dropFirst())
    case .declaration:
      let names = Self.names(simple().dropFirst().prefix { !$0.isMark("=") })
      return names.contains { $0 == nil } ? .unknown : .assigning(names, isNew: true, [[]])
    case .variable: return Self.variable(simple().dropFirst())
    }
  }

  /// Reads up to the semicolon outside brackets that ends a statement without blocks.
  private mutating func simple() -> Tokens {
    var depth = 0
    var index = rest.startIndex
    while index < rest.endIndex {
      let token = rest[index]
      if token.opens { depth += 1 }
      if token.closes {
        if depth == 0 { break }
        depth -= 1
      }
      if depth == 0, token.token == .semicolon { break }
      index += 1
    }
    let found = rest[..<index]
    rest = rest[index...]
    return found
  }

  /// Reads the header of an `if`, `for` or `switch` up to its block, split at its semicolons.
  private mutating func header() -> [Tokens] {
    rest = rest.dropFirst()
    var parts: [Tokens] = []
    var start = rest.startIndex
    var index = start
    var awaitsBody = false
    while index < rest.endIndex {
      let token = rest[index]
      if token.token == .semicolon {
        parts.append(rest[start..<index])
        start = index + 1
        awaitsBody = false
      } else if token.text == Word.func {
        awaitsBody = true
      } else if token.isMark("{"), !awaitsBody, !Self.beginsLiteral(rest[start..<index]) {
        break
      } else if token.opens {
        if token.isMark("{") { awaitsBody = false }
        index += bracketed(rest[index...]).count
        continue
      }
      index += 1
    }
    parts.append(rest[start..<index])
    rest = rest[index...]
    return parts
  }

  /// Whether a `{` after these tokens begins a composite literal or a type: `[]string{`, `map[string]p.T{`, `struct {`.
  private static func beginsLiteral(_ before: Tokens) -> Bool {
    guard let last = before.last, case .identifier(let name) = last.token else { return false }
    if Word.types.contains(name) { return true }
    var type = before.dropLast()
    if type.last.isMark(".") { type = type.dropLast(2) }
    return type.last.isMark("]")
  }

  private mutating func branch() -> Statement {
    let parts = header()
    let then = block()
    var otherwise: [Statement] = []
    if rest.first?.text == Word.else {
      rest = rest.dropFirst()
      otherwise = rest.first?.text == Word.if ? [branch()] : block()
    }
    return .branching(first: Self.first(of: parts), parts.last ?? [], then: then, otherwise: otherwise)
  }

  private mutating func loop() -> Statement {
    let parts = header()
    let body = block()
    if parts.count == 3 { return .looping(parts[1].isEmpty ? .endlessly : .surely, first: Self.plain(parts[0]), body) }
    let condition = parts[0]
    guard let range = condition.firstIndex(where: { $0.text == Word.range }) else {
      return .looping(condition.isEmpty ? .endlessly : .perhaps, first: nil, body)
    }
    // for range 3
    let over = condition[(range + 1)...]
    let isCount = over.count == 1 && over.first?.token == .literal
    return .looping(isCount ? .surely : .perhaps, first: Self.declaring(condition[..<range]), body)
  }

  private mutating func choice() -> Statement {
    let isSelect = rest.first?.text == Word.select
    let parts = header()
    guard rest.first.isMark("{") else { return .unknown }
    let whole = bracketed(rest)
    rest = rest.dropFirst(whole.count)
    guard depth < Self.maximumDepth else { return .unknown }
    var clauses: [Statement.Clause] = []
    var inner = whole.dropFirst().dropLast()
    while let first = inner.first {
      guard first.text == Word.case || first.text == Word.default, let colon = Self.colon(in: inner) else {
        inner = inner.dropFirst()
        continue
      }
      let comparison = inner[inner.startIndex..<colon].dropFirst()
      let conditions = Self.split(comparison)
      inner = inner[(colon + 1)...]
      let end = Self.nextClause(in: inner)
      var parser = StatementParser(inner[..<end])
      parser.depth = depth + 1
      // case v, err := <-channel:
      let declared = isSelect ? Self.declaring(comparison) : nil
      clauses.append(
        Statement.Clause(
          conditions: conditions, isDefault: first.text == Word.default,
          body: [declared].compactMap(\.self) + parser.statements()))
      inner = inner[end...]
    }
    let kind: Statement.Choice = isSelect ? .channel : parts.last?.isEmpty ?? true ? .conditions : .value
    // switch x := v.(type)
    let first = Self.first(of: parts) ?? parts.last.flatMap(Self.declaring)
    return .choosing(kind, first: first, clauses)
  }

  /// Returns the assignment of unknown values in `k, v := range x` or `x := v.(type)`; nil where nothing is assigned.
  private static func declaring(_ tokens: Tokens) -> Statement? {
    guard let sign = outermost(in: tokens, where: { tokens[$0].isMark("=") }), sign > tokens.startIndex else {
      return nil
    }
    let isNew = tokens[sign - 1].isMark(":")
    return .assigning(names(tokens[..<(isNew ? sign - 1 : sign)]), isNew: isNew, [[]])
  }

  private static func names(_ targets: Tokens) -> [ByteString?] {
    split(targets).map { target in
      if target.count == 1, case .identifier(let name) = target.first?.token { return name }
      return nil
    }
  }

  private static func first(of parts: [Tokens]) -> Statement? { parts.count > 1 ? plain(parts[0]) : nil }

  /// The colon that ends a `case`, which is neither within brackets nor part of `:=`.
  private static func colon(in tokens: Tokens) -> Int? {
    outermost(in: tokens) { index in
      tokens[index].isMark(":") && !(index + 1 < tokens.endIndex && tokens[index + 1].isMark("="))
    }
  }

  private static func nextClause(in tokens: Tokens) -> Int {
    outermost(in: tokens) { tokens[$0].text == Word.case || tokens[$0].text == Word.default } ?? tokens.endIndex
  }

  /// The first place outside brackets for which the answer is yes.
  static func outermost(in tokens: Tokens, where isFound: (Int) -> Bool) -> Int? {
    var depth = 0
    for index in tokens.indices {
      if tokens[index].closes { depth -= 1 }
      if depth == 0, isFound(index) { return index }
      if tokens[index].opens { depth += 1 }
    }
    return nil
  }

  /// Splits a list at the commas outside brackets.
  static func split(_ list: Tokens) -> [Tokens] {
    var parts: [Tokens] = []
    var rest = list
    while let comma = outermost(in: rest, where: { rest[$0].isMark(",") }) {
      parts.append(rest[..<comma])
      rest = rest[(comma + 1)...]
    }
    if !rest.isEmpty { parts.append(rest) }
    return parts
  }

  /// `x = 1`, `x := f()`, `x++`, `f()`, `label:`.
  private static func plain(_ tokens: Tokens) -> Statement {
    guard let first = tokens.first else { return .passing }
    if tokens.count == 2, tokens.last.isMark(":"), case .identifier = first.token { return .unknown }
    let sign = outermost(in: tokens) { index in
      tokens[index].isMark("=") && index > tokens.startIndex && index + 1 < tokens.endIndex
        && !tokens[index + 1].isMark("=")
    }
    guard let sign else { return tokens.last?.token == .mark(UInt8(ascii: "+")) ? .passing : .calling(tokens) }
    let before = tokens[tokens.startIndex..<sign]
    let isNew = before.last.isMark(":")
    return .assigning(names(isNew ? before.dropLast() : before), isNew: isNew, split(tokens[(sign + 1)...]))
  }

  /// `x, y T = f()`, after `var`.
  private static func variable(_ tokens: Tokens) -> Statement {
    guard !tokens.first.isMark("(") else { return .unknown }
    var names: [ByteString?] = []
    var rest = tokens
    while case .identifier(let name)? = rest.first?.token {
      names.append(name)
      rest = rest.dropFirst()
      guard rest.first.isMark(",") else { break }
      rest = rest.dropFirst()
    }
    let sign = outermost(in: rest) { rest[$0].isMark("=") }
    return .assigning(names, isNew: true, sign.map { split(rest[($0 + 1)...]) } ?? [])
  }

  /// The keywords that begin a statement or stand within its header.
  private enum Keyword {
    case `return`, `if`, `for`, choice, leaving, jump, passing, declaration, `defer`, variable
  }

  private static let keywords: [ByteString: Keyword] = [
    "return": .return, "if": .if, "for": .for, "switch": .choice, "select": .choice, "break": .leaving,
    "continue": .leaving, "goto": .jump, "fallthrough": .jump, "go": .passing, "const": .declaration, "type": .passing,
    "defer": .defer, "var": .variable,
  ]
}
