import Bytes
import FoundationEssentials
import Recipes
import Shell

/// An instruction of a Dockerfile (docs.docker.com, reference/dockerfile).
struct DockerInstruction {
  /// In upper case.
  let keyword: String
  /// The text after the keyword, with the line of each character. Continued lines are joined.
  let text: [Character]
  let lines: [Int]
  /// The line of the keyword.
  let line: Int
  /// The texts of the here-documents of a RUN, COPY or ADD, with their first lines.
  var documents: [(text: String, line: Int)] = []

  var string: String { String(text) }

  /// The words of the shell form.
  var words: [ShellWord] {
    ShellLexer.tokens(text, lines: lines).compactMap { token in
      if case .word(let word) = token { word } else { nil }
    }
  }

  /// The words of the JSON form after the flags of a COPY; nil for the shell form.
  var execAfterFlags: [String]? {
    var rest = string.drop(while: \.isWhitespace)
    while rest.hasPrefix("--") { rest = rest.drop { !$0.isWhitespace }.drop(while: \.isWhitespace) }
    return rest.hasPrefix("[") ? try? JSONDecoder().decode([String].self, from: Data(rest.utf8)) : nil
  }

  /// The words of the JSON form, `["a", "b"]`; nil for the shell form.
  var exec: [String]? {
    guard text.first(where: { !$0.isWhitespace }) == "[" else { return nil }
    return try? JSONDecoder().decode([String].self, from: Data(string.utf8))
  }
}

/// Reads the instructions of a Dockerfile.
struct DockerfileReader {
  private let rows: [Substring]
  private var index = 0
  private var escape: Character = "\\"

  static func instructions(_ content: [UInt8]) -> [DockerInstruction] {
    let bare = content.starts(with: [0xef, 0xbb, 0xbf]) ? content[3...] : content[...]
    let text = String(decoding: bare.filter { $0 != 0x0d }, as: UTF8.self)
    var reader = DockerfileReader(rows: text.split(separator: "\n", omittingEmptySubsequences: false))
    return reader.read()
  }

  private init(rows: [Substring]) { self.rows = rows }

  private mutating func read() -> [DockerInstruction] {
    readDirectives()
    var found: [DockerInstruction] = []
    while index < rows.count {
      let row = rows[index].drop(while: \.isWhitespace)
      if row.isEmpty || row.hasPrefix("#") {
        index += 1
      } else if let instruction = readInstruction() {
        found.append(instruction)
      }
    }
    return found
  }

  /// Parser directives stand before everything else. Only the escape character matters here.
  private mutating func readDirectives() {
    for row in rows {
      let parts = row.drop { $0 == " " || $0 == "\t" }
      guard parts.hasPrefix("#") else { return }
      let words = parts.dropFirst().split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
      guard words.count == 2, !words[0].isEmpty, words[0].allSatisfy({ $0.isLetter }) else { return }
      if words[0].lowercased() == "escape", words[1] == "`" { escape = "`" }
    }
  }

  private mutating func readInstruction() -> DockerInstruction? {
    var text: [Character] = []
    var lines: [Int] = []
    let first = index + 1
    while index < rows.count {
      let row = rows[index]
      let bare = row.drop(while: \.isWhitespace)
      // Comments and empty lines between continued lines are removed.
      if !text.isEmpty, bare.isEmpty || bare.hasPrefix("#") {
        index += 1
        continue
      }
      let end = row.lastIndex { !$0.isWhitespace }
      let isContinued = end.map { row[$0] == escape } ?? false
      let content = isContinued ? row[..<(end ?? row.endIndex)] : row
      text += content
      lines += content.map { _ in index + 1 }
      index += 1
      if !isContinued { break }
    }
    let start = text.firstIndex { !$0.isWhitespace } ?? text.count
    let end = text[start...].firstIndex(where: \.isWhitespace) ?? text.count
    let keyword = String(text[start..<end]).uppercased()
    let rest = text[end...].firstIndex { !$0.isWhitespace } ?? text.count
    var instruction = DockerInstruction(
      keyword: keyword, text: Array(text[rest...]), lines: Array(lines[rest...]), line: first)
    if ["RUN", "COPY", "ADD"].contains(keyword) { readDocuments(of: &instruction) }
    return keyword.isEmpty ? nil : instruction
  }

  private mutating func readDocuments(of instruction: inout DockerInstruction) {
    for delimiter in Self.delimiters(instruction.text) {
      var body: [Substring] = []
      let first = index + 1
      while index < rows.count {
        let row = rows[index]
        index += 1
        if (delimiter.stripsTabs ? row.drop { $0 == "\t" } : row[...]) == delimiter.name { break }
        body.append(delimiter.stripsTabs ? row.drop { $0 == "\t" } : row)
      }
      instruction.documents.append((body.joined(separator: "\n") + "\n", first))
    }
  }

  /// The words after `<<` outside of quotes.
  private static func delimiters(_ text: [Character]) -> [(name: String, stripsTabs: Bool)] {
    var found: [(String, Bool)] = []
    var quote: Character?
    var index = 0
    while index + 2 < text.count {
      defer { index += 1 }
      if let open = quote {
        if text[index] == open { quote = nil }
        continue
      }
      if text[index] == "'" || text[index] == "\"" { quote = text[index] }
      guard text[index] == "<", text[index + 1] == "<", text[index + 2] != "<", index == 0 || text[index - 1] != "<"
      else {
        continue
      }
      var next = index + 2
      let strips = text[next] == "-"
      if strips { next += 1 }
      let name = text[min(next, text.count)...].prefix { !$0.isWhitespace && !";&|)>".contains($0) }
      let bare = String(name.filter { $0 != "'" && $0 != "\"" })
      if let first = bare.first, first.isLetter || first == "_" { found.append((bare, strips)) }
      index = next
    }
    return found
  }
}
