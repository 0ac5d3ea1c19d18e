package import Bytes
package import GoModule
package import GoSource

/// A directory that can hold a package, named by where it belongs rather than where it lies on a disk.
package struct DirectoryName: Sendable, Hashable {
  package enum Root: Sendable, Hashable {
    /// The repository that is judged; paths are relative to its root.
    case repository
    /// GOROOT/src.
    case standardLibrary
    /// A module in the module cache.
    case module(ModuleVersion)
    /// A directory outside the repository that a `replace` names and the user has let us read.
    case outside(ByteString)
  }
  package let root: Root
  package let path: ByteString

  package init(_ root: Root, _ path: ByteString) {
    self.root = root
    self.path = path
  }

  package func appending(_ element: ByteString) -> DirectoryName { DirectoryName(root, path.appending(element)) }
}

/// A file that Go looks at, with what it says of itself.
package struct SourceFile: Sendable, Hashable {
  package let name: ByteString
  package let kind: SourceKind
  /// What tells one content from another: git's blob id in a repository, empty where the directory never changes.
  package let content: ByteString
  package let facts: FileFacts

  package init(name: ByteString, kind: SourceKind, content: ByteString, facts: FileFacts) {
    self.name = name
    self.kind = kind
    self.content = content
    self.facts = facts
  }

  package var isTest: Bool { kind == .go && name.hasSuffix("_test.go") }
}

/// The files of one directory that Go looks at, in byte order of their names.
package struct SourceDirectory: Sendable, Hashable {
  package let name: DirectoryName
  package let files: [SourceFile]

  package init(name: DirectoryName, files: [SourceFile]) {
    self.name = name
    self.files = files
  }
}

/// Where packages come from: a snapshot of the repository, the toolchain's library and the module cache.
package protocol SourceTree: Sendable {
  /// The directories' files in the order of `names`; nil where there is no such directory.
  func scan(_ names: [DirectoryName]) -> [SourceDirectory?]
  /// Whether the directory holds a file whose name ends in `.go`, whatever is in it.
  func holdsGoFiles(_ name: DirectoryName) -> Bool
}
