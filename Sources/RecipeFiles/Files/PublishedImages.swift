import Bytes
import Recipes
import Shell

extension RecipeFile.PublishedImage {
  /// The image of a step with docker/build-push-action; nil for any other step.
  init?(_ step: YAML) {
    guard let action = step["uses"]?.text, action.hasPrefix("docker/build-push-action@"), let options = step["with"]
    else { return nil }
    let platforms = options["platforms"]
    let context = options["context"]?.text ?? "."
    let named = options["file"]?.text
    let path = named ?? (context == "." ? "Dockerfile" : context + "/Dockerfile")
    // An action without a context builds the repository at its address, and `${{ … }}` may be any path.
    guard !path.contains("$"), !context.contains("{{") || named != nil else { return nil }
    self.init(
      path, platforms.map { $0.items.compactMap(\.text).joined(separator: ",") } ?? "",
      line: platforms?.line ?? step.line, Argument.all(options["build-args"]))
  }

  /// The image of `docker build` or `docker buildx build`; nil for any other command.
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
    guard let directory = command.directory else { return nil }
    let arguments = command.words.indices.compactMap { index -> Argument? in
      // Its value may be a variable, so the text at its start is enough.
      guard case .text(let text)? = command.words[index].parts.first else { return nil }
      if text.hasPrefix("--build-arg=") { return Argument(String(text.dropFirst(12)), line: command.line) }
      let isNext = index > 0 && texts[index - 1] == "--build-arg"
      return isNext ? Argument(text, line: command.line) : nil
    }
    let file = value(["-f", "--file"])
    let context = texts.last.flatMap { $0 }
    guard let place = file ?? context.map({ $0 + "/Dockerfile" }) else { return nil }
    let path = directory.appending(ByteString(place)).cleaned
    self.init(path.dropFirst(1).text, value(["--platform"]) ?? "", line: command.line, arguments)
  }

  /// The image of a context and a Dockerfile in it, both below a directory of the repository; nil where one is elsewhere.
  init?(
    context: String, dockerfile: String?, below directory: ByteString, _ platforms: String, line: Int,
    _ arguments: [Argument]
  ) {
    let isElsewhere = [context, dockerfile ?? ""].contains { text in
      text.contains("$") || text.contains("://") || text.hasPrefix("/") || text.hasPrefix("git@") || text == "-"
    }
    guard !isElsewhere else { return nil }
    let place = ByteString("/").appending(directory).appending(ByteString(context)).cleaned
    self.init(
      place.appending(ByteString(dockerfile ?? "Dockerfile")).cleaned.dropFirst(1).text, platforms, line: line,
      arguments)
  }

  /// Nil where neither several platforms nor a build argument is known.
  private init?(_ path: String, _ platforms: String, line: Int, _ arguments: [Argument]) {
    var names = platforms.split { ", \n".contains($0) }.map(String.init)
    if names.contains(where: { $0.contains("$") }) { names = [] }
    guard names.count > 1 || !arguments.isEmpty else { return nil }
    self.init(dockerfile: ByteString(path).cleaned, platforms: names, line: line, arguments: arguments)
  }
}

extension RecipeFile.PublishedImage.Argument {
  /// The argument of `NAME=value` or `NAME`; nil where the name is not known.
  init?(_ text: String, line: Int) {
    let name = text.prefix { $0 != "=" }.filter { !$0.isWhitespace }
    guard !name.isEmpty, name.allSatisfy({ $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      return nil
    }
    self.init(name: name, line: line)
  }

  /// The arguments of a mapping, a list, or a text with one on each line.
  static func all(_ value: YAML?) -> [Self] {
    guard let value else { return [] }
    if case .mapping(let entries) = value.kind { return entries.compactMap { Self($0.key, line: $0.line) } }
    if case .scalar(let text) = value.kind {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      // A block scalar begins on the line after its sign.
      let first = lines.count > 1 ? value.line + 1 : value.line
      return lines.enumerated().compactMap { Self(String($1), line: first + $0) }
    }
    return value.items.compactMap { item in item.text.flatMap { Self($0, line: item.line) } }
  }
}
