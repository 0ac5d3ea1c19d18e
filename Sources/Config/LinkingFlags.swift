/// The reason why a `go build` flag is not allowed in a configuration.
struct LinkingFlagProblem: Error {
  let message: String
}

/// Parses a `go build` flag of a configuration and returns it in normalized form.
///
/// The configuration comes with the code, so its author is not trusted. It must not set a flag that starts programs
/// (-toolexec, -extld), writes files (-o, -cpuprofile) or replaces files (-overlay). Go splits the values of -ldflags
/// and -gcflags at ASCII white space and removes quotes (cmd/internal/quoted). Here they must be ASCII without quotes,
/// so that they have only one interpretation.
func linkingFlag(_ flag: String) throws(LinkingFlagProblem) -> String {
  guard flag.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }), let (name, value) = nameAndValue(flag[...]) else {
    throw LinkingFlagProblem(message: "invalid flag \"\(flag.prefix(40))\"")
  }
  switch name {
  case "trimpath":
    guard value == nil else { throw LinkingFlagProblem(message: "-trimpath takes no value") }
    return "-trimpath"
  case "buildmode":
    guard let value, ["default", "exe", "pie"].contains(value) else {
      throw LinkingFlagProblem(message: "invalid -buildmode: want default, exe or pie")
    }
    return "-buildmode=\(value)"
  case "pgo":
    guard let value, ["off", "auto"].contains(value) else {
      throw LinkingFlagProblem(message: "invalid -pgo: want off or auto")
    }
    return "-pgo=\(value)"
  case "ldflags": return "-ldflags=\(try toolFlags(value, name, linkerFlags))"
  case "gcflags": return "-gcflags=\(try toolFlags(value, name, compilerFlags))"
  default:
    throw LinkingFlagProblem(
      message: "\(flag.prefix(40)) is not allowed in .staticgo.toml; allowed: -trimpath, -buildmode, -ldflags, "
        + "-gcflags and -pgo")
  }
}

/// The argument of a linker or compiler flag.
private enum Argument {
  /// Optional: no argument, or one like `=true`, `=0` or `=4`.
  case number
  case text
  case choice([String])
}

private let linkerFlags: [String: Argument] = [
  "s": .number, "w": .number, "d": .number, "compressdwarf": .number, "checklinkname": .number, "X": .text,
  "buildid": .text, "linkmode": .choice(["internal", "external", "auto"]), "extldflags": .choice(["-static"]),
]
private let compilerFlags: [String: Argument] = [
  "N": .number, "l": .number, "B": .number, "C": .number, "dwarf": .number, "shared": .number,
  "spectre": .choice(["all", "index", "ret", "index,ret"]),
]

/// Returns the name of a flag without dashes and the value after `=`; nil if the text is not a flag.
private func nameAndValue(_ flag: Substring) -> (name: String, value: String?)? {
  guard flag.hasPrefix("-") else { return nil }
  let bare = flag.dropFirst(flag.hasPrefix("--") ? 2 : 1)
  let parts = bare.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
  guard let name = parts.first, !name.isEmpty, name.utf8.allSatisfy({ $0 != 0x2d && $0 != 0x20 }) else { return nil }
  return (name, parts.count == 2 ? parts[1] : nil)
}

/// Returns the value of -ldflags or -gcflags, normalized so that each argument follows `=`.
private func toolFlags(
  _ value: String?, _ name: String, _ known: [String: Argument]
) throws(LinkingFlagProblem) -> String {
  guard let value, !value.isEmpty, !value.hasPrefix(" ") else {
    throw LinkingFlagProblem(message: "-\(name) requires flags, such as -\(name)=-s")
  }
  guard !value.contains(where: { "'\"\\`".contains($0) }) else {
    throw LinkingFlagProblem(message: "-\(name) must not contain quotes")
  }
  var pattern = ""
  var text = value[...]
  if !value.hasPrefix("-"), let sign = value.firstIndex(of: "=") {
    pattern = String(value[...sign])
    text = value[value.index(after: sign)...]
    guard sign != value.startIndex, pattern.dropLast().allSatisfy({ $0.isLetter || $0.isNumber || "./_-".contains($0) })
    else {
      throw LinkingFlagProblem(message: "invalid package pattern \(pattern.prefix(40)) in -\(name)")
    }
  }
  var words = text.split(separator: " ")[...]
  var flags: [String] = []
  while let word = words.popFirst() {
    guard let (flag, given) = nameAndValue(word), let argument = known[flag] else {
      throw LinkingFlagProblem(
        message: "\(word.prefix(40)) in -\(name) is not allowed in .staticgo.toml; allowed: "
          + known.keys.sorted().map { "-\($0)" }.joined(separator: ", "))
    }
    switch argument {
    case .number:
      let isNumber = given?.allSatisfy { $0.isNumber || $0.isLetter } ?? true
      guard isNumber else { throw LinkingFlagProblem(message: "invalid value of \(word.prefix(40)) in -\(name)") }
      flags.append("-\(flag)" + (given.map { "=\($0)" } ?? ""))
    case .text, .choice:
      guard let text = given ?? words.popFirst().map(String.init) else {
        throw LinkingFlagProblem(message: "-\(flag) in -\(name) requires an argument")
      }
      if case .choice(let choices) = argument, !choices.contains(text) {
        throw LinkingFlagProblem(message: "invalid -\(flag) in -\(name): allowed: \(choices.joined(separator: ", "))")
      }
      flags.append("-\(flag)=\(text)")
    }
  }
  return pattern + flags.joined(separator: " ")
}
