import ArgumentParser
import Bytes
import Check
import Diagnostics
import Plan
import Queries
import System

struct AllowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allow",
    abstract: "Record today's findings in .staticgo.toml, so that only new ones are reported.",
    discussion: "Each entry applies to the mains that its finding affects today. It checks all mains of the work tree.")

  @OptionGroup var subject: SubjectOptions

  @Flag(help: "Write an entry for every current error and warning.")
  var existing = false

  @Option(help: "Set the build depth: none, auto, compile or link (default: link).")
  var build: BuildDepth?

  func validate() throws {
    if !existing { throw ValidationError("--existing is required") }
    if subject.config != nil { throw ValidationError("--config is not supported: allow writes to .staticgo.toml") }
    if subject.staged || subject.from != nil { throw ValidationError("allow always reads the work tree") }
  }

  func run() throws {
    var options = try subject.enter()
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
