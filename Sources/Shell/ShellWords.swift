/// A word of a shell command, before its variables are replaced.
package struct ShellWord: Hashable {
  package enum Part: Hashable {
    case text(String)
    /// A variable, with the text that replaces it where it is not set, or with `orEmpty` where it is empty.
    case variable(String, fallback: String?, orEmpty: Bool)
    /// A command substitution or an expansion that is not followed.
    case unknown
  }
  package var parts: [Part] = []
  package var isQuoted = false
  package let line: Int

  package init(parts: [Part] = [], isQuoted: Bool = false, line: Int) {
    self.parts = parts
    self.isQuoted = isQuoted
    self.line = line
  }

  /// The word, if nothing in it is replaced.
  package var literal: String? {
    var text = ""
    for part in parts {
      guard case .text(let piece) = part else { return nil }
      text += piece
    }
    return text
  }

  /// The name and value of `NAME=value`; nil for any other word.
  package var assignment: (name: String, value: ShellWord)? {
    guard case .text(let first)? = parts.first, let sign = first.firstIndex(of: "=") else { return nil }
    let name = first[..<sign]
    guard let start = name.first, start == "_" || start.isLetter,
      name.allSatisfy({ $0 == "_" || $0.isLetter || $0.isNumber })
    else { return nil }
    var value = ShellWord(line: line)
    value.isQuoted = isQuoted
    let rest = String(first[first.index(after: sign)...])
    value.parts = (rest.isEmpty ? [] : [.text(rest)]) + parts.dropFirst()
    return (String(name), value)
  }
}

/// A token of a shell script (POSIX.1-2017, Shell Command Language, 2.3).
package enum ShellToken: Hashable {
  case word(ShellWord)
  /// `;`, `&&`, `||`, `|`, `&`, `(`, `)`, `;;` or a line end.
  case sign(String, line: Int)
}

