package import Bytes
package import GoBuild

/// A release build of a repository, limited to what its file states literally.
package struct ReleaseBuild: Sendable, Hashable {
  /// The packages that are built.
  package enum Subject: Sendable, Hashable {
    /// The directory of one main, relative to the root of the repository.
    case main(ByteString)
    case all
    /// A package that depends on a variable or a working directory.
    case unknown
  }

  package let subject: Subject
  /// The platforms that the file states literally.
  package let platforms: [Platform]
  package let tags: [String]
  /// Nil where the file does not ask for cgo.
  package let cgo: CgoSetting?

  /// The setting by which a file asks for cgo, such as `CGO_ENABLED=1`, and its line.
  package struct CgoSetting: Sendable, Hashable {
    package let text: String
    package let line: Int
  }

  /// Returns the builds in a file; empty if the file is not of a kind that contains builds.
  ///
  /// A variable or a template does not count as literal.
  package static func all(in file: ByteString, _ content: [UInt8]) -> [ReleaseBuild] {
    let name = file.baseName.text
    if goReleaserFileNames.contains(name) { return goReleaserBuilds(content) }
    if isContainerFileName(name) { return containerFileBuilds(file, content) }
    // The jobs and rules of a repository build for tests too: only one that names a main, and how it is built, counts.
    let recipes = RecipeFile.read(file, content) { _ in nil }?.recipes ?? []
    // A main that another rule builds with flags of a variable has no plain tags.
    let unclear = Set(recipes.filter(\.hasUnknownFlags).flatMap(\.subjects))
    let plain = recipes.filter { !$0.isCheck && unclear.isDisjoint(with: $0.subjects) }
    return releaseBuilds(plain).filter { build in
      guard case .main = build.subject else { return false }
      return !build.platforms.isEmpty || !build.tags.isEmpty || build.cgo != nil
    }
  }

  /// Whether a name is that of a Dockerfile. Asked for every file of a repository.
  package static func isContainerFile(_ name: ByteString) -> Bool {
    guard name.count >= words[0].count else { return false }
    for (word, dotted) in zip(words, dottedWords) where name.hasPrefix(word) || name.hasSuffix(dotted) {
      return isContainerFileName(name.text)
    }
    return false
  }

  /// Whether a file may have recipes: a Dockerfile, a goreleaser file, a Makefile, or the jobs of GitHub or GitLab.
  package static func isRecipeFile(_ path: ByteString) -> Bool { isRecipeFile(path.baseName, in: path.directory) }

  /// Asked for every file of a repository.
  package static func isRecipeFile(_ name: ByteString, in directory: ByteString) -> Bool {
    if isContainerFile(name) || isMakefile(name) { return true }
    return name.hasSuffix(yml) || name.hasSuffix(yaml)
      ? directory == workflows || name == gitLab || goReleaserFileNames.contains(name.text) : false
  }

  package static func isMakefile(_ name: ByteString) -> Bool { makefiles.contains(name) || name.hasSuffix(mk) }

  /// Whether a path is that of a workflow of GitHub.
  package static func isWorkflow(_ path: ByteString) -> Bool { path.directory == workflows }

  private static let gitLab: ByteString = ".gitlab-ci.yml"
  private static let makefiles: [ByteString] = ["Makefile", "GNUmakefile", "makefile"]
  private static let mk: ByteString = ".mk"
  private static let yml: ByteString = ".yml"
  private static let yaml: ByteString = ".yaml"
  private static let workflows: ByteString = ".github/workflows"
  private static let words: [ByteString] = ["Dockerfile", "Containerfile"]
  private static let dottedWords: [ByteString] = [".Dockerfile", ".Containerfile"]

  private static let goReleaserFileNames: Set<String> = [
    ".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml",
  ]

  /// The endings of texts about a Dockerfile, and of templates for one.
  private static let otherEndings = [
    ".md", ".txt", ".tmpl", ".tpl", ".j2", ".in", ".erb", ".template", ".orig", ".bak",
  ]

  private static func isContainerFileName(_ name: String) -> Bool {
    if otherEndings.contains(where: name.hasSuffix) { return false }
    return isNamedAsContainerFile(name)
  }

  private static func isNamedAsContainerFile(_ name: String) -> Bool {
    ["Dockerfile", "Containerfile"].contains { name == $0 || name.hasPrefix($0 + ".") || name.hasSuffix("." + $0) }
  }
}

/// Returns the setting by which a build asks for cgo: CGO_ENABLED, which Go takes for 1 only if it is that, or a build
/// mode that always needs cgo; nil without one.
func cgoSetting(_ enabled: String?, buildMode: String?) -> String? {
  if let buildMode, ["c-shared", "c-archive", "plugin"].contains(buildMode) { return "-buildmode=\(buildMode)" }
  return enabled == "1" ? "CGO_ENABLED=1" : nil
}

/// Returns the packages that `go build` builds for this argument in the root of the repository.
func plainSubject(_ text: String) -> ReleaseBuild.Subject {
  if text == "./..." { return .all }
  return plainDirectory(text).map { .main($0) } ?? .unknown
}

private func plainDirectory(_ text: String) -> ByteString? {
  guard !text.contains(where: { "${}*`\"'".contains($0) }), !text.hasPrefix("/"), !text.hasSuffix("...") else {
    return nil
  }
  let path = ByteString(text.hasSuffix(".go") ? String(text.prefix { $0 != "\n" }) : text)
  let directory = (path.hasSuffix(".go") ? path.directory : path).cleaned
  if directory == "." || directory.isEmpty { return "" }
  return directory == ".." || directory.hasPrefix("../") ? nil : directory
}

/// Returns the tags in the value of -tags; empty if one of them is not a literal tag.
func plainTags(_ text: String) -> [String] {
  let tags = splitBuildTags(text)
  return tags.allSatisfy(isBuildTag) ? tags : []
}
