package import Bytes
package import GoGraph
import GoSource

/// A build of a repository's release, as far as the file that asks for it says it plainly.
package struct ReleaseBuild: Sendable, Hashable {
  /// What is built.
  package enum Subject: Sendable, Hashable {
    /// A directory relative to the root of the repository.
    case main(ByteString)
    case all
    /// A variable, or what depends on a working directory.
    case unknown
  }

  package let subject: Subject
  /// Without those that are not said.
  package let platforms: [Platform]
  package let tags: [String]

  /// The builds that a file asks for; none where it is no file that asks for builds.
  ///
  /// A variable or a template is nothing that is said plainly.
  package static func all(in file: ByteString, _ content: [UInt8]) -> [ReleaseBuild] {
    let name = file.baseName.text
    if goReleaserFileNames.contains(name) { return goReleaserBuilds(content) }
    return isContainerFileName(name) ? containerFileBuilds(content) : []
  }

  /// Whether a file of this name may ask for builds.
  package static func mayAsk(_ file: ByteString) -> Bool {
    let name = file.baseName.text
    return goReleaserFileNames.contains(name) || isContainerFileName(name)
  }

  private static let goReleaserFileNames: Set<String> = [
    ".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml",
  ]

  private static func isContainerFileName(_ name: String) -> Bool {
    ["Dockerfile", "Containerfile"].contains { name == $0 || name.hasPrefix($0 + ".") || name.hasSuffix("." + $0) }
  }
}

/// What `go build` takes the text for, in the root of the repository.
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

/// The tags in the value of -tags; none where they are not said plainly.
func plainTags(_ text: String) -> [String] {
  let tags = text.split { $0 == "," || $0 == " " }.map(String.init)
  return tags.allSatisfy(BuildConstraint.isTag) ? tags : []
}
