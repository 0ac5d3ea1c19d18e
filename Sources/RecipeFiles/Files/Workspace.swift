import Bytes
import Recipes
import Shell

/// A checkout in which the commands of a Makefile or a workflow run: the root of the repository is `/`.
enum Workspace {
  /// The machine that runs the commands, as far as is known.
  struct Machine: Hashable {
    var hasCompiler: Bool?
    /// The GOARCH of a Linux machine.
    var architecture: String?

    /// Whether a command builds for another platform, for which cgo is off.
    fileprivate func isCross(_ go: GoCommand) -> Bool {
      // CC alone does not turn cgo on.
      guard let architecture else { return false }
      return go.setting("GOOS") ?? "linux" != "linux" || go.setting("GOARCH") ?? architecture != architecture
    }
  }

  /// The recipe for a go command that a machine runs.
  static func recipe(_ go: GoCommand, in file: ByteString, on machine: Machine) -> Recipe {
    let undecided: Recipe.CgoState =
      if machine.isCross(go) { .cross } else if machine.hasCompiler == true { .withCompiler(line: nil) } else {
        .unknown("the machine decides")
      }
    var recipe = Recipe(go, in: file, undecided: undecided) { path, isAbsolute in
      isAbsolute || !path.hasPrefix("/") ? nil : path.dropFirst(1)
    }
    recipe.isAtRoot = true
    return recipe
  }

  /// The files that commands call in a checkout.
  static func called(_ content: @escaping (ByteString) -> [UInt8]?) -> CalledFiles {
    CalledFiles(content: content, memory: CalledFiles.Memory()) { [$0.dropFirst(1)] }
  }

  /// The recipes of a command: that of a go command, or those of the files that it runs.
  static func recipes(
    _ command: ShellCommand, in file: ByteString, on machine: Machine, _ called: CalledFiles
  ) -> [Recipe] {
    if let go = GoCommand(command) { return [recipe(go, in: file, on: machine)] }
    return called.goCommands(of: command).map { found in
      var recipe = recipe(found.go, in: file, on: machine)
      recipe.call(found, from: command.line, inheriting: command.environment)
      return recipe
    }
  }
}

/// The tokens of a script in a YAML file; a block scalar begins on the line after its sign. An expression between `signs` may
/// stand for anything, and is one word.
func scriptTokens(_ script: String, at value: YAML, between signs: (start: String, end: String)) -> [ShellToken] {
  let text = replacingExpressions(in: script, between: signs) { _ in "$(expression)" }
  return ShellLexer.tokens(text, from: value.textLine)
}

/// Returns a text with other texts in the place of the expressions between `signs`; one for which `value` returns nil stays.
func replacingExpressions(
  in text: String, between signs: (start: String, end: String), _ value: (Substring) -> String?
) -> String {
  var replaced = ""
  var rest = Substring(text)
  while let start = rest.range(of: signs.start), let end = rest[start.upperBound...].range(of: signs.end) {
    replaced += rest[..<start.lowerBound]
    replaced += value(rest[start.upperBound..<end.lowerBound]) ?? String(rest[start.lowerBound..<end.upperBound])
    rest = rest[end.upperBound...]
  }
  return replaced + rest
}

extension Substring {
  /// The first range of a text; without full Foundation.
  fileprivate func range(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
