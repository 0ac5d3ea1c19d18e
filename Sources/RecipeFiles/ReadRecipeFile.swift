package import Bytes
import Dockerfiles
package import Recipes

extension RecipeFile {
  /// Reads a file; nil if it is not of a kind that has recipes. `content` returns the content of another file of the
  /// repository; nil where it does not exist.
  package static func read(
    _ path: ByteString, _ bytes: [UInt8], content: @escaping (ByteString) -> [UInt8]?
  ) -> RecipeFile? {
    guard let kind = RecipeKind(path) else { return nil }
    var file =
      switch kind {
      case .workflow, .action: workflowRecipes(path, bytes, content)
      case .gitLab: gitLabRecipes(path, bytes, content)
      case .goReleaser: goReleaserRecipes(path, bytes)
      case .makefile: makefileRecipes(path, bytes)
      case .ko: koRecipes(path, bytes)
      case .taskfile: taskfileRecipes(path, bytes, content)
      case .melange: melangeRecipes(path, bytes, content)
      case .bake: bakedImages(path, bytes)
      case .compose: composedImages(path, bytes)
      case .earthfile: earthfileRecipes(path, bytes, content)
      case .containerFile: dockerfileRecipes(path, bytes, content)
      }
    file.setText(bytes)
    return file
  }
}
