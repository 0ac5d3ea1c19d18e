import ArgumentParser
import Bytes
import Check
import Diagnostics
import GoGraph
import Queries
import Reports
import System

extension WhyFormat: ExpressibleByArgument {}

struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Show the import chains from a main to a package, or to each culprit.",
    discussion: """
      Shows all shortest chains, or with --all every chain, at most \(ImportChains.limit) for each package.

      Examples:
        staticgo why ./cmd/app                        to each culprit
        staticgo why ./cmd/app net --all              every chain to net
        staticgo why ./cmd/app --format svg >why.svg  a picture
      """)

  @OptionGroup var subject: SubjectOptions

  @Argument(help: "The main: its directory or import path.", completion: .mains)
  var main: String

  @Argument(help: "The package: its import path or directory (default: each culprit).")
  var package: String?

  @Flag(help: "Show every chain, not only the shortest.")
  var all = false

  @Option(help: "Use text, json, dot, mermaid or svg.")
  var format: WhyFormat = .text

  func run() throws {
    let options = try subject.enter()
    let answers = try orPrintError { () throws(CheckError) in
      try why(options, main: main, package: package, all: all)
    }
    if answers.isEmpty, format == .text {
      try printResult(
        wrapped("no findings in \(main). Add a package: staticgo why \(main) net", width: width))
      return
    }
    try printResult(SafeText(escapedByFormat: whyReport(answers, format, width: width)))
  }

  private var width: Int { StandardStream.output.layoutWidth() }
}
