import Answers
import ArgumentParser
import Bytes
import Check
import Diagnostics
import Plan
import Reports
import System

struct AffectedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "affected",
    abstract: "List the main packages that a change affects.",
    discussion: """
      A main is affected when a file that its build reads differs between base and snapshot: Go, C, assembly and embedded \
      files of its packages, and what matters to it of go.mod, go.sum, go.work and vendor/modules.txt. Files of other \
      platforms, tests and documentation affect none. Without --from, the work tree is compared with HEAD.

      Exit codes: 0 the list is complete; 3 it is not known, and nothing is listed.

      Examples:
        go build $(staticgo affected --from main)
        staticgo affected --from main --format nul | xargs -0 -r go build
        staticgo affected --from main --format json     with the files and the imports that are the reason
        staticgo affected --from main --format github   a matrix for a workflow
      """)

  @OptionGroup var subject: SubjectOptions

  @Option(help: "Use list, nul, json, github, gitlab or bazel.")
  var format: AffectedFormat = .list

  func run() throws {
    var options = try subject.enter()
    options.asksAffected = true
    options.build = BuildDepth.none
    options.wantsNotes = false
    options.explainsChanges = format == .json
    let format = format
    let answer = try orPrintError { () throws(CheckError) in
      try check(
        options, progress: { _ in },
        report: { report in
          (text: affectedReport(report, format), errors: report.errors)
        })
    }
    // An incomplete list would be taken for a complete one.
    if !answer.errors.isEmpty {
      for error in answer.errors { printError(error.message) }
      throw Outcome.notJudged.exit
    }
    try printResult(SafeText(escapedByFormat: answer.text))
  }
}

extension AffectedFormat: ExpressibleByArgument {}
