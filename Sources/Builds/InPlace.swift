package import Bytes
package import Diagnostics
import Git
import GoGraph
import GoSource
package import Loader
import Modules
package import Rules
import Snapshots
import System

/// Compares the work tree with a tree, byte for byte, as far as the build of some mains reads it. If they are the same,
/// the build can run in the work tree.
///
/// git's own list of changes is not enough. It skips files that it is told to skip (assume-unchanged, skip-worktree).
/// It compares a symbolic link, not the file behind it. And it compares the output of filters, not the file itself.
package struct InPlace {
  private let tree: LoadedTree
  private let group: LoadedGroup
  private let snapshot: Snapshot
  private let root: ByteString

  private let notIgnored: (Set<ByteString>) throws(CheckError) -> Set<ByteString>

  package init(
    _ tree: LoadedTree, _ group: LoadedGroup,
    notIgnored: @escaping (Set<ByteString>) throws(CheckError) -> Set<ByteString>
  ) {
    self.notIgnored = notIgnored
    self.tree = tree
    self.group = group
    snapshot = tree.source.snapshot
    root = snapshot.root
  }

  package func holds(_ mains: [MainAnalysis]) throws(CheckError) -> Bool {
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

  /// Whether a path has the same content in both, or exists in neither.
  private func isSame(_ path: ByteString) -> Bool {
    let onDisk = contentOnDisk(root.appending(path))
    guard let file = file(at: path) else { return onDisk == nil }
    return onDisk == file.id.content
  }

  /// The file of the tree that a path leads to; a directory on the way may be a link, as vendor/ has for staging modules.
  private func file(at path: ByteString) -> TreeFile? {
    snapshot.realDirectory(path.directory).flatMap { snapshot.resolve($0.appending(path.baseName)) }?.file
  }

  private func holdsModuleFiles(below directories: Set<ByteString>) -> Bool {
    let vendored = group.group.directory.appending("vendor/modules.txt")
    for path in group.group.moduleFilePaths + [vendored] where !isSame(path) { return false }
    // A go.mod that only one of the two has puts everything below it into another module.
    var seen: Set<ByteString> = []
    for directory in directories {
      var place = directory
      while seen.insert(place).inserted {
        let path = place.appending("go.mod")
        if isFile(root.appending(path)) != (file(at: path) != nil) { return false }
        if place.isEmpty { break }
        place = place.directory
      }
    }
    return true
  }

  /// Whether the work tree holds the files that a package embeds. Additional files on disk are accepted if git ignores
  /// them, as it ignores build output.
  private func holdsEmbedded(_ package: Package, _ context: BuildContext) throws(CheckError) -> Bool {
    let directory = package.directory.name.path
    let disk = EmbedFinder(.disk(root))
    for pattern in package.embedPatterns(in: context) {
      let wanted = Set((try? tree.embeds.files(pattern, in: directory).get()) ?? [])
      let found = Set((try? disk.files(pattern, in: directory).get()) ?? [])
      guard wanted.isSubset(of: found), wanted.allSatisfy({ isSame(directory.appending($0)) }) else { return false }
      let others = Set(found.subtracting(wanted).map(directory.appending))
      guard try notIgnored(others).isEmpty else { return false }
    }
    return true
  }
}

/// A directory with the files that Go reads, and their expected content.
private struct KnownDirectory: Sendable {
  let place: ByteString
  let contents: [ByteString: ContentID?]

  /// Whether the directory on disk has exactly these files; they include generated ones that git ignores.
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

/// Returns the id that git would give to a file as it is, without filters; nil if the file cannot be read.
private func contentOnDisk(_ path: ByteString) -> ContentID? {
  guard isFile(path), let bytes = try? readFile(path) else { return nil }
  return blobID(of: bytes)
}
