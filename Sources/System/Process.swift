package import Bytes
import Dispatch
import Subprocess
import Synchronization
import SystemPackage

/// A program that could not be run or was interrupted: the operation and the reason.
package struct ProcessError: Error, Sendable {
  package let operation: String
  package let message: String
  /// Whether the system refused for want of threads, so that no other program could be run either.
  package let isLackOfThreads: Bool

  package init(_ operation: String, _ message: String, isLackOfThreads: Bool = false) {
    self.operation = operation
    self.message = message
    self.isLackOfThreads = isLackOfThreads
  }
}

/// The result of a process that has ended.
package struct ProcessOutput: Sendable {
  package let isSuccess: Bool
  package let status: String
  package let output: ByteString
  package let error: ByteString
  package let isTimedOut: Bool
}

/// Runs a program without a shell and waits for it.
///
/// Only this function calls asynchronous code: the program's own main is synchronous, since an asynchronous one costs
/// 7 ms in a static executable. `whileWaiting` is called about twenty times a second on the caller's thread. A program that is
/// `guarded` ends with this one, even if this one is killed.
package func runProcess(
  _ executable: ByteString, _ arguments: [ByteString], in directory: ByteString, environment: [ByteString],
  limit: Duration? = nil, guarded: Bool = false, whileWaiting: () -> Void = {}
) throws(ProcessError) -> ProcessOutput {
  let slot = OutcomeSlot()
  let done = DispatchSemaphore(value: 0)
  let command =
    (guarded ? guardProgram : nil).map { ($0, [ByteString(guardArgument), executable] + arguments) }
    ?? (executable, arguments)
  let operation = "run \(executable.baseName.text) \(arguments.first?.text ?? "")"
  // Subprocess takes paths as text; with a NUL or invalid UTF-8 the path would be that of another file.
  let path = String(decoding: directory.bytes, as: UTF8.self)
  guard !directory.contains(0), ByteString(path) == directory else {
    throw ProcessError(operation, "the directory's name is not UTF-8: \(path)")
  }
  guard allowsThreads(threadsForProcess) else {
    throw ProcessError(
      operation, "the system allows no more threads (ulimit -u, or the pids limit of the container)",
      isLackOfThreads: true)
  }
  Interruption.programStarts()
  defer { Interruption.programEnds() }
  let task = Task.detached {
    let outcome: Result<ProcessOutput, ProcessError>
    do {
      outcome = .success(try await collect(command.0, command.1, in: path, environment: environment, limit: limit))
    } catch {
      outcome = .failure(ProcessError(operation, "\(error)"))
    }
    slot.outcome.withLock { $0 = outcome }
    done.signal()
  }
  while done.wait(timeout: .now() + .milliseconds(50)) == .timedOut {
    if Interruption.isNoted { task.cancel() } else { whileWaiting() }
  }
  if Interruption.isNoted { throw ProcessError(operation, "interrupted") }
  guard let outcome = slot.outcome.withLock({ $0 }) else { throw ProcessError(operation, "it did not start") }
  return try outcome.get()
}

/// More threads than Swift's tasks and swift-subprocess start. They wait for ever where they get none.
private let threadsForProcess = 8

/// The outcome that the task running a process passes to the waiting thread.
private final class OutcomeSlot: Sendable {
  let outcome = Mutex<Result<ProcessOutput, ProcessError>?>(nil)
}

/// The maximum size of each output stream in bytes, more than any build prints. A program that prints more is stopped.
private let outputLimit = Limit.programOutput

/// Appends the NUL that ends a C string: swift-subprocess 1.0.2 passes raw bytes to strdup(3). Callers reject a NUL
/// inside, since their texts come from file names and flags; here it is removed.
private func terminated(_ text: ByteString) -> [UInt8] {
  text.bytes.filter { $0 != 0 } + [0]
}

private func collect(
  _ executable: ByteString, _ arguments: [ByteString], in directory: String, environment: [ByteString],
  limit: Duration?
) async throws -> ProcessOutput {
  var options = PlatformOptions()
  // A separate process group, so that compilers started by `go` end with it.
  options.processGroupID = 0
  options.teardownSequence = [.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(2))]
  let configuration = Configuration(
    executable: .path(FilePath(executable.text)), arguments: Arguments(arguments.map(terminated)),
    environment: .custom(environment.map(terminated)), workingDirectory: FilePath(directory), platformOptions: options)
  return try await withThrowingTaskGroup(of: ProcessOutput?.self) { group in
    group.addTask {
      let result = try await run(configuration, output: .bytes(limit: outputLimit), error: .bytes(limit: outputLimit))
      return ProcessOutput(
        isSuccess: result.terminationStatus.isSuccess, status: "\(result.terminationStatus)",
        output: ByteString(result.standardOutput), error: ByteString(result.standardError), isTimedOut: false)
    }
    if let limit {
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
    }
    let first = try await group.next() ?? nil
    group.cancelAll()
    return first
      ?? ProcessOutput(isSuccess: false, status: "stopped", output: "", error: "", isTimedOut: true)
  }
}
