import Bytes
import System

/// A `go` command that is missing or failed: the operation and the error message.
package struct ToolchainError: Error, Sendable, CustomStringConvertible {
  package let operation: String
  package let message: String
  /// Whether the system allows no more threads, so that no `go` could be run.
  package let isLackOfThreads: Bool

  package init(_ operation: String, _ message: String, isLackOfThreads: Bool = false) {
    self.operation = operation
    self.message = message
    self.isLackOfThreads = isLackOfThreads
  }

  package var description: String { "\(operation): \(message)" }
}

/// Runs a `go` program; see `runProcess`.
func runGo(
  _ executable: ByteString, _ arguments: [ByteString], in directory: ByteString, environment: [ByteString],
  limit: Duration? = nil, guarded: Bool = false, whileWaiting: () -> Void = {}
) throws(ToolchainError) -> ProcessOutput {
  do throws(ProcessError) {
    return try runProcess(
      executable, arguments, in: directory, environment: environment, limit: limit, guarded: guarded,
      whileWaiting: whileWaiting)
  } catch {
    throw ToolchainError(error.operation, error.message, isLackOfThreads: error.isLackOfThreads)
  }
}
