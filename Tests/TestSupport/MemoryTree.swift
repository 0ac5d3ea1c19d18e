package import Bytes
package import GoGraph
import GoSource

/// A tree whose files are in memory: the repository's, and a standard library of the test's own.
package struct MemoryTree: SourceTree {
  package var files: [DirectoryName: [ByteString: String]] = [:]

  package init() {}

  package mutating func add(_ path: String, _ content: String, root: DirectoryName.Root = .repository) {
    let path = ByteString(path)
    files[DirectoryName(root, path.directory), default: [:]][path.baseName] = content
  }

  package func scan(_ names: [DirectoryName]) -> [SourceDirectory?] {
    names.map { name in
      files[name].map { files in
        let sources = files.sorted { $0.key < $1.key }.compactMap { name, content -> SourceFile? in
          SourceKind(name: name).map {
            SourceFile(
              name: name, kind: $0, content: ByteString(content), facts: scanFile(kind: $0, Array(content.utf8)))
          }
        }
        return SourceDirectory(name: name, files: sources)
      }
    }
  }

  package func holdsGoFiles(_ name: DirectoryName) -> Bool {
    files[name]?.keys.contains { $0.hasSuffix(".go") } ?? false
  }
}
