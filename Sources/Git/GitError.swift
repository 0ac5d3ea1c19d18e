import Bytes
import Clibgit2

/// A libgit2 call that failed: what was tried, the code, and libgit2's message.
package struct GitError: Error, Sendable, CustomStringConvertible {
  package enum Reason: Sendable, Equatable {
    case notFound
    /// The repository belongs to somebody else, and git's configuration does not vouch for it.
    case foreignOwner
    /// The repository has an extension that libgit2 does not know; its name in the configuration.
    case unknownExtension(String)
    /// The index is split, sparse or without its checksum, which git itself can read.
    case indexOfGit
    case other
  }
  package let operation: String
  package let code: Int32
  package let reason: Reason
  package let message: String

  package var description: String { "\(operation): \(message)" }

  /// What git does not look at, and leaves out with feature.manyFiles.
  private static let wrongChecksum = "calculated checksum does not match expected"

  private static let unknownExtension = "unsupported extension name "

  package init(operation: String, code: Int32 = -1, reason: Reason = .other, message: String) {
    self.operation = operation
    self.code = code
    self.reason = reason
    self.message = message
  }

  /// Takes the error of the call that has just failed on this thread, and clears it: libgit2 sometimes fails without
  /// setting one, and must not show the last one's then.
  init(_ operation: String, code: Int32) {
    self.operation = operation
    self.code = code
    var message = "libgit2 says no more than code \(code)"
    if let last = unsafe git_error_last(), let text = unsafe last.pointee.message {
      message = unsafe String(cString: text)
    }
    git_error_clear()
    self.message = message
    // libgit2 1.5 says so with GIT_EOWNER, or, where safe.directory is set nowhere, with a missing configuration value.
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

/// Throws where libgit2 returned an error code.
func check(_ operation: @autoclosure () -> String, _ code: Int32) throws(GitError) {
  if code < 0 { throw GitError(operation(), code: code) }
}

/// libgit2, started once and never stopped: the process ends first.
enum Library {
  static let start: Int32 = {
    let count = git_libgit2_init()
    // Whole packs are mapped otherwise, and what is touched of them counts as our memory.
    _ = staticgo_git_set_windows(1 << 20, 4 << 20)
    _ = staticgo_git_admit_extensions()
    return count
  }()
}
