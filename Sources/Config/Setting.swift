import Diagnostics

/// A key of `.staticgo.toml`: its name, its type and its purpose.
///
/// The errors, the JSON Schema and the file that `staticgo init` writes are all generated from these.
struct Setting: Sendable {
  indirect enum Kind: Sendable {
    case string
    case date
    /// A whole number, from 1 to the seconds of a day.
    case seconds
    /// Up to three numbers, as in 0.2 or 1.0.3.
    case version
    case choice([String])
    /// One value alone, or an array of values.
    case list(Kind)
    case table([Setting])
    /// An array of tables, `[[key]]`.
    case tables([Setting])
  }

  let name: String
  let kind: Kind
  let summary: String
  /// An example value in TOML; nil for tables.
  var example: String?
  var isRequired = false
  /// Whether the key belongs to the group of which a table needs at least one.
  var isAlternative = false
  /// Whether an empty list is valid.
  var mayBeEmpty = false

  static let severities = Severity.allCases.reversed().map(\.rawValue) + ["off"]

  /// The keys of the file; `rules` are the rules that exist.
  static func all(rules: [RuleID]) -> [Setting] {
    [
      Setting(
        name: "required-version", kind: .version,
        summary: "The lowest version of staticgo that this configuration needs (default: any).", example: "\"0.1\""),
      Setting(
        name: "targets", kind: .list(.string),
        summary: "The targets to check, as GOOS/GOARCH (default: linux on this machine's architecture).",
        example: "[\"linux/amd64\", \"linux/arm64\"]"),
      Setting(
        name: "tags", kind: .list(.string), summary: "The build tags of the release.",
        example: "[\"netgo\"]", mayBeEmpty: true),
      Setting(
        name: "build", kind: .choice(BuildDepth.allCases.map(\.rawValue)),
        summary: "The build depth: none, auto, compile or link (default: auto in a hook, else link).",
        example: "\"compile\""),
      Setting(
        name: "build-timeout", kind: .seconds,
        summary: "Stop a build after this many seconds; the source's verdict stands then (default: 20 in a hook).",
        example: "60"),
      Setting(
        name: "fail-on", kind: .choice(FailOn.allCases.map(\.rawValue)),
        summary: "The lowest severity that makes the exit code 1 (default: error).", example: "\"warning\""),
      Setting(
        name: "mains",
        kind: .table([
          Setting(
            name: "include", kind: .list(.string), summary: "Check only these mains (default: all).",
            example: "\"cmd/*\""),
          Setting(
            name: "exclude", kind: .list(.string), summary: "Do not check these mains.", example: "\"hack/...\"",
            mayBeEmpty: true),
        ]),
        summary: "The mains to check: patterns for directories or import paths, such as cmd/* or tools/..."),
      main, severities(of: rules), allow(rules), forbid,
    ]
  }

  private static let main =
    Setting(
      name: "main",
      kind: .tables([
        Setting(
          name: "main", kind: .list(.string), summary: "The mains of this entry: directories or import paths.",
          example: "\"cmd/agent\"", isAlternative: true),
        Setting(
          name: "name", kind: .list(.string), summary: "Another word for main.", isAlternative: true),
        Setting(
          name: "targets", kind: .list(.string), summary: "Their targets, instead of the top-level ones.",
          example: "\"linux/arm64\""),
        Setting(
          name: "tags", kind: .list(.string), summary: "Their build tags, instead of the top-level ones.",
          example: "[\"netgo\", \"osusergo\"]", mayBeEmpty: true),
        Setting(
          name: "flags", kind: .list(.string),
          summary: "Their go build flags that affect linking.",
          example: "\"-trimpath\"", mayBeEmpty: true),
        Setting(
          name: "linkage", kind: .choice(Linkage.allCases.map(\.rawValue)),
          summary: "static, or dynamic for mains that are meant to use cgo: they are listed, not judged.",
          example: "\"dynamic\""),
        Setting(
          name: "reason", kind: .string, summary: "The reason, which linkage = \"dynamic\" needs.",
          example: "\"a plugin of nginx\""),
      ]),
      summary: "Mains that are built differently from the others; the first entry that matches a main applies.")

  private static func severities(of rules: [RuleID]) -> Setting {
    Setting(
      name: "rules",
      kind: .table(
        rules.map { rule in
          Setting(
            name: rule.rawValue, kind: .choice(severities), summary: "See staticgo explain \(rule.rawValue).",
            example: rule.rawValue == "std-cgo" ? "\"off\"" : nil)
        }),
      summary: "The severity of each rule, or off.")
  }

  private static let forbid =
    Setting(
      name: "forbid",
      kind: .tables([
        Setting(
          name: "package", kind: .list(.string), summary: "The packages: patterns for import paths.",
          example: "\"github.com/docker/docker/...\"", isRequired: true),
        Setting(name: "mains", kind: .list(.string), summary: "The mains (default: all).", example: "\"cmd/agent\""),
        Setting(
          name: "reason", kind: .string, summary: "The reason.", example: "\"the agent must stay small\"",
          isRequired: true),
      ]),
      summary: "Packages that mains must not reach, directly or indirectly.")

  private static func allow(_ rules: [RuleID]) -> Setting {
    Setting(
      name: "allow",
      kind: .tables([
        Setting(
          name: "rule", kind: .list(.choice(rules.map(\.rawValue))), summary: "The rules to allow.",
          example: "\"cgo-stub\"", isRequired: true),
        Setting(
          name: "package", kind: .list(.string), summary: "The packages: patterns for the culprit's import path.",
          example: "\"github.com/mattn/go-sqlite3\"", isAlternative: true),
        Setting(
          name: "path", kind: .list(.string),
          summary: "The files: patterns for the file of the finding, or a file in its chain.",
          example: "\"internal/db/...\"", isAlternative: true),
        Setting(
          name: "mains", kind: .list(.string), summary: "The mains (default: all).",
          example: "\"cmd/agent\"", isAlternative: true),
        Setting(
          name: "reason", kind: .string, summary: "The reason.", example: "\"opened only where cgo is on\"",
          isRequired: true),
        Setting(
          name: "expires", kind: .date, summary: "The last day on which the entry applies.", example: "2027-01-31"),
      ]),
      summary: "Findings to allow; each entry needs a package, a path or mains.")
  }
}
