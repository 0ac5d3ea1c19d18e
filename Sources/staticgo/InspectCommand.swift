import ArgumentParser
import Bytes
import Linkage
import Reports
import System

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show how binaries are linked: ELF, Mach-O and PE, any architecture.",
    discussion: """
      It runs no binary and loads no library. Exit codes: 0 every file is as static as its platform allows; \
      1 a file is not; 3 a file cannot be read.

      Examples:
        staticgo inspect bin/app               one binary
        staticgo inspect dist/* --format json  as data
      """)

  @Argument(help: "The binaries to inspect.")
  var files: [String]

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Option(help: "Use text or json.")
  var format: Format = .text

  func run() throws {
    let width = StandardStream.output.layoutWidth(upTo: 120)
    let nameWidth = min(files.map { printable($0).count }.max() ?? 0, min(width, 120) / 2)
    var outcome = Outcome.clean
    var report = InspectReport()
    for file in files {
      let path = ByteString(file)
      let result: Result<[Binary], LinkageError>
      do {
        result = try withBinary(path) { bytes -> Result<[Binary], LinkageError> in
          do throws(LinkageError) {
            var binaries = try Binary.read(bytes)
            // A universal file has a table for each of its programs.
            if binaries.count == 1, binaries[0].go != nil, case .notStatic = binaries[0].assessment.answer {
              binaries[0].cgoPackages = FunctionTable(bytes)?.cgoPackages ?? []
            }
            return .success(binaries)
          } catch { return .failure(error) }
        }
      } catch {
        result = .failure(LinkageError(error.reason))
      }
      switch result {
      case .failure(let error):
        printError("cannot inspect \(file): \(error.message)")
        report.errors.append(.init(file: file, message: error.message))
        outcome = .notJudged
      case .success(let binaries):
        for binary in binaries {
          if format == .json { report.files.append(InspectReport.File(binary, file)) }
          if format == .text {
            StandardStream.output.write(SafeText(lines: describe(binary, file, nameWidth: nameWidth, width: width)))
          }
          switch binary.assessment.answer {
          case .isStatic, .asStaticAsPossible: break
          case .notStatic: if outcome == .clean { outcome = .findings }
          case .notAProgram(let reason):
            printError("cannot inspect \(file): \(reason)")
            report.errors.append(.init(file: file, message: reason))
            outcome = .notJudged
          }
        }
      }
    }
    if format == .json { try printResult(SafeText(escapedByFormat: jsonLine(report))) }
    throw outcome.exit
  }

  private func describe(_ binary: Binary, _ file: String, nameWidth: Int, width: Int) -> String {
    let name = printable(file)
    let answer: String
    switch binary.assessment.answer {
    case .isStatic: answer = "static"
    case .asStaticAsPossible: answer = "as static as \(binary.system ?? "it") allows"
    case .notStatic: answer = "NOT STATIC"
    case .notAProgram: answer = "not a program"
    }
    let padding = String(repeating: " ", count: max(0, nameWidth - name.count))
    let head = "\(name)\(padding)  \(printable(binary.summary))"
    // The answers line up, also where nothing is wrapped.
    let gap = (width > 120 ? 80 : width) - head.count - answer.count
    var text =
      gap > 1 || width > 120
      ? head + String(repeating: " ", count: max(2, gap)) + answer + "\n" : "\(head)\n  \(answer)\n"
    for sentence in binary.explanation { text += indent(sentence, width) }
    if let go = binary.go {
      let settings = binary.goSettings ?? ""
      text += indent("Built by \(go.version)\(settings.isEmpty ? "" : ": " + settings)", width)
    }
    return text
  }

  private func indent(_ sentence: String, _ width: Int) -> String {
    wrapText(printable(sentence), width: width - 2).map { "  \($0)\n" }.joined()
  }
}
