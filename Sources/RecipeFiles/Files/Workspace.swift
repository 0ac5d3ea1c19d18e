import Bytes
import Recipes
import Shell

/// A checkout in which the commands of a Makefile or a workflow run: the root of the repository is `/`.
enum Workspace {
  /// The recipe for a go command that a machine runs; `hasCompiler` says whether that has a C compiler, as far as is known.
  static func recipe(_ go: GoCommand, in file: ByteString, hasCompiler: Bool?) -> Recipe {
    let undecided: Recipe.CgoState = hasCompiler == true ? .withCompiler(line: nil) : .unknown("the machine decides")
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
    _ command: ShellCommand, in file: ByteString, hasCompiler: Bool?, _ called: CalledFiles
  ) -> [Recipe] {
    if let go = GoCommand(command) { return [recipe(go, in: file, hasCompiler: hasCompiler)] }
    return called.goCommands(of: command).map { found in
      var recipe = recipe(found.go, in: file, hasCompiler: hasCompiler)
      recipe.call(found, from: command.line, inheriting: command.environment)
      return recipe
    }
  }
}

/// The tokens of a script in a YAML file; a block scalar begins on the line after its sign. An expression between `signs` may
/// stand for anything, and is one word.
func scriptTokens(_ script: String, at value: YAML, between signs: (start: String, end: String)) -> [ShellToken] {
  var text = ""
  var rest = Substring(script)
  while let start = rest.range(of: signs.start), let end = rest[start.upperBound...].range(of: signs.end) {
    text += rest[..<start.lowerBound] + "$(expression)"
    rest = rest[end.upperBound...]
  }
  return ShellLexer.tokens(text + rest, from: script.contains("\n") ? value.line + 1 : value.line)
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