/// Splits a shell script into tokens. Here-documents and comments are skipped.
///
/// `lines` holds the line of each character; it has one element for each. The script is never longer than `Limit` allows.
package struct ShellLexer {
  private let text: [Character]
  private let lines: [Int]
  private var index = 0
  private var delimiters: [String] = []

  init(_ text: [Character], lines: [Int]) {
    self.text = text
    self.lines = lines
  }

  /// The tokens of a text whose first character is on a line.
  package static func tokens(_ text: String, from first: Int) -> [ShellToken] {
    let characters = Array(text)
    var line = first
    let lines = characters.map { character in
      defer { if character == "\n" { line += 1 } }
      return line
    }
    return tokens(characters, lines: lines)
  }

  package static func tokens(_ text: [Character], lines: [Int]) -> [ShellToken] {
    var lexer = ShellLexer(text, lines: lines)
    var tokens: [ShellToken] = []
    while let token = lexer.next() { tokens.append(token) }
    return tokens
  }

  private var line: Int { lines.isEmpty ? 1 : lines[min(index, lines.count - 1)] }

  private func peek(_ offset: Int = 0) -> Character? { index + offset < text.count ? text[index + offset] : nil }

  private mutating func next() -> ShellToken? {
    while let character = peek() {
      switch character {
      case "\n":
        let here = line
        index += 1
        skipDocuments()
        return .sign("\n", line: here)
      case "\\" where peek(1) == "\n": index += 2
      case " ", "\t", "\r": index += 1
      case "#":
        while let next = peek(), next != "\n" {
          _ = next
          index += 1
        }
      case ";", "&", "|", "(", ")": return sign(character)
      case "<", ">": redirect()
      default: return .word(word())
      }
    }
    return nil
  }

  private mutating func sign(_ character: Character) -> ShellToken {
    let here = line
    index += 1
    if let next = peek(), next == character, character != "(", character != ")" {
      index += 1
      return .sign("\(character)\(character)", line: here)
    }
    if character == "&", peek() == ">" {
      redirect()
      return next() ?? .sign("\n", line: here)
    }
    return .sign(String(character), line: here)
  }

  /// Skips a redirection and its word. Remembers the end of a here-document.
  private mutating func redirect() {
    let isInput = peek() == "<"
    index += 1
    if isInput, peek() == "<", peek(1) != "<" {
      index += 1
      if peek() == "-" { index += 1 }
      skipBlanks()
      delimiters.append(word().literal ?? "")
      return
    }
    while let next = peek(), "<>&|".contains(next) { index += 1 }
    skipBlanks()
    if let next = peek(), !"\n;&|()".contains(next) { _ = word() }
  }

  private mutating func skipBlanks() {
    while let next = peek(), next == " " || next == "\t" { index += 1 }
  }

  private mutating func skipDocuments() {
    for delimiter in delimiters {
      while index < text.count {
        let end = text[index...].firstIndex(of: "\n") ?? text.count
        let content = String(text[index..<end]).drop { $0 == "\t" }
        index = min(end + 1, text.count)
        if content == delimiter { break }
      }
    }
    delimiters = []
  }

  private mutating func word() -> ShellWord {
    var word = ShellWord(line: line)
    var piece = ""
    func flush() {
      if !piece.isEmpty { word.parts.append(.text(piece)) }
      piece = ""
    }
    while let character = peek() {
      switch character {
      case " ", "\t", "\n", "\r", ";", "&", "|", "(", ")", "<", ">":
        flush()
        return word
      case "\\":
        index += 1
        if peek() == "\n" {
          index += 1
        } else if let next = peek() {
          piece.append(next)
          index += 1
        }
      case "'":
        word.isQuoted = true
        index += 1
        while let next = peek(), next != "'" {
          piece.append(next)
          index += 1
        }
        index += 1
      case "\"":
        word.isQuoted = true
        index += 1
        while let next = peek(), next != "\"" {
          if next == "\\", let escaped = peek(1), "\"\\$`\n".contains(escaped) {
            if escaped != "\n" { piece.append(escaped) }
            index += 2
          } else if next == "$" || next == "`" {
            flush()
            word.parts.append(expansion())
          } else {
            piece.append(next)
            index += 1
          }
        }
        index += 1
      case "$", "`":
        flush()
        word.parts.append(expansion())
      default:
        piece.append(character)
        index += 1
      }
    }
    flush()
    return word
  }

  /// Reads `$NAME`, `${NAME…}`, `$(…)` or `` `…` ``.
  private mutating func expansion() -> ShellWord.Part {
    if peek() == "`" {
      index += 1
      while let next = peek(), next != "`" { index += next == "\\" ? 2 : 1 }
      index = min(index + 1, text.count)
      return .unknown
    }
    index += 1
    switch peek() {
    case "(":
      skip("(", ")")
      return .unknown
    case "{":
      let start = index + 1
      skip("{", "}")
      return Self.braced(String(text[min(start, text.count)..<max(min(start, text.count), index - 1)]))
    case let first? where first == "_" || first.isLetter:
      var name = ""
      while let next = peek(), next == "_" || next.isLetter || next.isNumber {
        name.append(next)
        index += 1
      }
      return .variable(name, fallback: nil, orEmpty: false)
    case let first? where first.isASCII && first.isNumber:
      index += 1
      return .variable(String(first), fallback: nil, orEmpty: false)
    case let first? where "@*#?-$!".contains(first):
      index += 1
      return .unknown
    default: return .text("$")
    }
  }

  private static func braced(_ inside: String) -> ShellWord.Part {
    let name = inside.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
    let rest = inside.dropFirst(name.count)
    guard let first = name.first, first == "_" || first.isLetter || (name.count == 1 && first.isASCII) else {
      return .unknown
    }
    if rest.isEmpty { return .variable(String(name), fallback: nil, orEmpty: false) }
    let isPlain = [":-", ":="].contains { rest.hasPrefix($0) }
    let fallback = isPlain ? rest.dropFirst(2) : rest.hasPrefix("-") || rest.hasPrefix("=") ? rest.dropFirst() : nil
    guard let fallback, !fallback.contains(where: { "$`\"'\\".contains($0) }) else { return .unknown }
    return .variable(String(name), fallback: String(fallback), orEmpty: rest.hasPrefix(":"))
  }

  /// Skips to the bracket that closes the one at the index.
  private mutating func skip(_ opening: Character, _ closing: Character) {
    var depth = 0
    while let next = peek() {
      index += 1
      if next == "\\" { index = min(index + 1, text.count) }
      if next == "'" {
        while let quoted = peek(), quoted != "'" {
          _ = quoted
          index += 1
        }
        index = min(index + 1, text.count)
      }
      if next == opening { depth += 1 }
      if next == closing { depth -= 1 }
      if depth == 0 { return }
    }
  }
}
