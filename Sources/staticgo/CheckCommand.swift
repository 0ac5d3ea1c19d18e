import ArgumentParser
import Bytes
import Check
import Diagnostics
import FileSystem
import GoGraph
import Reports

extension BuildDepth: ExpressibleByArgument {}

extension Shard: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
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

  @Option(help: ArgumentHelp("Judge one part of N of the mains; staticgo merge joins the parts.", valueName: "i/n"))
  var shard: Shard?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if newOnly && allFindings { throw ValidationError("--new-only and --all-findings exclude each other.") }
    if let buildTimeout, !(1...86_400).contains(buildTimeout) {
      throw ValidationError("--build-timeout takes a number of seconds from 1 to 86400.")
    }
  }

  func run() throws {
    // Files are named from where the command was given, before -C.
    let origin = try currentDirectory()
    try judge(try options(), from: origin)
  }

  /// What is asked for; it enters the directory of -C.
  func options() throws -> CheckOptions {
    var options = try subject.enter()
    options.build = build
    options.defaultBuild = subject.isInHook ? .auto : .link
    options.buildLimit = buildTimeout.map { .seconds($0) } ?? (subject.isInHook ? .seconds(120) : nil)
    options.all = all
    options.newOnly = newOnly ? true : allFindings ? false : nil
    options.patterns = patterns
    options.shard = shard
    options.wantsNotes = output.showsNotes
    options.explainsChanges = output.format.contains { [.json, .jsonl].contains($0.format) }
    options.wantsLineHashes = output.showsLineHashes
    return options
  }

  /// Judges, shows what came of it, and ends the program.
  func judge(_ options: CheckOptions, from origin: ByteString) throws {
    try output.checkFiles(from: origin)
    let line = ProgressLine(isShown: !output.quiet)
    let (report, remains) = try orComplain { () throws(CheckError) in
      defer { line.show(nil) }
      return try check(options, progress: line.show)
    }
    let outcome = try output.show(report, from: origin, isInHook: subject.isInHook)
    withExtendedLifetime(remains) {
      outcome.end()
    }
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
    StandardStream.error.write("\r\u{1b}[K\(printable("staticgo: \(text) …").prefix(width))")
  }
}
