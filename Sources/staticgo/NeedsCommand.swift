import Answers
import ArgumentParser
import Bytes
import Diagnostics
import Plan
import Queries
import Reports
import System

struct NeedsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "needs",
    abstract: "Show what a linked program may use at run time, and whether an image has it.",
    discussion: """
      A static program still looks for CA certificates, time zones, /etc/passwd, a temporary directory or other programs. \
      The functions that the linker kept show which of them it may use. A function that is linked may never be called; \
      one that is not linked certainly is not.

      Exit codes: 0 the image has everything, or none is named; 1 the image lacks something; 3 not known.

      Examples:
        staticgo needs ./cmd/app                      links it, and shows the calls that lead to each need
        staticgo needs bin/app                        a program that is built, by whomever
        staticgo needs ./cmd/app --image app.tar      an image from docker save, an OCI layout, or a folder
      """)

  @OptionGroup var subject: SubjectOptions

  @Argument(help: "The main, by its directory or import path, or the file of a program.", completion: .mains)
  var program: String

  @Option(
    help: ArgumentHelp(
      "Look whether this image has what is needed: the archive of docker save, an OCI layout or archive, or the folder or "
        + "archive of a root file system.", valueName: "path"))
  var image: String?

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Option(help: "Use text or json.")
  var format: Format = .text

  private struct Answers: Encodable {
    let version = 1
    let programs: [NeedsAnswer]
  }

  func validate() throws { if image?.isEmpty == true { throw ValidationError("--image is empty") } }

  func run() throws {
    // Before -C: a path is what the shell completes.
    let origin = try currentDirectory()
    let image = image.map { $0.hasPrefix("/") ? ByteString($0) : origin.appending(ByteString($0)) }
    var answers: [NeedsAnswer] = []
    if let answer = try orPrintError({ () throws(CheckError) in try needs(ofFile: ByteString(program), image: image) })
    {
      answers = [answer]
    } else {
      let options = try subject.enter()
      let line = ProgressLine(isShown: true)
      answers = try orPrintError { () throws(CheckError) in
        try needs(options, main: program, image: image) { line.show($0) }
      }
    }
    let text =
      format == .json
      ? jsonLine(Answers(programs: answers))
      : needsReport(answers, image: self.image, width: StandardStream.output.layoutWidth())
    try printResult(SafeText(escapedByFormat: text))
    if answers.contains(where: \.isMissingSomething) { throw Outcome.findings.exit }
  }
}
