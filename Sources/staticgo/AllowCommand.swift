import ArgumentParser
import Bytes
import Check
import Diagnostics
import Plan
import Queries
import Rules
import System

struct AllowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allow",
    abstract: "Write allow entries to .staticgo.toml, or list them.",
    discussion: """
      With --existing it checks all mains of the work tree and records every finding, so that only new ones are \
      reported. Each entry applies to the mains that its finding affects today. With a rule it adds one entry: \
      staticgo allow cgo-stub --main cmd/agent --reason "optional" --expires 2027-01-31

      Examples:
        staticgo allow --existing  all findings of today
        staticgo allow --list      the entries, with their dates
        staticgo allow cgo-stub --main cmd/agent --reason "optional"
      """)

  @Argument(help: "The rule to allow for the mains of --main.", completion: .rules)
  var rule: String?

  @Option(
    help: ArgumentHelp("Allow the rule for this main (repeatable).", valueName: "main"), completion: .mains)
  var main: [String] = []

  @Option(help: "Set the reason, which every report shows.")
  var reason: String?

  @Option(help: ArgumentHelp("Set the last day on which the entry applies.", valueName: "yyyy-mm-dd"))
  var expires: String?

  @Flag(help: "List the entries with their reasons and expiry.")
  var list = false

  @OptionGroup var subject: SubjectOptions

  @Flag(help: "Write an entry for every current error and warning.")
  var existing = false

  @Option(help: "Set the build depth: none, auto, compile or link (default: link).")
  var build: BuildDepth?

  func validate() throws {
    let modes = [existing, rule != nil, list].count { $0 }
    if modes != 1 {
      throw ValidationError("pass --existing, or --list, or RULE --main MAIN --reason TEXT; see staticgo allow --help")
    }
    if let rule {
      let names = Rule.all.filter(\.isAllowable).map(\.id.rawValue)
      if !names.contains(rule) {
        let near = suggestion(for: rule, of: names)
        throw ValidationError("unknown rule \(rule), or one that cannot be allowed.\(near)")
      }
      if main.isEmpty {
        throw ValidationError("--main is required: name the mains in which to allow the rule, such as --main ./cmd/app")
      }
      if let expires, expires.split(separator: "-").map(\.count) != [4, 2, 2] {
        throw ValidationError("--expires wants a date such as 2027-01-31")
      }
      if reason?.allSatisfy(\.isWhitespace) ?? true { throw ValidationError("--reason is required") }
    } else if !main.isEmpty || reason != nil || expires != nil {
      throw ValidationError(
        "--main, --reason and --expires are about a rule: staticgo allow RULE --main MAIN --reason TEXT")
    }
    if subject.config != nil { throw ValidationError("--config is not supported: allow writes to .staticgo.toml") }
    if subject.staged || subject.from != nil { throw ValidationError("allow always reads the work tree") }
  }

  func run() throws {
    var options = try subject.enter()
    if let rule {
      let entry = AllowEntry(rule: RuleID(rule), mains: main, reason: reason ?? "", expires: expires)
      try orPrintError { () throws(CheckError) in try allow(entry, options) }
      try printResult("added 1 entry to .staticgo.toml; run git add .staticgo.toml\n")
      return
    }
    if list {
      let entries = try orPrintError { () throws(CheckError) in try allowEntries(options) }
      for entry in entries { try printResult(SafeText(lines: entry + "\n")) }
      if entries.isEmpty { try printResult("no allow entries\n") }
      return
    }
    options.build = build
    options.defaultBuild = .link
    let line = ProgressLine(isShown: true)
    let (count, report) = try orPrintError { () throws(CheckError) in
      defer { line.show(nil) }
      return try allowExisting(options, progress: line.show)
    }
    for error in report.errors { printError(error.message) }
    let entries = count == 1 ? "1 entry" : "\(count) entries"
    try printResult(
      count == 0
        ? "no findings to allow\n" : "added \(entries) to .staticgo.toml; run git add .staticgo.toml\n")
    let outcome: Outcome = report.errors.isEmpty ? .clean : .notJudged
    outcome.end()
  }
}
