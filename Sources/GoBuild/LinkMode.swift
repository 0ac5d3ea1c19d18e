/// A link mode, other than the default, that a `go build` flag sets for every program.
package enum LinkMode: Sendable, Hashable {
  /// Position-independent: the linker writes PT_INTERP.
  case positionIndependent
  /// By the C compiler's linker, or with Go's own shared libraries.
  case external
  /// The result is a library, not a program.
  case library
}

/// Returns the index of the flag that decides how programs are linked, and its link mode; nil if no flag does. The last
/// flag of a kind counts, as in `go`; of several kinds, the one with the strongest effect.
package func linkMode(of flags: [String]) -> (index: Int, mode: LinkMode)? {
  let flags = flags.map { BuildFlag($0) }
  func last(_ name: String) -> (index: Int, value: String)? {
    flags.indices.last { flags[$0]?.name == name }.map { ($0, flags[$0]?.value ?? "") }
  }
  let build = last("buildmode").flatMap { flag in buildMode(flag.value).map { (index: flag.index, mode: $0) } }
  if let build, build.mode == .library { return build }
  // The values that strconv.ParseBool accepts as true.
  if let shared = last("linkshared"), ["", "1", "t", "T", "true", "TRUE", "True"].contains(shared.value) {
    return (shared.index, .external)
  }
  // The last -ldflags that applies to the main package counts; others may have a pattern for other packages.
  let linker = flags.indices.last { index in
    guard let flag = flags[index], flag.name == "ldflags" else { return false }
    let value = flag.value ?? ""
    let pattern = value.hasPrefix("-") ? "" : value.prefix { $0 != "=" }
    return pattern.isEmpty || pattern == "all" || pattern.contains("...")
  }
  let linked = linker.flatMap { index in linkerMode(flags[index]?.value ?? "").map { (index: index, mode: $0) } }
  if let linked, linked.mode != .positionIndependent { return linked }
  return build ?? linked
}

/// Returns a flag of `go build` that sets -extldflags although the C compiler's linker is not used; nil if none does.
package func ineffectiveLinkerFlag(in flags: [String]) -> String? {
  if let mode = linkMode(of: flags)?.mode, mode != .positionIndependent { return nil }
  return flags.first { text in
    guard let flag = BuildFlag(text), flag.name == "ldflags", let value = flag.value else { return false }
    return value.split { " \t\n\r='\"".contains($0) }.contains { BuildFlag($0)?.name == "extldflags" }
  }
}

/// Returns the link mode that a value of -ldflags sets, or nil.
private func linkerMode(_ value: String) -> LinkMode? {
  let words = value.split(whereSeparator: { " \t\n\r".contains($0) })
  var (isExternal, mode): (Bool, LinkMode?) = (false, nil)
  for (index, word) in words.enumerated() {
    // A package pattern for all flags may precede the first one.
    let text = index == 0 && !word.hasPrefix("-") ? word.drop { $0 != "=" }.dropFirst() : word
    guard let flag = BuildFlag(text) else { continue }
    let value = flag.value ?? words.dropFirst(index + 1).first.map(String.init) ?? ""
    switch flag.name {
    case "linkmode": isExternal = value == "external"
    case "linkshared", "race", "msan", "asan": isExternal = true
    case "buildmode": mode = buildMode(value)
    default: break
    }
  }
  return mode == .library ? mode : isExternal ? .external : mode
}

private func buildMode(_ value: String) -> LinkMode? {
  if value == "pie" { return .positionIndependent }
  return ["archive", "shared", "plugin"].contains(value) || value.hasPrefix("c-") ? .library : nil
}
