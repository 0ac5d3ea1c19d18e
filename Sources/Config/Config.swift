package import Bytes
package import Diagnostics
package import GoGraph
import GoSource

/// What a repository's `.staticgo.toml` asks for; nothing where there is none.
package struct Config: Sendable {
  /// A pattern by which mains are named.
  package struct MainPattern: Sendable {
    package let glob: Glob
    /// As it is written.
    package let text: String
    package let line: Int
  }

  /// How some mains are built.
  package struct Main: Sendable {
    package let names: [MainPattern]
    package let targets: [Platform]?
    package let tags: [String]?
    package let flags: [String]
  }

  /// What may stay.
  package struct Allow: Sendable {
    /// What tells it from the others: rules and patterns as they are written.
    package let name: String
    package let rules: Set<RuleID>
    package let packages: [Glob]
    package let paths: [Glob]
    package let mains: [Glob]
    /// As `YYYY-MM-DD`.
    package let expires: String?
    package let line: Int
    package let column: Int
    package let endColumn: Int
  }

  /// Where it stands at the root of a repository.
  package static let fileName: ByteString = ".staticgo.toml"

  /// As people know it.
  package var file: ByteString = Self.fileName
  package private(set) var targets: [Platform]?
  package private(set) var tags: [String]?
  package private(set) var build: BuildDepth?
  package private(set) var failOn: FailOn?
  package private(set) var included: [MainPattern]?
  package private(set) var excluded: [MainPattern] = []
  package private(set) var mains: [Main] = []
  /// Nil is off.
  package private(set) var severities: [RuleID: Severity?] = [:]
  package private(set) var allowed: [Allow] = []

  package init() {}

  /// Larger ones are refused.
  package static let sizeLimit = 1 << 20

  /// Reads a configuration; throws with the place of the first thing that is wrong.
  package init(parsing text: [UInt8]) throws(ConfigError) {
    guard text.count <= Self.sizeLimit else {
      throw ConfigError("it is larger than \(Self.sizeLimit >> 20) MiB", TOML.Place(line: 1))
    }
    let table = try Table(try TOML(parsing: text), settings: Setting.all, name: "")
    targets = try table.list("targets")?.map(Self.platform)
    tags = try table.list("tags")?.map(Self.tag)
    build = table.word("build").flatMap { BuildDepth(rawValue: $0.text) }
    failOn = table.word("fail-on").flatMap { FailOn(rawValue: $0.text) }
    if let mains = table.tables("mains").first {
      included = mains.list("include")?.map(\.mainPattern)
      excluded = mains.list("exclude")?.map(\.mainPattern) ?? []
    }
    for entry in table.tables("main") {
      mains.append(
        Main(
          names: entry.list("main")?.map(\.mainPattern) ?? [], targets: try entry.list("targets")?.map(Self.platform),
          tags: try entry.list("tags")?.map(Self.tag), flags: try entry.list("flags")?.map(Self.flag) ?? []))
    }
    for word in table.tables("rules").flatMap({ $0.words() }) {
      if let rule = RuleID(rawValue: word.key) { severities[rule] = .some(Severity(rawValue: word.text)) }
    }
    allowed = try table.tables("allow").map(Self.allow)
  }

  /// All patterns that choose mains, in the order of the file.
  package var mainPatterns: [MainPattern] {
    ((included ?? []) + excluded + mains.flatMap(\.names)).sorted { $0.line < $1.line }
  }

  private static func allow(_ entry: Table) throws(ConfigError) -> Allow {
    let words = ["rule", "package", "path", "mains"].flatMap { entry.list($0) ?? [] }
    let allow = Allow(
      name: words.map(\.text).joined(separator: " "),
      rules: Set(entry.list("rule")?.compactMap { RuleID(rawValue: $0.text) } ?? []),
      packages: entry.list("package")?.map(\.glob) ?? [], paths: entry.list("path")?.map(\.glob) ?? [],
      mains: entry.list("mains")?.map(\.glob) ?? [],
      expires: entry.word("expires")?.text, line: entry.place.line, column: entry.place.column,
      endColumn: entry.place.endColumn)
    if allow.packages.isEmpty, allow.paths.isEmpty, allow.mains.isEmpty {
      throw ConfigError(
        "the entry allows its rule everywhere: name a package, a path or mains, or switch the rule off in [rules]",
        entry.place)
    }
    if let reason = entry.word("reason"), reason.text.allSatisfy(\.isWhitespace) {
      throw ConfigError("it gives no reason", reason.place)
    }
    return allow
  }

  private static func platform(_ word: Word) throws(ConfigError) -> Platform {
    guard let platform = Platform(word.text) else {
      throw ConfigError(
        "\"\(word.shown)\" is no platform that Go knows; write GOOS/GOARCH, as in linux/arm64", word.place)
    }
    return platform
  }

  private static func tag(_ word: Word) throws(ConfigError) -> String {
    guard BuildConstraint.isTag(word.text) else {
      throw ConfigError("\"\(word.shown)\" is no build tag: letters, digits, _ and . can stand in one", word.place)
    }
    return word.text
  }

  private static func flag(_ word: Word) throws(ConfigError) -> String {
    do throws(LinkingFlagProblem) { return try linkingFlag(word.text) } catch {
      throw ConfigError(error.message, word.place)
    }
  }
}
