package import Bytes

/// A kind of file that says how mains are built for release.
package enum RecipeKind: UInt8, Sendable {
  case containerFile = 1
  case makefile, workflow, action, gitLab, goReleaser, ko, taskfile, melange, bake, compose, earthfile

  /// The kind of the file at a path of the repository; nil for any other file.
  package init?(_ path: ByteString) { self.init(path.baseName, in: path.directory) }

  /// The kind of a file by its name and directory. Asked for every file of a repository.
  package init?(_ name: ByteString, in directory: ByteString) {
    if Self.isContainerFile(name) {
      self = .containerFile
    } else if Self.makefiles.contains(name) || name.hasSuffix(Self.mk) {
      self = .makefile
    } else if name.hasSuffix(Self.yml) || name.hasSuffix(Self.yaml) {
      if directory == Self.workflows {
        self = .workflow
        return
      }
      guard let known = Self.yamlFiles[name] else { return nil }
      self = known
    } else if Self.bakeFiles.contains(name) {
      self = .bake
    } else if name == Self.earthfileName {
      self = .earthfile
    } else {
      return nil
    }
  }

  private static let makefiles: [ByteString] = ["Makefile", "GNUmakefile", "makefile"]
  private static let mk: ByteString = ".mk"
  private static let yml: ByteString = ".yml"
  private static let yaml: ByteString = ".yaml"
  private static let workflows: ByteString = ".github/workflows"
  private static let earthfileName: ByteString = "Earthfile"
  private static let bakeFiles: [ByteString] = ["docker-bake.hcl", "docker-bake.json", "docker-bake.override.hcl"]

  private static let yamlFiles: [ByteString: RecipeKind] = {
    let names: [(RecipeKind, [ByteString])] = [
      (.gitLab, [".gitlab-ci.yml"]), (.action, ["action.yml", "action.yaml"]),
      (.goReleaser, [".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml"]),
      (.ko, [".ko.yaml", ".ko.yml"]),
      (.taskfile, ["Taskfile.yml", "Taskfile.yaml", "Taskfile.dist.yml", "Taskfile.dist.yaml", "taskfile.yml"]),
      (.melange, ["melange.yaml", ".melange.yaml", "melange.yml"]),
      (.compose, ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"]),
    ]
    return Dictionary(uniqueKeysWithValues: names.flatMap { kind, names in names.map { ($0, kind) } })
  }()

  private static let words: [ByteString] = ["Dockerfile", "Containerfile"]
  private static let dottedWords: [ByteString] = [".Dockerfile", ".Containerfile"]
  /// The endings of texts about a Dockerfile, and of templates for one.
  private static let otherEndings: [ByteString] = [
    ".md", ".txt", ".tmpl", ".tpl", ".j2", ".in", ".erb", ".template", ".orig", ".bak",
  ]

  private static func isContainerFile(_ name: ByteString) -> Bool {
    guard name.count >= words[0].count else { return false }
    for (word, dotted) in zip(words, dottedWords) where name.hasPrefix(word) || name.hasSuffix(dotted) {
      if otherEndings.contains(where: name.hasSuffix) { return false }
      return name == word || name.hasPrefix(word + ".") || name.hasSuffix(dotted)
    }
    return false
  }
}
