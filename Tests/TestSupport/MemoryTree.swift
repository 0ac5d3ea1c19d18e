package import Bytes
package import GoGraph
package import GoSource

/// A tree of files in memory: a repository and a standard library for a test.
package struct MemoryTree: SourceTree {
  package var files: [DirectoryName: [ByteString: String]] = [:]

  package let symbols = Symbols()

  package init() {}

  package mutating func add(_ path: String, _ content: String, root: DirectoryName.Root = .repository) {
    let path = ByteString(path)
    files[DirectoryName(root, path.directory), default: [:]][path.baseName] = content
  }

  package func scan(
    _ names: [DirectoryName], _ summarizer: inout PackageSummarizer
  ) -> [(directory: SourceDirectory, summaries: [PackageSummary])?] {
    names.map { name in directory(name).map { ($0, summarizer.summarize($0)) } }
  }

  package func directory(_ name: DirectoryName) -> SourceDirectory? {
    files[name].map { files in
      let sources = files.sorted { $0.key < $1.key }.compactMap { name, content -> SourceFile? in
        SourceKind(name: name).map {
          SourceFile(
            name: name, kind: $0, content: nil,
            packed: PackedFacts(scanFile(kind: $0, Array(content.utf8)), symbols: symbols))
        }
      }
      return SourceDirectory(name: name, files: sources)
    }
  }

  package func holdsGoFiles(_ name: DirectoryName) -> Bool {
    files[name]?.keys.contains { $0.hasSuffix(".go") } ?? false
  }
}
