package import Bytes
import CShims
import Clibgit2
import Glibc
import System

/// A git repository, opened for one thread and only for reading.
@safe package struct Repository: ~Copyable {
  /// The operation of errors about the repository as a whole.
  package static let opening = "open the repository"

  let raw: OpaquePointer
  /// The absolute path of the index file.
  package let indexPath: ByteString
  private let namedIndex: NamedIndex?

  /// Opens the repository of the current directory, or the one set by GIT_DIR and related variables. In a hook git sets
  /// GIT_INDEX_FILE: a commit of selected files has its own index.
  package init() throws(GitError) {
    _ = Library.start
    try Self.refusePipes()
    var opened: OpaquePointer?
    var code = unsafe Self.open(&opened)
    if code < 0 {
      let error = GitError(Self.opening, code: code)
      guard error.reason == .foreignOwner, Self.trustsEveryDirectory else { throw error }
      // libgit2 1.5 does not support `safe.directory = *`; git does, so staticgo accepts it too.
      _ = staticgo_git_set_owner_validation(0)
      code = unsafe Self.open(&opened)
      try check(Self.opening, code)
    }
    guard let opened = unsafe opened else { throw GitError(operation: Self.opening, message: "no repository") }
    do throws(GitError) {
      try unsafe Self.refuseForeignFormat(opened)
      let objects = try unsafe openObjectDatabase(in: Self.objectsDirectory(of: opened))
      defer { unsafe git_odb_free(objects) }
      try check("open the object database", unsafe git_repository_set_odb(opened, objects))
    } catch {
      unsafe git_repository_free(opened)
      throw error
    }
    unsafe raw = unsafe opened
    let named = unsafe getenv("GIT_INDEX_FILE").map { unsafe ByteString(cString: $0) } ?? ""
    // Git resolves a relative path from the top of the work tree.
    let top = unsafe git_repository_workdir(opened).map { unsafe ByteString(cString: $0) } ?? ""
    let path = unsafe ByteString(cString: git_repository_path(opened))
    namedIndex = named.isEmpty ? nil : NamedIndex()
    indexPath = named.isEmpty ? path.appending("index") : named.hasPrefix("/") ? named : top.appending(named)
  }

  deinit { unsafe git_repository_free(raw) }

  private static func open(_ opened: inout OpaquePointer?) -> Int32 {
    // libgit2 1.5 does not support GIT_WORK_TREE, so set the work tree explicitly.
    if let tree = unsafe getenv("GIT_WORK_TREE"), unsafe tree.pointee != 0 {
      let named = unsafe getenv("GIT_DIR")
      let flags = unsafe named == nil ? 0 : UInt32(GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue)
      let code =
        if let named = unsafe named { unsafe git_repository_open_ext(&opened, named, flags, nil) } else {
          unsafe git_repository_open_ext(&opened, ".", flags, nil)
        }
      return code < 0 ? code : unsafe git_repository_set_workdir(opened, tree, 0)
    }
    // With FROM_ENV, libgit2 reads the index of GIT_INDEX_FILE at once, and from the current directory.
    let isNamed = placeVariables.contains { unsafe getenv($0) != nil }
    let flags = isNamed ? UInt32(GIT_REPOSITORY_OPEN_FROM_ENV.rawValue) : 0
    return unsafe git_repository_open_ext(&opened, isNamed ? nil : ".", flags, nil)
  }

  /// The environment variables that set where the parts of a repository are.
  private static let placeVariables = [
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM",
  ]

  /// The state of the index set by GIT_INDEX_FILE. libgit2 reads it on first use.
  private final class NamedIndex {
    var isRead = false
  }

  /// Makes libgit2 use the index of GIT_INDEX_FILE, if that is set.
  private borrowing func readNamedIndex() throws(GitError) {
    guard let namedIndex, !namedIndex.isRead else { return }
    // libgit2 treats a missing index as an empty one.
    guard unsafe indexPath.withCString({ unsafe access($0, F_OK) }) == 0 else {
      throw GitError(operation: "read the index", message: "GIT_INDEX_FILE is \(indexPath.text), which does not exist")
    }
    var index: OpaquePointer?
    try check("read the index", unsafe indexPath.withCString { unsafe git_index_open(&index, $0) })
    defer { unsafe git_index_free(index) }
    try check("read the index", unsafe git_repository_set_index(raw, index))
    namedIndex.isRead = true
  }

  /// Rejects a repository whose object format or ref storage libgit2 cannot read. libgit2 is set to accept both
  /// extensions, which are harmless only with the values `sha1` and `files`.
  private static func refuseForeignFormat(_ repository: OpaquePointer) throws(GitError) {
    // Opening the repository has already read this configuration.
    var config: OpaquePointer?
    try check("read the configuration", unsafe git_repository_config(&config, repository))
    defer { unsafe git_config_free(config) }
    for (key, known) in [("extensions.objectformat", "sha1"), ("extensions.refstorage", "files")] {
      var entry: UnsafeMutablePointer<git_config_entry>?
      guard unsafe git_config_get_entry(&entry, config, key) == 0, let entry = unsafe entry else {
        git_error_clear()
        continue
      }
      defer { unsafe git_config_entry_free(entry) }
      let text = unsafe String(cString: entry.pointee.value)
      guard text.lowercased() != known else { continue }
      throw GitError(
        operation: Self.opening, reason: .unknownExtension("\(key) = \(text)"),
        message: "unsupported extension")
    }
  }

  private static var trustsEveryDirectory: Bool {
    var config: OpaquePointer?
    guard unsafe git_config_open_default(&config) == 0 else { return false }
    defer { unsafe git_config_free(config) }
    var iterator: OpaquePointer?
    guard unsafe git_config_multivar_iterator_new(&iterator, config, "safe.directory", nil) == 0 else { return false }
    defer { unsafe git_config_iterator_free(iterator) }
    var entry: UnsafeMutablePointer<git_config_entry>?
    while unsafe git_config_next(&entry, iterator) == 0, let entry = unsafe entry {
      if unsafe String(cString: entry.pointee.value) == "*" { return true }
    }
    return false
  }

  /// The root of the work tree without a trailing `/`; nil in a bare repository.
  package var workTree: ByteString? {
    guard let path = unsafe git_repository_workdir(raw) else { return nil }
    return unsafe Self.withoutSlash(ByteString(cString: path))
  }

  /// The git directory that all work trees of the repository share.
  package var commonDirectory: ByteString {
    unsafe Self.withoutSlash(ByteString(cString: git_repository_commondir(raw)))
  }

  package var objectsDirectory: ByteString { unsafe Self.objectsDirectory(of: raw) }

  /// The directory of GIT_OBJECT_DIRECTORY, which git sets for objects that are only being received, or the usual one.
  private static func objectsDirectory(of repository: OpaquePointer) -> ByteString {
    if let named = unsafe getenv("GIT_OBJECT_DIRECTORY"), unsafe named.pointee != 0 {
      return unsafe ByteString(cString: named)
    }
    return unsafe withoutSlash(ByteString(cString: git_repository_commondir(repository))).appending("objects")
  }

  package var isShallow: Bool { unsafe git_repository_is_shallow(raw) == 1 }

  static func withoutSlash(_ path: ByteString) -> ByteString {
    path.count > 1 && path.hasSuffix("/") ? path.dropLast(1) : path
  }

  /// Returns a path from the repository's configuration, with `~` expanded; nil if it is not set.
  package borrowing func configuredPath(_ key: String) throws(GitError) -> ByteString? {
    var config: OpaquePointer?
    try check("read the configuration", unsafe git_repository_config_snapshot(&config, raw))
    defer { unsafe git_config_free(config) }
    var buffer = unsafe git_buf()
    let code = unsafe git_config_get_path(&buffer, config, key)
    defer { unsafe git_buf_dispose(&buffer) }
    if code == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      return nil
    }
    try check("read \(key)", code)
    return unsafe buffer.ptr.map { unsafe ByteString(cString: $0) }
  }

  /// Returns the commit that HEAD points to, or nil before the first commit.
  package borrowing func head() throws(GitError) -> ObjectID? {
    let isUnborn = unsafe git_repository_head_unborn(raw)
    try check("read HEAD", isUnborn)
    return isUnborn == 1 ? nil : try commit("HEAD")
  }

  /// Returns the commits that are being merged into HEAD (`MERGE_HEAD`): the other parents of the next commit.
  package borrowing func mergeHeads() throws(GitError) -> [ObjectID] {
    final class Found { var ids: [ObjectID] = [] }
    let found = Found()
    let code = unsafe git_repository_mergehead_foreach(
      raw,
      { id, payload in
        if let id = unsafe id, let payload = unsafe payload {
          unsafe Unmanaged<Found>.fromOpaque(payload).takeUnretainedValue().ids.append(ObjectID(id.pointee))
        }
        return 0
      }, Unmanaged.passUnretained(found).toOpaque())
    if code == GIT_ENOTFOUND.rawValue {
      git_error_clear()
      return []
    }
    try check("read MERGE_HEAD", code)
    return found.ids
  }

  /// Returns the commit of a revision (gitrevisions(7)).
  package borrowing func commit(_ revision: String) throws(GitError) -> ObjectID {
    var object: OpaquePointer?
    try check("find the revision \(revision)", unsafe git_revparse_single(&object, raw, revision))
    defer { unsafe git_object_free(object) }
    var commit: OpaquePointer?
    try check("find the commit of \(revision)", unsafe git_object_peel(&commit, object, GIT_OBJECT_COMMIT))
    defer { unsafe git_object_free(commit) }
    return unsafe ObjectID(git_object_id(commit).pointee)
  }

  package borrowing func mergeBase(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> ObjectID {
    var (base, first, second) = (git_oid(), one.value, two.value)
    try check("find the merge base", unsafe git_merge_base(&base, raw, &first, &second))
    return ObjectID(base)
  }

  /// The files of an index or a tree by directory. Directories are relative to the root of the work tree, with `/`; the
  /// files of a directory are in byte order of their names.
  package typealias Directories = [ByteString: [TreeFile]]

  /// Reads the index with libgit2. `IndexFile` is faster but reads only plain indexes.
  ///
  /// A file added with `git add -N` has no content yet and is omitted.
  package borrowing func indexContent() throws(GitError) -> IndexContent {
    try readNamedIndex()
    var index: OpaquePointer?
    try check("read the index", unsafe git_repository_index(&index, raw))
    defer { unsafe git_index_free(index) }
    var collector = IndexCollector()
    for position in 0..<(unsafe git_index_entrycount(index)) {
      guard let entry = unsafe git_index_get_byindex(index, position),
        let kind = unsafe TreeFile.kind(ofMode: entry.pointee.mode)
      else { continue }
      let flags = unsafe UInt32(entry.pointee.flags_extended)
      let path = unsafe ByteString(cString: entry.pointee.path)
      unsafe collector.add(
        path.bytes.span, ObjectID(entry.pointee.id), kind, isStaged: git_index_entry_stage(entry) == 0,
        isOnlyAnnounced: flags & GIT_INDEX_ENTRY_INTENT_TO_ADD.rawValue != 0,
        isSkipped: flags & GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue != 0)
    }
    guard let content = collector.finish() else {
      throw GitError(
        operation: "read the index", message: "its entries are out of order; git read-tree HEAD rebuilds it unstaged")
    }
    return content
  }

  /// Returns all files of a commit's tree.
  package borrowing func files(of commit: ObjectID) throws(GitError) -> Directories {
    var object: OpaquePointer?
    var id = commit.value
    try check("read commit \(commit.hexadecimal)", unsafe git_commit_lookup(&object, raw, &id))
    defer { unsafe git_commit_free(object) }
    var tree: OpaquePointer?
    try check("read the tree of \(commit.hexadecimal)", unsafe git_commit_tree(&tree, object))
    defer { unsafe git_tree_free(tree) }
    var collected = Collected()
    try unsafe collect(tree, at: "", into: &collected)
    return collected.directories
  }

  /// The files of a tree, with what counts against its limits.
  private struct Collected {
    var directories: Directories = [:]
    private var entries = 0
    private var bytes = 0

    mutating func count(_ entries: Int, at directory: ByteString) throws(GitError) {
      self.entries += entries
      bytes += directory.count
      guard self.entries <= Limit.treeEntries, bytes <= Limit.treePaths else {
        throw GitError(
          operation: "read a tree",
          message: "it has more than \(Limit.treeEntries) files and directories, the most that staticgo reads")
      }
    }
  }

  private borrowing func collect(
    _ tree: OpaquePointer?, at directory: ByteString, into collected: inout Collected
  ) throws(GitError) {
    var files: [TreeFile] = []
    try unsafe collected.count(git_tree_entrycount(tree), at: directory)
    try unsafe forEachEntry(of: tree) { (name, id, kind) throws(GitError) in
      if let kind {
        files.append(TreeFile(name: name, id: ObjectID(id), kind: kind))
      } else {
        var id = id
        let path = directory.appending(name)
        // git itself rejects paths longer than PATH_MAX; a tree cannot contain itself.
        guard path.count < 4096 else { throw GitError(operation: "read a tree", message: "\(path.text) is too long") }
        var subtree: OpaquePointer?
        try check("read the tree \(path.text)", unsafe git_tree_lookup(&subtree, raw, &id))
        defer { unsafe git_tree_free(subtree) }
        try unsafe collect(subtree, at: path, into: &collected)
      }
    }
    if !files.isEmpty { collected.directories[directory] = files }
  }

  /// A difference between a file of the work tree and the index.
  package struct WorkTreeChange: Sendable, Hashable {
    package enum Status: Sendable, Hashable {
      case modified, deleted
      case untracked
      /// Untracked and ignored by git.
      case ignored
      /// A nested repository, which git does not look into.
      case repository
    }
    package let path: ByteString
    package let status: Status

    package init(path: ByteString, status: Status) {
      self.path = path
      self.status = status
    }
  }

  /// Returns the files that differ between work tree and index. The index is not refreshed: staticgo does not write it.
  package borrowing func workTreeChanges(includingIgnored: Bool) throws(GitError) -> [WorkTreeChange] {
    try readNamedIndex()
    var options = unsafe git_diff_options()
    try check("compare the work tree", unsafe git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)))
    var flags = GIT_DIFF_INCLUDE_UNTRACKED.rawValue | GIT_DIFF_RECURSE_UNTRACKED_DIRS.rawValue
    flags |= GIT_DIFF_INCLUDE_TYPECHANGE.rawValue | GIT_DIFF_SKIP_BINARY_CHECK.rawValue
    if includingIgnored { flags |= GIT_DIFF_INCLUDE_IGNORED.rawValue | GIT_DIFF_RECURSE_IGNORED_DIRS.rawValue }
    unsafe options.flags = flags
    unsafe options.ignore_submodules = GIT_SUBMODULE_IGNORE_ALL
    var diff: OpaquePointer?
    try check("compare the work tree", unsafe git_diff_index_to_workdir(&diff, raw, nil, &options))
    defer { unsafe git_diff_free(diff) }
    var changes: [WorkTreeChange] = []
    for position in 0..<(unsafe git_diff_num_deltas(diff)) {
      guard let delta = unsafe git_diff_get_delta(diff, position), let name = unsafe delta.pointee.new_file.path else {
        continue
      }
      let path = unsafe ByteString(cString: name)
      if path.hasSuffix("/") {
        if unsafe delta.pointee.status == GIT_DELTA_UNTRACKED {
          changes.append(WorkTreeChange(path: path.dropLast(1), status: .repository))
        }
        continue
      }
      switch unsafe delta.pointee.status {
      case GIT_DELTA_MODIFIED, GIT_DELTA_TYPECHANGE, GIT_DELTA_CONFLICTED, GIT_DELTA_UNREADABLE:
        changes.append(WorkTreeChange(path: path, status: .modified))
      case GIT_DELTA_DELETED: changes.append(WorkTreeChange(path: path, status: .deleted))
      case GIT_DELTA_UNTRACKED, GIT_DELTA_ADDED: changes.append(WorkTreeChange(path: path, status: .untracked))
      case GIT_DELTA_IGNORED: changes.append(WorkTreeChange(path: path, status: .ignored))
      default: break
      }
    }
    return changes
  }

  /// Returns the blob id of a symbolic link, whose content is its target; stores nothing.
  package borrowing func hashLink(to target: ByteString) throws(GitError) -> ObjectID {
    var id = git_oid()
    let code = unsafe target.bytes.withUnsafeBytes {
      unsafe git_odb_hash(&id, $0.baseAddress, $0.count, GIT_OBJECT_BLOB)
    }
    try check("hash a symbolic link", code)
    return ObjectID(id)
  }

  /// Returns the blob id of a file in the work tree, with git's filters applied; stores nothing.
  package borrowing func hashFile(_ path: ByteString) throws(GitError) -> ObjectID {
    do throws(GitError) {
      // Attributes may exist only in the index.
      try readNamedIndex()
      var id = git_oid()
      try check(
        "hash \(path.text)",
        unsafe path.withCString { unsafe git_repository_hashfile(&id, raw, $0, GIT_OBJECT_BLOB, nil) })
      return ObjectID(id)
    } catch {
      // Without the index not all attributes can be read, so hash the bytes without filters.
      guard error.reason == .indexOfGit, let top = workTree else { throw error }
      var id = git_oid()
      let code = unsafe top.appending(path).withCString { unsafe git_odb_hashfile(&id, $0, GIT_OBJECT_BLOB) }
      try check("hash \(path.text)", code)
      return ObjectID(id)
    }
  }

  /// Whether git ignores an untracked path.
  package borrowing func ignores(_ path: ByteString) throws(GitError) -> Bool {
    var answer: Int32 = 0
    try check(
      "check whether git ignores \(path.text)",
      unsafe path.withCString { unsafe git_ignore_path_is_ignored(&answer, raw, $0) })
    return answer == 1
  }
}
