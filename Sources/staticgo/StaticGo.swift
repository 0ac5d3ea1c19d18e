import ArgumentParser
import Bytes
import FileSystem

/// The version of the program, in `--version`, reports and documentation.
let staticgoVersion = "0.1.0"

struct StaticGo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "staticgo",
    abstract: "Keeps Go programs fully statically linkable.",
    version: "staticgo \(staticgoVersion)",
    subcommands: [
      CheckCommand.self, CICommand.self, MergeCommand.self, ListCommand.self, WhyCommand.self, TagsCommand.self,
      InspectCommand.self,
      MatrixCommand.self,
      ExplainCommand.self,
      InitCommand.self, AllowCommand.self, HookCommand.self, CacheCommand.self,
    ])
}

/// How the program ends; the numbers are what hooks and CI rely on.
enum Outcome: Int32 {
  case clean = 0
  case findings = 1
  case usage = 2
  case notJudged = 3
  case interrupted = 130

  /// Ends the program without another word, once what is in its way has been left.
  var exit: ExitCode { ExitCode(rawValue) }

  /// Ends the program at once; with the code of an interruption, whatever came of it, where there was one.
  func end() -> Never { StaticGo.exit(withError: Interruption.isNoted ? Self.interrupted.exit : exit) }
}

/// Writes results to standard output; a result that is lost is none.
func deliver(_ text: SafeText) throws {
  guard !StandardStream.output.write(text) else { return }
  complain("the results cannot be written to standard output.")
  throw Outcome.notJudged.exit
}

/// Says what is wrong, in the words of the program itself, wrapped for a terminal.
func complain(_ message: String) {
  // Whoever interrupts knows why nothing more comes.
  if Interruption.isNoted { return }
  let width = StandardStream.error.columns ?? 80
  StandardStream.error.write(wrapped("staticgo: " + message, width: width))
}
