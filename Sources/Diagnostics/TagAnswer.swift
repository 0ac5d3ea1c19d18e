/// The build tags that take cgo out of a main, and what they give up.
package struct TagAnswer: Sendable {
  /// What one of the tags does.
  package struct Change: Sendable {
    package let tag: String
    /// The packages that no longer use cgo, or are no longer imported.
    package var removed: [String]
    package let lostFiles: [String]
    package let gainedFiles: [String]
    /// Exported names that are gone.
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

  /// What one of the tags that are set anyway brings in.
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
  /// The tags that are set anyway.
  package let tags: [String]
  package let before: Verdict
  package let after: Verdict
  /// The tags that could be set.
  package let tried: [String]
  /// The packages that use cgo.
  package let culprits: [String]
  /// Those of them that no tag reaches, set or left out.
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
