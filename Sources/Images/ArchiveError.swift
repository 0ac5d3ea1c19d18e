/// The error for an archive or image that cannot be read; the message describes it.
package struct ArchiveError: Error, Sendable, CustomStringConvertible {
  package let message: String

  package init(_ message: String) { self.message = message }

  package var description: String { message }
}
