/// Why a flag of `go build` cannot stand in a configuration.
struct LinkingFlagProblem: Error {
  let message: String
}

/// The flag of `go build` that a configuration names, written anew from what was understood of it.
///
/// The configuration comes with the code, from whoever wrote that: a flag that starts programs (-toolexec, -extld), writes
/// files (-o, -cpuprofile) or lets files take others' places (-overlay) is none that it may set. Go splits the values of
/// -ldflags and -gcflags at ASCII's white space and takes quotes off (cmd/internal/quoted); here they hold neither quotes
/// nor anything but ASCII, so that there is one way to read them.
func linkingFlag(_ flag: String) throws(LinkingFlagProblem) -> String {
  guard flag.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }), let (name, value) = nameAndValue(flag[...]) else {
    throw LinkingFlagProblem(message: "\"\(flag.prefix(40))\" is no flag that can stand here")
  }
  switch name {
  case "trimpath":
    guard value == nil else { throw LinkingFlagProblem(message: "-trimpath takes no value") }
    return "-trimpath"
  case "buildmode":
    guard let value, ["default", "exe", "pie"].contains(value) else {
      throw LinkingFlagProblem(message: "a program has -buildmode=exe, =pie or =default")
    }
    return "-buildmode=\(value)"
  case "pgo":
    guard let value, ["off", "auto"].contains(value) else {
      throw LinkingFlagProblem(message: "-pgo can be off or auto here")
    }
    return "-pgo=\(value)"
  case "ldflags": return "-ldflags=\(try toolFlags(value, name, linkerFlags))"
  case "gcflags": return "-gcflags=\(try toolFlags(value, name, compilerFlags))"
  default:
    throw LinkingFlagProblem(
      message: "\(flag.prefix(40)) is none of the flags that can stand here: -trimpath, -buildmode, -ldflags, -gcflags "
        + "and -pgo")
  }
}

/// What a flag of the linker or the compiler takes.
private enum Argument {
  /// None, or `=true`, `=0`, `=4`.
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

/// The name of a flag without its dashes, and what stands behind `=`; nil where it is no flag.
private func nameAndValue(_ flag: Substring) -> (name: String, value: String?)? {
  guard flag.hasPrefix("-") else { return nil }
  let bare = flag.dropFirst(flag.hasPrefix("--") ? 2 : 1)
  let parts = bare.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
  guard let name = parts.first, !name.isEmpty, name.utf8.allSatisfy({ $0 != 0x2d && $0 != 0x20 }) else { return nil }
  return (name, parts.count == 2 ? parts[1] : nil)
}

/// The value of -ldflags or -gcflags, each flag with its argument behind `=`.
private func toolFlags(
  _ value: String?, _ name: String, _ known: [String: Argument]
) throws(LinkingFlagProblem) -> String {
  guard let value, !value.isEmpty, !value.hasPrefix(" ") else {
    throw LinkingFlagProblem(message: "-\(name) takes flags, as -\(name)=-s")
  }
  guard !value.contains(where: { "'\"\\`".contains($0) }) else {
    throw LinkingFlagProblem(message: "-\(name) can hold no quotes here")
  }
  var pattern = ""
  var text = value[...]
  if !value.hasPrefix("-"), let sign = value.firstIndex(of: "=") {
    pattern = String(value[...sign])
    text = value[value.index(after: sign)...]
    guard sign != value.startIndex, pattern.dropLast().allSatisfy({ $0.isLetter || $0.isNumber || "./_-".contains($0) })
    else {
      throw LinkingFlagProblem(message: "\(pattern.prefix(40)) in -\(name) is no pattern of packages")
    }
  }
  var words = text.split(separator: " ")[...]
  var flags: [String] = []
  while let word = words.popFirst() {
    guard let (flag, given) = nameAndValue(word), let argument = known[flag] else {
      throw LinkingFlagProblem(
        message: "\(word.prefix(40)) in -\(name) is none of the flags that can stand there: "
          + known.keys.sorted().map { "-\($0)" }.joined(separator: ", "))
    }
    switch argument {
    case .number:
      let isNumber = given?.allSatisfy { $0.isNumber || $0.isLetter } ?? true
      guard isNumber else { throw LinkingFlagProblem(message: "\(word.prefix(40)) in -\(name) takes no such value") }
      flags.append("-\(flag)" + (given.map { "=\($0)" } ?? ""))
    case .text, .choice:
      guard let text = given ?? words.popFirst().map(String.init) else {
        throw LinkingFlagProblem(message: "-\(flag) in -\(name) lacks its argument")
      }
      if case .choice(let choices) = argument, !choices.contains(text) {
        throw LinkingFlagProblem(message: "-\(flag) in -\(name) can be \(choices.joined(separator: ", ")) here")
      }
      flags.append("-\(flag)=\(text)")
    }
  }
  return pattern + flags.joined(separator: " ")
}
