import Bytes
import Diagnostics
import FileSystem
import Git
import GoSource

/// The trees of one repository.
struct Trees: ~Copyable {
  let repository: Repository
  /// The root of the work tree; of a bare repository a directory that is not there, and holds nothing for anybody.
  let root: ByteString
  let isBare: Bool

  private init(_ repository: consuming Repository) {
    isBare = repository.workTree == nil
    root = repository.workTree ?? repository.commonDirectory.appending("no work tree")
    self.repository = repository
  }

  /// Opens the repository of the current directory.
  static func open() throws(CheckError) -> Trees {
    Trees(try wrap { () throws(GitError) in try Repository() })
  }

  private static func explain(_ error: GitError) -> CheckError {
    switch error.reason {
    case .notFound:
      return CheckError(.cannotJudge, "this is not a git repository. Run staticgo in one, or name it with -C DIR.")
    case .foreignOwner:
      return CheckError(
        .cannotJudge,
        "this repository belongs to another user, and git is not told to trust it. If you do: "
          + "git config --global --add safe.directory \"$PWD\"")
    case .unknownExtension(let name):
      let setting = name.hasPrefix("extensions.") ? name : "extensions.\(name)"
      return CheckError(
        .cannotJudge, "this repository uses \(setting), which staticgo cannot read. \(advice(onExtension: setting))")
    case .indexOfGit, .other: return CheckError(.cannotJudge, "cannot \(error.operation): \(error.message)")
    }
  }

  private static func advice(onExtension setting: String) -> String {
    let name = setting.lowercased()
    if name.hasPrefix("extensions.objectformat") {
      return "It reads SHA-1 repositories: judge a clone of one, in CI for example."
    }
    if name.hasPrefix("extensions.refstorage") {
      return "git refs migrate --ref-format=files makes it readable, for git too old for reftable as well."
    }
    return "Judge a clone without it, and please report it."
  }

  static func wrap<T: ~Copyable>(_ body: () throws(GitError) -> T) throws(CheckError) -> T {
    do throws(GitError) { return try body() } catch { throw explain(error) }
  }

  /// The commit that is judged, nil where it is no commit, the one that it is compared with, nil where there is none, and
  /// those that are being merged into that.
  borrowing func commits(
    _ subject: CheckOptions.Subject
  ) throws(CheckError) -> (snapshot: ObjectID?, base: ObjectID?, merged: [ObjectID]) {
    switch subject {
    case .index, .workTree:
      guard !isBare else {
        throw CheckError(
          .cannotJudge, "this repository is bare: it has no work tree and no index. Name a range with --from and --to.")
      }
      let (head, merged) = try Self.wrap { () throws(GitError) in (try repository.head(), try repository.mergeHeads()) }
      // While git makes a merge by itself, it names the other parents to its hooks in this way alone.
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

  /// The snapshot that is judged.
  borrowing func snapshot(_ subject: CheckOptions.Subject, _ commit: ObjectID?) throws(CheckError) -> Snapshot {
    if let commit { return try Self.read(commit, root: root, objects: repository.objectsDirectory).get() }
    return subject == .index ? try index() : try workTree()
  }

  /// Those of the paths that git is not told to pass over.
  static func notIgnored(_ paths: Set<ByteString>) throws(CheckError) -> Set<ByteString> {
    guard !paths.isEmpty else { return [] }
    return try wrap { () throws(GitError) in
      let repository = try Repository()
      var found: Set<ByteString> = []
      for path in paths where try !repository.ignores(path) { found.insert(path) }
      return found
    }
  }

  // MARK: Reading a tree

  /// The files of a commit, those of `memory` where it has them, read through a repository of its own so that any thread
  /// can do it.
  static func read(
    _ commit: ObjectID, root: ByteString, objects: ByteString, memory: Memory? = nil
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

  private borrowing func indexContent() throws(CheckError) -> IndexContent {
    if let status = fileStatus(repository.indexPath), status.kind != .file {
      throw CheckError(
        .cannotJudge, "the index \(repository.indexPath.text) is no file. git read-tree HEAD makes it anew.")
    }
    if let content = try? readFile(repository.indexPath, limit: 1 << 30), let index = IndexFile(content) {
      return index.content
    }
    do throws(GitError) { return try repository.indexContent() } catch {
      guard error.reason == .indexOfGit else { throw Self.explain(error) }
      return try GitProgram(in: root).index()
    }
  }

  /// Whether the index has a file at the path, or conflicting versions of one.
  borrowing func isTracked(_ path: ByteString) throws(CheckError) -> Bool {
    let content = try indexContent()
    return content.conflicts.contains(path)
      || content.directories[path.directory]?.contains { $0.name == path.baseName } ?? false
  }

  private borrowing func index() throws(CheckError) -> Snapshot {
    let content = try indexContent()
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

  /// How work tree and index differ; what a sparse checkout leaves out does not.
  private borrowing func workTreeChanges(
    includingIgnored: Bool, skipped: Set<ByteString> = []
  ) throws(CheckError) -> [Repository.WorkTreeChange] {
    do throws(GitError) {
      return try repository.workTreeChanges(includingIgnored: includingIgnored)
        .filter { $0.status != .deleted || !skipped.contains($0.path) }
    } catch {
      guard error.reason == .indexOfGit else { throw Self.explain(error) }
      return try GitProgram(in: root).workTreeChanges(includingIgnored: includingIgnored)
    }
  }

  /// The files on disk: the index's where they are unchanged, else by their content. What git ignores is not among them.
  borrowing func workTree() throws(CheckError) -> Snapshot {
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
    for path in staged.conflicts { replace(path, fileOnDisk(path, root: root, repository)) }
    for change in changes where change.status != .ignored && change.status != .repository {
      replace(change.path, change.status == .deleted ? nil : fileOnDisk(change.path, root: root, repository))
    }
    return Snapshot(
      name: TreeName(kind: .worktree), root: root, objects: repository.objectsDirectory, directories: directories,
      onDisk: onDisk, repositories: changes.filter { $0.status == .repository }.map(\.path))
  }

  /// The files on disk that git is told to pass over.
  borrowing func ignoredPaths() throws(CheckError) -> [ByteString] {
    if isBare { return [] }
    return try workTreeChanges(includingIgnored: true)
      .filter { $0.status == .ignored }.map(\.path)
  }

  // MARK: Revisions

  /// The best common ancestor; libgit2 gives up where parents are not here, as at the edge of a shallow clone.
  borrowing func mergeBase(_ start: ObjectID, _ end: ObjectID) throws(GitError) -> ObjectID {
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
        ? "Fetch the history (actions/checkout: fetch-depth: 0), or name a commit that is here with --from."
        : "Name a commit with --from that shares history with \(names.to)."
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

/// A file of the work tree under the id that git would give it; nil where there is none that git could hold.
func fileOnDisk(_ path: ByteString, root: ByteString, _ repository: borrowing Repository) -> TreeFile? {
  let place = root.appending(path)
  guard let status = fileStatus(place, followingLinks: false) else { return nil }
  switch status.kind {
  case .file:
    guard let id = try? repository.hashFile(path) else { return nil }
    return TreeFile(name: path.baseName, id: id, kind: status.isExecutable ? .executable : .file)
  case .symbolicLink:
    guard let target = try? readLink(place), let id = try? repository.hashLink(to: target) else { return nil }
    return TreeFile(name: path.baseName, id: id, kind: .symbolicLink)
  case .directory, .other: return nil
  }
}
