import ArgumentParser
import Bytes
import Reports
import System

// Synchronous on purpose: an asynchronous main costs 7 ms in a static executable.
let command = programArguments()
if command.first == guardArgument { runGuarded(Array(command.dropFirst())) }
growHeapFast()
Interruption.startNoting()
do {
  // Hooks run `check`: building the tree of all commands first would cost a millisecond. The tree is only for other
  // commands, wrong arguments and help.
  if command.first == "check", let check = try? CheckCommand.parse(Array(command.dropFirst())) {
    try check.run()
  } else {
    StaticGo.refuseUnknown(command)
    var parsed = try StaticGo.parseAsRoot(command)
    try parsed.run()
  }
} catch let code as ExitCode {
  (Outcome(rawValue: code.rawValue) ?? .notJudged).end()
} catch {
  let code = StaticGo.exitCode(for: error)
  if code.isSuccess {
    // Help and version go to standard output.
    StandardStream.output.write(SafeText(escapedByFormat: StaticGo.fullMessage(for: error) + "\n"))
    StaticGo.exit(withError: ExitCode.success)
  }
  // The message repeats the arguments, which in CI may be untrusted names.
  StandardStream.error.write(SafeText(lines: "staticgo: " + StaticGo.message(for: error) + "\n"))
  StaticGo.exit(withError: Outcome.usage.exit)
}
