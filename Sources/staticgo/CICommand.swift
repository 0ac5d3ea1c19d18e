import ArgumentParser
import Bytes
import CISystems
import Check
import Diagnostics
import Plan
import Reports
import Snapshots
import System

struct CICommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ci", abstract: "Check in CI: take base, formats and summary from the environment.",
    usage: "staticgo ci [<options>] [<patterns> ...]",
    discussion: """
      Supported: \(CISystem.allCases.map(\.rawValue).joined(separator: ", ")). Options on the command line take \
      precedence. Without a base, every main is checked.

      Examples:
        staticgo ci                                base and formats of this CI system
        staticgo ci --format sarif=staticgo.sarif  a report for code scanning
      """)

  @OptionGroup var check: CheckCommand

  func run() throws {
    let run = CIRun(environmentValues()) { try? readFile(ByteString($0), limit: 1 << 26) }
    guard let run else {
      printError(
        "no supported CI system detected. Run staticgo check --from REV, where REV is the revision to "
          + "compare with.")
      throw Outcome.usage.exit
    }
    let origin = try currentDirectory()
    var check = check
    check.output.isInCI = true
    if check.output.format.isEmpty {
      check.output.format = run.system.formats.compactMap { format in
        var output = OutputFormat(argument: format)
        output?.isDefault = true
        return output
      }
    }
    var options = try check.options()
    let subject = check.subject
    var range = "as given on the command line"
    if !subject.staged, !subject.worktree, subject.from == nil {
      try refuseOther(run)
      range = try choose(run, &options, check.output.format.map(\.format))
    }
    let formats = check.output.format.map { $0.format.rawValue + ($0.file.map { "=\($0.text)" } ?? "") }
    if !check.output.quiet {
      printError("\(run.system.rawValue), \(run.occasion): \(range); output: \(formats.joined(separator: ", "))")
    }
    try check.judge(options, from: origin)
  }

  /// Ends the program unless the commit of this CI run is checked out.
  private func refuseOther(_ run: CIRun) throws {
    let name: String
    switch run.subject {
    case .head: return
    case .commit(let commit):
      if try orPrintError({ () throws(CheckError) in try headHolds(commit) }) { return }
      name = "the commit \(commit.prefix(12)) is not checked out"
    case .unknown: name = "cannot read the event file, so the checked-out commit cannot be verified"
    }
    printError(
      "\(run.system.rawValue), \(run.occasion): \(name). In the step that uses "
        + "actions/checkout, set ref: ${{ github.event.pull_request.head.sha }} and fetch-depth: 0 under with:")
    throw Outcome.notJudged.exit
  }

  /// Sets the snapshot and the base in the options; returns a description of both.
  private func choose(_ run: CIRun, _ options: inout CheckOptions, _ formats: [ReportFormat]) throws -> String {
    // GitLab and GitHub compare reports themselves, so they need all findings; only new ones decide the exit code.
    let comparing = formats.first { $0 == .gitlab || $0 == .sarif }
    func whole(_ reason: String) -> String {
      options.subject = .workTree
      options.all = true
      // The commit itself is HEAD: compared with that, no finding would be new.
      options.hasBase = false
      options.newOnly = false
      return "checking every main, \(reason)"
    }
    if options.all { return whole("because of --all") }
    if run.bases.isEmpty { return whole("because there is no known commit to compare with") }
    let revisions = run.bases.map { (revision: $0.revision, ifMerged: $0.ifMerged) }
    switch try orPrintError({ () throws(CheckError) in try chooseBase(revisions) }) {
    case .found(let index, let commit):
      options.subject = .range(from: run.bases[index].revision, to: nil)
      let since = "since \(commit.prefix(12)) (\(run.bases[index].origin))"
      guard let comparing else { return "checking the changes \(since)" }
      options.all = true
      options.newOnly = options.newOnly ?? true
      return
        "checking every main, because a \(comparing.rawValue) report must be complete; only findings that are new \(since) "
        + "fail the job"
    case .lacksHistory:
      printError(
        "\(run.system.rawValue), \(run.occasion): the base commit (\(run.bases[0].origin)) is missing from "
          + "this shallow clone. To fetch the history, \(run.system.fetchingHistory)")
      throw Outcome.notJudged.exit
    case .none: return whole("because the base (\(run.bases[0].origin)) is missing from the clone")
    }
  }
}
