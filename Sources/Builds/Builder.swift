package import Bytes
package import Diagnostics
package import GoBuild
package import Loader
import Modules
package import Rules
import Snapshots

/// The questions about the work tree that a build has to ask git.
package struct WorkTreeQueries {
  /// Returns the files on disk that git ignores.
  package let ignoredPaths: () throws(CheckError) -> [ByteString]
  /// Returns the paths that git does not ignore.
  package let notIgnored: (Set<ByteString>) throws(CheckError) -> Set<ByteString>

  package init(
    ignoredPaths: @escaping () throws(CheckError) -> [ByteString],
    notIgnored: @escaping (Set<ByteString>) throws(CheckError) -> Set<ByteString>
  ) {
    self.ignoredPaths = ignoredPaths
    self.notIgnored = notIgnored
  }
}

/// Builds mains without cgo from a tree's own files, unless an earlier run built the same.
package struct Builder {
  private let depth: BuildDepth
  private let limit: Duration?
  private let cache: VerdictCache
  private let workTree: WorkTreeQueries
  private let progress: (String?) -> Void

  package init(
    depth: BuildDepth, limit: Duration?, cache: VerdictCache, workTree: WorkTreeQueries,
    progress: @escaping (String?) -> Void
  ) {
    self.depth = depth
    self.limit = limit
    self.cache = cache
    self.workTree = workTree
    self.progress = progress
  }

  /// Returns the results by import path, with answers to the questions about stubs if the mains are linked. Compiles the
  /// mains, or links them if that is the build depth.
  package func build(
    _ mains: [MainAnalysis], _ target: Target, _ group: LoadedGroup, in tree: LoadedTree,
    asking questions: [ByteString: [StubQuestion]] = [:], needsOf needing: Set<ByteString> = []
  ) throws(CheckError) -> [ByteString: BuiltMain] {
    let linking = depth == .link
    let builds = mains.map {
      BuildInputs(
        main: $0, target: target, group: group, tree: tree, linking: linking,
        questions: questions[$0.main.importPath] ?? [],
        asksNeeds: needing.contains($0.main.importPath))
    }
    var results: [ByteString: BuiltMain] = [:]
    for build in builds { results[build.main.main.importPath] = cache.verdict(of: build) }
    let missing = builds.filter { results[$0.main.main.importPath] == nil }
    guard !missing.isEmpty else { return results }
    results.merge(try make(missing.map(\.main), target, group, in: tree, linking: linking, questions, needing)) { $1 }
    for build in missing {
      if let built = results[build.main.main.importPath] { cache.remember(built, of: build) }
    }
    return results
  }

  /// Builds in the work tree if it holds the tree's files, otherwise in a side directory.
  private func make(
    _ mains: [MainAnalysis], _ target: Target, _ group: LoadedGroup, in tree: LoadedTree, linking: Bool,
    _ questions: [ByteString: [StubQuestion]], _ needing: Set<ByteString>
  ) throws(CheckError) -> [ByteString: BuiltMain] {
    let snapshot = tree.source.snapshot
    var building = Building(
      group: group, target: target, root: snapshot.root, isInPlace: true, limit: limit, progress: progress)
    building.questions = questions
    building.needing = needing
    if try InPlace(tree, group, notIgnored: workTree.notIgnored).holds(mains) {
      return try building.run(mains, linking: linking)
    }
    progress("copying the files to build")
    let side = try SideDirectory.make(
      of: snapshot, ignored: try workTree.ignoredPaths(),
      embedding: embeddingDirectories(of: mains.flatMap { [$0.on, $0.off] }), outside: group.group.outsideDirectories)
    building.root = side.root
    building.isInPlace = false
    return try building.run(mains, linking: linking)
  }
}
