import ArgumentParser
import Bytes
import Diagnostics
import FileSystem
import Reports

struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Join the JSON of several runs into one report.",
    discussion: """
      Each FILE is what `staticgo check --format json=FILE` has written: with --shard for a part of the mains, or with
      --target for one of several targets. The exit code is that of one run over all. \
      A part that is missing is exit 3.
      """)

  @Argument(help: "Files that check has written.")
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
        complain("\(name) cannot be merged: \(error.message).")
        throw Outcome.usage.exit
      } catch {
        complain("\(error)")
        throw Outcome.notJudged.exit
      }
    }
    guard let merged = Report.merged(reports) else { return }
    // Parts of different runs would say of one tree what holds for another.
    for report in reports where report.snapshot != merged.snapshot || report.base != merged.base {
      complain("these are reports on different trees: they cannot be one.")
      throw Outcome.usage.exit
    }
    try output.show(merged, from: origin, isInHook: false).end()
  }
}
