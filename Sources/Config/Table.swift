import Diagnostics

/// A text of the configuration where it stands.
struct Word {
  let key: String
  let text: String
  let place: TOML.Place
  var glob: Glob { Glob(text) }
  /// As much of it as a message can hold.
  var shown: String { cut(text) }
  var mainPattern: Config.MainPattern { Config.MainPattern(glob: glob, text: text, line: place.line) }
}

/// A table of which all keys are known and all values are of the kind that their keys take.
struct Table {
  /// What a key has: texts, or tables.
  private enum Content {
    case words([Word])
    case tables([Table])
  }

  let place: TOML.Place
  private var contents: [String: Content] = [:]

  /// Checks the table and all within it; throws with the place of the first key that is unknown or has a wrong value.
  init(_ document: TOML, settings: [Setting], name: String) throws(ConfigError) {
    place = document.place
    guard case .table(let found) = document.value else {
      throw ConfigError("\(name) takes a table, and has \(document.kind)", document.place)
    }
    for entry in found {
      guard let setting = settings.first(where: { $0.name == entry.key }) else {
        let near = nearest(to: cut(entry.key), of: settings.map(\.name)).map { "; \($0) is one" } ?? ""
        let among = name.isEmpty ? "" : " of \(name)"
        throw ConfigError("\"\(cut(entry.key))\" is no key\(among)\(near)", entry.place)
      }
      contents[entry.key] = try Self.content(entry.value, setting, entry.key)
    }
    if let missing = settings.first(where: { $0.isRequired && contents[$0.name] == nil }) {
      throw ConfigError("\(name) has no \(missing.name), and needs one", place)
    }
  }

  private static func content(
    _ value: TOML, _ setting: Setting, _ key: String
  ) throws(ConfigError) -> Content {
    let kind = setting.kind
    switch (kind, value.value) {
    case (.list, .array(let items)) where items.isEmpty && !setting.mayBeEmpty:
      throw ConfigError("\(key) is empty", value.place)
    case (.list(let kind), .array(let items)):
      return .words(try items.map { (item) throws(ConfigError) in try word(item, kind, key) })
    case (.list(let kind), _): return .words([try word(value, kind, key)])
    case (.table(let settings), _): return .tables([try Table(value, settings: settings, name: "[\(key)]")])
    case (.tables(let settings), .array(let items)):
      return .tables(
        try items.map { (item) throws(ConfigError) in try Table(item, settings: settings, name: "[[\(key)]]") })
    default: return .words([try word(value, kind, key)])
    }
  }

  private static func word(_ value: TOML, _ kind: Setting.Kind, _ key: String) throws(ConfigError) -> Word {
    switch (kind, value.value) {
    case (.string, .string(let text)):
      if text.isEmpty { throw ConfigError("\(key) is empty", value.place) }
      return Word(key: key, text: text, place: value.place)
    case (.date, .date(let text)): return Word(key: key, text: text, place: value.place)
    case (.date, .string(let text)):
      if !isDate(text) { throw ConfigError("\"\(cut(text))\" is no date; write it as 2027-01-31", value.place) }
      return Word(key: key, text: text, place: value.place)
    case (.choice(let words), .string(let text)):
      guard !words.contains(text) else { return Word(key: key, text: text, place: value.place) }
      let near = nearest(to: cut(text), of: words).map { "; \($0) is" } ?? ": it is " + words.joined(separator: ", ")
      throw ConfigError("\"\(cut(text))\" is nothing that \(key) can be\(near)", value.place)
    default: throw ConfigError("\(key) takes \(kind.name), and has \(value.kind)", value.place)
    }
  }

  /// Whether a text is a date that there is, as `YYYY-MM-DD`.
  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    let isPlain = text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
    guard isPlain, parts.count == 3, text.utf8.count == 10, parts[0] > 0, (1...12).contains(parts[1]) else {
      return false
    }
    let isLeap = parts[0] % 4 == 0 && parts[0] % 100 != 0 || parts[0] % 400 == 0
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[parts[1] - 1]).contains(parts[2])
  }

  /// The texts of a key that takes several; nil where it is not there.
  func list(_ key: String) -> [Word]? {
    guard case .words(let words)? = contents[key] else { return nil }
    return words
  }

  /// The text of a key that takes one.
  func word(_ key: String) -> Word? { list(key)?.first }

  /// The texts of all keys.
  func words() -> [Word] { contents.keys.flatMap { list($0) ?? [] } }

  /// The tables of a key: one, or with `[[key]]` any number of them.
  func tables(_ key: String) -> [Table] {
    guard case .tables(let tables)? = contents[key] else { return [] }
    return tables
  }
}

/// As much of a text as a message can hold.
private func cut(_ text: String) -> String { text.count <= 60 ? text : text.prefix(59) + "…" }

extension Setting.Kind {
  /// As in "takes a string".
  var name: String {
    switch self {
    case .string, .choice: "a string"
    case .date: "a date"
    case .list: "a string or an array of strings"
    case .table: "a table"
    case .tables: "tables in [[ ]]"
    }
  }
}
