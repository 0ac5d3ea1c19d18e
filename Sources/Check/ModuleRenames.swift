import Bytes
import Diagnostics
import Git
import GoModule
import GoSource
import Loader
import Modules
import Snapshots

/// The modules of the repository whose path changed, while their directory did not (a move to `/v2`, or to another host),
/// and the packages whose directory changed (`git mv`).
///
/// They are the same packages, so findings of the base are compared under the new path.
struct ModuleRenames {
  /// The packages that moved, by import path, and their directories.
  private var moved = Pairs()
  private var movedDirectories = Pairs()

  private struct Pairs {
    var after: [ByteString: ByteString] = [:]
    var before: [ByteString: ByteString] = [:]

    mutating func add(_ old: ByteString, _ new: ByteString) {
      (after[old], before[new]) = (new, old)
    }
  }

  /// The paths of all modules that both trees have, the longest first; empty if none changed. A module inside another one
  /// keeps its path when that one changes.
  private let pairs: [(before: ByteString, after: ByteString)]

  /// `changed` holds the paths that differ between the trees.
  init(from before: LoadedTree, to after: LoadedTree, changed: Set<ByteString>) {
    var old: [ByteString: ByteString] = [:]
    for group in before.groups { for module in group.group.modules { old[module.directory] = module.file.module } }
    var seen: Set<ByteString> = []
    var found: [(before: ByteString, after: ByteString)] = []
    for group in after.groups {
      for module in group.group.modules where seen.insert(module.directory).inserted {
        guard let path = old[module.directory], !path.isEmpty, !module.file.module.isEmpty else { continue }
        found.append((path, module.file.module))
      }
    }
    pairs = found.contains { $0.before != $0.after } ? found.sorted { $0.before.count > $1.before.count } : []
    findMoved(before, after, changed)
  }

  /// Finds the directories of Go files that only the base has, and those that only the snapshot has, with more than half
  /// of their files in common: the same content, or the same name and half of the lines, as git finds renames.
  private mutating func findMoved(_ before: LoadedTree, _ after: LoadedTree, _ changed: Set<ByteString>) {
    func files(of one: Snapshot, missingIn other: Snapshot) -> [ByteString: [ByteString: ContentID]] {
      var files: [ByteString: [ByteString: ContentID]] = [:]
      for path in changed where path.isGoFileName && !path.isVendored {
        guard let file = one.file(path), !other.goDirectories.contains(path.directory) else { continue }
        files[path.directory, default: [:]][path.baseName] = file.id.content
      }
      return files
    }
    func lines(_ tree: LoadedTree, _ path: ByteString) -> Set<ByteString> {
      Set(
        (tree.source.snapshot.content(path).map { ByteString($0) } ?? "").split(UInt8(ascii: "\n"), omittingEmpty: true)
      )
    }
    func isSimilar(_ name: ByteString, _ old: ByteString, _ new: ByteString) -> Bool {
      let (one, two) = (lines(before, old.appending(name)), lines(after, new.appending(name)))
      return !one.isEmpty && 2 * one.intersection(two).count >= max(one.count, two.count)
    }
    let new = files(of: after.source.snapshot, missingIn: before.source.snapshot)
    if new.isEmpty { return }
    let old = files(of: before.source.snapshot, missingIn: after.source.snapshot)
    for (directory, contents) in new.sorted(by: { $0.key < $1.key }) {
      let best = old.map { old, known in
        let same = Set(known.values)
        let count = contents.count { name, content in
          same.contains(content) || known[name] != nil && isSimilar(name, old, directory)
        }
        return (directory: old, count: count)
      }
      .max { ($0.count, $1.directory) < ($1.count, $0.directory) }
      guard let best, 2 * best.count > max(contents.count, old[best.directory]?.count ?? 0),
        movedDirectories.after[best.directory] == nil,
        let path = Self.importPath(of: best.directory, in: before), let now = Self.importPath(of: directory, in: after)
      else { continue }
      moved.add(path, now)
      movedDirectories.add(best.directory, directory)
    }
  }

  private static func importPath(of directory: ByteString, in tree: LoadedTree) -> ByteString? {
    let modules = tree.groups.flatMap(\.group.modules).filter { directory.isWithin($0.directory) }
    guard let module = modules.max(by: { $0.directory.count < $1.directory.count }) else { return nil }
    let below = directory.relative(to: module.directory) ?? ""
    return below.isEmpty ? module.file.module : module.file.module.appending(below)
  }

  /// Returns the import path in the snapshot of a package of the base.
  func after(_ path: ByteString) -> ByteString {
    if let new = moved.after[path] { return new }
    for pair in pairs where path.isWithin(pair.before) { return pair.after + path.dropFirst(pair.before.count) }
    return path
  }

  /// Returns the import path in the base of a package of the snapshot.
  func before(_ path: ByteString) -> ByteString {
    if let old = moved.before[path] { return old }
    let pair = pairs.filter { path.isWithin($0.after) }.max { $0.after.count < $1.after.count }
    return pair.map { $0.before + path.dropFirst($0.after.count) } ?? path
  }

  func after(_ main: MainName) -> MainName {
    MainName(
      importPath: after(main.importPath), directory: movedDirectories.after[main.directory] ?? main.directory)
  }

  func before(_ main: MainName) -> MainName {
    MainName(
      importPath: before(main.importPath), directory: movedDirectories.before[main.directory] ?? main.directory)
  }
}
