import Bytes

/// The types of declarations and parameters, by the tokens beside them.
extension FreeNameScanner {
  /// Whether a name is a type in a declaration, by the tokens beside it.
  func isType(_ place: Int) -> Bool {
    switch tokens[place - 1] {
    case .word, .symbol("]"), .symbol("*"): break
    case .semicolon, .symbol("{"):
      // An embedded type.
      guard scopes.innermost == .structure else { return false }
    default: return false
    }
    switch tokens[place + 1] {
    case .semicolon, .literal, .symbol("="), .symbol("}"): return true
    default: return false
    }
  }

  /// Whether a name is an operand, by the tokens beside it: not a key, a label, a type or what a statement assigns to.
  func isOperand(_ place: Int) -> Bool {
    let follows =
      switch tokens[place - 1] {
      case .keyword(let word): word == "return" || word == "range" || word == "if" || word == "switch"
      case .mark(let byte): "=+-*/%&|^<>!(,[".utf8.contains(byte)
      case .word, .literal, .semicolon: false
      }
    guard follows else { return false }
    switch tokens[place + 1] {
    case .semicolon: return true
    case .mark(let byte): return "+-*/%&|^<>!),]}".utf8.contains(byte)
    case .keyword, .word, .literal: return false
    }
  }

  /// Whether a type begins here, so that the word before it is a name. `[` also begins the arguments of a generic type,
  /// after which no other type follows.
  func beginsType(at place: Int) -> Bool {
    guard tokens.indices.contains(place) else { return false }
    guard tokens[place] == .symbol("[") else { return beginsPlainType(at: place) }
    guard let end = closingBracket(of: place) else { return false }
    if end == place + 1 || tokens[place + 1] == .literal { return true }
    return tokens.indices.contains(end + 1) && (tokens[end + 1] == .symbol("[") || beginsPlainType(at: end + 1))
  }

  private func beginsPlainType(at place: Int) -> Bool {
    switch tokens[place] {
    case .word: true
    case .keyword(let word): ["func", "map", "chan", "struct", "interface"].contains(word)
    case .mark(let byte): "*(<".utf8.contains(byte)
    default: false
    }
  }

  /// The place of the bracket that closes one; nil if it is far away, as in a hostile file, or missing.
  private func closingBracket(of place: Int) -> Int? {
    var depth = 0
    for index in place..<min(place + Self.bracketLimit, tokens.count) {
      if tokens[index] == .symbol("[") { depth += 1 }
      if tokens[index] == .symbol("]") { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  private static let bracketLimit = 200

  /// Notes the names that may be type parameters of the type whose name precedes a place.
  mutating func noteTypeParameters(at bracket: Int) {
    guard tokens.indices.contains(bracket), tokens[bracket] == .symbol("[") else { return }
    for token in tokens[bracket..<(closingBracket(of: bracket) ?? min(bracket + Self.bracketLimit, tokens.count))] {
      if case .word(let name) = token { declared.insert(name) }
    }
  }

  /// Notes the names of the variables, the constant or the type that is declared at a place, and returns the place after them.
  mutating func declare(at start: Int) -> Int {
    var place = start
    while tokens.indices.contains(place), case .word(let name) = tokens[place] {
      declared.insert(name)
      // At package level the name is the package's own, and is in its declarations.
      if scopes.braceCount > 0 { scopes.postpone([name]) }
      place += 1
      guard tokens.indices.contains(place), tokens[place] == .symbol(",") else { break }
      place += 1
    }
    noteTypeParameters(at: place)
    return place
  }

  // MARK: Functions

  /// Scans from the token after `func` to the end of the parameters and of results in parentheses.
  mutating func scanFunction(isDeclaration: Bool) {
    var names: Set<ByteString> = []
    if isDeclaration {
      if token(0) == .symbol("(") { names = scanParameters(ofReceiver: true) }
      if case .word? = token(0) { index += 1 }
      typeParameters = names
      if token(0) == .symbol("[") { typeParameters.formUnion(scanParameters()) }
    }
    if token(0) == .symbol("(") { names.formUnion(scanParameters()) }
    if token(0) == .symbol("(") { names.formUnion(scanParameters()) }
    parameters = (names, scopes.count)
  }

  /// Scans a list of parameters, from its opening to its closing bracket, and returns the names that it declares. What
  /// is in brackets in a receiver are names too.
  mutating func scanParameters(ofReceiver isReceiver: Bool = false) -> Set<ByteString> {
    let isOfTypes = token(0) == .symbol("[")
    var entries: [Range<Int>] = []
    var depth = 0
    var start = index + 1
    repeat {
      guard let next = token(0) else { break }
      if case .mark(let byte) = next {
        if "([{".utf8.contains(byte) { depth += 1 }
        if ")]}".utf8.contains(byte) { depth -= 1 }
        if depth == 0 || (depth == 1 && byte == UInt8(ascii: ",")) {
          if start < index { entries.append(start..<index) }
          start = index + 1
        }
      }
      index += 1
    } while depth > 0
    let isNamed = isOfTypes || entries.contains(where: hasName)
    return entries.reduce(into: []) { $0.formUnion(names(in: $1, isNamed: isNamed, isReceiver: isReceiver)) }
  }

  /// Whether a parameter has a name and a type.
  private func hasName(_ entry: Range<Int>) -> Bool {
    guard case .word = tokens[entry.lowerBound], entry.count > 1 else { return false }
    let next = entry.lowerBound + 1
    return beginsType(at: next) || (entry.count > 3 && tokens[next...(next + 1)] == [.symbol("."), .symbol(".")])
  }

  /// Returns the names that a parameter declares, and notes those that its type uses.
  private mutating func names(in entry: Range<Int>, isNamed: Bool, isReceiver: Bool) -> Set<ByteString> {
    var names: Set<ByteString> = []
    var brackets = 0
    // The names in a type such as func(a int) are not all types.
    let isPlain = !tokens[entry].contains {
      [.keyword("func"), .keyword("struct"), .keyword("interface")].contains($0)
    }
    for place in entry {
      switch tokens[place] {
      case .symbol("["): brackets += 1
      case .symbol("]"): brackets -= 1
      case .word(let name):
        let isSelected = tokens[place - 1] == .symbol(".") && tokens[place - 2] != .symbol(".")
        if (isNamed && place == entry.lowerBound) || (isReceiver && brackets > 0) {
          names.insert(name)
          declared.insert(name)
        } else if !isSelected {
          use(name)
          if isPlain, certain[name] == nil { certain[name] = positions[place] }
        }
      default: break
      }
    }
    return names
  }
}
