package import Bytes
package import Diagnostics
package import Git
import GoSource
import Synchronization
import System

/// A tree of files, judged or used as the base: names and ids, with contents read on demand.
package struct Snapshot: Sendable {
  package let name: TreeName
  /// The root of the work tree on disk.
  package let root: ByteString
  package let objects: ByteString
  /// The files of each directory that has files, in byte order of their names.
  package private(set) var directories: Repository.Directories = [:]
  /// The directories of other repositories within this one, submodules or not. Their files are not judged.
  package private(set) var submodules: [ByteString] = []
  /// The directories with a file whose name ends in `.go`.
  package private(set) var goDirectories: Set<ByteString> = []
  /// The files that affect how import paths are resolved, by directory.
  package private(set) var moduleFiles: Repository.Directories = [:]
  /// The symbolic links.
  private var links: [ByteString] = []
  /// Files and directories of the work tree that cannot be read, so that the tree may lack something.
  package let unreadable: [UnreadableFile]
  /// The files whose content is read from the work tree, since git does not have it.
  private let onDisk: Set<ByteString>
  private let shared = SharedStore()

  /// An object database that is opened on first use and kept open.
  private final class SharedStore: Sendable {
    private let store = Mutex<ObjectStore?>(nil)

    func withStore<Result: Sendable>(_ objects: ByteString, _ body: (borrowing ObjectStore) -> Result) -> Result? {
      store.withLock { store in
        if store == nil { store = try? ObjectStore(directory: objects) }
        guard let opened = store.take() else { return nil }
        let result = body(opened)
        store = consume opened
        return result
      }
    }
  }

  package init(
    name: TreeName, root: ByteString, objects: ByteString, directories: Repository.Directories,
    onDisk: Set<ByteString> = [], repositories: [ByteString] = [], unreadable: [UnreadableFile] = []
  ) {
    self.unreadable = unreadable
    submodules = repositories
    self.name = name
    self.root = root
    self.objects = objects
    self.onDisk = onDisk
    self.directories = directories
    goDirectories.reserveCapacity(directories.count)
    for (directory, files) in directories {
      guard Self.isSafe(directory: directory) else {
        self.directories[directory] = nil
        continue
      }
      // One pass over all names, since there are many.
      var (isPlain, holdsGo) = (true, false)
      for file in files {
        if file.kind == .submodule || !Self.isSafe(name: file.name) {
          isPlain = false
        } else if file.name.isGoFileName {
          holdsGo = true
        } else if isModuleFileName(file.name) {
          moduleFiles[directory, default: []].append(file)
        }
        if file.kind == .symbolicLink { links.append(directory.appending(file.name)) }
      }
      if holdsGo { goDirectories.insert(directory) }
      if isPlain { continue }
      submodules += files.filter { $0.kind == .submodule && Self.isSafe(name: $0.name) }
        .map { directory.appending($0.name) }
      let kept = files.filter { $0.kind != .submodule && Self.isSafe(name: $0.name) }
      self.directories[directory] = kept.isEmpty ? nil : kept
    }
    submodules.sort()
  }

  /// Whether a directory path stays below the root. Git rejects other paths, but a crafted tree may hold them.
  private static func isSafe(directory: ByteString) -> Bool {
    // Only a path with an empty element, or one that starts with a dot, needs the full check.
    var last = UInt8(ascii: "/")
    var isPlain = true
    for byte in directory.bytes {
      if last == UInt8(ascii: "/"), byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") { isPlain = false }
      if byte == 0 { return false }
      last = byte
    }
    if directory.isEmpty || (isPlain && last != UInt8(ascii: "/")) { return true }
    return directory.split(UInt8(ascii: "/")).allSatisfy(isSafe(name:))
  }

  private static func isSafe(name: ByteString) -> Bool {
    guard let first = name.bytes.first else { return false }
    for byte in name.bytes where byte == 0 || byte == UInt8(ascii: "/") { return false }
    guard first == UInt8(ascii: ".") else { return true }
    return name != "." && name != ".." && name.text.lowercased() != ".git"
  }

  /// The file at a path, or nil. Links are not followed.
  package func file(_ path: ByteString) -> TreeFile? {
    guard let files = directories[path.directory] else { return nil }
    let name = path.baseName
    var (low, high) = (0, files.count)
    while low < high {
      let middle = (low + high) / 2
      if files[middle].name < name { low = middle + 1 } else { high = middle }
    }
    return low < files.count && files[low].name == name ? files[low] : nil
  }

  /// Whether the snapshot has a file or link at the path or at one of its parents.
  package func holds(_ path: ByteString) -> Bool {
    var prefix = path
    while !prefix.isEmpty {
      if file(prefix) != nil { return true }
      prefix = prefix.directory
    }
    return false
  }

  /// All paths in byte order.
  package var paths: [ByteString] {
    directories.flatMap { entry in entry.value.map { entry.key.appending($0.name) } }.sorted()
  }

  /// The paths below a directory, in byte order.
  package func paths(within directory: ByteString) -> [ByteString] {
    directories.filter { $0.key.isWithin(directory) }
      .flatMap { entry in entry.value.map { entry.key.appending($0.name) } }.sorted()
  }

  /// Whether the directory holds a file at any depth.
  package func holdsFiles(below directory: ByteString) -> Bool { directories.keys.contains { $0.isWithin(directory) } }

  /// The paths of all module files called `name`, in byte order.
  package func moduleFiles(called name: ByteString) -> [ByteString] {
    moduleFiles.filter { $0.value.contains { $0.name == name } }.map { $0.key.appending(name) }.sorted()
  }

  /// Returns the paths that differ from the base: in content or kind, or because only one of the two trees has them.
  ///
  /// Includes links that lead to such paths.
  package func changes(from base: Snapshot) -> Set<ByteString> {
    var changed = differences(from: base)
    guard !changed.isEmpty, !links.isEmpty || !base.links.isEmpty else { return changed }
    // A link can lead to a path behind another link.
    for _ in 0..<4 {
      let seen = throughLinks(changed).union(base.throughLinks(changed))
      if seen.isSubset(of: changed) { break }
      changed.formUnion(seen)
    }
    return changed
  }

  /// Returns the paths that lead to one of `paths` through a link: links to files, or below links to directories.
  private func throughLinks(_ paths: Set<ByteString>) -> Set<ByteString> {
    var found: Set<ByteString> = []
    for link in links {
      if let target = resolve(link)?.path {
        if paths.contains(target) { found.insert(link) }
      } else if let directory = realDirectory(link) {
        for path in paths where path.isWithin(directory) {
          found.insert(link.appending(path.relative(to: directory) ?? ""))
        }
      }
    }
    return found
  }

  private func differences(from base: Snapshot) -> Set<ByteString> {
    var changed: Set<ByteString> = []
    for (directory, files) in directories {
      let others = base.directories[directory] ?? []
      if Self.areSame(files, others) { continue }
      let before = Set(others)
      let after = Set(files)
      for file in after.symmetricDifference(before) { changed.insert(directory.appending(file.name)) }
    }
    for (directory, files) in base.directories where directories[directory] == nil {
      for file in files { changed.insert(directory.appending(file.name)) }
    }
    return changed
  }

  /// Whether two lists hold the same files. The general comparison of arrays takes five times as long.
  package static func areSame(_ one: [TreeFile], _ other: [TreeFile]) -> Bool {
    guard one.count == other.count else { return false }
    for index in one.indices where one[index] != other[index] { return false }
    return true
  }

  // MARK: Links

  /// The number of symbolic links that Linux follows for one path (path_resolution(7)).
  private static let linkLimit = 40

  /// Returns the file that a path leads to, through symbolic links within the repository; nil if the tree has no file
  /// there, or a link to a directory. Throws for a link that leads out of the repository, or nowhere.
  package func locate(
    _ path: ByteString, store: borrowing ObjectStore
  ) throws(UnreadableFile) -> (path: ByteString, file: TreeFile)? {
    var current = path
    for _ in 0...Self.linkLimit {
      guard let file = file(current) else {
        guard current != path, realDirectory(current, store: store) == nil else { return nil }
        throw .linkToNothing(path, to: current)
      }
      guard file.kind == .symbolicLink else { return (current, file) }
      let target = try linkTarget(current, file, store: store)
      guard let next = Self.follow(current, to: target) else { throw .linkOut(path, to: target) }
      current = realDirectory(next.directory, store: store).map { $0.appending(next.baseName) } ?? next
    }
    throw .linkWithoutEnd(path)
  }

  /// Returns the path that a link leads to; nil if it is outside the repository.
  private static func follow(_ link: ByteString, to target: ByteString) -> ByteString? {
    let resolved = link.directory.appending(target).cleaned
    return target.hasPrefix("/") || resolved.hasPrefix("../") || resolved == ".." ? nil : resolved
  }

  /// Returns the file that a path leads to; nil if it leads to none that can be read.
  private func resolve(_ path: ByteString, store: borrowing ObjectStore) -> (path: ByteString, file: TreeFile)? {
    do throws(UnreadableFile) { return try locate(path, store: store) } catch { return nil }
  }

  package func linkTarget(
    _ path: ByteString, _ file: TreeFile, store: borrowing ObjectStore
  ) throws(UnreadableFile) -> ByteString {
    if onDisk.contains(path) {
      do throws(FileError) { return try readLink(root.appending(path)) } catch { throw UnreadableFile(path, error) }
    }
    do throws(GitError) { return ByteString(try store.read(file.id)) } catch { throw UnreadableFile(path, error) }
  }

  /// Returns the directory that a path leads to, through symbolic links within the repository, or nil.
  package func realDirectory(_ path: ByteString, store: borrowing ObjectStore, hops: Int = 0) -> ByteString? {
    if directories[path] != nil { return path }
    var prefix = path
    while !prefix.isEmpty {
      if let file = file(prefix) {
        guard file.kind == .symbolicLink, hops < Self.linkLimit, let rest = path.relative(to: prefix) else {
          return nil
        }
        do throws(UnreadableFile) {
          guard let next = Self.follow(prefix, to: try linkTarget(prefix, file, store: store)) else { return nil }
          return realDirectory(next.appending(rest), store: store, hops: hops + 1)
        } catch { return nil }
      }
      prefix = prefix.directory
    }
    return nil
  }

  /// Whether the path or one of its parents is a symbolic link.
  package func isBehindLink(_ path: ByteString) -> Bool {
    var prefix = path
    while !prefix.isEmpty {
      if file(prefix)?.kind == .symbolicLink { return true }
      prefix = prefix.directory
    }
    return false
  }

  /// The same as above, for occasional use: shares one object database.
  package func resolve(_ path: ByteString) -> (path: ByteString, file: TreeFile)? {
    shared.withStore(objects) { store in resolve(path, store: store) } ?? nil
  }

  package func locate(_ path: ByteString) throws(UnreadableFile) -> (path: ByteString, file: TreeFile)? {
    try withStore(for: path) { (store) throws(UnreadableFile) in try locate(path, store: store) }
  }

  /// Calls `body` with the shared object database; throws if it cannot be opened.
  private func withStore<Found: Sendable>(
    for path: ByteString, _ body: (borrowing ObjectStore) throws(UnreadableFile) -> Found
  ) throws(UnreadableFile) -> Found {
    let result = shared.withStore(objects) { store -> Result<Found, UnreadableFile> in
      do throws(UnreadableFile) { return .success(try body(store)) } catch { return .failure(error) }
    }
    guard let result else { throw UnreadableFile(path, "the object database \(objects.text) cannot be opened") }
    return try result.get()
  }

  package func realDirectory(_ path: ByteString) -> ByteString? {
    shared.withStore(objects) { store in realDirectory(path, store: store) } ?? nil
  }

  // MARK: Content

  /// Whether a file's content is read from the work tree.
  package func isOnDisk(_ path: ByteString) -> Bool { onDisk.contains(path) }

  /// The content of the file at `path`, following links within the repository; nil if the tree has no file there.
  package func read(_ path: ByteString, store: borrowing ObjectStore) throws(UnreadableFile) -> [UInt8]? {
    guard let (place, file) = try locate(path, store: store) else { return nil }
    if onDisk.contains(place) {
      do throws(FileError) { return try readFile(root.appending(place), limit: Limit.sourceFile) } catch {
        throw UnreadableFile(path, error)
      }
    }
    do throws(GitError) { return try store.read(file.id) } catch { throw UnreadableFile(path, error) }
  }

  /// The same for occasional use.
  package func read(_ path: ByteString) throws(UnreadableFile) -> [UInt8]? {
    guard file(path) != nil else { return nil }
    return try withStore(for: path) { (store) throws(UnreadableFile) in try read(path, store: store) }
  }

  /// The content of a file for display and hints, where a file that cannot be read is the same as none.
  package func content(_ path: ByteString) -> [UInt8]? {
    do throws(UnreadableFile) { return try read(path) } catch { return nil }
  }
}

/// Whether a file affects how import paths are resolved.
package func isModuleFile(_ path: ByteString) -> Bool { isModuleFileName(path.baseName) }

func isModuleFileName(_ name: ByteString) -> Bool {
  guard name.bytes.first == UInt8(ascii: "g") || name.bytes.first == UInt8(ascii: "m") else { return false }
  return moduleFileNames.contains(name)
}

private let moduleFileNames: [ByteString] = ["go.mod", "go.sum", "go.work", "go.work.sum", "modules.txt"]
