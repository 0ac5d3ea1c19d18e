/// The reason why a check could not run: one sentence with the cause, one with the remedy, and the exit code.
package struct CheckError: Error, Sendable, CustomStringConvertible {
  package enum Kind: Int32, Sendable {
    /// Wrong usage or configuration.
    case usage = 2
    /// The repository, the toolchain or a module is missing or unusable.
    case cannotJudge = 3
  }
  package let kind: Kind
  package let message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }
}
