package import Bytes
import Glibc

/// A failed file operation: the operation, the path, and the system's error.
package struct FileError: Error, Sendable, CustomStringConvertible {
  package let operation: String
  package let path: ByteString
  /// The errno of the failing call.
  package let code: Int32
  private var limit: Int?
  /// Whether the path leads to a pipe, a device or a socket.
  private var isSpecial = false

  package init(_ operation: String, _ path: ByteString, code: Int32 = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  package var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// The system's message for the code, such as "No such file or directory".
  package var reason: String {
    if let limit { return "it is larger than \(Limit.text(limit))" }
    if isSpecial { return "it is not a regular file" }
    return unsafe String(cString: strerror(code))
  }

  /// The error of a file that is larger than a limit.
  static func tooLarge(_ operation: String, _ path: ByteString, limit: Int) -> FileError {
    var error = FileError(operation, path, code: EFBIG)
    error.limit = limit
    return error
  }

  /// The error of a path that leads to a pipe, a device or a socket.
  static func special(_ operation: String, _ path: ByteString) -> FileError {
    var error = FileError(operation, path, code: EINVAL)
    error.isSpecial = true
    return error
  }

  package var description: String { "cannot \(operation) \(path.text): \(reason)" }
}
