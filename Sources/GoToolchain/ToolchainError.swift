/// A `go` command that is missing or failed: the operation and the error message.
package struct ToolchainError: Error, Sendable, CustomStringConvertible {
  package let operation: String
  package let message: String

  package init(_ operation: String, _ message: String) {
    self.operation = operation
    self.message = message
  }

  package var description: String { "\(operation): \(message)" }
}
