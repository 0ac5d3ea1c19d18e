package import Bytes
package import Diagnostics
package import Git
import GoSource
import System

/// Reads the trees of one repository.
package struct RepositoryReader: ~Copyable {
  package let repository: Repository
  /// The root of the work tree. For a bare repository, a path that does not exist.
  package let root: ByteString
  package let isBare: Bool

  private init(_ repository: consuming Repository) {
    isBare = repository.workTree == nil
    root = repository.workTree ?? repository.commonDirectory.appending("no work tree")
    self.repository = repository
  }

  /// Opens the repository of the current directory.
  package static func open() throws(CheckError) -> RepositoryReader {
    RepositoryReader(try wrap { () throws(GitError) in try Repository() })
  }

  private static func explain(_ error: GitError) -> CheckError {
    switch error.reason {
    case .notFound where error.operation != Repository.opening:
      return CheckError(
        .cannotJudge,
        "cannot \(error.operation): \(error.message). If this is a partial clone, run: git fetch --refetch "
          + "--no-filter; otherwise, run: git fsck")
    case .notFound:
      return CheckError(.cannotJudge, "this is not a git repository. Run staticgo in one, or name it with -C DIR.")
    case .foreignOwner:
      return CheckError(
        .cannotJudge,
        "this repository belongs to another user, and git does not trust it. To trust it, run: "
          + "git config --global --add safe.directory \"$PWD\"")
    case .unknownExtension(let name):
      let setting = name.hasPrefix("extensions.") ? name : "extensions.\(name)"
      return CheckError(
        .cannotJudge,
        "this repository uses git's \(setting), which staticgo does not support. \(advice(onExtension: setting))")
    case .indexOfGit, .other:
      return CheckError(.cannotJudge, "cannot \(error.operation): \(error.message)")
    }
  }

  private static func advice(onExtension setting: String) -> String {
    let name = setting.lowercased()
    if name.hasPrefix("extensions.objectformat") {
      return
        "Only SHA-1 repositories can be checked. If this project also has a SHA-1 repository, such as a mirror, run "
        + "staticgo in a clone of that."
    }
    if name.hasPrefix("extensions.refstorage") {
      return "To convert its references to files, run: git refs migrate --ref-format=files"
    }
    return "Run staticgo in a clone that git made without it, and please report this."
  }

  package static func wrap<T: ~Copyable>(_ body: () throws(GitError) -> T) throws(CheckError) -> T {
    do throws(GitError) { return try body() } catch { throw explain(error) }
  }

  /// Returns the judged commit, the base, and the commits that are being merged into the base.
  ///
  /// `snapshot` is nil for the index and the work tree. `base` is nil if the repository has no commit yet.
  package borrowing func commits(
    _ subject: Subject
  ) throws(CheckError) -> (snapshot: ObjectID?, base: ObjectID?, merged: [ObjectID]) {
    switch subject {
    case .index, .workTree:
      guard !isBare else {
        throw CheckError(
          .cannotJudge, "this repository is bare: it has no work tree and no index. Name a range with --from and --to.")
      }
      let (head, merged) = try Self.wrap { () throws(GitError) in (try repository.head(), try repository.mergeHeads()) }
      // During an automatic merge, git passes the other parents to its hooks only in these variables.
      let named = processEnvironment().compactMap { variable -> ObjectID? in
        let prefix: ByteString = "GITHEAD_"
        guard variable.hasPrefix(prefix) else { return nil }
        return ContentID(hexadecimal: ByteString(Array(variable.bytes.dropFirst(prefix.count).prefix(40)))).map {
          ObjectID($0)
        }
      }
      return (
        nil, head,
        merged + named.filter { !merged.contains($0) && $0 != head }.sorted { $0.hexadecimal < $1.hexadecimal }
      )
    case .range(let from, let to):
      let end = try commit(to ?? "HEAD")
      let start = try commit(from)
      return (end, try mergeBase(start, end, names: (from, to ?? "HEAD")), [])
    }
  }

  /// Reads the judged snapshot: the commit if there is one, else the index or the work tree.
  package borrowing func snapshot(
    _ subject: Subject, _ commit: ObjectID?, index known: IndexContent? = nil
  ) throws(CheckError) -> Snapshot {
    if let commit { return try Self.read(commit, root: root, objects: repository.objectsDirectory).get() }
    return subject == .index ? try index(known) : try workTree()
  }

  /// Returns the paths that git does not ignore.
  package static func notIgnored(_ paths: Set<ByteString>) throws(CheckError) -> Set<ByteString> {
    guard !paths.isEmpty else { return [] }
    return try wrap { () throws(GitError) in
      let repository = try Repository()
      var found: Set<ByteString> = []
      for path in paths where try !repository.ignores(path) { found.insert(path) }
      return found
    }
  }

  // MARK: Reading a tree

  /// Reads the files of a commit, from `memory` if it has them.
  ///
  /// Opens a repository of its own, so that any thread can call it.
  package static func read(
    _ commit: ObjectID, root: ByteString, objects: ByteString, memory: SnapshotCache? = nil
  ) -> Result<Snapshot, CheckError> {
    do throws(CheckError) {
      let files: Repository.Directories
      if let known = memory?.files(of: commit) {
        files = known
      } else {
        let repository = try wrap { () throws(GitError) in try Repository() }
        files = try wrap { () throws(GitError) in try repository.files(of: commit) }
      }
      return .success(
        Snapshot(
          name: TreeName(kind: .commit, commit: commit.hexadecimal), root: root, objects: objects, directories: files))
    } catch {
      return .failure(error)
    }
  }

  /// The index file, if it can be read without libgit2.
  private var indexFile: (file: IndexFile, bytes: [UInt8])? {
    guard let bytes = try? readFile(repository.indexPath, limit: Limit.index), let file = IndexFile(bytes) else {
      return nil
    }
    return (file, bytes)
  }

  private borrowing func indexContent() throws(CheckError) -> IndexContent {
    if let status = fileStatus(repository.indexPath), status.kind != .file {
      throw CheckError(
        .cannotJudge,
        "git's index \(repository.indexPath.text) is \(status.kind == .directory ? "a directory" : "a pipe or device"), "
          + "not a file. Move it away, make a new index from the last commit with: git read-tree HEAD, and stage your "
          + "changes again.")
    }
    if let (file, _) = indexFile { return file.content }
    do throws(GitError) { return try repository.indexContent() } catch {
      guard error.reason == .indexOfGit else { throw Self.explain(error) }
      return try Self.wrap { () throws(GitError) in try GitProgram(in: root).index() }
    }
  }

  /// Whether the index has a file at the path, or conflicting versions of one.
  borrowing func isTracked(_ path: ByteString) throws(CheckError) -> Bool {
    let content = try indexContent()
    return content.conflicts.contains(path)
      || content.directories[path.directory]?.contains { $0.name == path.baseName } ?? false
  }

  /// Whether the index has a file in a directory or below it.
  package borrowing func tracksFiles(below directory: ByteString) throws(CheckError) -> Bool {
    try indexContent().directories.contains { $0.key.isWithin(directory) }
  }

  /// Returns the content of the index and what is staged since a commit; nil where the index cannot be read at once. The
  /// changes are nil where only a comparison of all trees shows them.
  package borrowing func staged(since commit: ObjectID) -> (index: IndexContent, changes: [StagedChange]?)? {
    guard fileStatus(repository.indexPath)?.kind == .file, let (index, bytes) = indexFile else { return nil }
    guard index.content.conflicts.isEmpty else { return (index.content, nil) }
    let changes = try? repository.changes(since: commit, in: index.content, trees: CachedTrees(of: index, in: bytes))
    return (index.content, changes ?? nil)
  }

  private borrowing func index(_ known: IndexContent?) throws(CheckError) -> Snapshot {
    let content = if let known { known } else { try indexContent() }
    guard content.conflicts.isEmpty else {
      let list = content.conflicts.prefix(5).map(\.text).joined(separator: ", ")
      throw CheckError(
        .cannotJudge,
        "the index has conflicts: \(list)\(content.conflicts.count > 5 ? " …" : ""). Resolve them and git add the files."
      )
    }
    return Snapshot(
      name: TreeName(kind: .index), root: root, objects: repository.objectsDirectory,
      directories: content.directories)
  }

  /// Returns the differences between work tree and index, without the files that a sparse checkout omits.
  private borrowing func workTreeChanges(
    includingIgnored: Bool, skipped: Set<ByteString> = []
  ) throws(CheckError) -> [Repository.WorkTreeChange] {
    do throws(GitError) {
      return try repository.workTreeChanges(includingIgnored: includingIgnored)
        .filter { $0.status != .deleted || !skipped.contains($0.path) }
    } catch {
      guard error.reason == .indexOfGit else { throw Self.explain(error) }
      return try Self.wrap { () throws(GitError) in
        try GitProgram(in: root).workTreeChanges(includingIgnored: includingIgnored)
      }
    }
  }

  /// Reads the work tree: unchanged files from the index, others from disk. Excludes files that git ignores.
  package borrowing func workTree() throws(CheckError) -> Snapshot {
    let staged = try indexContent()
    let changes = try workTreeChanges(includingIgnored: false, skipped: staged.skipped)
    var directories = staged.directories
    var onDisk: Set<ByteString> = []
    func replace(_ path: ByteString, _ file: TreeFile?) {
      var files = directories[path.directory, default: []]
      files.removeAll { $0.name == path.baseName }
      if let file {
        files.insert(file, at: files.firstIndex { path.baseName < $0.name } ?? files.count)
        onDisk.insert(path)
      }
      directories[path.directory] = files.isEmpty ? nil : files
    }
    var unreadable: [UnreadableFile] = []
    let changed = changes.filter { $0.status != .ignored && $0.status != .repository }
    for (path, status) in staged.conflicts.map({ ($0, .modified) }) + changed.map({ ($0.path, $0.status) }) {
      do throws(UnreadableFile) { replace(path, try fileOnDisk(path, root: root, repository)) } catch {
        unreadable.append(error)
        // A file in a directory that cannot be read looks deleted; its staged content is judged.
        if status != .deleted, let standIn = error.standIn { replace(path, standIn) }
      }
    }
    return Snapshot(
      name: TreeName(kind: .worktree), root: root, objects: repository.objectsDirectory, directories: directories,
      onDisk: onDisk, repositories: changes.filter { $0.status == .repository }.map(\.path), unreadable: unreadable)
  }

  /// Returns the files on disk that git ignores.
  package borrowing func ignoredPaths() throws(CheckError) -> [ByteString] {
    if isBare { return [] }
    return try workTreeChanges(includingIgnored: true)
      .filter { $0.status == .ignored }.map(\.path)
  }

  // MARK: Revisions

  /// Returns the best common ancestor.
  ///
  /// libgit2 fails if parents are missing, as at the edge of a shallow clone. There the git program is used.
  package borrowing func mergeBase(_ start: ObjectID, _ end: ObjectID) throws(GitError) -> ObjectID {
    do throws(GitError) { return try repository.mergeBase(start, end) } catch {
      guard repository.isShallow, let found = try? GitProgram(in: root).mergeBase(start, end) else { throw error }
      return found
    }
  }

  private borrowing func mergeBase(
    _ start: ObjectID, _ end: ObjectID, names: (from: String, to: String)
  ) throws(CheckError) -> ObjectID {
    do throws(GitError) { return try mergeBase(start, end) } catch {
      let cause = repository.isShallow ? "this clone is shallow" : error.message
      let advice =
        repository.isShallow
        ? "Fetch the history (actions/checkout: fetch-depth: 0), or use --from with a commit in this clone."
        : "Use --from with a commit that shares history with \(names.to)."
      throw CheckError(.cannotJudge, "cannot find the merge base of \(names.from) and \(names.to): \(cause). \(advice)")
    }
  }

  private borrowing func commit(_ revision: String) throws(CheckError) -> ObjectID {
    do throws(GitError) { return try repository.commit(revision) } catch {
      let advice =
        repository.isShallow ? " This clone is shallow: fetch the history (actions/checkout: fetch-depth: 0)." : ""
      throw CheckError(.cannotJudge, "cannot find the revision \(revision): \(error.message).\(advice)")
    }
  }
}

/// Returns a file of the work tree with the id that git would give it; nil if it is missing, or nothing that git stores.
func fileOnDisk(
  _ path: ByteString, root: ByteString, _ repository: borrowing Repository
) throws(UnreadableFile) -> TreeFile? {
  let place = root.appending(path)
  do {
    guard let status = try statusOfFile(place) else { return nil }
    switch status.kind {
    case .file:
      let id = try repository.hashFile(path)
      return TreeFile(name: path.baseName, id: id, kind: status.isExecutable ? .executable : .file)
    case .symbolicLink:
      let id = try repository.hashLink(to: try readLink(place))
      return TreeFile(name: path.baseName, id: id, kind: .symbolicLink)
    case .directory, .other: return nil
    }
  } catch let error as FileError {
    if error.isMissing { return nil }
    throw UnreadableFile(path, error)
  } catch {
    // libgit2's message repeats the path.
    do throws(FileError) { _ = try readFile(place) } catch { throw UnreadableFile(path, error) }
    throw UnreadableFile(path, "\(error)")
  }
}
