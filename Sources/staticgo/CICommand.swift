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
    if check.output.format.isEmpty {
      check.output.format = run.system.formats.compactMap { format in
        var output = OutputFormat(argument: format)
        output?.isDefault = true
        return output
      }
    }
    var options = try check.options()
    let subject = check.subject
    var range = "as the command line has it"
    if !subject.staged, !subject.worktree, subject.from == nil {
      try refuseOther(run)
      range = try choose(run, &options, check.output.format.map(\.format))
    }
    let formats = check.output.format.map { $0.format.rawValue + ($0.file.map { "=\($0.text)" } ?? "") }
    if !check.output.quiet {
      complain("\(run.system.rawValue), \(run.occasion): \(range); as \(formats.joined(separator: ", "))")
    }
    try check.judge(options, from: origin)
  }

  /// Ends where something else is checked out than what the run is about.
  private func refuseOther(_ run: CIRun) throws {
    let name: String
    switch run.subject {
    case .head: return
    case .commit(let commit):
      if try orComplain({ () throws(CheckError) in try headHolds(commit) }) { return }
      name = "its commit \(commit.prefix(12))"
    case .unknown: name = "what the event is about, which cannot be read,"
    }
    complain(
      "\(run.system.rawValue), \(run.occasion): \(name) is not what is checked out. Check it out: "
        + "with: {ref: \"${{ github.event.pull_request.head.sha }}\", fetch-depth: 0} under uses: actions/checkout.")
    throw Outcome.notJudged.exit
  }

  /// Sets what is judged; in words, what that is.
  private func choose(_ run: CIRun, _ options: inout CheckOptions, _ formats: [ReportFormat]) throws -> String {
    // Who compares by himself, as GitLab and GitHub do, needs all findings; those that are new decide.
    let comparing = formats.first { $0 == .gitlab || $0 == .sarif }
    func whole(_ reason: String) -> String {
      options.subject = .workTree
      options.all = true
      // The commit itself is in HEAD already: compared with that, nothing would be new.
      options.hasBase = false
      options.newOnly = false
      return "every main, \(reason)"
    }
    if options.all { return whole("as the command line has it") }
    if run.bases.isEmpty { return whole("since nothing names what to compare with") }
    let revisions = run.bases.map { (revision: $0.revision, ifMerged: $0.ifMerged) }
    switch try orComplain({ () throws(CheckError) in try chooseBase(revisions) }) {
    case .found(let index, let commit):
      options.subject = .range(from: run.bases[index].revision, to: nil)
      let since = "since \(commit.prefix(12)) (\(run.bases[index].origin))"
      guard let comparing else { return since }
      options.all = true
      options.newOnly = options.newOnly ?? true
      return "every main, as \(comparing.rawValue) needs them, and what is new \(since)"
    case .lacksHistory:
      complain(
        "\(run.system.rawValue), \(run.occasion): what it is to be compared with (\(run.bases[0].origin)) is not in this "
          + "clone, which is shallow. Fetch the history: \(run.system.fetchingHistory).")
      throw Outcome.notJudged.exit
    case .none: return whole("since the clone has nothing to compare with (\(run.bases[0].origin))")
    }
  }
}
