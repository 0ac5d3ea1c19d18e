import Bytes
import Clibgit2

/// A failed libgit2 call: the operation, the code, and libgit2's message.
package struct GitError: Error, Sendable, CustomStringConvertible {
  package enum Reason: Sendable, Equatable {
    case notFound
    /// The repository belongs to another user, and git's `safe.directory` does not list it.
    case foreignOwner
    /// The repository has an extension that libgit2 does not support; the value is its configuration key.
    case unknownExtension(String)
    /// The index is split, sparse or has no checksum; git itself can read it.
    case indexOfGit
    case other
  }
  package let operation: String
  package let code: Int32
  package let reason: Reason
  package let message: String

  package var description: String { "\(operation): \(message)" }

  /// libgit2's message for a wrong index checksum. git does not verify it, and omits it with feature.manyFiles.
  private static let wrongChecksum = "calculated checksum does not match expected"

  private static let unknownExtension = "unsupported extension name "

  package init(operation: String, code: Int32 = -1, reason: Reason = .other, message: String) {
    self.operation = operation
    self.code = code
    self.reason = reason
    self.message = message
  }

  /// Takes and clears the error of the call that has just failed on this thread. libgit2 sometimes fails without
  /// setting one; the message of an earlier error must not appear then.
  init(_ operation: String, code: Int32) {
    self.operation = operation
    self.code = code
    var message = "libgit2 returned error code \(code)"
    if let last = unsafe git_error_last(), let text = unsafe last.pointee.message {
      message = unsafe String(cString: text)
    }
    git_error_clear()
    self.message = message
    // libgit2 1.5 returns GIT_EOWNER or, if safe.directory is not set anywhere, an error about that missing value.
    if code == GIT_EOWNER.rawValue || message.contains("'safe.directory'") {
      reason = .foreignOwner
    } else if message.hasPrefix(Self.unknownExtension) {
      reason = .unknownExtension(String(message.dropFirst(Self.unknownExtension.count)))
    } else if message.hasPrefix("unsupported mandatory extension") || message.hasSuffix(Self.wrongChecksum) {
      reason = .indexOfGit
    } else {
      reason = code == GIT_ENOTFOUND.rawValue ? .notFound : .other
    }
  }
}

/// Throws if libgit2 returned an error code.
func check(_ operation: @autoclosure () -> String, _ code: Int32) throws(GitError) {
  if code < 0 { throw GitError(operation(), code: code) }
}

/// The libgit2 library. It is initialized once and never shut down: the process ends first.
enum Library {
  static let start: Int32 = {
    let count = git_libgit2_init()
    // Otherwise whole packs are mapped, and the pages that are read count as memory of this process.
    _ = staticgo_git_set_windows(1 << 20, 4 << 20)
    _ = staticgo_git_admit_extensions()
    return count
  }()
}
