/// A flag of `go build`, of the compiler or of the linker: `-name` or `-name=value`, with one dash or two (package flag).
package struct BuildFlag: Sendable, Hashable {
  package let name: String
  /// The text after `=`, or the next argument if the flag requires one; nil without a value.
  package var value: String?
  /// The flag as one argument, with one dash.
  package var text: String { "-\(name)" + (value.map { "=\($0)" } ?? "") }

  /// Parses one argument; nil if it is not a flag.
  package init?(_ argument: some StringProtocol) {
    guard argument.hasPrefix("-") else { return nil }
    let bare = Substring(argument).dropFirst(argument.hasPrefix("--") ? 2 : 1)
    let parts = bare.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first, !name.isEmpty, name.utf8.allSatisfy({ $0 != 0x2d && $0 != 0x20 }) else { return nil }
    self.name = name
    value = parts.count == 2 ? parts[1] : nil
  }

  /// Parses the arguments after `go build`: flags first, then packages. A flag that requires a value takes the next
  /// argument if it has none.
  package static func parse(_ arguments: [String]) -> (flags: [BuildFlag], packages: [String]) {
    var flags: [BuildFlag] = []
    var rest = arguments[...]
    while let argument = rest.first, var flag = BuildFlag(argument) {
      rest = rest.dropFirst()
      if flag.value == nil, requireValue.contains(flag.name) { flag.value = rest.popFirst() }
      flags.append(flag)
    }
    return (flags, Array(rest))
  }

  /// The value of the last flag with a name; nil if no flag has it.
  package static func last(_ name: String, in flags: [BuildFlag]) -> String? { flags.last { $0.name == name }?.value }

  /// The flags of `go build` that require a value.
  private static let requireValue: Set<String> = [
    "C", "asmflags", "buildmode", "buildvcs", "compiler", "covermode", "coverpkg", "gccgoflags", "gcflags",
    "installsuffix", "ldflags", "mod", "modfile", "o", "overlay", "p", "pgo", "pkgdir", "tags", "toolexec",
  ]
}
