/// The tree that is judged.
package enum Subject: Sendable, Hashable {
  case index
  case workTree
  /// The commits from the merge base of `from` and `to` to `to`; nil means HEAD.
  case range(from: String, to: String?)
}
