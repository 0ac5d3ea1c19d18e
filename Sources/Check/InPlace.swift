import Bytes
import Diagnostics
import FileSystem
import Git
import GoGraph
import GoSource
import Rules

/// Whether the work tree holds what a tree does, byte for byte, as far as the build of some mains looks at it: then it can
/// run there.
///
/// git's own list of changes is not enough: it passes over files that it is told to leave alone (assume-unchanged,
/// skip-worktree), knows a link by its own bytes and not by those that it leads to, and compares what a filter makes of a
/// file.
struct InPlace {
  private let tree: LoadedTree
  private let group: LoadedGroup
  private let snapshot: Snapshot
  private let root: ByteString

  init(_ tree: LoadedTree, _ group: LoadedGroup) {
    self.tree = tree
    self.group = group
    snapshot = tree.source.snapshot
    root = snapshot.root
  }

  func holds(_ mains: [Evidence]) throws(CheckError) -> Bool {
    guard isDirectory(root) else { return false }
    var packages: [ByteString: Package] = [:]
    for main in mains {
      for package in main.off.packages where package.isInRepository { packages[package.directory.name.path] = package }
    }
    guard holdsModuleFiles(below: Set(packages.keys)) else { return false }
    let directories = packages.values.map { package in
      KnownDirectory(
        place: root.appending(package.directory.name.path),
        contents: Dictionary(package.directory.files.map { ($0.name, $0.content) }) { first, _ in first })
    }
    guard parallelMap(directories, chunk: 8, { $0.isOnDisk }).allSatisfy({ $0 }) else { return false }
    for main in mains where !isSame(main.main.directory.appending(profileName)) { return false }
    for package in packages.values {
      guard try holdsEmbedded(package, mains[0].off.context) else { return false }
    }
    return true
  }

  /// Whether a path has the same content in both, or is in neither.
  private func isSame(_ path: ByteString) -> Bool {
    let onDisk = contentOnDisk(root.appending(path))
    guard let file = snapshot.resolve(path)?.file else { return onDisk == nil }
    return onDisk == file.id.content
  }

  private func holdsModuleFiles(below directories: Set<ByteString>) -> Bool {
    let vendored = group.group.directory.appending("vendor/modules.txt")
    for path in group.group.moduleFilePaths + [vendored] where !isSame(path) { return false }
    // A go.mod that only one of the two has makes another module of what is below it.
    var seen: Set<ByteString> = []
    for directory in directories {
      var place = directory
      while seen.insert(place).inserted {
        let path = place.appending("go.mod")
        if isFile(root.appending(path)) != (snapshot.resolve(path) != nil) { return false }
        if place.isEmpty { break }
        place = place.directory
      }
    }
    return true
  }

  /// The files that a package embeds; more of them on disk are no others where git ignores them, as what is built is.
  private func holdsEmbedded(_ package: Package, _ context: BuildContext) throws(CheckError) -> Bool {
    let directory = package.directory.name.path
    let disk = EmbedFinder(.disk(root))
    for pattern in package.embedPatterns(in: context) {
      let wanted = Set((try? tree.embeds.files(pattern, in: directory).get()) ?? [])
      let found = Set((try? disk.files(pattern, in: directory).get()) ?? [])
      guard wanted.isSubset(of: found), wanted.allSatisfy({ isSame(directory.appending($0)) }) else { return false }
      let others = Set(found.subtracting(wanted).map(directory.appending))
      guard try Trees.notIgnored(others).isEmpty else { return false }
    }
    return true
  }
}

/// A directory with the files that Go looks at, and what they are to hold.
private struct KnownDirectory: Sendable {
  let place: ByteString
  let contents: [ByteString: ContentID?]

  /// Whether the directory on disk has these files, no more and no fewer; generated ones that git ignores are among them.
  var isOnDisk: Bool {
    guard let entries = try? listDirectory(place) else { return false }
    for entry in entries where entry.kind != .directory && SourceKind(name: entry.name) != nil {
      if contents[entry.name] == nil { return false }
    }
    return contents.allSatisfy { name, content in
      content.map { $0 == contentOnDisk(place.appending(name)) } ?? false
    }
  }
}

/// The id that git would give to a file as it is, no filter applied; nil where there is none.
private func contentOnDisk(_ path: ByteString) -> ContentID? {
  guard isFile(path), let bytes = try? readFile(path) else { return nil }
  return blobID(of: bytes)
}
