import ArgumentParser
import Bytes
import Check
import Diagnostics
import FileSystem
import GoGraph
import Reports

extension BuildDepth: ExpressibleByArgument {}

enum FailOn: String, ExpressibleByArgument { case error, warning, never }

/// `FORMAT` or `FORMAT=FILE`.
struct OutputFormat: ExpressibleByArgument {
  enum Name: String, CaseIterable { case text, github, json }
  let name: Name
  let file: ByteString?

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = Name(rawValue: parts[0]), parts.count < 2 || !parts[1].isEmpty else { return nil }
    self.name = name
    file = parts.count == 2 ? ByteString(parts[1]) : nil
  }

  static var allValueStrings: [String] { Name.allCases.map(\.rawValue) }
}

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Judge whether main packages can be linked statically.",
    discussion: """
      Exit codes: 0 nothing found; 1 findings; 2 wrong usage; 3 something could not be judged.
      """)

  @OptionGroup var subject: SubjectOptions

  @Argument(help: "Directories or import paths of mains, with /... for all below (default: every main).")
  var patterns: [String] = []

  @Flag(help: "Judge every main, not only those that the change affects.")
  var all = false

  @Flag(help: "Count only findings that the base does not have.")
  var newOnly = false

  @Flag(help: "Count findings that the base has too.")
  var allFindings = false

  @Option(help: "How deep: none, auto, compile or link (default: auto in a hook, else link).")
  var build: BuildDepth?

  @Option(help: ArgumentHelp("Stop a build after this time (default: 120 in a hook).", valueName: "seconds"))
  var buildTimeout: Int?

  @Option(help: "text, github or json, with =FILE to write to a file (repeatable).")
  var format: [OutputFormat] = []

  @Option(help: "The least severity that makes the exit code 1: error, warning or never.")
  var failOn: FailOn = .error

  @Option(help: "auto, always or never.")
  var color: ColorChoice = .auto

  @Flag(name: [.short, .long], help: "Say nothing where nothing is wrong.")
  var quiet = false

  @Flag(name: [.short, .long], help: "Show notes too.")
  var verbose = false

  func validate() throws {
    if newOnly && allFindings { throw ValidationError("--new-only and --all-findings exclude each other.") }
    if let buildTimeout, !(1...86_400).contains(buildTimeout) {
      throw ValidationError("--build-timeout takes a number of seconds from 1 to 86400.")
    }
  }

  func run() throws {
    // Files are named from where the command was given, before -C.
    let origin = try currentDirectory()
    var options = try subject.enter()
    options.build = build ?? (subject.isInHook ? .auto : .link)
    options.buildLimit = buildTimeout.map { .seconds($0) } ?? (subject.isInHook ? .seconds(120) : nil)
    options.all = all
    options.newOnly = newOnly ? true : allFindings ? false : nil
    options.patterns = patterns
    let line = ProgressLine(isShown: !quiet)
    let (report, remains): (Report, Remains)
    do {
      (report, remains) = try check(options, progress: line.show)
    } catch {
      line.show(nil)
      complain(error.message)
      throw ExitCode(error.kind.rawValue)
    }
    line.show(nil)
    for note in report.notes where !quiet { complain(note) }
    for error in report.errors { complain(error.message) }
    let outputs = format.isEmpty ? [OutputFormat(argument: "text")!] : format
    for output in outputs { try write(report, as: output, from: origin) }
    withExtendedLifetime(remains) {
      outcome(report).end()
    }
  }

  private func outcome(_ report: Report) -> Outcome {
    if !report.errors.isEmpty || report.mains.contains(where: { $0.verdict == .unknown }) { return .notJudged }
    let threshold: Severity? =
      switch failOn {
      case .error: .error
      case .warning: .warning
      case .never: nil
      }
    guard let threshold else { return .clean }
    return report.countedFindings.contains { $0.severity >= threshold } ? .findings : .clean
  }

  private func write(_ report: Report, as output: OutputFormat, from origin: ByteString) throws {
    let text: String
    switch output.name {
    case .text: text = textReport(report, style: style(isFile: output.file != nil))
    case .json: text = jsonReport(report, toolVersion: staticgoVersion)
    case .github:
      text = gitHubReport(report)
      if let path = environmentVariable("GITHUB_STEP_SUMMARY"), !path.isEmpty {
        try? appendToFile(ByteString(path), Array(gitHubSummary(report).utf8))
      }
    }
    guard let file = output.file else {
      try deliver(text)
      return
    }
    do {
      try writeOutput(file.hasPrefix("/") ? file : origin.appending(file), Array(text.utf8))
    } catch {
      complain("\(error)")
      throw Outcome.notJudged.exit
    }
  }

  private func style(isFile: Bool) -> TextStyle {
    let isColored: Bool =
      switch color {
      case .always: true
      case .never: false
      case .auto:
        !isFile && StandardStream.output.isTerminal && (environmentVariable("NO_COLOR") ?? "").isEmpty
          && environmentVariable("TERM") != "dumb"
      }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environmentVariable).first { !$0.isEmpty } ?? ""
    let isUnicode = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    return TextStyle(
      width: min(StandardStream.output.columns ?? 80, 120), isColored: isColored, isUnicode: isUnicode,
      showsNotes: verbose, isQuiet: quiet, isInHook: subject.isInHook)
  }
}

/// One line on standard error that says what takes so long; only on a terminal, and gone when it is over.
struct ProgressLine {
  let isShown: Bool

  func show(_ text: String?) {
    guard isShown, StandardStream.error.isTerminal else { return }
    guard let text else {
      StandardStream.error.write("\r\u{1b}[K")
      return
    }
    let width = (StandardStream.error.columns ?? 80) - 1
    StandardStream.error.write("\r\u{1b}[K" + String(printable("staticgo: \(text) …").prefix(width)))
  }
}
