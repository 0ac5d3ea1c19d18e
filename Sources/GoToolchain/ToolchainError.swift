/// A `go` that is not there or that did not do as asked: what was tried, and what it said.
package struct ToolchainError: Error, Sendable, CustomStringConvertible {
  package let operation: String
  package let message: String

  package init(_ operation: String, _ message: String) {
    self.operation = operation
    self.message = message
  }

  package var description: String { "\(operation): \(message)" }
}
