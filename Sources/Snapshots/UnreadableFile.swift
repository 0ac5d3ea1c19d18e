package import Bytes
package import Diagnostics
import Git
import System

/// A file of a tree that exists but whose content cannot be read. It is always reported: a file that was not read is not
/// a file that is clean.
package struct UnreadableFile: Error, Sendable, Hashable {
  package let path: ByteString
  /// The reason, such as `Permission denied`.
  package let reason: String
  /// Whether Go cannot read it either: a symbolic link that leads nowhere.
  package var isMissing = false
  /// Whether git does not have the content, as in a partial clone.
  package private(set) var isNotFetched = false

  package var message: String { "cannot read \(path.text): \(reason)" }

  package init(_ path: ByteString, _ reason: String) {
    self.path = path
    self.reason = reason
  }

  init(_ path: ByteString, _ error: FileError) { self.init(path, error.reason) }

  init(_ path: ByteString, _ error: GitError) {
    self.init(
      path,
      error.reason == .notFound
        ? "its content is missing from git. In a partial clone, run: git fetch --refetch --no-filter" : error.message)
    isNotFetched = error.reason == .notFound
  }

  /// The file under an id that no content has, so that its package is known to be incomplete.
  var standIn: TreeFile? {
    blobID(of: [0] + message.utf8).map { TreeFile(name: path.baseName, id: ObjectID($0), kind: .file) }
  }

  static func linkOut(_ path: ByteString, to target: ByteString) -> UnreadableFile {
    UnreadableFile(path, "it is a symbolic link to \(target.text), which is outside the repository")
  }

  static func linkToNothing(_ path: ByteString, to target: ByteString) -> UnreadableFile {
    var file = UnreadableFile(path, "it is a symbolic link to \(target.text), which does not exist")
    file.isMissing = true
    return file
  }

  static func linkWithoutEnd(_ path: ByteString) -> UnreadableFile {
    var file = UnreadableFile(path, "too many levels of symbolic links")
    file.isMissing = true
    return file
  }
}

extension UnreadableFile {
  /// Returns the errors about files that could not be read, at most five of one reason.
  package static func errors(about files: [UnreadableFile]) -> [JudgementError] {
    let limit = 5
    return Dictionary(grouping: files, by: \.reason).sorted { $0.key < $1.key }.flatMap { _, files in
      let shown = files.prefix(limit).map { JudgementError(message: $0.message, file: $0.path) }
      let rest = files.count - shown.count
      return shown + (rest > 0 ? [JudgementError(message: "cannot read \(rest) more files for the same reason")] : [])
    }
  }
}
