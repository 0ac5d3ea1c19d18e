import Bytes
import Recipes
import Shell

extension RecipeFile.PublishedImage {
  /// The image of a step with docker/build-push-action; nil for any other step, and for an image of one platform.
  init?(_ step: YAML) {
    guard let action = step["uses"]?.text, action.hasPrefix("docker/build-push-action@"), let options = step["with"],
      let platforms = options["platforms"]
    else { return nil }
    let context = options["context"]?.text ?? "."
    let named = options["file"]?.text
    let path = named ?? (context == "." ? "Dockerfile" : context + "/Dockerfile")
    // An action without a context builds the repository at its address, and `${{ … }}` may be any path.
    guard !path.contains("$"), !context.contains("{{") || named != nil else { return nil }
    self.init(path, platforms.items.compactMap(\.text).joined(separator: ","), line: platforms.line)
  }

  /// The image of `docker buildx build --platform …`; nil for any other command, and for an image of one platform.
  init?(_ command: ShellCommand) {
    let texts = command.texts
    guard texts.first == "docker", texts.contains("build") else { return nil }
    func value(_ names: [String]) -> String? {
      for (index, text) in texts.enumerated() {
        guard let text else { continue }
        for name in names {
          if text.hasPrefix(name + "=") { return String(text.dropFirst(name.count + 1)) }
          if text == name { return index + 1 < texts.count ? texts[index + 1] : nil }
        }
      }
      return nil
    }
    guard let platforms = value(["--platform"]), let directory = command.directory else { return nil }
    let file = value(["-f", "--file"])
    let context = texts.last.flatMap { $0 }
    guard let place = file ?? context.map({ $0 + "/Dockerfile" }) else { return nil }
    let path = directory.appending(ByteString(place)).cleaned
    self.init(path.dropFirst(1).text, platforms, line: command.line)
  }

  /// The image of a context and a Dockerfile in it, both below a directory of the repository; nil where one is elsewhere.
  init?(context: String, dockerfile: String?, below directory: ByteString, _ platforms: String, line: Int) {
    let isElsewhere = [context, dockerfile ?? ""].contains { text in
      text.contains("$") || text.contains("://") || text.hasPrefix("/") || text.hasPrefix("git@") || text == "-"
    }
    guard !isElsewhere else { return nil }
    let place = ByteString("/").appending(directory).appending(ByteString(context)).cleaned
    self.init(place.appending(ByteString(dockerfile ?? "Dockerfile")).cleaned.dropFirst(1).text, platforms, line: line)
  }

  private init?(_ path: String, _ platforms: String, line: Int) {
    let names = platforms.split { ", \n".contains($0) }.map(String.init)
    guard names.count > 1, !names.contains(where: { $0.contains("$") }) else { return nil }
    self.init(dockerfile: ByteString(path).cleaned, platforms: names, line: line)
  }
}
