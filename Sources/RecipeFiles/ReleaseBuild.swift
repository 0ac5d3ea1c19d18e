package import Bytes
package import GoBuild
import Recipes

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
    switch RecipeKind(file) {
    case .goReleaser: return goReleaserBuilds(content)
    case .containerFile: return containerFileBuilds(file, content)
    case nil: return []
    default: break
    }
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
