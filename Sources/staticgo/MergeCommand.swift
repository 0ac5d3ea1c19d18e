import ArgumentParser
import Bytes
import Diagnostics
import Reports
import System

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Merge the JSON reports of several runs into one report.",
    discussion: """
      Each FILE is a report of `staticgo check --format json=FILE`: with --shard for a part of the mains, or with
      --target for one of several targets. The exit code is that of a single run over everything. \
      If a part is missing, the exit code is 3.

      Examples:
        staticgo merge part-*.json                    one report of all parts
        staticgo merge part-*.json --format markdown  for a summary
      """)

  @Argument(help: "JSON reports, written by staticgo check --format json.")
  var file: [String]

  @OptionGroup var output: OutputOptions

  func run() throws {
    let origin = try currentDirectory()
    try output.checkFiles(from: origin)
    var reports: [Report] = []
    for name in file {
      do {
        reports.append(
          try readJSONReport(try readFile(name.hasPrefix("/") ? ByteString(name) : origin.appending(ByteString(name)))))
      } catch let error as JSONReportError {
        printError("cannot merge \(name): \(error.message)")
        throw Outcome.usage.exit
      } catch {
        printError("\(error)")
        throw Outcome.notJudged.exit
      }
    }
    guard let merged = Report.merged(reports) else { return }
    // The findings of one commit would be reported for another.
    for report in reports where report.snapshot != merged.snapshot || report.base != merged.base {
      printError("cannot merge reports of different commits")
      throw Outcome.usage.exit
    }
    try output.show(merged, from: origin, isInHook: false).end()
  }
}
