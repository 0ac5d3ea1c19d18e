import Bytes
import GoBuild

/// Returns the `go build` and `go install` commands of a Dockerfile, with the platform set by ENV, ARG, export or an
/// assignment before the command (docs.docker.com, reference/dockerfile).
func containerFileBuilds(_ content: [UInt8]) -> [ReleaseBuild] {
  var builds: [ReleaseBuild] = []
  var environment: [String: String] = [:]
  // After the second WORKDIR of a stage, the location of the sources is unknown.
  var workingDirectories = 0
  var directory: ByteString = "/"
  // The directory that `COPY . /src` fills with the sources.
  var root: ByteString?
  for (line, instruction) in instructions(String(decoding: content, as: UTF8.self)) {
    let parts = instruction.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    guard let word = parts.first else { continue }
    let rest = parts.count > 1 ? String(parts[1]) : ""
    switch word.uppercased() {
    case "FROM":
      environment = [:]
      (workingDirectories, directory, root) = (0, "/", nil)
    case "WORKDIR":
      workingDirectories += 1
      directory = path(rest, in: directory)
    case "COPY", "ADD":
      let places = words(rest).filter { !$0.hasPrefix("--") }
      if places.count == 2, [".", "./"].contains(places[0]) { root = path(places[1], in: directory) }
    case "ENV", "ARG": set(words(rest), in: &environment)
    case "RUN":
      let isAtRoot = root.map { $0 == directory } ?? (workingDirectories < 2)
      builds += Command(line: line, root: root).builds(rest, environment, isAtRoot: isAtRoot)
    default: break
    }
  }
  return builds
}

private func path(_ text: String, in directory: ByteString) -> ByteString {
  let path = ByteString(text.trimmingPrefix(while: \.isWhitespace).description)
  return (path.hasPrefix("/") ? path : directory.appending(path)).cleaned
}

/// Returns the instructions, each on one line, without comments, with the numbers of their first lines.
private func instructions(_ text: String) -> [(line: Int, text: String)] {
  var found: [(Int, String)] = []
  var open: String?
  var first = 1
  for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
    let bare = line.drop(while: \.isWhitespace)
    if bare.hasPrefix("#") || bare.isEmpty { continue }
    let isContinued = bare.last == "\\"
    if open == nil { first = index + 1 }
    open = (open ?? "") + (isContinued ? bare.dropLast() + " " : bare)
    if isContinued { continue }
    if let open { found.append((first, open)) }
    open = nil
  }
  if let open { found.append((first, open)) }
  return found
}

/// Returns the words of a command without quotes; a separator between commands becomes the word `;`.
private func words(_ text: String) -> [String] {
  var words: [String] = []
  var word = ""
  var isOpen = false
  var quote: Character?
  func end() {
    if isOpen { words.append(word) }
    (word, isOpen) = ("", false)
  }
  for character in text {
    if let open = quote {
      if character == open { quote = nil } else { word.append(character) }
    } else if character == "\"" || character == "'" {
      (quote, isOpen) = (character, true)
    } else if character.isWhitespace {
      end()
    } else if "&;|()".contains(character) {
      end()
      words.append(";")
    } else {
      word.append(character)
      isOpen = true
    }
  }
  end()
  return words
}

/// Sets variables from `KEY=VALUE` words, or from `KEY VALUE`, which ENV also accepts. A value that contains a variable
/// is unknown and unsets the key.
private func set(_ words: [String], in environment: inout [String: String]) {
  if words.count == 2, !words[0].contains("=") {
    environment[words[0]] = words[1].contains("$") ? nil : words[1]
    return
  }
  for (name, value) in words.compactMap(assignment) { environment[name] = value.contains("$") ? nil : value }
}

private func assignment(_ word: String) -> (name: String, value: String)? {
  let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
  let isName = !parts[0].isEmpty && parts[0].allSatisfy { $0 == "_" || $0.isLetter || $0.isNumber }
  return parts.count == 2 && isName ? (parts[0], parts[1]) : nil
}

/// A RUN instruction.
private struct Command {
  let line: Int
  let root: ByteString?
}

extension Command {
  func builds(_ text: String, _ environment: [String: String], isAtRoot: Bool) -> [ReleaseBuild] {
    var exported = environment
    var isAtRoot = isAtRoot
    return words(text).split(separator: ";").compactMap { command in
      var command = command.drop {
        $0.hasPrefix("--mount=") || $0.hasPrefix("--network=") || $0.hasPrefix("--security=")
      }
      var own = exported
      if command.first == "export" {
        set(Array(command.dropFirst()), in: &exported)
        return nil
      }
      while let first = command.first, first == "env" || assignment(first) != nil {
        set([first], in: &own)
        command = command.dropFirst()
      }
      if command.first == "cd" || command.first == "pushd" { isAtRoot = false }
      guard command.count >= 2, command[command.startIndex] == "go" else { return nil }
      guard ["build", "install"].contains(command[command.startIndex + 1]) else { return nil }
      return build(Array(command.dropFirst(2)), own, isAtRoot: isAtRoot)
    }
  }

  private func build(_ arguments: [String], _ environment: [String: String], isAtRoot: Bool) -> ReleaseBuild {
    let (flags, packages) = BuildFlag.parse(arguments)
    let tags = BuildFlag.last("tags", in: flags).map(plainTags) ?? []
    let isAtRoot = isAtRoot && !flags.contains { $0.name == "C" }
    let platform = [environment["GOOS"], environment["GOARCH"]].compactMap { $0 }.joined(separator: "/")
    let subject: ReleaseBuild.Subject =
      packages.count > 1 ? .unknown : self.subject(packages.first ?? ".", isAtRoot: isAtRoot)
    let cgo = cgoSetting(environment["CGO_ENABLED"], buildMode: BuildFlag.last("buildmode", in: flags))
    return ReleaseBuild(
      subject: subject, platforms: [Platform(platform)].compactMap { $0 }, tags: tags,
      cgo: cgo.map { .init(text: $0, line: line) })
  }

  /// Returns the packages for an argument: an absolute path counts from the directory that has the sources.
  private func subject(_ text: String, isAtRoot: Bool) -> ReleaseBuild.Subject {
    if text.hasPrefix("/"), let root, let inside = ByteString(text).relative(to: root) {
      return plainSubject(inside.isEmpty ? "." : inside.text)
    }
    return isAtRoot ? plainSubject(text) : .unknown
  }
}
