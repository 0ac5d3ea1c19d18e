import Git

/// Which of several revisions the snapshot can be compared with.
package enum BaseChoice: Sendable, Equatable {
  /// The place in the list, and the commit from which HEAD has gone on, in hexadecimal digits.
  case found(index: Int, commit: String)
  case none
  /// None, in a clone that has not all of the history.
  case lacksHistory
}

/// Finds the first of some revisions that is here and shares history with HEAD; one that has all that HEAD has is none,
/// since nothing would be judged.
package func chooseBase(_ revisions: [String]) throws(CheckError) -> BaseChoice {
  let trees = try Trees.open()
  guard let head = try Trees.wrap({ () throws(GitError) in try trees.repository.head() }) else { return .none }
  for (index, revision) in revisions.enumerated() {
    guard let commit = try? trees.repository.commit(revision),
      let base = try? trees.repository.mergeBase(commit, head), base != head
    else { continue }
    return .found(index: index, commit: base.hexadecimal)
  }
  return trees.repository.isShallow ? .lacksHistory : .none
}
