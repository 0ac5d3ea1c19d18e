package import Bytes
import Git
import GoSource
package import Snapshots

/// The files of a snapshot that may make others before a build: scripts, build files, instructions, and Go files that name a
/// generator or write files.
package struct FileMakers {
  private let snapshot: Snapshot
  /// Returns the paths that git does not ignore; nil if it cannot be asked.
  private let notIgnored: (Set<ByteString>) -> Set<ByteString>?
  private lazy var contents: [ByteString] = read()

  package init(
    _ snapshot: Snapshot, notIgnored: @escaping (Set<ByteString>) -> Set<ByteString>?
  ) {
    self.snapshot = snapshot
    self.notIgnored = notIgnored
  }

  /// Whether something may make files for a pattern of `//go:embed` in a directory: git ignores one that it would match,
  /// or one of these files names it.
  package mutating func mayMake(_ pattern: ByteString, in directory: ByteString) -> Bool {
    let path = directory.appending(pattern.hasPrefix("all:") ? pattern.dropFirst(4) : pattern)
    let example = ByteString(path.bytes.map { Self.wildcards.contains($0) ? UInt8(ascii: "x") : $0 })
    // A directory may be ignored by what is in it.
    guard let visible = notIgnored([example, example.appending("x")]), visible.count == 2 else {
      return true
    }
    // A bundler of JavaScript writes to places that its configuration does not state.
    if hasBundler(above: path) { return true }
    let words = path.split(UInt8(ascii: "/")).filter { !$0.bytes.contains(where: Self.wildcards.contains) }
    // A script may put the name together from its stem and an ending.
    let stems = words.map { word in word.split(UInt8(ascii: ".")).first { !$0.isEmpty } ?? word }
    guard let stem = stems.last(where: { $0.count > 2 }) else { return true }
    return contents.contains { $0.firstIndex(of: stem) != nil }
  }

  private func hasBundler(above path: ByteString) -> Bool {
    var directory = path.directory
    while true {
      if snapshot.file(directory.appending("package.json")) != nil { return true }
      if directory.isEmpty { return false }
      directory = directory.directory
    }
  }

  private static let wildcards = Set("*?[]".utf8)

  private func read() -> [ByteString] {
    var found: [ByteString] = []
    for (directory, files) in snapshot.directories {
      if directory.isOfThirdParties { continue }
      for file in files where file.kind != .symbolicLink {
        let isGo = file.name.isGoFileName
        // A file that cannot be read makes nothing that is known.
        guard isGo || Self.isScript(file.name), found.count < Self.fileLimit,
          let bytes = try? snapshot.read(directory.appending(file.name)), bytes.count <= Self.sizeLimit
        else { continue }
        let text = ByteString(bytes)
        // Go programs write files for others too, by go run or mage.
        let writes = ["//go:generate", "WriteFile(", "os.Create(", "os.OpenFile("] as [ByteString]
        if !isGo || writes.contains(where: { text.firstIndex(of: $0) != nil }) { found.append(text) }
      }
    }
    return found
  }

  private static func isScript(_ name: ByteString) -> Bool {
    // A script in a directory of scripts often has no ending.
    !name.contains(UInt8(ascii: ".")) || names.contains { name == $0 || name.hasPrefix($0 + ".") }
      || endings.contains(where: name.hasSuffix)
  }

  private static let names: [ByteString] = [
    "Dockerfile", "Containerfile", "Makefile", "GNUmakefile", "makefile", "Taskfile", "CMakeLists",
  ]
  private static let endings: [ByteString] = [
    ".sh", ".bash", ".mk", ".yml", ".yaml", ".json", ".toml", ".py", ".js", ".mjs", ".cjs", ".ts", ".pl", ".rb", ".bzl",
    ".bazel", ".cmake", ".gradle", ".kts", ".nix", ".hcl", ".ps1", ".bat", ".Dockerfile", ".md",
  ]
  private static let sizeLimit = 1 << 18
  private static let fileLimit = 5_000
}
