package import Config
package import Loader
import Plan
package import Rules
import Snapshots

/// A loaded tree with the facts that only judging needs.
package struct JudgedTree {
  package let tree: LoadedTree
  /// The differences of the packages without cgo, by the index of the group: in another group, the same import path is a
  /// different package.
  private let differences: [CgoDifferences]
  let allowances: Allowances
  let forbidden: [ForbiddenPackages]

  package init(_ tree: LoadedTree, allowing config: Config) {
    self.tree = tree
    let inspector = tree.inspector
    differences = tree.groups.map { _ in
      CgoDifferences(
        CgoDifferences.Inspector(
          declarations: inspector.declarations, uses: inspector.uses, members: inspector.members,
          words: inspector.words, mentions: inspector.mentions, freeNames: inspector.freeNames,
          start: inspector.start))
    }
    forbidden = config.forbidden.map { entry in
      ForbiddenPackages(
        holdsFor: { main in entry.mains.isEmpty || entry.mains.contains { $0.matches(main) } },
        matches: { path in entry.packages.contains { $0.matches(path) } }, reason: entry.reason)
    }
    allowances = Allowances(
      content: tree.source.snapshot.content, entries: config.allowed, of: config.file, rules: Rule.all.map(\.id))
  }

  /// The differences of the packages of one of the tree's groups.
  package func differences(of group: LoadedGroup) -> CgoDifferences { differences[group.index] }
}
