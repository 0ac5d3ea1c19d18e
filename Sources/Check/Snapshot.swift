import Bytes
import Diagnostics
import FileSystem
import Git
import GoSource

/// A tree of files that is judged or compared with: names and identities, contents where they are asked for.
struct Snapshot: Sendable {
  struct File: Sendable, Hashable {
    enum Store: Sendable, Hashable { case objects, workTree }
    let id: ObjectID
    let kind: TreeEntry.Kind
    let store: Store
  }

  let name: TreeName
  /// The root of the work tree on disk.
  let root: ByteString
  let objects: ByteString
  private(set) var files: [ByteString: File] = [:]
  /// The names in each directory that holds files, in byte order.
  private(set) var names: [ByteString: [ByteString]] = [:]
  /// All paths in byte order.
  private(set) var paths: [ByteString] = []
  private(set) var submodules: [ByteString] = []
  /// Files on disk that git ignores and Go does not compile; it may embed them.
  let ignored: [ByteString]
  /// Those of `files` that git ignores: generated code completes a package, but makes no module and no main.
  private let generated: Set<ByteString>

  init(
    name: TreeName, root: ByteString, objects: ByteString, files: [ByteString: File], ignored: [ByteString] = [],
    generated: Set<ByteString> = []
  ) {
    self.name = name
    self.generated = generated
    self.ignored = ignored.filter(Self.isSafe)
    self.root = root
    self.objects = objects
    for (path, file) in files where Self.isSafe(path) {
      if file.kind == .submodule { submodules.append(path) } else { self.files[path] = file }
    }
    submodules.sort()
    paths = self.files.keys.sorted()
    for path in paths { names[path.directory, default: []].append(path.baseName) }
  }

  /// The paths whose content is not another tree's, those that only one of the two has among them.
  func changes(from base: Snapshot) -> Set<ByteString> {
    Set(files.keys.filter { base.files[$0]?.id != files[$0]?.id } + base.files.keys.filter { files[$0] == nil })
  }

  func isIgnored(_ path: ByteString) -> Bool { generated.contains(path) }

  /// Whether a path names a file below the root and nothing else: git refuses the others, a crafted tree may hold them.
  private static func isSafe(_ path: ByteString) -> Bool {
    guard !path.isEmpty, !path.contains(0) else { return false }
    return path.split(UInt8(ascii: "/")).allSatisfy {
      !$0.isEmpty && $0 != "." && $0 != ".." && $0.text.lowercased() != ".git"
    }
  }

