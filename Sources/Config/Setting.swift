import Diagnostics

/// A key of `.staticgo.toml`: what it is called, what it takes, and what it is for. The errors, the JSON Schema and what
/// `staticgo init` writes are all made of these.
struct Setting: Sendable {
  indirect enum Kind: Sendable {
    case string
    case date
    case choice([String])
    /// One or several, in an array or alone.
    case list(Kind)
    case table([Setting])
    /// `[[key]]`, any number of times.
    case tables([Setting])
  }

  let name: String
  let kind: Kind
  let summary: String
  /// A value that it could have, in TOML; nil for tables.
  var example: String?
  var isRequired = false
  /// Whether it is one of those of which a table needs at least one.
  var isAlternative = false
  /// Whether a list of nothing says something.
  var mayBeEmpty = false

  static let severities = Severity.allCases.reversed().map(\.rawValue) + ["off"]

  static let all: [Setting] = [
    Setting(
      name: "targets", kind: .list(.string),
      summary: "The platforms to judge, as GOOS/GOARCH (default: linux on the machine's architecture).",
      example: "[\"linux/amd64\", \"linux/arm64\"]"),
    Setting(
      name: "tags", kind: .list(.string), summary: "The build tags that the release is built with.",
      example: "[\"netgo\"]", mayBeEmpty: true),
    Setting(
      name: "build", kind: .choice(BuildDepth.allCases.map(\.rawValue)),
      summary: "How deep to look: none, auto, compile or link (default: auto in a hook, else link).",
      example: "\"compile\""),
    Setting(
      name: "fail-on", kind: .choice(FailOn.allCases.map(\.rawValue)),
      summary: "The least severity that makes the exit code 1 (default: error).", example: "\"warning\""),
    Setting(
      name: "mains",
      kind: .table([
        Setting(
          name: "include", kind: .list(.string), summary: "Judge these mains only (default: all of them).",
          example: "\"cmd/*\""),
        Setting(
          name: "exclude", kind: .list(.string), summary: "Do not judge these mains.", example: "\"hack/...\"",
          mayBeEmpty: true),
      ]),
      summary: "Which mains are judged: patterns of their directories or import paths, as cmd/* or tools/..."),
    Setting(
      name: "main",
      kind: .tables([
        Setting(
          name: "main", kind: .list(.string), summary: "Which mains it is about: directories or import paths.",
          example: "\"cmd/agent\"", isRequired: true),
        Setting(
          name: "targets", kind: .list(.string), summary: "Their platforms, in place of the general ones.",
          example: "\"linux/arm64\""),
        Setting(
          name: "tags", kind: .list(.string), summary: "Their build tags, in place of the general ones.",
          example: "[\"netgo\", \"osusergo\"]", mayBeEmpty: true),
        Setting(
          name: "flags", kind: .list(.string),
          summary: "Further flags of go build, of those that decide how a program is linked.",
          example: "\"-trimpath\"", mayBeEmpty: true),
      ]),
      summary: "How some mains are built that are not built like the others; the first entry that names a main counts."),
    Setting(
      name: "rules",
      kind: .table(
        RuleID.allCases.map { rule in
          Setting(
            name: rule.rawValue, kind: .choice(severities), summary: "See staticgo explain \(rule.rawValue).",
            example: rule == .stdCgo ? "\"off\"" : nil)
        }),
      summary: "The severity of rules, or off."),
    Setting(
      name: "allow",
      kind: .tables([
        Setting(
          name: "rule", kind: .list(.choice(RuleID.allCases.map(\.rawValue))), summary: "What is allowed.",
          example: "\"cgo-stub\"", isRequired: true),
        Setting(
          name: "package", kind: .list(.string), summary: "In which packages: patterns of the culprit's import path.",
          example: "\"github.com/mattn/go-sqlite3\"", isAlternative: true),
        Setting(
          name: "path", kind: .list(.string),
          summary: "In which files: patterns of the file that the finding stands in, or of one on the way.",
          example: "\"internal/db/...\"", isAlternative: true),
        Setting(
          name: "mains", kind: .list(.string), summary: "For which mains (default: for all).",
          example: "\"cmd/agent\"", isAlternative: true),
        Setting(
          name: "reason", kind: .string, summary: "Why.", example: "\"opened only where cgo is on\"",
          isRequired: true),
        Setting(
          name: "expires", kind: .date, summary: "The last day on which it is allowed.", example: "2027-01-31"),
      ]),
      summary: "What is found and may stay; each entry names a package, a path or mains."),
  ]
}
