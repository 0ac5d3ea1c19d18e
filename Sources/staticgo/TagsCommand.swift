import Answers
import ArgumentParser
import Bytes
import Check
import Diagnostics
import GoBuild
import GoGraph
import Plan
import Queries
import Reports
import System

struct TagsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tags", abstract: "Find the build tags that remove cgo from a main.",
    discussion: """
      Tags come from build constraints on the chains to culprits. Each set is loaded to see its effect.

      Examples:
        staticgo tags ./cmd/app
      """)

  @OptionGroup var subject: SubjectOptions

  @Argument(help: "The main: its directory or import path.", completion: .mains)
  var main: String

  @Flag(help: "Build the main with the tags and CGO_ENABLED=0, and inspect the binary.")
  var build = false

  @Flag(name: [.short, .long], help: "List every file and name that changes.")
  var verbose = false

  func run() throws {
    var options = try subject.enter()
    let answers = try orPrintError { () throws(CheckError) in try searchTags(options, main: main) }
    try printResult(
      SafeText(escapedByFormat: tagReport(answers, width: StandardStream.output.layoutWidth(), all: verbose)))
    guard build else { return }
    var isStatic = true
    for answer in answers where !answer.changes.isEmpty {
      options.build = .link
      options.all = true
      options.wantsNotes = false
      options.patterns = [answer.main.importPath.text]
      options.platforms = [answer.target].compactMap(Platform.init)
      options.tags = answer.tags + answer.changes.map(\.tag)
      let report = try orPrintError { () throws(CheckError) in
        try check(options, progress: { _ in }, report: { $0 })
      }
      for result in report.mains {
        try printResult(wrapped("Built with these tags: \(result.verdict.rawValue) \(result.reason)", width: 80))
        if result.verdict > .staticWithoutCgo { isStatic = false }
      }
      for error in report.errors { printError(error.message) }
      if !report.errors.isEmpty { isStatic = false }
    }
    if !isStatic { throw Outcome.findings.exit }
  }
}
