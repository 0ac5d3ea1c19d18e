package import Bytes
package import Cache
import Git
package import GoGraph
import GoModule
package import GoSource
import Modules
package import Snapshots
package import System

/// The facts that are read once in a run and shared by all its trees.
package final class FactCache {
  package let store: FactStore
  package let generated: GeneratedFiles
  /// The directories outside the repository, by their path on disk.
  fileprivate var directories: [ByteString: SourceDirectory] = [:]
  fileprivate var holdsGo: [ByteString: Bool] = [:]
  /// Files of the repository whose content cannot be read.
  package fileprivate(set) var unreadable: Set<UnreadableFile> = []
  /// Files whose facts must not be kept for the next run.
  fileprivate var transient: Set<ByteString> = []
  private var views: [[BuildContext]: ContextCache] = [:]
  /// The facts of an empty file.
  fileprivate let nothing: PackedFacts

  package init(store: FactStore, generated: GeneratedFiles) {
    nothing = PackedFacts(FileFacts(), symbols: store.symbols)
    self.store = store
    self.generated = generated
  }

  fileprivate func cgoMode(_ contexts: [BuildContext]) -> ContextCache {
    if let known = views[contexts] { return known }
    let made = ContextCache(PackageSummaryCache(store, contexts))
    views[contexts] = made
    return made
  }

  /// Saves the collected facts for later runs.
  package func save() -> Background<Void> {
    for memory in views.values { memory.summaries.save() }
    generated.save()
    return store.save()
  }
}

/// The known packages for one list of contexts.
private final class ContextCache {
  var summaries: PackageSummaryCache
  /// The last scan of each directory, by its path in the repository, with the files that it was made from.
  var scanned: [ByteString: (files: [TreeFile], directory: SourceDirectory, summaries: [PackageSummary])] = [:]

  init(_ summaries: PackageSummaryCache) { self.summaries = summaries }
}

