/// The flags in GOFLAGS, and where they were set.
package struct GoFlags: Sendable, Equatable {
  package enum Origin: Sendable, Equatable {
    case environment
    /// The file that `go env -w` writes, or the toolchain's own go.env.
    case configuration
  }
  /// The flags that staticgo's builds use.
  package let kept: [String]
  /// The omitted flags: they test a program instead of building the one that is shipped, or change the repository.
  package let dropped: [String]
  package let origin: Origin

  package init(_ text: String, origin: Origin) {
    var kept: [String] = []
    var dropped: [String] = []
    for flag in Self.split(text) {
      let parsed = BuildFlag(flag)
      let isDropped =
        Self.unwanted.contains(parsed?.name ?? "") || (parsed?.name == "mod" && parsed?.value == "mod")
      if isDropped { dropped.append(flag) } else { kept.append(flag) }
    }
    self.kept = kept
    self.dropped = dropped
    self.origin = origin
  }

  /// Flags that test a program instead of building it, and flags that only add output, which staticgo does not parse.
  private static let unwanted: Set<String> = ["race", "msan", "asan", "n", "x", "v", "json", "work"]

  /// The value of `-mod`, or nil if it is not set.
  package var mod: String? { value(of: "mod") }

  /// The value of the last flag with a name; nil if it is not set.
  package func value(of name: String) -> String? { BuildFlag.last(name, in: kept.compactMap { BuildFlag($0) }) }

  /// The value of GOFLAGS for our `go` processes; never empty, since an empty value does not override `go env -w`.
  package var value: String { Self.join(kept + ["-buildvcs=false"]) }

  /// The value of GOFLAGS with only the flags that set build tags.
  package var tagsValue: String {
    Self.join(kept.filter { BuildFlag($0)?.name == "tags" } + ["-buildvcs=false"])
  }

  /// Go has no escape inside quotes, so a flag with white space is put in the kind of quotes that it does not contain.
  private static func join(_ flags: [String]) -> String {
    flags.map { flag in
      let scalars = flag.unicodeScalars
      guard scalars.contains(where: isSpace) || scalars.first == "'" || scalars.first == "\"" else { return flag }
      return scalars.contains("'") ? "\"\(flag)\"" : "'\(flag)'"
    }.joined(separator: " ")
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { " \t\n\r".unicodeScalars.contains(scalar) }

  /// Splits at white space outside quotes, like cmd/internal/quoted. A space and a combining mark behind it are one
  /// character in Swift, and so are a carriage return and a newline: both are looked at by themselves.
  private static func split(_ text: String) -> [String] {
    var flags: [String] = []
    var current = String.UnicodeScalarView()
    var quote: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if let open = quote {
        if scalar == open { quote = nil } else { current.append(scalar) }
      } else if (scalar == "'" || scalar == "\"") && current.isEmpty {
        quote = scalar
      } else if isSpace(scalar) {
        if !current.isEmpty { flags.append(String(current)) }
        current = String.UnicodeScalarView()
      } else {
        current.append(scalar)
      }
    }
    return current.isEmpty ? flags : flags + [String(current)]
  }
}
