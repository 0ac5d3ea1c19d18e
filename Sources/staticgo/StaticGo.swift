import ArgumentParser
import Bytes
import Diagnostics
import System

/// The version of the program for `--version`, reports and documentation.
let staticgoVersion = "0.1.0"

/// The command `staticgo` with its subcommands.
struct StaticGo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "staticgo",
    abstract: "Keep Go programs fully statically linkable.",
    discussion: """
      Exit codes:
        0    no findings
        1    findings
        2    wrong usage or configuration
        3    something could not be judged
        130  interrupted

      Environment:
        NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR  colors, beside --color
        COLUMNS                                          the width of the text
        XDG_CACHE_HOME, HOME                             the place of the cache
        TMPDIR                                           temporary files of builds
        GOFLAGS and all of go env                        as go build takes them

      Files:
        .staticgo.toml     the configuration, at the root of the repository
        ~/.cache/staticgo  what later runs need; staticgo cache clean removes it

      Examples:
        staticgo hook install  checks each commit
        staticgo check         checks every main now
        staticgo ci            checks in CI
      """,
    version: "staticgo \(staticgoVersion)",
    subcommands: [
      CheckCommand.self, CICommand.self, MergeCommand.self, ListCommand.self, WhyCommand.self, TagsCommand.self,
      AffectedCommand.self, InspectCommand.self, NeedsCommand.self,
      MatrixCommand.self, RecipesCommand.self, ExplainCommand.self,
      InitCommand.self, ConfigCommand.self, AllowCommand.self, HookCommand.self, CacheCommand.self,
    ])
}

extension StaticGo {
  /// Ends the program if the first argument is the name of no command. Prints the version for `version`.
  static func refuseUnknown(_ arguments: [String]) {
    guard let name = arguments.first, !name.hasPrefix("-") else { return }
    if name == "version" {
      StandardStream.output.write("\(configuration.version)\n")
      Outcome.clean.end()
    }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard !names.contains(name) else { return }
    let near = suggestion(for: name, of: names)
    printError("unknown command \(name).\(near) For a list, run: staticgo help")
    Outcome.usage.end()
  }
}

/// The exit code of the program; hooks and CI rely on the numbers.
enum Outcome: Int32 {
  case clean = 0
  case findings = 1
  case usage = 2
  case notJudged = 3
  case interrupted = 130

  /// The error to throw in order to end the program without a message, after all scopes are left.
  var exit: ExitCode { ExitCode(rawValue) }

  /// Ends the program at once. After an interruption, the exit code is always that of the interruption.
  func end() -> Never { StaticGo.exit(withError: Interruption.isNoted ? Self.interrupted.exit : exit) }
}

/// Writes a result to standard output; if that fails, ends the program as not judged.
func printResult(_ text: SafeText) throws {
  guard !StandardStream.output.write(text) else { return }
  printError("cannot write to standard output")
  throw Outcome.notJudged.exit
}

/// Prints an error of the program to standard error, wrapped for a terminal.
func printError(_ message: String) {
  // After an interruption, further errors are only noise.
  if Interruption.isNoted { return }
  let width = StandardStream.error.layoutWidth()
  StandardStream.error.write(wrapped("staticgo: " + message, width: width))
}
