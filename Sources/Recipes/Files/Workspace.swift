import Bytes
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
}
