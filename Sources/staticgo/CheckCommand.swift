import ArgumentParser
import Bytes
import Check
import Diagnostics
import GoGraph
import Plan
import Queries
import Reports
import Rules
import Snapshots
import System

extension BuildDepth: ExpressibleByArgument {}

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check that main packages can be linked statically.",
    discussion: """
      Exit codes: 0 no findings; 1 findings; 2 wrong usage or configuration; 3 something was not judged.

      Examples:
        staticgo check                            every main, with its binary
        staticgo check --staged                   the staged changes, as in the hook
        staticgo check --from main                the changes of a branch
        staticgo check ./cmd/app --build none     one main, by its source
        staticgo check --format sarif=out.sarif   a report for code scanning
      """)

  @OptionGroup var subject: SubjectOptions

  @Argument(
    help: "Directories or import paths of mains; /... matches everything below (default: every main).",
    completion: .mains)
  var patterns: [String] = []

  @Flag(help: "Check every main package, not only the affected ones.")
  var all = false

  @Flag(help: "Count only new findings.")
  var newOnly = false

  @Flag(help: "Count known findings too.")
  var allFindings = false

  @Option(help: "Set the build depth: none, auto, compile or link (default: auto in a hook, else link).")
  var build: BuildDepth?

  @Option(help: ArgumentHelp("Stop a build after this many seconds (default: 20 in a hook).", valueName: "seconds"))
  var buildTimeout: Int?

  @Option(help: ArgumentHelp("Report only this rule (repeatable).", valueName: "rule"), completion: .rules)
  var select: [String] = []

  @Option(help: ArgumentHelp("Do not report this rule (repeatable).", valueName: "rule"), completion: .rules)
  var ignore: [String] = []

  @Flag(help: "Apply the fixes that are certain to the work tree.")
  var fix = false

  @Flag(help: "With --fix: show the fixes as a diff, and apply none.")
  var diff = false

  @Option(
    help: ArgumentHelp("Check part I of N of the mains; staticgo merge joins the parts.", valueName: "i/n"),
    transform: { argument in
      guard let shard = Shard(argument) else {
        throw ValidationError("Write I/N, such as 1/4 for the first of four parts; I is from 1 to N.")
      }
      return shard
    })
  var shard: Shard?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if diff && !fix { throw ValidationError("--diff requires --fix") }
    if fix && (subject.staged || subject.from != nil) {
      throw ValidationError("--fix changes the work tree: use it without --staged and --from")
    }
    if newOnly && allFindings { throw ValidationError("--new-only and --all-findings cannot be combined") }
    for name in select + ignore where !Rule.all.contains(where: { $0.id.rawValue == name }) {
      let near = suggestion(for: name, of: Rule.all.map(\.id.rawValue))
      throw ValidationError("unknown rule \(name).\(near)")
    }
    if let buildTimeout, !(1...86_400).contains(buildTimeout) {
      throw ValidationError("--build-timeout must be 1 to 86400 seconds")
    }
  }

  func run() throws {
    // Output files are relative to the directory in which the command was run, before -C.
    let origin = try currentDirectory()
    try judge(try options(), from: origin)
  }

  /// Returns the requested options; changes to the directory of -C.
  func options() throws -> CheckOptions {
    var options = try subject.enter()
    options.build = build
    options.defaultBuild = subject.isInHook ? .auto : .link
    options.buildLimit = buildTimeout.map { .seconds($0) }
    options.defaultBuildLimit = subject.isInHook ? .seconds(20) : nil
    options.selected = Set(select.map { RuleID($0) })
    options.ignored = Set(ignore.map { RuleID($0) })
    options.all = all
    options.newOnly = newOnly ? true : allFindings ? false : nil
    options.patterns = patterns
    options.shard = shard
    options.wantsNotes = output.showsNotes
    options.showsOnlyVerdict =
      !output.showsNotes && !output.statistics && output.format.allSatisfy { $0.format == .text }
    options.explainsChanges = output.format.contains { [.json, .jsonl].contains($0.format) }
    options.wantsLineHashes = output.showsLineHashes
    return options
  }

  /// Shows what the source has found already, while a build runs.
  private func show(_ findings: [Finding], _ line: ProgressLine) {
    if output.quiet { return }
    line.show(nil)
    for finding in findings.prefix(5) {
      let place = "\(finding.location.file.text):\(finding.location.line)"
      printError(
        "early result, while the build runs: \(finding.message) (\(finding.rule.rawValue), \(place)). The full report "
          + "follows at the end")
    }
    if findings.count > 5 { printError("early result, while the build runs: \(findings.count - 5) more findings") }
  }

  /// Checks, prints the report and ends the program.
  func judge(_ options: CheckOptions, from origin: ByteString) throws {
    try output.checkFiles(from: origin)
    let line = ProgressLine(isShown: !output.quiet)
    let shown = try orPrintError(isInHook: subject.isInHook) { () throws(CheckError) in
      defer { line.show(nil) }
      return try check(options, progress: line.show, found: { show($0, line) }) {
        report -> Swift.Result<Never, any Error> in
        // The process ends here, before everything that was loaded is freed.
        line.show(nil)
        do {
          let outcome = try output.show(report, from: origin, isInHook: subject.isInHook)
          if fix, options.subject == .workTree { try applyFixes(of: report) }
          outcome.end()
        } catch { return .failure(error) }
      }
    }
    _ = try shown.get()
  }

  private func applyFixes(of report: Report) throws {
    let fixes = Fix.compatible(report.countedFindings)
    if diff {
      try printResult(
        SafeText(lines: Queries.diff(fixes).split(separator: "\n").map { printable(String($0)) + "\n" }.joined()))
      return
    }
    let files = try orPrintError { () throws(CheckError) in try apply(fixes) }
    if files.isEmpty { return printError("nothing was changed: no finding has an automatic fix") }
    let names = files.map(\.text).joined(separator: ", ")
    printError("applied \(fixes.count) \(fixes.count == 1 ? "fix" : "fixes") to \(names). Run staticgo check again.")
  }
}
