import Bytes
import FileSystem
import Git
import GoGraph
import GoModule
import GoSource
import Synchronization

/// What is read once in a run, for all of its trees: the facts of blobs, and whole directories outside the repository.
final class FactMemory: Sendable {
  private struct Key: Hashable {
    let id: ObjectID
    let kind: SourceKind
  }
  private let facts = Mutex<[Key: FileFacts]>([:])
  private let directories = Mutex<[ByteString: SourceDirectory]>([:])

  func facts(_ id: ObjectID, _ kind: SourceKind) -> FileFacts? {
    facts.withLock { $0[Key(id: id, kind: kind)] }
  }

  func directory(_ path: ByteString) -> SourceDirectory? { directories.withLock { $0[path] } }

  func remember(_ path: ByteString, _ directory: SourceDirectory) { directories.withLock { $0[path] = directory } }

  func remember(_ id: ObjectID, _ kind: SourceKind, _ facts: FileFacts) {
    self.facts.withLock { $0[Key(id: id, kind: kind)] = facts }
  }
}

/// The packages of a snapshot, of the standard library and of the module cache.
struct PackageSource: SourceTree {
  let snapshot: Snapshot
  /// GOROOT/src.
  let standardLibrary: ByteString
  let moduleCache: ByteString
  let memory: FactMemory
  private let known = KnownDirectories()

  init(snapshot: Snapshot, standardLibrary: ByteString, moduleCache: ByteString, memory: FactMemory) {
    self.snapshot = snapshot
    self.standardLibrary = standardLibrary
    self.moduleCache = moduleCache
    self.memory = memory
  }

  /// Where the directory lies on disk, unless it is the repository's.
  private func path(of name: DirectoryName) -> ByteString? {
    switch name.root {
    case .repository: nil
    case .standardLibrary: standardLibrary.appending(name.path)
    case .module(let module): moduleDirectory(module, in: moduleCache).appending(name.path)
    case .outside(let root): root.appending(name.path)
    }
  }

  /// Where the directory lies on disk, or would lie if the snapshot were the work tree.
  func path(onDisk name: DirectoryName) -> ByteString {
    path(of: name) ?? snapshot.root.appending(name.path)
  }

  func holdsGoFiles(_ name: DirectoryName) -> Bool {
    guard let path = path(of: name) else {
      if let names = snapshot.names[name.path] { return names.contains { $0.hasSuffix(".go") } }
      guard snapshot.isBehindLink(name.path), let store = try? ObjectStore(directory: snapshot.objects),
        let real = snapshot.realDirectory(name.path, store: store)
      else { return false }
      return snapshot.names[real]?.contains { $0.hasSuffix(".go") } ?? false
    }
    return known.holdsGoFiles(path)
  }

  func scan(_ names: [DirectoryName]) -> [SourceDirectory?] {
    // Each chunk opens the object database for itself: libgit2's objects belong to one thread.
    parallelMap(names.chunked(16), chunk: 1) { chunk -> [SourceDirectory?] in
      guard let store = try? ObjectStore(directory: snapshot.objects) else { return chunk.map { _ in nil } }
      var directories: [SourceDirectory?] = []
      for name in chunk { directories.append(scan(name, store: store)) }
      return directories
    }.flatMap { $0 }
  }

  private func scan(_ name: DirectoryName, store: borrowing ObjectStore) -> SourceDirectory? {
    guard let path = path(of: name) else { return scanRepository(name, store: store) }
    if let known = memory.directory(path) { return known }
    guard let entries = try? listDirectory(path) else { return nil }
    var files: [SourceFile] = []
    for entry in entries {
      guard let kind = SourceKind(name: entry.name), entry.kind != .directory else { continue }
      let file = path.appending(entry.name)
      if entry.kind == .symbolicLink, fileStatus(file)?.kind != .file { continue }
      let facts = kind == .object ? FileFacts() : (try? readFile(file)).map { scanFile(kind: kind, $0) } ?? .unreadable
      files.append(SourceFile(name: entry.name, kind: kind, content: "", facts: facts))
    }
    let directory = SourceDirectory(name: name, files: files)
    memory.remember(path, directory)
    return directory
  }

  private func scanRepository(_ name: DirectoryName, store: borrowing ObjectStore) -> SourceDirectory? {
    guard let directory = snapshot.realDirectory(name.path, store: store), let names = snapshot.names[directory] else {
      return nil
    }
    var files: [SourceFile] = []
    for base in names {
      let link = directory.appending(base)
      guard let kind = SourceKind(name: base) else { continue }
      guard let (path, file) = snapshot.resolve(link, store: store) else {
        // Go skips a link to a directory, and stumbles over one to nothing.
        if snapshot.realDirectory(link, store: store) == nil {
          files.append(SourceFile(name: base, kind: kind, content: "", facts: .unreadable))
        }
        continue
      }
      var facts = kind == .object ? FileFacts() : memory.facts(file.id, kind)
      if facts == nil, let content = snapshot.content(path, store: store) {
        let scanned = scanFile(kind: kind, content)
        memory.remember(file.id, kind, scanned)
        facts = scanned
      }
      files.append(SourceFile(name: base, kind: kind, content: file.id.raw, facts: facts ?? .unreadable))
    }
    return SourceDirectory(name: name, files: files)
  }

  /// The content of a file of a package, wherever it lies.
  func content(of name: DirectoryName, _ file: ByteString) -> [UInt8]? {
    guard let path = path(of: name) else { return snapshot.content(name.path.appending(file)) }
    return try? readFile(path.appending(file))
  }
}

/// Where the module cache keeps a module.
func moduleDirectory(_ module: ModuleVersion, in cache: ByteString) -> ByteString {
  cache.appending(escapedForModuleCache(module.path) + "@" + escapedForModuleCache(module.version))
}

/// Which directories outside the repository hold Go files: asked often, answered once.
private final class KnownDirectories: Sendable {
  private let answers = Mutex<[ByteString: Bool]>([:])

  func holdsGoFiles(_ path: ByteString) -> Bool {
    if let answer = answers.withLock({ $0[path] }) { return answer }
    let entries = (try? listDirectory(path)) ?? []
    let answer = entries.contains { $0.kind != .directory && $0.name.hasSuffix(".go") }
    answers.withLock { $0[path] = answer }
    return answer
  }
}

extension Array {
  func chunked(_ size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
