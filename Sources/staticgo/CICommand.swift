import ArgumentParser
import Bytes
import CISystems
import Check
import FileSystem
import Reports

struct CICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ci", abstract: "Check in CI: what to compare with, formats and summary come from its environment.",
    discussion: """
      It knows \(CISystem.allCases.map(\.rawValue).joined(separator: ", ")). What the command line says goes before. \
      Where nothing names a base, every main is judged.
      """)

  @OptionGroup var check: CheckCommand

  func run() throws {
    var values: [String: String] = [:]
    for variable in processEnvironment() {
      let parts = variable.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
    let run = CIRun(values) { try? readFile(ByteString($0), limit: 1 << 26) }
    guard let run else {
      complain(
        "no CI system that is known here has set this environment. Run staticgo check --from REV, with the revision to "
          + "compare with.")
      throw Outcome.usage.exit
    }
    let origin = try currentDirectory()
    var check = check
    if check.output.format.isEmpty { check.output.format = run.system.formats.compactMap(OutputFormat.init) }
    var options = try check.options()
    let subject = check.subject
    var range = "as the command line has it"
    if !subject.staged, !subject.worktree, subject.from == nil {
      options.subject = .workTree
      range = "every main, since nothing names what to compare with"
      if options.all {
        range = "every main, as the command line has it"
      } else if !run.bases.isEmpty {
        switch try orComplain({ () throws(CheckError) in try chooseBase(run.bases.map(\.revision)) }) {
        case .found(let index, let commit):
          options.subject = .range(from: run.bases[index].revision, to: nil)
          range = "since \(commit.prefix(12)) (\(run.bases[index].origin))"
        case .lacksHistory:
          complain(
            "\(run.system.rawValue), \(run.occasion): what it is to be compared with (\(run.bases[0].origin)) is not in "
              + "this clone, which is shallow. Fetch the history: \(run.system.fetchingHistory).")
          throw Outcome.notJudged.exit
        case .none:
          range = "every main, since the clone has nothing to compare with (\(run.bases[0].origin))"
        }
      }
    }
    let formats = check.output.format.map { $0.format.rawValue + ($0.file.map { "=\($0.text)" } ?? "") }
    if !check.output.quiet {
      complain("\(run.system.rawValue), \(run.occasion): \(range); as \(formats.joined(separator: ", "))")
    }
    try check.judge(options, from: origin)
  }
}
