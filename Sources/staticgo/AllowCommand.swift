import ArgumentParser
import Bytes
import Check
import Diagnostics
import FileSystem

struct AllowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allow",
    abstract: "Enter what is found now into .staticgo.toml, so that only what is new is reported.",
    discussion: "Each entry holds for the mains that reach it today. The files on disk are judged, every main.")

  @OptionGroup var subject: SubjectOptions

  @Flag(help: "Write an entry for every present error and warning.")
  var existing = false

  @Option(help: "How deep: none, auto, compile or link (default: link).")
  var build: BuildDepth?

  func validate() throws {
    if !existing { throw ValidationError("staticgo allow --existing is what there is.") }
    if subject.config != nil { throw ValidationError("the entries go into .staticgo.toml, not elsewhere.") }
    if subject.staged || subject.from != nil { throw ValidationError("the files on disk are what is judged.") }
  }

  func run() throws {
    var options = try subject.enter()
    options.build = build
    options.defaultBuild = .link
    let line = ProgressLine(isShown: true)
    let (count, report, remains) = try orComplain { () throws(CheckError) in
      defer { line.show(nil) }
      return try allowExisting(options, progress: line.show)
    }
    for error in report.errors { complain(error.message) }
    let entries = count == 1 ? "1 entry" : "\(count) entries"
    try deliver(
      count == 0
        ? "nothing is found that would have to be allowed\n" : "\(entries) added to .staticgo.toml; git add it\n")
    let outcome: Outcome = report.errors.isEmpty ? .clean : .notJudged
    withExtendedLifetime(remains) { outcome.end() }
  }
}
