package import Bytes
package import Shell

/// A setting that `go` never sees, or does not take as meant.
package struct LostSetting: Sendable, Hashable {
  package enum Cause: Sendable, Hashable {
    /// An `export` that nothing follows: the shell ends with its unit, a RUN, a step or a line.
    case shellEnds(unit: String)
    /// A variable of make that is not exported.
    case makeVariable
    /// `NAME=0 && go build`: a variable of the shell, which is not exported.
    case notExported
    /// The name is almost that of a variable that go reads.
    case misspelt(String)
    /// Neither 0 nor 1.
    case value(String)
    /// An ARG before the first FROM.
    case beforeFrom
    /// A build argument that the Dockerfile does not declare.
    case undeclared(dockerfile: ByteString)
    /// An ENV or ARG below the build.
    case afterBuild(line: Int)

    /// The cause in a word, which is part of the identity of a finding.
    package var word: String {
      switch self {
      case .shellEnds: "export"
      case .makeVariable: "make"
      case .notExported: "unexported"
      case .misspelt: "misspelt"
      case .value: "value"
      case .beforeFrom: "arg"
      case .undeclared: "build-arg"
      case .afterBuild: "late"
      }
    }
  }
  package let name: String
  package let cause: Cause
  package let line: Int

  package init(name: String, cause: Cause, line: Int) { (self.name, self.cause, self.line) = (name, cause, line) }

  /// The settings of a shell that go never sees, or does not take as meant. `unit` names what the shell ends with.
  ///
  /// An export that nothing follows is lost where the shell does not inherit the variable: it may repeat what it inherits.
  package static func all(of shell: ShellRun, inherited: Environment, unit: String) -> [LostSetting] {
    var lost: [LostSetting] = []
    for (index, command) in shell.commands.enumerated() {
      guard let go = GoCommand(command) else { continue }
      for (name, place) in shell.assignments where GoCommand.variables.contains(name) && place.commands <= index {
        guard go.environment[name].value == .unset, !shell.referenced.contains(name) else { continue }
        lost.append(LostSetting(name: name, cause: .notExported, line: place.line))
      }
      let cgo = go.environment["CGO_ENABLED"]
      if case .known(let text) = cgo.value, !["", "0", "1"].contains(text), let line = cgo.line {
        lost.append(LostSetting(name: "CGO_ENABLED", cause: .value(text), line: line))
      }
    }
    for (name, place) in shell.exports where GoCommand.variables.contains(name) {
      guard place.commands == shell.commands.count, inherited[name].value == .unset else { continue }
      lost.append(LostSetting(name: name, cause: .shellEnds(unit: unit), line: place.line))
    }
    return lost
  }
}
