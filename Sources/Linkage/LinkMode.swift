/// How a flag of `go build` has every program linked that is not linked as programs usually are.
package enum LinkMode: Sendable, Hashable {
  /// Position-independent: the linker writes PT_INTERP.
  case positionIndependent
  /// By the C compiler's linker, or to libraries of Go's.
  case external
  /// Not to a program but to a library.
  case library
}

/// Which one of some flags decides how programs are linked, and how; nil where none does. Of several of a kind the last one
/// counts, as it does for `go`; of several kinds the one that asks for most.
package func linkMode(of flags: [String]) -> (index: Int, mode: LinkMode)? {
  func last(_ name: String) -> (index: Int, value: Substring)? {
    flags.indices.last { flagName(flags[$0][...]) == name }.map { ($0, flagValue(flags[$0][...]) ?? "") }
  }
  let build = last("buildmode").flatMap { flag in buildMode(flag.value).map { (index: flag.index, mode: $0) } }
  if let build, build.mode == .library { return build }
  // As strconv.ParseBool has it.
  if let shared = last("linkshared"), ["", "1", "t", "T", "true", "TRUE", "True"].contains(shared.value) {
    return (shared.index, .external)
  }
  // The last one counts that is for the main package; others may name packages that are not.
  let linker = flags.indices.last { index in
    guard flagName(flags[index][...]) == "ldflags" else { return false }
    let value = flagValue(flags[index][...]) ?? ""
    let pattern = value.hasPrefix("-") ? "" : value.prefix { $0 != "=" }
    return pattern.isEmpty || pattern == "all" || pattern.contains("...")
  }
  let linked = linker.flatMap { index in linkerMode(flagValue(flags[index][...]) ?? "").map { (index: index, mode: $0) }
  }
  if let linked, linked.mode != .positionIndependent { return linked }
  return build ?? linked
}

/// The flag of `go build` that is for the C compiler's linker where that links nothing; nil where there is none.
package func idleLinkerFlag(in flags: [String]) -> String? {
  if let mode = linkMode(of: flags)?.mode, mode != .positionIndependent { return nil }
  return flags.first { flag in
    guard flagName(flag[...]) == "ldflags", let value = flagValue(flag[...]) else { return false }
    return value.split { " \t\n\r='\"".contains($0) }.contains { flagName($0) == "extldflags" }
  }
}

/// What the value of -ldflags asks for.
private func linkerMode(_ value: Substring) -> LinkMode? {
  let words = value.split(whereSeparator: { " \t\n\r".contains($0) })
  var (isExternal, mode): (Bool, LinkMode?) = (false, nil)
  for (index, word) in words.enumerated() {
    // Before the first flag there may be the pattern of the packages that all of them are for.
    let flag = index == 0 && !word.hasPrefix("-") ? word.drop { $0 != "=" }.dropFirst() : word
    let value = flagValue(flag) ?? words.dropFirst(index + 1).first ?? ""
    switch flagName(flag) {
    case "linkmode": isExternal = value == "external"
    case "linkshared", "race", "msan", "asan": isExternal = true
    case "buildmode": mode = buildMode(value)
    default: break
    }
  }
  return mode == .library ? mode : isExternal ? .external : mode
}

private func buildMode(_ value: Substring) -> LinkMode? {
  if value == "pie" { return .positionIndependent }
  return ["archive", "shared", "plugin"].contains(value) || value.hasPrefix("c-") ? .library : nil
}

/// The name of a flag without its dashes; nil where it is none.
private func flagName(_ flag: Substring) -> String? {
  flag.hasPrefix("-") ? String(flag.drop { $0 == "-" }.prefix { $0 != "=" }) : nil
}

private func flagValue(_ flag: Substring) -> Substring? {
  flag.contains("=") ? flag.drop { $0 != "=" }.dropFirst() : nil
}
