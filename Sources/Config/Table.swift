import Diagnostics

/// A text of the configuration where it stands.
struct Word {
  let key: String
  let text: String
  let place: TOML.Place
  var glob: Glob { Glob(text) }
}

/// A table of which all keys are known and all values are of the kind that their keys take.
struct Table {
  let place: TOML.Place
  private var entries: [String: TOML.Entry] = [:]
  private let settings: [String: Setting]

  /// Checks the table; throws with the place of the first key that is unknown or has a wrong value.
  init(_ document: TOML, settings: [Setting], name: String) throws(ConfigError) {
    place = document.place
    self.settings = Dictionary(uniqueKeysWithValues: settings.map { ($0.name, $0) })
    guard case .table(let found) = document.value else {
      throw ConfigError("\(name) takes a table, and has \(document.kind)", document.place)
    }
    for entry in found {
      guard let setting = self.settings[entry.key] else {
        let near = nearest(to: entry.key, of: settings.map(\.name)).map { "; \($0) is one" } ?? ""
        let among = name.isEmpty ? "" : " of \(name)"
        throw ConfigError("\"\(entry.key)\" is no key\(among)\(near)", entry.place)
      }
      try Self.check(entry.value, setting.kind, entry.key)
      entries[entry.key] = entry
    }
    if let missing = settings.first(where: { $0.isRequired && entries[$0.name] == nil }) {
      throw ConfigError("\(name) has no \(missing.name), and needs one", place)
    }
  }

  private static func check(_ value: TOML, _ kind: Setting.Kind, _ name: String) throws(ConfigError) {
    switch (kind, value.value) {
    case (.string, .string(let text)):
      if text.isEmpty { throw ConfigError("\(name) is empty", value.place) }
    case (.date, .date): break
    case (.date, .string(let text)):
      if !isDate(text) { throw ConfigError("\"\(text)\" is no date; write it as 2027-01-31", value.place) }
    case (.choice(let words), .string(let text)):
      guard !words.contains(text) else { break }
      let near = nearest(to: text, of: words).map { "; \($0) is" } ?? ": it is " + words.joined(separator: ", ")
      throw ConfigError("\"\(text)\" is nothing that \(name) can be\(near)", value.place)
    case (.list(let kind), .array(let items)):
      for item in items { try check(item, kind, name) }
    case (.list(let kind), _): try check(value, kind, name)
    case (.table(let settings), _): _ = try Table(value, settings: settings, name: "[\(name)]")
    case (.tables(let settings), .array(let items)):
      for item in items { _ = try Table(item, settings: settings, name: "[[\(name)]]") }
    default: throw ConfigError("\(name) takes \(kind.name), and has \(value.kind)", value.place)
    }
  }

  /// Whether a text is a date that there is, as `YYYY-MM-DD`.
  private static func isDate(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard parts.count == 3, text.utf8.count == 10, (1...12).contains(parts[1]) else { return false }
    let isLeap = parts[0] % 4 == 0 && parts[0] % 100 != 0 || parts[0] % 400 == 0
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...days[parts[1] - 1]).contains(parts[2])
  }

  func place(of key: String) -> TOML.Place? { entries[key]?.value.place }

  /// The text of a key that takes one.
  func word(_ key: String) -> Word? { entries[key].flatMap { Self.word(key, $0.value) } }

  /// All keys with their texts.
  func words() -> [Word] { entries.values.compactMap { Self.word($0.key, $0.value) } }

  /// The texts of a key that takes several.
  func list(_ key: String) -> [Word]? {
    guard let entry = entries[key] else { return nil }
    guard case .array(let items) = entry.value.value else { return Self.word(key, entry.value).map { [$0] } }
    return items.compactMap { Self.word(key, $0) }
  }

  private static func word(_ key: String, _ value: TOML) -> Word? {
    switch value.value {
    case .string(let text), .date(let text): Word(key: key, text: text, place: value.place)
    default: nil
    }
  }

  /// The table of a key.
  func table(_ key: String) throws(ConfigError) -> Table? {
    guard let entry = entries[key], case .table(let settings)? = settings[key]?.kind else { return nil }
    return try Table(entry.value, settings: settings, name: "[\(key)]")
  }

  /// The tables of a key that takes several.
  func tables(_ key: String) throws(ConfigError) -> [Table] {
    guard case .array(let items)? = entries[key]?.value.value, case .tables(let settings)? = settings[key]?.kind else {
      return []
    }
    var tables: [Table] = []
    for item in items { tables.append(try Table(item, settings: settings, name: "[[\(key)]]")) }
    return tables
  }
}

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
