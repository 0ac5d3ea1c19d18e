import Diagnostics

/// A string of the configuration with its key and location.
struct Word {
  let key: String
  let text: String
  let place: TOML.Place
  var glob: Glob { Glob(text) }
  /// The text, cut for use in a message.
  var shown: String { cut(text) }
  var mainPattern: Config.MainPattern { Config.MainPattern(glob: glob, text: text, line: place.line) }
}

/// A checked table: all keys are known and all values have the type of their key.
struct Table {
  /// The value of a key: strings or tables.
  private enum Content {
    case words([Word])
    case tables([Table])
  }

  let place: TOML.Place
  private var contents: [String: Content] = [:]

  /// Checks the table and its nested tables; throws with the location of the first unknown key or invalid value.
  init(_ document: TOML, settings: [Setting], name: String) throws(ConfigError) {
    place = document.place
    guard case .table(let found) = document.value else {
      throw ConfigError("\(name) must be a table, not \(document.kind)", document.place)
    }
    for entry in found {
      guard let setting = settings.first(where: { $0.name == entry.key }) else {
        let near = nearest(to: cut(entry.key), of: settings.map(\.name)).map { " (did you mean \($0)?)" } ?? ""
        let among = name.isEmpty ? "" : " in \(name)"
        throw ConfigError("unknown key \"\(cut(entry.key))\"\(among)\(near)", entry.place)
      }
      contents[entry.key] = try Self.content(entry.value, setting, entry.key)
    }
    if let missing = settings.first(where: { $0.isRequired && contents[$0.name] == nil }) {
      throw ConfigError("\(name) lacks the required key \"\(missing.name)\"", place)
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
    case (.seconds, .integer(let text)):
      guard let number = Int(text), (1...86_400).contains(number) else {
        throw ConfigError("\(key) must be 1 to 86400 seconds", value.place)
      }
      return Word(key: key, text: text, place: value.place)
    case (.version, .string(let text)):
      guard Config.versionNumbers(text) != nil else {
        throw ConfigError("invalid \(key) \"\(cut(text))\": want a version, such as 0.1 or 1.0.3", value.place)
      }
      return Word(key: key, text: text, place: value.place)
    case (.date, .date(let text)): return Word(key: key, text: text, place: value.place)
    case (.date, .string(let text)):
      if !isDate(text) { throw ConfigError("invalid date \"\(cut(text))\": want YYYY-MM-DD", value.place) }
      return Word(key: key, text: text, place: value.place)
    case (.choice(let words), .string(let text)):
      guard !words.contains(text) else { return Word(key: key, text: text, place: value.place) }
      let near =
        nearest(to: cut(text), of: words).map { " (did you mean \($0)?)" }
        ?? ": want " + words.dropLast().joined(separator: ", ") + words.suffix(1).map { " or \($0)" }.joined()
      throw ConfigError("invalid \(key) \"\(cut(text))\"\(near)", value.place)
    default: throw ConfigError("\(key) must be \(kind.name), not \(value.kind)", value.place)
    }
  }

  /// Whether the text is a valid date of the form `YYYY-MM-DD`.
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

  /// Returns the strings of a key that takes a list; nil if the key is absent.
  func list(_ key: String) -> [Word]? {
    guard case .words(let words)? = contents[key] else { return nil }
    return words
  }

  /// Returns the string of a key that takes one; nil if the key is absent.
  func word(_ key: String) -> Word? { list(key)?.first }

  /// Returns the strings of all keys.
  func words() -> [Word] { contents.keys.flatMap { list($0) ?? [] } }

  /// Returns the tables of a key: one for `[key]`, any number for `[[key]]`.
  func tables(_ key: String) -> [Table] {
    guard case .tables(let tables)? = contents[key] else { return [] }
    return tables
  }
}

/// Returns the text, cut to 60 characters for a message.
private func cut(_ text: String) -> String { text.count <= 60 ? text : text.prefix(59) + "…" }

extension Setting.Kind {
  /// The name of the type, as in "must be a string".
  var name: String {
    switch self {
    case .string, .choice, .version: "a string"
    case .date: "a date"
    case .seconds: "a number"
    case .list: "a string or an array of strings"
    case .table: "a table"
    case .tables: "an array of tables"
    }
  }
}
