/// Why a flag of `go build` cannot stand in a configuration; nil where it can.
///
/// The configuration comes with the code, from whoever wrote that: a flag that starts programs (-toolexec, -extld), writes
/// files (-o, -cpuprofile) or lets files take others' places (-overlay) is none that it may set.
func linkingFlagProblem(_ flag: String) -> String? {
  let isFlag = flag.hasPrefix("-") && flag.drop { $0 == "-" }.count + 2 >= flag.count
  let bare = flag.drop { $0 == "-" }
  let (name, value) = split(bare)
  let known = "-trimpath, -buildmode, -ldflags, -gcflags and -pgo"
  guard isFlag, !bare.contains(where: \.isNewline) else { return "\"\(flag)\" is no flag" }
  switch name {
  case "trimpath": return value == nil ? nil : "-trimpath takes no value"
  case "buildmode":
    let modes = ["default", "exe", "pie"]
    return value.map(modes.contains) ?? false ? nil : "a program has -buildmode=exe, =pie or =default"
  case "pgo": return value == "off" || value == "auto" ? nil : "-pgo can be off or auto here"
  case "ldflags": return problem(value, name, linkerFlags)
  case "gcflags": return problem(value, name, compilerFlags)
  default: return "\(flag.prefix(40)) is none of the flags that can stand here: \(known)"
  }
}

private let linkerFlags: Set<String> = [
  "s", "w", "X", "d", "linkmode", "extldflags", "buildid", "compressdwarf", "checklinkname", "buildmode",
]
private let compilerFlags: Set<String> = ["N", "l", "B", "C", "dwarf", "shared", "spectre"]

/// The name of a flag without its dashes, and what stands behind `=`.
private func split(_ flag: Substring) -> (name: String, value: String?) {
  let parts = flag.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
  return (parts[0], parts.count == 2 ? parts[1] : nil)
}

/// Why the flags in the value of -ldflags or -gcflags cannot stand there.
private func problem(_ value: String?, _ name: String, _ known: Set<String>) -> String? {
  guard var text = value.map({ $0[...] }), !text.isEmpty else { return "-\(name) takes flags, as -\(name)=-s" }
  // A pattern of packages may stand before the flags.
  if !text.hasPrefix("-"), let sign = text.firstIndex(of: "=") { text = text[text.index(after: sign)...] }
  var words = text.split(whereSeparator: \.isWhitespace)[...]
  while let word = words.popFirst() {
    let (flag, given) = split(word.drop { $0 == "-" })
    guard word.hasPrefix("-"), known.contains(flag) else {
      return "\(word.prefix(40)) in -\(name) is none of the flags that can stand there: "
        + known.sorted().map { "-\($0)" }.joined(separator: ", ")
    }
    switch flag {
    case "X": if given == nil { _ = words.popFirst() }
    case "extldflags":
      let argument = given ?? words.popFirst().map(String.init) ?? ""
      let bare = argument.filter { $0 != "'" && $0 != "\"" }
      if bare != "-static" { return "-extldflags can be -static here" }
    case "linkmode":
      let argument = given ?? words.popFirst().map(String.init)
      if argument.map(["internal", "external", "auto"].contains) != true {
        return "-linkmode is internal, external or auto"
      }
    default: break
    }
  }
  return nil
}
