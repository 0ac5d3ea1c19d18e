import Bytes
import GoBuild

/// A checkout in which the commands of a Makefile or a workflow run: paths are relative to the root of the repository.
enum Workspace {
  /// The recipe for a go command that a machine with a C compiler runs, as far as is known.
  static func recipe(_ go: GoCommand, in file: ByteString, hasCompiler: Bool?) -> Recipe {
    let cgo = go.environment["CGO_ENABLED"]
    let state: Recipe.CgoState
    switch cgo.value {
    case .unknown: state = .unknown("CGO_ENABLED is not known")
    case .known("0"): state = .off(line: cgo.line)
    case .known("1"): state = .on(line: cgo.line)
    case .known, .unset: state = hasCompiler == true ? .withCompiler(line: nil) : .unknown("the machine decides")
    }
    func platform(_ name: String) -> String? {
      guard case .known(let text) = go.environment[name].value, !text.isEmpty else { return nil }
      return text
    }
    var recipe = Recipe(
      file: file, line: go.line, command: go.isInstall ? "go install" : "go build", subjects: subjects(of: go),
      system: platform("GOOS"), architecture: platform("GOARCH"), tags: go.flag("tags").map(plainTags) ?? [],
      flags: go.flags, cgo: state, builder: nil, runtime: nil)
    recipe.hasUnknownFlags = go.hasUnknownFlags
    recipe.isAtRoot = true
    return recipe
  }

  /// The packages, with the root of the repository as `/`.
  private static func subjects(of go: GoCommand) -> [Recipe.Subject] {
    guard let packages = go.packages else { return [.unknown] }
    return (packages.isEmpty ? ["."] : packages).map { text in
      if text.contains(where: { "*$\0".contains($0) }) { return .unknown }
      guard text.hasPrefix(".") || text.hasSuffix(".go") else {
        return text.hasPrefix("/") ? .unknown : .importPath(ByteString(text))
      }
      let isAll = text.hasSuffix("/...")
      var bare = isAll ? String(text.dropLast(4)) : text
      if bare.hasSuffix(".go") { bare = ByteString(bare).directory.text }
      guard let directory = go.directory else { return .unknown }
      let path = directory.appending(ByteString(bare.isEmpty ? "." : bare)).cleaned
      guard path.hasPrefix("/") else { return .unknown }
      return isAll ? .below(path.dropFirst(1)) : .directory(path.dropFirst(1))
    }
  }

  /// The settings of a script that go never sees: exports that nothing follows, and variables that are not exported.
  static func lost(_ shell: ShellRun, unit: String) -> [LostSetting] {
    var lost: [LostSetting] = []
    let names = DockerfileEvaluator.goVariables
    for (name, place) in shell.exports where names.contains(name) && place.commands == shell.commands.count {
      lost.append(LostSetting(name: name, cause: .shellEnds(unit: unit), line: place.line))
    }
    for (index, command) in shell.commands.enumerated() {
      guard let go = GoCommand(command) else { continue }
      for (name, place) in shell.assignments where names.contains(name) && place.commands <= index {
        guard go.environment[name].value == .unset, !shell.referenced.contains(name) else { continue }
        lost.append(LostSetting(name: name, cause: .notExported, line: place.line))
      }
      let cgo = go.environment["CGO_ENABLED"]
      if case .known(let text) = cgo.value, !["", "0", "1"].contains(text), let line = cgo.line {
        lost.append(LostSetting(name: "CGO_ENABLED", cause: .value(text), line: line))
      }
    }
    return lost
  }
}
