/// The reason why a `go build` flag is not allowed in a configuration.
package struct ConfiguredFlagError: Error {
  package let message: String
}

/// Parses a `go build` flag of a configuration and returns it in normalized form.
///
/// The configuration comes with the code, so its author is not trusted. It must not set a flag that starts programs
/// (-toolexec, -extld), writes files (-o, -cpuprofile) or replaces files (-overlay). Go splits the values of -ldflags
/// and -gcflags at ASCII white space and removes quotes (cmd/internal/quoted). Here they must be ASCII without quotes,
/// so that they have only one interpretation.
package func configuredFlag(_ flag: String) throws(ConfiguredFlagError) -> String {
  guard flag.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }), let parsed = BuildFlag(flag) else {
    throw ConfiguredFlagError(message: "invalid flag \"\(flag.prefix(40))\"")
  }
  let (name, value) = (parsed.name, parsed.value)
  switch name {
  case "trimpath":
    guard value == nil else { throw ConfiguredFlagError(message: "-trimpath takes no value") }
    return "-trimpath"
  case "buildmode":
    guard let value, ["default", "exe", "pie"].contains(value) else {
      throw ConfiguredFlagError(message: "invalid -buildmode: want default, exe or pie")
    }
    return "-buildmode=\(value)"
  case "pgo":
    guard let value, ["off", "auto"].contains(value) else {
      throw ConfiguredFlagError(message: "invalid -pgo: want off or auto")
    }
    return "-pgo=\(value)"
  case "ldflags": return "-ldflags=\(try toolFlags(value, name, linkerFlags))"
  case "gcflags": return "-gcflags=\(try toolFlags(value, name, compilerFlags))"
  default:
    throw ConfiguredFlagError(
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

/// Returns the value of -ldflags or -gcflags, normalized so that each argument follows `=`.
private func toolFlags(
  _ value: String?, _ name: String, _ known: [String: Argument]
) throws(ConfiguredFlagError) -> String {
  guard let value, !value.isEmpty, !value.hasPrefix(" ") else {
    throw ConfiguredFlagError(message: "-\(name) requires flags, such as -\(name)=-s")
  }
  guard !value.contains(where: { "'\"\\`".contains($0) }) else {
    throw ConfiguredFlagError(message: "-\(name) must not contain quotes")
  }
  var pattern = ""
  var text = value[...]
  if !value.hasPrefix("-"), let sign = value.firstIndex(of: "=") {
    pattern = String(value[...sign])
    text = value[value.index(after: sign)...]
    guard sign != value.startIndex, pattern.dropLast().allSatisfy({ $0.isLetter || $0.isNumber || "./_-".contains($0) })
    else {
      throw ConfiguredFlagError(message: "invalid package pattern \(pattern.prefix(40)) in -\(name)")
    }
  }
  var words = text.split(separator: " ")[...]
  var flags: [String] = []
  while let word = words.popFirst() {
    guard let parsed = BuildFlag(word), let argument = known[parsed.name] else {
      throw ConfiguredFlagError(
        message: "\(word.prefix(40)) in -\(name) is not allowed in .staticgo.toml; allowed: "
          + known.keys.sorted().map { "-\($0)" }.joined(separator: ", "))
    }
    let (flag, given) = (parsed.name, parsed.value)
    switch argument {
    case .number:
      let isNumber = given?.allSatisfy { $0.isNumber || $0.isLetter } ?? true
      guard isNumber else { throw ConfiguredFlagError(message: "invalid value of \(word.prefix(40)) in -\(name)") }
      flags.append("-\(flag)" + (given.map { "=\($0)" } ?? ""))
    case .text, .choice:
      guard let text = given ?? words.popFirst().map(String.init) else {
        throw ConfiguredFlagError(message: "-\(flag) in -\(name) requires an argument")
      }
      if case .choice(let choices) = argument, !choices.contains(text) {
        throw ConfiguredFlagError(message: "invalid -\(flag) in -\(name): allowed: \(choices.joined(separator: ", "))")
      }
      flags.append("-\(flag)=\(text)")
    }
  }
  return pattern + flags.joined(separator: " ")
}
