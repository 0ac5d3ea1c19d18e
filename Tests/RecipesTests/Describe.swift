import Bytes
import GoBuild

@testable import RecipeFiles
@testable import Recipes

/// Describes what a file builds, as in `3: cmd/app on glibc → none`, and the settings that are lost.
func describe(_ path: ByteString, _ text: String, files: [String: String] = [:]) -> [String] {
  let file = RecipeFile.read(path, Array(text.utf8)) { path in files[path.text].map { Array($0.utf8) } }
  guard let file else { return ["not read"] }
  return file.recipes.map(words) + file.lost.map(words)
    + file.shellless.map {
      "\($0.line): \($0.instruction) without a shell\($0.script.map { " (\($0.path) \($0.interpreter))" } ?? "")"
    }
}

private func words(_ recipe: Recipe) -> String {
  let subjects = recipe.subjects.map { subject in
    switch subject {
    case .directory(let path): path.isEmpty ? "." : path.text
    case .below(let path): path.isEmpty ? "./..." : path.text + "/..."
    case .importPath(let path): "import " + path.text
    case .unknown: "?"
    }
  }.joined(separator: " ")
  let cgo =
    switch recipe.cgo {
    case .off(let line): "off(\(line ?? 0))"
    case .on(let line): "on(\(line ?? 0))"
    case .withCompiler(let line): line.map { "compiler(\($0))" } ?? "compiler"
    case .withoutCompiler: "lucky"
    case .cross: "cross"
    case .unknown: "unknown"
    }
  let platform = [recipe.system, recipe.architecture].compactMap { $0 }.joined(separator: "/")
  let runtime = recipe.runtime.map { $0.image.library?.rawValue ?? "?" } ?? "nowhere"
  return
    "\(recipe.line): \(recipe.isConditional ? "if " : "")\(subjects) \(cgo)\(platform.isEmpty ? "" : " " + platform) → \(runtime)"
}

private func words(_ lost: LostSetting) -> String {
  let cause =
    switch lost.cause {
    case .shellEnds: "the shell ends"
    case .makeVariable: "of make"
    case .notExported: "is not exported"
    case .misspelt(let meant): "for \(meant)"
    case .value(let text): "= \(text)"
    case .beforeFrom: "before FROM"
    case .undeclared(let dockerfile): "undeclared in \(dockerfile.text)"
    case .afterBuild(let line): "after \(line)"
    }
  return "\(lost.line): \(lost.name) \(cause)"
}