/// The packages of a snapshot, of the standard library and of the module cache.
package struct PackageSource: SourceTree {
  package let snapshot: Snapshot
  /// GOROOT/src.
  package let standardLibrary: ByteString
  /// The identity of the standard library; nil if its content may change under the same name.
  package let standardLibraryName: ByteString?
  package let moduleCache: ByteString
  package let memory: FactCache
  package let listings: Listings
  /// Whether to cache summaries of the repository's packages. A base's were cached when it was the snapshot.
  package var isRemembered = true

  package var symbols: Symbols { memory.store.symbols }

  /// The path of the directory on disk; nil if it is in the repository.
  private func path(of name: DirectoryName) -> ByteString? {
    switch name.root {
    case .repository: nil
    case .standardLibrary: standardLibrary.appending(name.path)
    case .module(let module): moduleDirectory(module, in: moduleCache)?.appending(name.path)
    case .outside(let root): root.appending(name.path)
    }
  }

  /// The cache key of the directory's facts; nil if its content may change.
  private func noteKey(_ name: DirectoryName) -> ByteString? {
    switch name.root {
    case .repository, .outside: nil
    case .standardLibrary: standardLibraryName.map { "std " + $0 + ":" + name.path }
    case .module(let module): "module " + moduleCache + " " + module.path + "@" + module.version + ":" + name.path
    }
  }

  /// The path of the directory on disk, or the path that it would have if the snapshot were the work tree.
  package func path(onDisk name: DirectoryName) -> ByteString {
    path(of: name) ?? snapshot.root.appending(name.path)
  }

  package func holdsGoFiles(_ name: DirectoryName) -> Bool {
    guard let path = path(of: name) else {
      if snapshot.goDirectories.contains(name.path) { return true }
      return listing(name.path).files.contains { $0.name.isGoFileName }
    }
    if let answer = memory.holdsGo[path] { return answer }
    let answer: Bool
    if let key = noteKey(name), var note = memory.store.note(key) {
      answer = note.byte() == 1
    } else {
      do throws(FileError) {
        answer = try listDirectory(path).contains { $0.kind != .directory && $0.name.isGoFileName }
      } catch {
        // A directory that cannot be listed is there: without it, the import would be one of a missing package.
        if !error.isMissing { memory.unreadable.insert(UnreadableFile(path, error.reason)) }
        answer = !error.isMissing
      }
    }
    memory.holdsGo[path] = answer
    return answer
  }

  // MARK: Scanning

  package func scan(
    _ names: [DirectoryName], _ summarizer: inout PackageSummarizer
  ) -> [(directory: SourceDirectory, summaries: [PackageSummary])?] {
    let cgoMode = memory.cgoMode(summarizer.contexts)
    var results = [(directory: SourceDirectory, summaries: [PackageSummary])?](repeating: nil, count: names.count)
    var unknown: [(index: Int, listing: Listing)] = []
    for (index, name) in names.enumerated() {
      let listing = name.root == .repository ? listing(name.path) : Listing(place: name.path, files: [])
      if name.root == .repository {
        if listing.files.isEmpty { continue }
        if let (known, directory, summaries) = cgoMode.scanned[name.path], Snapshot.areSame(known, listing.files) {
          results[index] = (directory, summaries)
          continue
        }
      }
      guard let key = summaryKey(name), let summaries = cgoMode.summaries.summaries(key, listing.files) else {
        unknown.append((index, listing))
        continue
      }
      let directory = SourceDirectory(name: name) { files(of: name, listing) }
      if name.root == .repository { cgoMode.scanned[name.path] = (listing.files, directory, summaries) }
      results[index] = (directory, summaries)
    }
    read(unknown.map { (names[$0.index], $0.listing) })
    for (index, listing) in unknown {
      let name = names[index]
      guard let directory = directory(name, listing) else { continue }
      let summaries = summarizer.summarize(directory)
      results[index] = (directory, summaries)
      // A link may lead to a different file in another tree.
      let isTransient = listing.files.contains { memory.transient.contains(listing.place.appending($0.name)) }
      let isUnreadable = directory.files.contains {
        $0.header.isDropped && $0.unpackedFacts.problem?.kind == .unreadable
      }
      if isTransient || isUnreadable || listing.files.contains(where: { $0.kind == .symbolicLink }) { continue }
      if name.root == .repository { cgoMode.scanned[name.path] = (listing.files, directory, summaries) }
      if name.root == .repository, !isRemembered { continue }
      if let key = summaryKey(name) { cgoMode.summaries.remember(key, listing.files, summaries) }
    }
    return results
  }

  /// The cache key of a directory's summaries; nil if its content may change.
  private func summaryKey(_ name: DirectoryName) -> ByteString? {
    name.root == .repository ? name.path : noteKey(name)
  }

  /// Reads and scans the files of the directories that have no cached facts, on all cores.
  private func read(_ directories: [(name: DirectoryName, listing: Listing)]) {
    scanOutside(
      directories.map(\.name).filter { name in path(of: name).map { memory.directories[$0] == nil } ?? false })
    learn(
      directories.flatMap { name, listing in
        listing.files.compactMap { file -> UnknownFile? in
          guard let kind = SourceKind(name: file.name), kind != .object, file.kind != .symbolicLink,
            memory.store.facts(file.id.content, kind) == nil
          else { return nil }
          return UnknownFile(path: listing.place.appending(file.name), id: file.id, kind: kind)
        }
      })
  }

  /// Returns a directory whose files have been read.
  private func directory(_ name: DirectoryName, _ listing: Listing) -> SourceDirectory? {
    if let path = path(of: name) { return memory.directories[path] }
    return SourceDirectory(name: name, files: repositoryFiles(listing))
  }

  /// Returns the files of a directory of which only the summaries were known. Reads them.
  private func files(of name: DirectoryName, _ listing: Listing) -> [SourceFile] {
    read([(name, listing)])
    return directory(name, listing)?.files ?? []
  }

  /// The files of a directory of the repository, and its real path if it is behind a link.
  fileprivate struct Listing {
    let place: ByteString
    let files: [TreeFile]
  }

  /// The directories of one snapshot that have been listed.
  ///
  /// Each is needed three times: for its mains, for its package, and to see whether it holds a package.
  package final class Listings {
    fileprivate var known: [ByteString: Listing] = [:]
  }

  private func listing(_ directory: ByteString) -> Listing {
    if let known = listings.known[directory] { return known }
    let made = makeListing(directory)
    listings.known[directory] = made
    return made
  }

  private func makeListing(_ directory: ByteString) -> Listing {
    var place = directory
    if snapshot.directories[directory] == nil, snapshot.isBehindLink(directory),
      let real = snapshot.realDirectory(directory)
    {
      place = real
    }
    let files = snapshot.directories[place] ?? []
    let generated = memory.generated.files(in: place, besides: files)
    return Listing(
      place: place, files: generated.isEmpty ? files : (files + generated).sorted { $0.name < $1.name })
  }

  /// Reads and scans the files on all cores, in chunks: the facts of a chunk are packed before the next one is scanned.
  private func learn(_ files: [UnknownFile]) {
    for some in files.chunked(1024) { learn(few: some) }
  }

  private func learn(few files: [UnknownFile]) {
    let chunks = files.chunked(max(32, files.count / 8 + 1))
    let facts = parallelMap(chunks, chunk: 1) { [snapshot] in FileReader.read($0, of: snapshot) }.flatMap { $0 }
    for (file, learned) in zip(files, facts) {
      switch learned {
      case .success(let found):
        _ = memory.store.remember(found.facts, of: file.id.content, file.kind, isLasting: found.isLasting)
        if !found.isLasting { memory.transient.insert(file.path) }
      case .failure(let error):
        memory.unreadable.insert(error)
        memory.transient.insert(file.path)
        _ = memory.store.remember(.unreadable(error.message), of: file.id.content, file.kind, isLasting: false)
      }
    }
  }

  private func repositoryFiles(_ listing: Listing) -> [SourceFile] {
    listing.files.compactMap { file in
      guard let kind = SourceKind(name: file.name) else { return nil }
      if file.kind == .symbolicLink { return linkedFile(listing.place.appending(file.name), kind) }
      let packed = kind == .object ? nil : memory.store.facts(file.id.content, kind)
      return SourceFile(name: file.name, kind: kind, content: file.id.content, packed: packed ?? memory.nothing)
    }
  }

  /// The files of a directory of the repository that Go considers, by name, with the ids of their contents; nil for a
  /// content without one. Reads no file.
  package func contents(of directory: DirectoryName) -> [(name: ByteString, content: ContentID?)] {
    let listing = listing(directory.path)
    return listing.files.compactMap { file in
      guard let kind = SourceKind(name: file.name) else { return nil }
      guard file.kind == .symbolicLink else { return (file.name, file.id.content) }
      return linkedFile(listing.place.appending(file.name), kind).map { ($0.name, $0.content) }
    }
  }

  /// Returns the file that a link leads to, under the link's name; nil for a directory, which Go skips.
  private func linkedFile(_ link: ByteString, _ kind: SourceKind) -> SourceFile? {
    let found: (path: ByteString, file: TreeFile)?
    do throws(UnreadableFile) { found = try snapshot.locate(link) } catch {
      let facts = FileFacts.unreadable(error.message, error.isMissing ? .missing : .unreadable)
      let file = SourceFile(name: link.baseName, kind: kind, content: nil, packed: PackedFacts(facts, symbols: symbols))
      // The name may exclude the file on every target.
      if !error.isMissing, file.suffix.isEmpty { memory.unreadable.insert(error) }
      return file
    }
    guard let (path, file) = found else {
      guard snapshot.file(link) == nil, snapshot.realDirectory(link) == nil else { return nil }
      return generatedLink(link, kind)
    }
    if kind != .object, memory.store.facts(file.id.content, kind) == nil {
      learn([UnknownFile(path: path, id: file.id, kind: kind)])
    }
    let packed = kind == .object ? nil : memory.store.facts(file.id.content, kind)
    return SourceFile(
      name: link.baseName, kind: kind, content: file.id.content, packed: packed ?? memory.nothing)
  }

  /// Returns the file behind a link that git ignores; nil unless it is in the work tree. Both are read from disk.
  private func generatedLink(_ link: ByteString, _ kind: SourceKind) -> SourceFile? {
    let root = snapshot.root
    guard snapshot.file(link) == nil, let real = realPath(root.appending(link)), real.isWithin(root),
      let content = try? readFile(real)
    else {
      let facts = FileFacts.unreadable("cannot read \(link.text)", .missing)
      return SourceFile(name: link.baseName, kind: kind, content: nil, packed: PackedFacts(facts, symbols: symbols))
    }
    let facts = kind == .object ? FileFacts() : scanFile(kind: kind, content)
    return SourceFile(
      name: link.baseName, kind: kind, content: nil, packed: PackedFacts(facts, symbols: symbols))
  }

  // MARK: Outside the repository

  private func scanOutside(_ names: [DirectoryName]) {
    var unknown: [(name: DirectoryName, path: ByteString)] = []
    for name in names {
      guard let path = path(of: name) else { continue }
      if let key = noteKey(name), var note = memory.store.note(key) {
        memory.directories[path] = SourceDirectory(name: name, files: files(in: &note))
      } else {
        unknown.append((name, path))
      }
    }
    let scanned = parallelMap(unknown.map(\.path), chunk: 4, scanDirectory)
    for ((name, path), found) in zip(unknown, scanned) {
      memory.unreadable.formUnion(found.unreadable)
      guard let files = found.files else { continue }
      let sources = files.map {
        SourceFile(name: $0.name, kind: $0.kind, content: nil, packed: PackedFacts($0.facts, symbols: symbols))
      }
      memory.directories[path] = SourceDirectory(name: name, files: sources)
      // An unreadable file may be readable next time.
      guard let key = noteKey(name), !files.contains(where: { $0.facts.problem?.kind == .unreadable }) else { continue }
      var note = Packer()
      note.byte(sources.contains { $0.name.isGoFileName } ? 1 : 0)
      note.number(sources.count)
      for file in sources {
        note.text(file.name)
        note.byte(file.kind.rawValue)
        note.number(file.packed.stored.count)
        note.append(file.packed.stored)
      }
      memory.store.setNote(key, note)
    }
  }

  private func files(in note: inout Unpacker) -> [SourceFile] {
    _ = note.byte()
    return (0..<note.count()).compactMap { _ in
      let name = note.text()
      let kind = SourceKind(rawValue: note.byte())
      let packed = memory.store.packedFacts(in: &note)
      return kind.map { SourceFile(name: name, kind: $0, content: nil, packed: packed) }
    }
  }

  /// The content of a file of any package; nil if it cannot be read.
  package func content(of name: DirectoryName, _ file: ByteString) -> [UInt8]? {
    if let path = path(of: name) { return try? readFile(path.appending(file)) }
    let path = listing(name.path).place.appending(file)
    return snapshot.content(path) ?? (snapshot.file(path) == nil ? try? readFile(snapshot.root.appending(path)) : nil)
  }
}

