/// The build tags that remove cgo from a main, and what the main loses with them.
package struct TagAnswer: Sendable {
  /// The effect of one of the tags.
  package struct Change: Sendable {
    package let tag: String
    /// The packages that no longer use cgo, or are no longer imported.
    package var removed: [String]
    package let lostFiles: [String]
    package let gainedFiles: [String]
    /// Exported names that are no longer declared.
    package let lostNames: [String]
    /// Packages that are no longer imported.
    package let unimported: [String]

    package init(
      tag: String, removed: [String], lostFiles: [String], gainedFiles: [String], lostNames: [String],
      unimported: [String]
    ) {
      self.tag = tag
      self.removed = removed
      self.lostFiles = lostFiles
      self.gainedFiles = gainedFiles
      self.lostNames = lostNames
      self.unimported = unimported
    }
  }

  /// The culprits that one of the tags already set adds.
  package struct Brought: Sendable {
    package let tag: String
    package let culprits: [String]

    package init(tag: String, culprits: [String]) {
      self.tag = tag
      self.culprits = culprits
    }
  }

  package let main: MainName
  package let target: String
  /// The tags that are already set.
  package let tags: [String]
  package let before: Verdict
  package let after: Verdict
  /// The tags that the search tried.
  package let tried: [String]
  /// The packages that use cgo.
  package let culprits: [String]
  /// The culprits that no tag removes, whether set or not.
  package let left: [String]
  package let changes: [Change]
  package let brought: [Brought]

  package init(
    main: MainName, target: String, tags: [String], before: Verdict, after: Verdict, tried: [String],
    culprits: [String], left: [String], changes: [Change], brought: [Brought]
  ) {
    self.main = main
    self.target = target
    self.tags = tags
    self.before = before
    self.after = after
    self.tried = tried
    self.culprits = culprits
    self.left = left
    self.changes = changes
    self.brought = brought
  }
}
