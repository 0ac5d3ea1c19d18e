package import Bytes
package import Diagnostics
package import GoBuild

/// How the release links a main.
enum Linkage: String, CaseIterable {
  case `static`, dynamic
}

/// The settings of a repository's `.staticgo.toml`; empty if the file does not exist.
package struct Config: Sendable {
  /// A pattern that selects mains.
  package struct MainPattern: Sendable {
    package let glob: Glob
    /// The pattern as written in the file.
    package let text: String
    package let line: Int
  }

  /// The build settings of some mains.
  package struct Main: Sendable {
    package let names: [MainPattern]
    package let targets: [Platform]?
    package let tags: [String]?
    package let flags: [String]
    /// The reason why they are meant to use cgo; nil for mains that must be static.
    package let exemption: String?
  }

  /// Findings to allow.
  package struct Allow: Sendable {
    /// The name of the entry in messages: its rules and patterns as written in the file.
    package let name: String
    package let rules: Set<RuleID>
    package let packages: [Glob]
    package let paths: [Glob]
    package let mains: [Glob]
    package let reason: String
    /// The last day of validity as `YYYY-MM-DD`; nil if the entry does not expire.
    package let expires: String?
    package let line: Int
    package let column: Int
    package let endColumn: Int
  }

  /// Packages that mains must not reach.
  package struct Forbid: Sendable {
    package let packages: [Glob]
    /// Empty for all mains.
    package let mains: [Glob]
    package let reason: String
    package let line: Int
  }

  /// The path of the file, relative to the root of the repository.
  package static let fileName: ByteString = ".staticgo.toml"

  /// The file that messages refer to.
  package var file: ByteString = Self.fileName
  /// The numbers of the lowest version that may read the file; empty for any.
  package private(set) var requiredVersion: [Int] = []
  package private(set) var targets: [Platform]?
  package private(set) var tags: [String]?
  package private(set) var build: BuildDepth?
  /// In seconds.
  package private(set) var buildTimeout: Int?
  package private(set) var failOn: FailOn?
  package private(set) var included: [MainPattern]?
  package private(set) var excluded: [MainPattern] = []
  package private(set) var mains: [Main] = []
  /// The severity by rule; nil means off.
  package private(set) var severities: [RuleID: Severity?] = [:]
  package private(set) var allowed: [Allow] = []
  package private(set) var forbidden: [Forbid] = []

  package init() {}

  /// The maximum size of the file in bytes; larger files are rejected.
  package static let sizeLimit = Limit.configuration

  /// Reads a configuration that may name `rules`; throws with the location of the first error.
  package init(parsing text: [UInt8], rules: [RuleID]) throws(ConfigError) {
    guard text.count <= Self.sizeLimit else {
      throw ConfigError("the file is larger than \(Self.sizeLimit >> 20) MiB", TOML.Place(line: 1))
    }
    let table = try Table(try TOML(parsing: text), settings: Setting.all(rules: rules), name: "")
    requiredVersion = table.word("required-version").flatMap { Self.versionNumbers($0.text) } ?? []
    targets = try table.list("targets")?.map(Self.platform)
    tags = try table.list("tags")?.map(Self.tag)
    build = table.word("build").flatMap { BuildDepth(rawValue: $0.text) }
    buildTimeout = table.word("build-timeout").flatMap { Int($0.text) }
    failOn = table.word("fail-on").flatMap { FailOn(rawValue: $0.text) }
    if let mains = table.tables("mains").first {
      included = mains.list("include")?.map(\.mainPattern)
      excluded = mains.list("exclude")?.map(\.mainPattern) ?? []
    }
    for entry in table.tables("main") {
      if entry.list("main") == nil, entry.list("name") == nil {
        throw ConfigError("[[main]] lacks the required key \"main\"", entry.place)
      }
      mains.append(
        Main(
          names: ["main", "name"].flatMap { entry.list($0) ?? [] }.map(\.mainPattern),
          targets: try entry.list("targets")?.map(Self.platform),
          tags: try entry.list("tags")?.map(Self.tag), flags: try entry.list("flags")?.map(Self.flag) ?? [],
          exemption: try Self.exemption(entry)))
    }
    for word in table.tables("rules").flatMap({ $0.words() }) {
      severities[RuleID(word.key)] = .some(Severity(rawValue: word.text))
    }
    allowed = try table.tables("allow").map(Self.allow)
    forbidden = try table.tables("forbid").map(Self.forbid)
  }

  /// Returns the numbers of a version such as 0.2 or 1.0.3; nil if the text is no such version.
  package static func versionNumbers(_ text: String) -> [Int]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int($0) : nil }
    return (1...3).contains(parts.count) && numbers.count == parts.count ? numbers : nil
  }

  /// Returns the lowest version that may read a file, whatever else is in it: a newer version may know other keys.
  package static func requiredVersion(in text: [UInt8]) -> [Int]? {
    guard text.count <= sizeLimit, ByteString(text).firstIndex(of: "required-version") != nil,
      let document = try? TOML(parsing: text), case .table(let entries) = document.value,
      let entry = entries.first(where: { $0.key == "required-version" }), case .string(let version) = entry.value.value
    else { return nil }
    return versionNumbers(version)
  }

  /// All patterns that select mains, in the order of the file.
  package var mainPatterns: [MainPattern] {
    ((included ?? []) + excluded + mains.flatMap(\.names)).sorted { $0.line < $1.line }
  }

  private static func allow(_ entry: Table) throws(ConfigError) -> Allow {
    let words = ["rule", "package", "path", "mains"].flatMap { entry.list($0) ?? [] }
    let allow = Allow(
      name: words.map(\.text).joined(separator: " "),
      rules: Set(entry.list("rule")?.map { RuleID($0.text) } ?? []),
      packages: entry.list("package")?.map(\.glob) ?? [], paths: entry.list("path")?.map(\.glob) ?? [],
      mains: entry.list("mains")?.map(\.glob) ?? [], reason: entry.word("reason")?.text ?? "",
      expires: entry.word("expires")?.text, line: entry.place.line, column: entry.place.column,
      endColumn: entry.place.endColumn)
    if allow.packages.isEmpty, allow.paths.isEmpty, allow.mains.isEmpty {
      throw ConfigError(
        "the entry allows its rule everywhere: add package, path or mains, or turn the rule off in [rules]",
        entry.place)
    }
    if let reason = entry.word("reason"), reason.text.allSatisfy(\.isWhitespace) {
      throw ConfigError("reason is empty", reason.place)
    }
    return allow
  }

  private static func forbid(_ entry: Table) throws(ConfigError) -> Forbid {
    if let reason = entry.word("reason"), reason.text.allSatisfy(\.isWhitespace) {
      throw ConfigError("reason is empty", reason.place)
    }
    for word in entry.list("package") ?? [] where word.text.hasPrefix("./") || word.text.hasSuffix(".../") {
      throw ConfigError("package is a pattern for import paths, such as example.com/app/internal/...", word.place)
    }
    return Forbid(
      packages: entry.list("package")?.map(\.glob) ?? [], mains: entry.list("mains")?.map(\.glob) ?? [],
      reason: entry.word("reason")?.text ?? "", line: entry.place.line)
  }

  private static func exemption(_ entry: Table) throws(ConfigError) -> String? {
    let reason = entry.word("reason")
    if let reason, reason.text.allSatisfy(\.isWhitespace) { throw ConfigError("reason is empty", reason.place) }
    guard let word = entry.word("linkage"), Linkage(rawValue: word.text) == .dynamic else {
      if let reason { throw ConfigError("a reason is only for linkage = \"dynamic\"", reason.place) }
      return nil
    }
    guard let reason else {
      throw ConfigError("linkage = \"dynamic\" requires the key \"reason\" beside it", word.place)
    }
    return reason.text
  }

  private static func platform(_ word: Word) throws(ConfigError) -> Platform {
    guard let platform = Platform(word.text) else {
      throw ConfigError(
        "unknown target \"\(word.shown)\": want GOOS/GOARCH, such as linux/arm64", word.place)
    }
    return platform
  }

  private static func tag(_ word: Word) throws(ConfigError) -> String {
    guard isBuildTag(word.text) else {
      throw ConfigError("invalid build tag \"\(word.shown)\": use only letters, digits, . and _", word.place)
    }
    return word.text
  }

  private static func flag(_ word: Word) throws(ConfigError) -> String {
    do throws(ConfiguredFlagError) { return try configuredFlag(word.text) } catch {
      throw ConfigError(error.message, word.place)
    }
  }
}