private typealias ScannedFile = (name: ByteString, kind: SourceKind, facts: FileFacts)

/// Returns the files of a directory on disk that Go considers, nil if it does not exist, and what could not be read.
private func scanDirectory(_ path: ByteString) -> (files: [ScannedFile]?, unreadable: [UnreadableFile]) {
  let entries: [DirectoryEntry]
  do throws(FileError) { entries = try listDirectory(path) } catch {
    return (nil, error.isMissing ? [] : [UnreadableFile(path, error.reason)])
  }
  var unreadable: [UnreadableFile] = []
  let files = entries.compactMap { entry -> ScannedFile? in
    guard let kind = SourceKind(name: entry.name), entry.kind != .directory else { return nil }
    let file = path.appending(entry.name)
    if entry.kind == .symbolicLink, fileStatus(file)?.kind != .file { return nil }
    if kind == .object { return (entry.name, kind, FileFacts()) }
    do throws(FileError) {
      return (entry.name, kind, scanFile(kind: kind, try readFile(file, limit: Limit.sourceFile)))
    } catch {
      unreadable.append(UnreadableFile(file, error.reason))
      return (entry.name, kind, .unreadable("\(error)"))
    }
  }
  return (files, unreadable)
}

extension Array {
  package func chunked(_ size: Int) -> [[Element]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}
