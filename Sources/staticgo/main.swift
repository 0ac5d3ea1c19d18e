import ArgumentParser
import FileSystem

// Synchronous on purpose: an asynchronous main costs 7 ms in a static executable.
growHeapFast()
Interruption.startNoting()
do {
  var command = try StaticGo.parseAsRoot()
  try command.run()
} catch let code as ExitCode {
  (Outcome(rawValue: code.rawValue) ?? .notJudged).end()
} catch {
  let code = StaticGo.exitCode(for: error)
  if code.isSuccess {
    // Help and version are answers.
    StandardStream.output.write(StaticGo.fullMessage(for: error) + "\n")
    StaticGo.exit(withError: ExitCode.success)
  }
  StandardStream.error.write("staticgo: " + StaticGo.message(for: error) + "\n")
  StaticGo.exit(withError: Outcome.usage.exit)
}
