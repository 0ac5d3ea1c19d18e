package import Bytes
import GoBuild
package import Shell

extension Recipe {
  /// The recipe of a go command.
  ///
  /// `undecided` is the cgo state where CGO_ENABLED does not decide. `locate` returns the path in the repository of an
  /// absolute path where the command runs, and whether the command names it as an absolute path; nil where it is not
  /// known.
  package init(
    _ go: GoCommand, in file: ByteString, undecided: CgoState,
    locate: (_ path: ByteString, _ isAbsolute: Bool) -> ByteString?
  ) {
    let subjects = go.packages.map { packages in
      (packages.isEmpty ? ["."] : packages).map { Subject($0, of: go, locate) }
    }
    self.init(
      file: file, line: go.line, command: go.isInstall ? "go install" : "go build", subjects: subjects ?? [.unknown],
      tags: go.flag("tags").map(plainTags) ?? [], flags: go.flags,
      cgo: CgoState(go.environment["CGO_ENABLED"], undecided: undecided))
    (system, architecture) = (go.setting("GOOS"), go.setting("GOARCH"))
    let goFlags = go.environment["GOFLAGS"].value
    hasUnknownFlags = go.hasUnknownFlags || !["", nil].contains(goFlags.text) || goFlags == .unknown
    isConditional = go.isConditional
    architectureLine = go.environment["GOARCH"].line
    isSeveral = go.packages.map { $0.count > 1 || $0.contains { $0.hasSuffix("...") } } ?? false
    // Without -o the result of several packages is discarded.
    isCheck = isSeveral && !go.isInstall && go.flag("o") == nil
  }
}

extension Recipe.CgoState {
  /// The state by CGO_ENABLED. Go takes any value but 0 and 1 for none.
  init(_ variable: Variable, undecided: Self) {
    self =
      switch variable.value {
      case .unknown: .unknown("CGO_ENABLED is not known")
      case .known("0"): .off(line: variable.line)
      case .known("1"): .on(line: variable.line)
      case .known, .unset: undecided
      }
  }
}

extension Recipe.Subject {
  fileprivate init(
    _ text: String, of go: GoCommand, _ locate: (_ path: ByteString, _ isAbsolute: Bool) -> ByteString?
  ) {
    self = .unknown
    if text.contains(where: { "*$\0".contains($0) }) { return }
    guard text.hasPrefix(".") || text.hasPrefix("/") || text.hasSuffix(".go") else {
      self = .importPath(ByteString(text))
      return
    }
    let isAll = text.hasSuffix("/...")
    var bare = ByteString(isAll ? String(text.dropLast(4)) : text)
    if bare.hasSuffix(".go") { bare = bare.directory }
    if bare.isEmpty { bare = "." }
    guard let directory = go.directory else { return }
    let isAbsolute = bare.hasPrefix("/")
    let path = (isAbsolute ? bare : directory.appending(bare)).cleaned
    guard let place = locate(path, isAbsolute), !place.hasPrefix("..") else { return }
    let clean = place == "." ? "" : place
    if clean.hasPrefix("/") { return }
    self = isAll ? .below(clean) : .directory(clean)
  }
}

/// Returns the tags in the value of -tags; empty if one of them is not a literal tag.
package func plainTags(_ text: String) -> [String] {
  let tags = splitBuildTags(text)
  return tags.allSatisfy(isBuildTag) ? tags : []
}
