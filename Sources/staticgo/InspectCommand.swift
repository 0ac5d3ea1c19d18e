import Answers
import ArgumentParser
import Bytes
import Diagnostics
import Images
import Linkage
import Reports
import System

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show how binaries are linked: ELF, Mach-O and PE, any architecture.",
    discussion: """
      It looks into folders, tar and zip archives, wheels, packages of Debian and RPM, and into what docker save wrote or an \
      OCI layout holds. It runs no binary, loads no library and writes no file.

      Exit codes: 0 every file is as static as its platform allows; 1 a file is not, or is not as expected; 3 a file cannot \
      be read, or there is no program.

      Examples:
        staticgo inspect bin/app                          one binary
        staticgo inspect dist/                            a folder with its archives
        staticgo inspect app.tar --expect linux/arm64     the programs of an image
        staticgo inspect dist/* --format json             as data
      """)

  @Argument(help: "Binaries, folders, archives or images.")
  var files: [String]

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json, sarif, junit
  }

  @Option(help: "Use text, json, sarif or junit.")
  var format: Format = .text

  @Option(
    help: ArgumentHelp(
      "The platform of every binary, and the highest level of the CPU that it may need, such as linux/amd64/v2.",
      valueName: "goos/goarch"),
    transform: { argument in
      guard let expectation = BinaryExpectation(argument) else {
        throw ValidationError(
          "Write GOOS/GOARCH, such as linux/arm64, or with a level: linux/amd64/v1 to v4, linux/arm/5 to 7.")
      }
      return expectation
    })
  var expect: BinaryExpectation?

  @Option(help: ArgumentHelp("The newest glibc that a binary may require, such as 2.28.", valueName: "version"))
  var glibcMax: String?

  func validate() throws {
    guard let glibcMax else { return }
    if !glibcMax.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ Int($0).map { $0 >= 0 } ?? false }
    ) {
      throw ValidationError("--glibc-max wants a version such as 2.28")
    }
  }

  func run() throws {
    var inspection = Inspection()
    let width = StandardStream.output.layoutWidth(upTo: 120)
    let nameWidth = min(files.map { printable($0).count }.max() ?? 0, min(width, 120) / 2)
    let line = ProgressLine(isShown: true)
    for file in files {
      BinarySearch(progress: { line.show($0) }) { found in
        line.show(nil)
        switch found.result {
        case .failure(let error):
          printError("cannot inspect \(printable(found.name)): \(error.message)")
          inspection.problems.append((found.name, error.message))
        case .success(let binaries):
          for binary in binaries {
            if case .notAProgram(let reason) = binary.assessment.answer {
              printError("cannot inspect \(printable(found.name)): \(reason)")
              inspection.problems.append((found.name, reason))
            }
            let item = Inspection.Item(name: found.name, binary: binary, objections: objections(to: binary))
            inspection.items.append(item)
            guard format == .text else { continue }
            let text = item.text(nameWidth: nameWidth, width: width, isShort: found.name != file)
            StandardStream.output.write(SafeText(escapedByFormat: defused(text)))
          }
        }
      }.look(at: ByteString(file), named: file)
      line.show(nil)
    }
    switch format {
    case .text: break
    case .json: try printResult(SafeText(escapedByFormat: inspection.json))
    case .sarif: try printResult(SafeText(escapedByFormat: written(.sarif, inspection)))
    case .junit: try printResult(SafeText(escapedByFormat: written(.junit, inspection)))
    }
    if !inspection.problems.isEmpty { throw Outcome.notJudged.exit }
    throw (inspection.hasFindings ? Outcome.findings : .clean).exit
  }

  private func written(_ format: ReportFormat, _ inspection: Inspection) -> String {
    format.write(inspection.report, .staticgo, style: TextStyle())
  }

  private func objections(to binary: Binary) -> [String] {
    [
      expect.flatMap { $0.objection(to: binary) },
      glibcMax.flatMap { BinaryExpectation.objection(to: binary, glibc: $0) },
    ].compactMap { $0 }
  }
}
