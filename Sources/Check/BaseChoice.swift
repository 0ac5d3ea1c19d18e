import Git

/// Which of several revisions the snapshot can be compared with.
package enum BaseChoice: Sendable, Equatable {
  /// The place in the list, and the commit from which HEAD has gone on, in hexadecimal digits.
  case found(index: Int, commit: String)
  case none
  /// None, in a clone that has not all of the history.
  case lacksHistory
}

/// Finds the first of some revisions that is here and shares history with HEAD, those with `ifMerged` only where that is
/// HEAD's second parent; one that has all that HEAD has is none, since nothing would be judged.
package func chooseBase(_ revisions: [(revision: String, ifMerged: String?)]) throws(CheckError) -> BaseChoice {
  let trees = try Trees.open()
  guard let head = try Trees.wrap({ () throws(GitError) in try trees.repository.head() }) else { return .none }
  var (isHead, isLacking) = (false, false)
  for (index, (revision, merged)) in revisions.enumerated() {
    if let merged, (try? trees.repository.commit("HEAD^2"))?.hexadecimal != merged.lowercased() { continue }
    guard let commit = try? trees.repository.commit(revision) else {
      // Which branch is the remote's first, no fetch says.
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

/// Whether HEAD is a commit or goes on from it.
package func headHolds(_ commit: String) throws(CheckError) -> Bool {
  let trees = try Trees.open()
  guard let head = try Trees.wrap({ () throws(GitError) in try trees.repository.head() }),
    let asked = try? trees.repository.commit(commit)
  else { return false }
  return (try? trees.mergeBase(asked, head)) == asked
}
