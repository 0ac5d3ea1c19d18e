import Bytes
import Recipes

/// The images that a Compose file builds for several platforms, or with build arguments (docs.docker.com, Compose build
/// specification).
func composedImages(_ path: ByteString, _ content: [UInt8]) -> RecipeFile {
  var file = RecipeFile(path)
  guard let document = YAML(parsing: content) else { return file }
  for (service, _) in zip((document["services"]?.entries ?? []).map(\.value), 0..<1_000) {
    guard let build = service["build"], build["dockerfile_inline"] == nil else { continue }
    let platforms = build["platforms"]
    let image = RecipeFile.PublishedImage(
      context: build["context"]?.text ?? ".", dockerfile: build["dockerfile"]?.text, below: path.directory,
      platforms.map { $0.items.compactMap(\.text).joined(separator: ",") } ?? "", line: platforms?.line ?? build.line,
      RecipeFile.PublishedImage.Argument.all(build["args"]))
    if let image { file.images.append(image) }
  }
  return file
}
