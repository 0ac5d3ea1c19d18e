package import Bytes
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
