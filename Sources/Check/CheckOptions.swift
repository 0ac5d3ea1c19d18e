package import Bytes
package import Diagnostics

/// What to judge, and how deep.
package struct CheckOptions: Sendable {
  package enum Subject: Sendable, Hashable {
    case index
    case workTree
    /// The commits from the merge base of the two to the second; HEAD where that is nil.
    case range(from: String, to: String?)
  }
  package var subject: Subject
  /// Every main instead of the affected ones, where there is a choice.
  package var all = false
  /// Whether only new findings count; nil leaves it to the kind of run.
  package var newOnly: Bool?
  package var build: BuildDepth
  package var buildLimit: Duration?
  package var targets: [Target]
  package var goPath: ByteString?
  package var patterns: [String] = []
  /// The directory that patterns are relative to, absolute.
  package var currentDirectory: ByteString
  /// Directories outside the repository that a `replace` may lead to.
  package var readable: [ByteString] = []
  /// Where facts are kept from run to run; nil keeps none.
  package var cacheDirectory: ByteString?
  /// Whether the pre-commit framework runs us: then "nothing staged" means "all files".
  package var isUnderPreCommit = false

  package init(subject: Subject, build: BuildDepth, targets: [Target], currentDirectory: ByteString) {
    self.subject = subject
    self.build = build
    self.targets = targets
    self.currentDirectory = currentDirectory
  }
}

extension CheckOptions {
  /// The file of the facts about a repository, shared by its work trees; nil where none are kept.
  func cacheFile(of repository: ByteString) -> ByteString? {
    cacheDirectory.map { Cache.file(of: repository, in: $0) }
  }
}
