package import Bytes
package import GoBuild

/// A `go build`, `go install` or `go test -c` command.
package struct GoCommand {
  package let line: Int
  package let environment: Environment
  /// The working directory; nil where it is unknown.
  package let directory: ByteString?
  package let flags: [BuildFlag]
  /// Whether words that are not known may be further flags.
  package let hasUnknownFlags: Bool
  /// The packages; nil where one is unknown.
  package let packages: [String]?
  package let isInstall: Bool
  /// Whether another way through the script does not run it.
  package let isConditional: Bool

  /// Nil for any other command.
  package init?(_ command: ShellCommand) {
    let texts = command.texts
    guard texts.count >= 2, let program = texts[0], ["go", "xx-go"].contains(program.split(separator: "/").last ?? ""),
      let verb = texts[1], ["build", "install"].contains(verb)
    else { return nil }
    line = command.line
    isConditional = command.isConditional
    isInstall = verb == "install"
    var environment = command.environment
    // The wrapper sets the platform from that of the image (github.com/tonistiigi/xx).
    if program.hasSuffix("xx-go") { for name in ["GOOS", "GOARCH"] { environment[name] = Variable(.unknown) } }
    self.environment = environment
    var known: [String] = []
    var isUnknown = false
    var unknownPackage = false
    for (index, text) in texts.enumerated().dropFirst(2) {
      if let text {
        // An unquoted variable may hold several words, or none.
        let isSplit = !command.words[index].isQuoted && command.words[index].parts.count == 1 && text.contains(" ")
        if text.isEmpty, !command.words[index].isQuoted { continue }
        known += isSplit ? text.split(separator: " ").map(String.init) : [text]
      } else if let start = command.words[index].parts.first, case .text(let prefix) = start, prefix.hasPrefix("-") {
        // The flag is known, its value is not.
        known.append(prefix)
      } else if let last = known.last, last.hasPrefix("-"), !last.contains("="),
        ["-o", "-ldflags", "-tags", "-gcflags", "-mod", "-p"].contains(last)
      {
        known.append(Self.placeholder)
      } else if index == texts.count - 1, command.words[index].parts.contains(where: { $0 != .unknown }) {
        unknownPackage = true
      } else {
        isUnknown = true
      }
    }
    let (flags, packages) = BuildFlag.parse(known)
    self.flags = flags
    hasUnknownFlags = isUnknown
    self.packages = unknownPackage || (isUnknown && packages.isEmpty) ? nil : packages
    let change = BuildFlag.last("C", in: flags)
    if let change {
      directory =
        change == Self.placeholder
        ? nil
        : change.hasPrefix("/") ? ByteString(change).cleaned : command.directory?.appending(ByteString(change)).cleaned
    } else {
      directory = command.directory
    }
  }

  /// The variables that decide how go builds. A misspelt one is found only by its distance to one of these.
  package static let variables: Set<String> = ["CGO_ENABLED", "GOOS", "GOARCH", "GOFLAGS"]

  package static let placeholder = "\u{0}"

  package func flag(_ name: String) -> String? { BuildFlag.last(name, in: flags) }

  /// The value of a variable; nil where it is empty, not set or not known.
  package func setting(_ name: String) -> String? {
    guard case .known(let text) = environment[name].value, !text.isEmpty else { return nil }
    return text
  }
}
