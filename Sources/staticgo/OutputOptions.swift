import ArgumentParser
import Bytes
import CISystems
import Check
import Diagnostics
import Reports
import Rules
import Snapshots
import System

extension FailOn: ExpressibleByArgument {}

/// A value of --format: `FORMAT` or `FORMAT=FILE`.
struct OutputFormat {
  let format: ReportFormat
  let file: ByteString?
  /// Whether `ci` chose the file, not the command line.
  var isDefault = false

  init(_ format: ReportFormat, file: ByteString? = nil) {
    self.format = format
    self.file = file
  }

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let format = ReportFormat(rawValue: parts[0]), parts.count < 2 || !parts[1].isEmpty else { return nil }
    self.init(format, file: parts.count == 2 && parts[1] != "-" ? ByteString(parts[1]) : nil)
  }

  static let names = ReportFormat.allCases.map(\.rawValue)

  /// Reads a value, or throws with the format that was probably meant.
  static func parse(_ argument: String) throws -> OutputFormat {
    if let format = OutputFormat(argument: argument) { return format }
    let name = String(argument.prefix { $0 != "=" })
    if names.contains(name) { throw ValidationError("--format \(argument) lacks the name of a file.") }
    let near = suggestion(for: name, of: names)
    throw ValidationError("unknown format \(name).\(near) The formats are \(names.joined(separator: ", ")).")
  }
}

/// The options for the output of a report and its exit code.
struct OutputOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Use \(OutputFormat.names.joined(separator: ", ")); =FILE writes to a file (repeatable).",
      valueName: "format"), completion: .list(OutputFormat.names), transform: OutputFormat.parse)
  var format: [OutputFormat] = []

  @Option(help: "Set the lowest severity that makes the exit code 1: error, warning or never.")
  var failOn: FailOn?

  @Option(help: "Use colors: auto, always or never.")
  var color: ColorChoice = .auto

  /// Whether `ci` runs the check: the work tree is then the commit of the run.
  var isInCI = false

  @Flag(name: [.short, .long], help: "Print nothing if there are no errors or warnings.")
  var quiet = false

  @Flag(help: "Show how many findings each rule has, at the end of the text.")
  var statistics = false

  @Flag(name: [.short, .long], help: "Show notes too.")
  var verbose = false

  func validate() throws {
    let files = format.compactMap(\.file)
    if Set(files).count < files.count { throw ValidationError("two formats write to the same file") }
  }

  /// Whether any requested format contains notes.
  var showsNotes: Bool { verbose || format.contains { $0.format.holdsNotes } }

  /// Whether any requested format contains GitHub's line hashes; JSON contains them for `merge`.
  var showsLineHashes: Bool { format.contains { [.sarif, .json, .jsonl].contains($0.format) } }

  /// Rejects output files that an untrusted commit could redirect to another file.
  func checkFiles(from origin: ByteString) throws {
    for output in format {
      guard let file = output.file else { continue }
      try orPrintError { () throws(CheckError) in
        try checkOutput(absolute(file, from: origin), isDefault: output.isDefault)
      }
    }
  }

  private func absolute(_ file: ByteString, from origin: ByteString) -> ByteString {
    (file.hasPrefix("/") ? file : origin.appending(file)).cleaned
  }

  /// Writes the report in every requested format; returns the outcome.
  func show(_ report: Report, from origin: ByteString, isInHook: Bool) throws -> Outcome {
    for note in report.notes where !quiet { printError(note) }
    for error in report.errors { printError(error.message) }
    let outputs = format.isEmpty ? [OutputFormat(.text)] : format
    var shown = report
    // A line of the index or of a changed file may be another in the commit.
    if report.snapshot.kind == .commit || isInCI,
      let place = CISystem.commitAddress(environmentValues(), commit: report.snapshot.commit)
    {
      shown.source = SourceAddress(root: place.root, lineMark: place.lineMark)
    }
    shown.failOn = failOn ?? report.failOn
    // If a format cannot be written, the others still are.
    var failure: (any Error)?
    for output in outputs {
      // JSON is read again by `merge`: it has the fail-on of the configuration, not of this command line.
      let isData = [.json, .jsonl].contains(output.format)
      do { try write(isData ? report : shown, as: output, from: origin, isInHook: isInHook) } catch { failure = error }
    }
    if let failure { throw failure }
    return outcome(shown)
  }

  private func outcome(_ report: Report) -> Outcome {
    if !report.errors.isEmpty || report.mains.contains(where: \.isUnjudged) { return .notJudged }
    guard let threshold = (report.failOn ?? .error).severity else { return .clean }
    return report.countedFindings.contains { $0.severity >= threshold } ? .findings : .clean
  }

  private func write(
    _ report: Report, as output: OutputFormat, from origin: ByteString, isInHook: Bool
  ) throws {
    let text = output.format.write(
      report, .staticgo, style: style(isFile: output.file != nil, isInHook: isInHook))
    if output.format == .github, let path = environmentVariable("GITHUB_STEP_SUMMARY"), !path.isEmpty {
      try? appendToFile(ByteString(path), Array(markdownReport(report).utf8))
    }
    guard let file = output.file else {
      try printResult(SafeText(escapedByFormat: text))
      return
    }
    do {
      try writeOutput(absolute(file, from: origin), Array(text.utf8))
    } catch {
      printError("\(error)")
      throw Outcome.notJudged.exit
    }
  }

  /// Whether the environment wants color: NO_COLOR (no-color.org), FORCE_COLOR and CLICOLOR_FORCE (bixense.com/clicolors)
  /// come before the terminal.
  private var wantsColor: Bool {
    func isSet(_ name: String) -> Bool { !["", "0"].contains(environmentVariable(name) ?? "") }
    if !(environmentVariable("NO_COLOR") ?? "").isEmpty { return false }
    if isSet("FORCE_COLOR") || isSet("CLICOLOR_FORCE") { return true }
    return StandardStream.output.isTerminal && environmentVariable("CLICOLOR") != "0"
      && environmentVariable("TERM") != "dumb"
  }

  private func style(isFile: Bool, isInHook: Bool) -> TextStyle {
    let isColored: Bool =
      switch color {
      case .always: true
      case .never: false
      case .auto:
        !isFile && wantsColor
      }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environmentVariable).first { !$0.isEmpty } ?? ""
    let isUnicode = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    return TextStyle(
      width: isFile ? StandardStream.unlimited : StandardStream.output.layoutWidth(upTo: 120), isColored: isColored,
      isUnicode: isUnicode,
      showsNotes: verbose, showsStatistics: statistics, isQuiet: quiet, isInHook: isInHook,
      allowableRules: Set(Rule.all.filter(\.isAllowable).map(\.id)))
  }
}

/// The variables of the environment.
func environmentValues() -> [String: String] {
  var values: [String: String] = [:]
  for variable in processEnvironment() {
    let parts = variable.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2 { values[parts[0]] = parts[1] }
  }
  return values
}

extension ToolDescription {
  /// This program.
  static let staticgo = ToolDescription(
    version: staticgoVersion, address: Rule.home, rules: Rule.all.map(\.description))
}
