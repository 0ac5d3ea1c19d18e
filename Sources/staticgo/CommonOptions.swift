import ArgumentParser
import Bytes
import Check
import Diagnostics
import FileSystem
import GoGraph
import GoSource
import Reports

/// Text for a terminal: safe, and wrapped at spaces.
func wrapped(_ text: String, width: Int) -> SafeText {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    .flatMap { wrapText(printable(String($0)), width: width) }
  return SafeText(lines: lines.joined(separator: "\n") + "\n")
}

/// Does something that may find that it cannot, and ends the program with the reason where it does.
func orComplain<Result>(_ body: () throws(CheckError) -> Result) throws(ExitCode) -> Result {
  do throws(CheckError) { return try body() } catch {
    complain(error.message)
    throw ExitCode(error.kind.rawValue)
  }
}

enum ColorChoice: String, ExpressibleByArgument { case auto, always, never }

/// The options by which commands choose what they look at.
struct SubjectOptions: ParsableArguments {
  @Option(name: .customShort("C"), help: ArgumentHelp("Run as if started in DIR.", valueName: "dir"))
  var directory: String?

  @Flag(help: "Judge the index: what the next commit will hold.")
  var staged = false

  @Flag(help: "Judge the files on disk.")
  var worktree = false

  @Option(help: ArgumentHelp("Judge what was brought since the merge base with this revision.", valueName: "rev"))
  var from: String?

  @Option(help: ArgumentHelp("With --from: the revision that is judged (default: HEAD).", valueName: "rev"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "A platform to judge (repeatable; default: linux on this machine's architecture).", valueName: "goos/goarch"))
  var target: [String] = []

  @Option(help: ArgumentHelp("Build tags, with commas between them.", valueName: "a,b"))
  var tags: String?

  @Option(help: ArgumentHelp("The go program (default: the one on PATH).", valueName: "path"))
  var go: String?

  @Option(
    help: ArgumentHelp("A directory outside the repository that a replace may lead to (repeatable).", valueName: "dir"))
  var read: [String] = []

  @Option(help: ArgumentHelp("A configuration in place of the snapshot's .staticgo.toml.", valueName: "file"))
  var config: String?

  @OptionGroup var cache: CacheOptions

  @Flag(help: "Keep no facts, and use none.")
  var noCache = false

  func validate() throws {
    if noCache && cache.cacheDir != nil { throw ValidationError("--no-cache and --cache-dir exclude each other.") }
    if [staged, worktree, from != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--staged, --worktree and --from exclude each other.")
    }
    if to != nil && from == nil { throw ValidationError("--to goes with --from.") }
    for tag in tagList where !BuildConstraint.isTag(tag) {
      throw ValidationError("\(tag) is no build tag: letters, digits, _ and . can stand in one.")
    }
    for name in target where Platform(name) == nil {
      throw ValidationError("\(name) is no platform that Go knows; write GOOS/GOARCH, as in linux/arm64.")
    }
  }

  private var tagList: [String] {
    (tags ?? "").split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init)
  }

  /// Whether git or a hook manager runs us.
  var isInHook: Bool {
    !(environmentVariable("GIT_INDEX_FILE") ?? "").isEmpty || !(environmentVariable("PRE_COMMIT") ?? "").isEmpty
  }

  /// What is judged: as asked, else the refs that pre-commit passes, else the index in a hook, else the work tree.
  private var subject: CheckOptions.Subject {
    if staged { return .index }
    if worktree { return .workTree }
    if let from { return .range(from: from, to: to) }
    if let from = environmentVariable("PRE_COMMIT_FROM_REF"), !from.isEmpty {
      return .range(from: from, to: environmentVariable("PRE_COMMIT_TO_REF"))
    }
    return isInHook ? .index : .workTree
  }

  /// Enters the directory of -C and puts the options together.
  func enter() throws -> CheckOptions {
    // A path on the command line is meant from where the command was given.
    let origin = try currentDirectory()
    if let directory {
      do { try changeDirectory(to: ByteString(directory)) } catch {
        complain("\(error). Name a directory with -C.")
        throw Outcome.usage.exit
      }
    }
    let current = try currentDirectory()
    var options = CheckOptions(
      subject: subject, defaultPlatform: Platform(system: "linux", architecture: ByteString(hostArchitecture())),
      currentDirectory: current)
    options.platforms = target.compactMap(Platform.init)
    options.tags = tags.map { _ in tagList }
    func absolute(_ path: String) -> ByteString {
      path.hasPrefix("/") ? ByteString(path) : origin.appending(ByteString(path)).cleaned
    }
    options.configFile = config.map { (absolute($0), ByteString($0)) }
    options.goPath = go.map { $0.contains("/") ? absolute($0) : ByteString($0) }
    options.readable = read.compactMap { realPath(absolute($0)) }
    options.cacheDirectory = noCache ? nil : cache.directory(from: origin)
    options.isUnderPreCommit = !(environmentVariable("PRE_COMMIT") ?? "").isEmpty
    return options
  }
}
