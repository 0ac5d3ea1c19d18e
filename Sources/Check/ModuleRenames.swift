import Bytes
import Diagnostics
import GoModule
import Loader
import Modules

/// The modules of the repository whose path changed, while their directory did not: a move to `/v2`, or to another host.
///
/// The packages of such a module are the same packages, so findings of the base are compared under the new path.
struct ModuleRenames {
  /// The paths of all modules that both trees have, the longest first; empty if none changed. A module inside another one
  /// keeps its path when that one changes.
  private let pairs: [(before: ByteString, after: ByteString)]

  init(from before: LoadedTree, to after: LoadedTree) {
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
  }

  /// Returns the import path in the snapshot of a package of the base.
  func after(_ path: ByteString) -> ByteString {
    for pair in pairs where path.isWithin(pair.before) { return pair.after + path.dropFirst(pair.before.count) }
    return path
  }

  /// Returns the import path in the base of a package of the snapshot.
  func before(_ path: ByteString) -> ByteString {
    let pair = pairs.filter { path.isWithin($0.after) }.max { $0.after.count < $1.after.count }
    return pair.map { $0.before + path.dropFirst($0.after.count) } ?? path
  }

  func after(_ main: MainName) -> MainName {
    pairs.isEmpty ? main : MainName(importPath: after(main.importPath), directory: main.directory)
  }

  func before(_ main: MainName) -> MainName {
    pairs.isEmpty ? main : MainName(importPath: before(main.importPath), directory: main.directory)
  }
}
