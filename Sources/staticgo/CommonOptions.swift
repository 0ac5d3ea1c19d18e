import ArgumentParser
import Bytes
import Check
import Diagnostics
import GoBuild
import GoGraph
import Plan
import Reports
import Rules
import Snapshots
import System

/// Returns text for a terminal: safe to print, and wrapped at spaces.
func wrapped(_ text: String, width: Int) -> SafeText {
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    .flatMap { wrapText(printable(String($0)), width: width) }
  return SafeText(lines: lines.joined(separator: "\n") + "\n")
}

/// Returns the result of `body`; if it throws, prints the error and throws its exit code.
func orPrintError<Result>(
  isInHook: Bool = false, _ body: () throws(CheckError) -> Result
) throws(ExitCode) -> Result {
  do throws(CheckError) { return try body() } catch {
    // An error in a hook stops the commit, so the message says how to commit without the check.
    let end = error.message.hasSuffix(".") ? "" : "."
    printError(error.message + (isInHook ? "\(end) To go on without this check, give git --no-verify." : ""))
    throw ExitCode(error.kind.rawValue)
  }
}

/// When the text report is colored.
enum ColorChoice: String, ExpressibleByArgument { case auto, always, never }

/// The options that select the snapshot, the base, the targets and the configuration.
struct SubjectOptions: ParsableArguments {
  @Option(name: .customShort("C"), help: ArgumentHelp("Run as if started in DIR.", valueName: "dir"))
  var directory: String?

  @Flag(help: "Check the staged snapshot.")
  var staged = false

  @Flag(help: "Check the work tree.")
  var worktree = false

  @Option(help: ArgumentHelp("Check the changes since the merge base with REV.", valueName: "rev"))
  var from: String?

  @Option(help: ArgumentHelp("With --from: check this revision (default: HEAD).", valueName: "rev"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "Check this target (repeatable; default: linux on this machine's architecture).", valueName: "goos/goarch"))
  var target: [String] = []

  @Option(help: ArgumentHelp("Set build tags, separated by commas.", valueName: "a,b"))
  var tags: String?

  @Option(help: ArgumentHelp("Use this go program (default: from PATH).", valueName: "path"))
  var go: String?

  @Option(
    help: ArgumentHelp(
      "Let replace directives of go.mod point to this directory outside the repository (repeatable).", valueName: "dir")
  )
  var read: [String] = []

  @Option(help: ArgumentHelp("Use this configuration instead of the snapshot's .staticgo.toml.", valueName: "file"))
  var config: String?

  @OptionGroup var cache: CacheOptions

  @Flag(help: "Do not read or write the cache.")
  var noCache = false

  func validate() throws {
    if noCache && cache.cacheDir != nil { throw ValidationError("--no-cache and --cache-dir cannot be combined") }
    if [staged, worktree, from != nil].filter({ $0 }).count > 1 {
      throw ValidationError("--staged, --worktree and --from cannot be combined")
    }
    if to != nil && from == nil { throw ValidationError("--to requires --from") }
    for tag in tagList where !isBuildTag(tag) {
      throw ValidationError("invalid build tag \(tag): use only letters, digits, . and _")
    }
    for name in target where Platform(name) == nil {
      throw ValidationError("unknown target \(name): want GOOS/GOARCH, such as linux/arm64")
    }
  }

  private var tagList: [String] { splitBuildTags(tags ?? "") }

  /// Whether git or a hook manager runs the program.
  var isInHook: Bool {
    !(environmentVariable("GIT_INDEX_FILE") ?? "").isEmpty || !(environmentVariable("PRE_COMMIT") ?? "").isEmpty
  }

  /// The snapshot as requested, else the refs that pre-commit passes, else the index in a hook, else the work tree.
  private var subject: Subject {
    if staged { return .index }
    if worktree { return .workTree }
    if let from { return .range(from: from, to: to) }
    if let from = environmentVariable("PRE_COMMIT_FROM_REF"), !from.isEmpty {
      return .range(from: from, to: environmentVariable("PRE_COMMIT_TO_REF"))
    }
    return isInHook ? .index : .workTree
  }

  /// Changes to the directory of -C and returns the options.
  func enter() throws -> CheckOptions {
    // A path on the command line is relative to the directory in which the command was run.
    let origin = try currentDirectory()
    if let directory {
      do { try changeDirectory(to: ByteString(directory)) } catch {
        printError("\(error). Pass an existing directory to -C.")
        throw Outcome.usage.exit
      }
    }
    let current = try currentDirectory()
    var options = CheckOptions(
      subject: subject, defaultPlatform: Platform(system: "linux", architecture: ByteString(hostArchitecture())),
      currentDirectory: current, rules: Rule.all.map(\.id))
    options.version = staticgoVersion
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
