package import Diagnostics
import Git

/// The revision, of several, that the snapshot can be compared with.
package enum BaseChoice: Sendable, Equatable {
  /// The index in the list, and the merge base with HEAD in hexadecimal digits.
  case found(index: Int, commit: String)
  case none
  /// No revision is usable, and the clone lacks part of the history.
  case lacksHistory
}

/// Finds the first revision that is in this clone and shares history with HEAD. A revision with `ifMerged` counts only
/// if `ifMerged` is HEAD's second parent. A revision that contains all of HEAD is skipped, since nothing would be
/// judged.
package func chooseBase(_ revisions: [(revision: String, ifMerged: String?)]) throws(CheckError) -> BaseChoice {
  let trees = try RepositoryReader.open()
  guard let head = try RepositoryReader.wrap({ () throws(GitError) in try trees.repository.head() }) else {
    return .none
  }
  var (isHead, isLacking) = (false, false)
  for (index, (revision, merged)) in revisions.enumerated() {
    if let merged, (try? trees.repository.commit("HEAD^2"))?.hexadecimal != merged.lowercased() { continue }
    guard let commit = try? trees.repository.commit(revision) else {
      // A fetch does not record the remote's default branch, so a missing `origin/HEAD` does not mean missing history.
      if !revision.hasSuffix("/HEAD") { isLacking = true }
      continue
    }
    guard let base = try? trees.mergeBase(commit, head) else {
      isLacking = true
      continue
    }
    if base != head { return .found(index: index, commit: base.hexadecimal) }
    isHead = true
  }
  return trees.repository.isShallow && isLacking && !isHead ? .lacksHistory : .none
}

/// Whether HEAD is the commit or a descendant of it.
package func headHolds(_ commit: String) throws(CheckError) -> Bool {
  let trees = try RepositoryReader.open()
  guard let head = try RepositoryReader.wrap({ () throws(GitError) in try trees.repository.head() }),
    let asked = try? trees.repository.commit(commit)
  else { return false }
  return (try? trees.mergeBase(asked, head)) == asked
}
