package import Bytes
package import Git
import GoSource
import Snapshots

/// Whether what is staged consists of files that no build can use, whatever the packages import.
///
/// The names of the files decide, and whether Go files above them embed files. So a commit of documentation needs neither Go
/// nor the packages. False where that is not certain. `isRead` says which other files a check reads.
package func changesNoInput(
  _ changes: [StagedChange], _ index: IndexContent, objects: ByteString, isRead: (StagedChange) -> Bool
) -> Bool {
  guard !changes.isEmpty, changes.allSatisfy({ isNoInput($0) && !isRead($0) }),
    let store = try? ObjectStore(directory: objects)
  else { return false }
  return !embedsFiles(above: changes, index, store) && !isLink(toOneOf: changes, index, store)
}

/// Whether a build can use a file only by embedding it.
private func isNoInput(_ change: StagedChange) -> Bool {
  let name = change.path.baseName
  // A link can bring or hide any file, and a directory called vendor changes how Go finds modules.
  guard change.kinds.isSubset(of: [.file, .executable]),
    !change.path.split(UInt8(ascii: "/")).contains("vendor")
  else { return false }
  // Files such as .gitignore and .gitattributes decide which files git ignores, and how it reads the others.
  return SourceKind(name: name) == nil && !isModuleFile(change.path) && name != profileName && !name.hasPrefix(".git")
}

/// The number of Go files and of links that are read, and the size of the largest.
private let readLimit = (files: 64, links: 256, size: 1 << 20)

/// Whether a Go file in a directory above a change, or beside it, has an embed directive, or may have one: a package embeds
/// only files of its own directory and of those below.
private func embedsFiles(above changes: [StagedChange], _ index: IndexContent, _ store: borrowing ObjectStore) -> Bool {
  var directories: Set<ByteString> = []
  for change in changes {
    var path = change.path
    while !path.isEmpty, directories.insert(path.directory).inserted { path = path.directory }
  }
  let files = directories.flatMap { index.directories[$0] ?? [] }.filter { $0.name.isGoFileName }
  guard files.count <= readLimit.files else { return true }
  for file in files {
    guard file.kind != .symbolicLink, let content = try? store.read(file.id, limit: readLimit.size),
      ByteString(content).firstIndex(of: "//go:embed") == nil
    else { return true }
  }
  return false
}

/// Whether a link may lead to a change: then a file of another name has its content. The last name of the target decides,
/// because the directories on the way may be links too.
private func isLink(
  toOneOf changes: [StagedChange], _ index: IndexContent, _ store: borrowing ObjectStore
) -> Bool {
  let names = Set(changes.map(\.path.baseName))
  let links = index.directories.values.joined().filter { $0.kind == .symbolicLink }
  guard links.count <= readLimit.links else { return true }
  for link in links {
    guard let target = try? store.read(link.id, limit: readLimit.size) else { return true }
    if names.contains(ByteString(target).baseName) { return true }
  }
  return false
}
