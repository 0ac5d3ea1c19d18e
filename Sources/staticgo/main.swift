import ArgumentParser
import Bytes
import FileSystem
import Reports

// Synchronous on purpose: an asynchronous main costs 7 ms in a static executable.
growHeapFast()
Interruption.startNoting()
do {
  // A hook asks for this one: to build the tree of all commands first would cost it a millisecond. What is wrong with the
  // arguments, or asks for help, is said by the tree.
  let arguments = programArguments()
  if arguments.first == "check", let command = try? CheckCommand.parse(Array(arguments.dropFirst())) {
    try command.run()
  } else {
    var command = try StaticGo.parseAsRoot(arguments)
    try command.run()
  }
} catch let code as ExitCode {
  (Outcome(rawValue: code.rawValue) ?? .notJudged).end()
} catch {
  let code = StaticGo.exitCode(for: error)
  if code.isSuccess {
    // Help and version are answers.
    StandardStream.output.write(SafeText(escapedByFormat: StaticGo.fullMessage(for: error) + "\n"))
    StaticGo.exit(withError: ExitCode.success)
  }
  // It repeats the arguments, which in CI may be names that strangers chose.
  StandardStream.error.write(SafeText(lines: "staticgo: " + StaticGo.message(for: error) + "\n"))
  StaticGo.exit(withError: Outcome.usage.exit)
}
