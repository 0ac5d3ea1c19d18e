import Bytes

/// An error in a `//go:embed` pattern, in Go's words.
package struct EmbedError: Error, Sendable, Hashable {
  package let message: String
  package init(_ message: String) { self.message = message }
}