  /// The paths at or below a directory, in byte order.
  func paths(within directory: ByteString) -> ArraySlice<ByteString> {
    if directory.isEmpty { return paths[...] }
    let prefix = directory + "/"
    var (low, high) = (0, paths.count)
    while low < high {
      let middle = (low + high) / 2
      if paths[middle] < prefix { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < paths.count, paths[end].hasPrefix(prefix) { end += 1 }
    return paths[low..<end]
  }

  /// The file that a path leads to, over symbolic links within the repository; nil where it leads out of it, to a
  /// directory or to nothing.
  func resolve(_ path: ByteString, store: borrowing ObjectStore, hops: Int = 0) -> (path: ByteString, file: File)? {
    guard let file = files[path] else { return nil }
    guard file.kind == .symbolicLink else { return (path, file) }
    guard hops < 16, let target = linkTarget(path, file, store: store), !target.hasPrefix("/") else { return nil }
    let resolved = path.directory.appending(target).cleaned
    guard !resolved.hasPrefix("../"), resolved != ".." else { return nil }
    return resolve(resolved, store: store, hops: hops + 1)
  }

  func linkTarget(_ path: ByteString, _ file: File, store: borrowing ObjectStore) -> ByteString? {
    switch file.store {
    case .objects: (try? store.read(file.id)).map { ByteString($0) }
    case .workTree: try? readLink(root.appending(path))
    }
  }

  /// The directory that a path means, over symbolic links to directories within the repository.
  func realDirectory(_ path: ByteString, store: borrowing ObjectStore, hops: Int = 0) -> ByteString? {
    if names[path] != nil { return path }
    var prefix = path
    while !prefix.isEmpty {
      if let file = files[prefix] {
        guard file.kind == .symbolicLink, hops < 16, let target = linkTarget(prefix, file, store: store),
          !target.hasPrefix("/"), let rest = path.relative(to: prefix)
        else { return nil }
        let resolved = prefix.directory.appending(target).cleaned
        guard !resolved.hasPrefix("../"), resolved != ".." else { return nil }
        return realDirectory(resolved.appending(rest), store: store, hops: hops + 1)
      }
      prefix = prefix.directory
    }
    return nil
  }

  /// Whether a path lies behind a symbolic link.
  func isBehindLink(_ path: ByteString) -> Bool {
    var prefix = path
    while !prefix.isEmpty {
      if files[prefix]?.kind == .symbolicLink { return true }
      prefix = prefix.directory
    }
    return false
  }

  /// The content of the file at `path`, links within the repository followed; nil where it cannot be read.
  func content(_ path: ByteString, store: borrowing ObjectStore) -> [UInt8]? {
    guard let (path, file) = resolve(path, store: store) else { return nil }
    switch file.store {
    case .objects: return try? store.read(file.id)
    case .workTree: return try? readFile(root.appending(path))
    }
  }

  /// The content of one file, with a store of its own.
  func content(_ path: ByteString) -> [UInt8]? {
    guard files[path] != nil, let store = try? ObjectStore(directory: objects) else { return nil }
    return content(path, store: store)
  }
}

/// The trees of one repository.
struct Trees: ~Copyable {
  let repository: Repository
  let root: ByteString

  private init(_ repository: consuming Repository, root: ByteString) {
    self.repository = repository
    self.root = root
  }

  /// Opens the repository of the current directory.
  static func open() throws(CheckError) -> Trees {
    let repository = try wrap { () throws(GitError) in try Repository() }
    guard let root = repository.workTree else {
      throw CheckError(
        .cannotJudge, "this repository is bare: there is no work tree to build in. Run staticgo in a clone.")
    }
    return Trees(repository, root: root)
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
    case .other: return CheckError(.cannotJudge, "cannot \(error.operation): \(error.message)")
    }
  }

  static func wrap<T: ~Copyable>(_ body: () throws(GitError) -> T) throws(CheckError) -> T {
    do throws(GitError) { return try body() } catch { throw explain(error) }
  }

  /// The index, with what Go sees of the files that git ignores: generated code is never staged.
  borrowing func index(ignored: Ignored) throws(CheckError) -> Snapshot {
    let (entries, conflicts) = try Self.wrap { () throws(GitError) in try repository.indexEntries() }
    guard conflicts.isEmpty else {
      let list = conflicts.prefix(5).map(\.text).joined(separator: ", ")
      throw CheckError(
        .cannotJudge,
        "the index has conflicts: \(list)\(conflicts.count > 5 ? " …" : ""). Resolve them and git add the files.")
    }
    return snapshot(TreeName(kind: .index), entries, adding: ignored)
  }

  borrowing func commit(
    _ id: ObjectID, ignored: Ignored
  ) throws(CheckError) -> Snapshot {
    let entries = try Self.wrap { () throws(GitError) in try repository.entries(of: id) }
    return snapshot(TreeName(kind: .commit, commit: id.hexadecimal), entries, adding: ignored)
  }

  /// The files on disk: the index's where they are unchanged, else by their content.
  borrowing func workTree(
    _ changes: [Repository.WorkTreeChange], ignored: Ignored
  ) throws(CheckError) -> Snapshot {
    let (entries, conflicts) = try Self.wrap { () throws(GitError) in try repository.indexEntries() }
    var files: [ByteString: Snapshot.File] = [:]
    for entry in entries { files[entry.path] = Snapshot.File(id: entry.id, kind: entry.kind, store: .objects) }
    for path in conflicts { files[path] = fileOnDisk(path) }
    for change in changes {
      switch change.status {
      case .deleted: files[change.path] = nil
      case .modified, .untracked: files[change.path] = fileOnDisk(change.path)
      case .ignored: break
      }
    }
    files.merge(ignored.files) { $1 }
    return Snapshot(
      name: TreeName(kind: .worktree), root: root, objects: repository.objectsDirectory, files: files,
      generated: Set(ignored.files.keys))
  }

  /// What lies on disk and git ignores.
  struct Ignored {
    /// Files that Go compiles: generated code is part of every tree that is built here.
    var files: [ByteString: Snapshot.File] = [:]
    var others: [ByteString] = []
  }

  borrowing func ignored(_ changes: [Repository.WorkTreeChange]) -> Ignored {
    var ignored = Ignored()
    for change in changes where change.status == .ignored {
      if isSeenByGo(change.path) {
        ignored.files[change.path] = fileOnDisk(change.path)
      } else {
        ignored.others.append(change.path)
      }
    }
    return ignored
  }

  private func isSeenByGo(_ path: ByteString) -> Bool {
    SourceKind(name: path.baseName) != nil || path.baseName == "modules.txt"
  }

  private borrowing func fileOnDisk(_ path: ByteString) -> Snapshot.File? {
    let place = root.appending(path)
    guard let status = fileStatus(place, followingLinks: false) else { return nil }
    switch status.kind {
    case .file:
      guard let id = try? repository.hashFile(path) else { return nil }
      return Snapshot.File(id: id, kind: status.isExecutable ? .executable : .file, store: .workTree)
    case .symbolicLink:
      guard let target = try? readLink(place), let id = try? repository.hashLink(to: target) else { return nil }
      return Snapshot.File(id: id, kind: .symbolicLink, store: .workTree)
    case .directory, .other: return nil
    }
  }

  private borrowing func snapshot(
    _ name: TreeName, _ entries: [TreeEntry], adding ignored: Ignored
  ) -> Snapshot {
    var files = ignored.files
    for entry in entries { files[entry.path] = Snapshot.File(id: entry.id, kind: entry.kind, store: .objects) }
    return Snapshot(
      name: name, root: root, objects: repository.objectsDirectory, files: files, ignored: ignored.others,
      generated: Set(ignored.files.keys))
  }
}

/// Whether a file decides how import paths are resolved.
func isModuleFile(_ path: ByteString) -> Bool {
  ["go.mod", "go.sum", "go.work", "go.work.sum", "modules.txt"].contains(path.baseName)
}
