import ArgumentParser
import Bytes
import Check
import Diagnostics
import Plan
import Queries
import Reports
import System

struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show the configuration in force, and where each value comes from.",
    discussion: """
      The build depth and its time limit are those of a check outside a hook. Example: staticgo config --staged

      Examples:
        staticgo config
      """)

  @OptionGroup var subject: SubjectOptions

  func run() throws {
    var options = try subject.enter()
    options.defaultBuild = .link
    let found = try orPrintError { () throws(CheckError) in try ConfigurationInForce(options) }
    try printResult(
      SafeText(lines: Self.table(found.settings) + (found.mains.isEmpty ? "" : "\n") + Self.table(found.mains)))
  }

  private static func table(_ rows: [ConfigurationInForce.Row]) -> String {
    let cells = rows.map { [printable($0.name), printable($0.value), printable($0.origin)] }
    let widths = (0..<2).map { column in min(cells.map { $0[column].count }.max() ?? 0, 40) }
    return cells.map { row in
      let padded = zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
      return (padded + [row[2]]).joined(separator: "  ") + "\n"
    }.joined()
  }
}
