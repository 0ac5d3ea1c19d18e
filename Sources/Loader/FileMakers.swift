package import Bytes
import Git
import GoSource
package import Snapshots

/// The files of a snapshot that may make others before a build: scripts, build files, and Go files with `//go:generate`.
package struct FileMakers {
  private let snapshot: Snapshot
  private lazy var contents: [ByteString] = read()

  package init(_ snapshot: Snapshot) { self.snapshot = snapshot }

  /// Whether something may make files for a pattern of `//go:embed` in a directory: git ignores one that it would match,
  /// or one of these files names it.
  package mutating func mayMake(_ pattern: ByteString, in directory: ByteString) -> Bool {
    let path = directory.appending(pattern.hasPrefix("all:") ? pattern.dropFirst(4) : pattern)
    let example = ByteString(path.bytes.map { Self.wildcards.contains($0) ? UInt8(ascii: "x") : $0 })
    // A directory may be ignored by what is in it.
    guard let visible = try? RepositoryReader.notIgnored([example, example.appending("x")]), visible.count == 2 else {
      return true
    }
    let words = path.split(UInt8(ascii: "/")).filter { !$0.bytes.contains(where: Self.wildcards.contains) }
    guard let word = words.last(where: { $0.count > 2 }) else { return true }
    return contents.contains { $0.firstIndex(of: word) != nil }
  }

  private static let wildcards = Set("*?[]".utf8)

  private func read() -> [ByteString] {
    var found: [ByteString] = []
    for (directory, files) in snapshot.directories {
      if directory.split(UInt8(ascii: "/")).contains(where: Self.thirdParty.contains) { continue }
      for file in files where file.kind != .symbolicLink {
        let isGo = file.name.isGoFileName
        // A file that cannot be read makes nothing that is known.
        guard isGo || Self.isScript(file.name), found.count < Self.fileLimit,
          let bytes = try? snapshot.read(directory.appending(file.name)), bytes.count <= Self.sizeLimit
        else { continue }
        let text = ByteString(bytes)
        if !isGo || text.firstIndex(of: "//go:generate") != nil { found.append(text) }
      }
    }
    return found
  }

  private static func isScript(_ name: ByteString) -> Bool {
    names.contains { name == $0 || name.hasPrefix($0 + ".") } || endings.contains(where: name.hasSuffix)
  }

  private static let names: [ByteString] = [
    "Dockerfile", "Containerfile", "Makefile", "GNUmakefile", "makefile", "justfile", "Taskfile", "BUILD", "Earthfile",
  ]
  private static let endings: [ByteString] = [
    ".sh", ".bash", ".mk", ".yml", ".yaml", ".json", ".toml", ".py", ".js", ".ts", ".bzl", ".bazel", ".nix", ".hcl",
    ".ps1", ".Dockerfile",
  ]
  private static let thirdParty: Set<ByteString> = ["vendor", "testdata", "node_modules"]
  private static let sizeLimit = 1 << 18
  private static let fileLimit = 5_000
}
