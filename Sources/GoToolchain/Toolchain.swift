package import Bytes
package import GoBuild
import System

/// A Go toolchain as selected in one directory, where go.mod may choose it.
package struct Toolchain: Sendable {
  package let executable: ByteString
  /// The Go version, such as `go1.27.3`.
  package let version: ByteString
  package let root: ByteString
  package let moduleCache: ByteString
  package let flags: GoFlags
  /// The GOOS/GOARCH of a plain `go build` in this directory.
  package let defaultPlatform: (system: ByteString, architecture: ByteString)
  /// Whether CGO_ENABLED is 1 for a plain `go build` in this directory.
  package let cgoByDefault: Bool

  /// The output of `go env` that describes a toolchain, as text.
  package struct Answer: Sendable, Equatable {
    /// The program that was run, or the real `go` behind it.
    package var executable: ByteString
    /// The values of GOROOT, GOVERSION, GOMODCACHE, GOFLAGS, GOOS, GOARCH and CGO_ENABLED.
    package var values: [ByteString]

    package init(executable: ByteString, values: [ByteString]) {
      self.executable = executable
      self.values = values
    }
  }

  /// Runs `go env` with the `go` at `path` in `directory`.
  package init(asking path: ByteString, in directory: ByteString) throws(ToolchainError) {
    let output = try runGo(
      path, ["env", "-json=false"] + Self.variables.map { ByteString($0) }, in: directory,
      environment: Self.environment([:]), limit: .seconds(60))
    guard !output.isTimedOut else { throw ToolchainError("run \(path.text) env", "it did not end within a minute") }
    let values = output.output.split(UInt8(ascii: "\n"))
    guard output.isSuccess, values.count >= Self.variables.count, isDirectory(values[0]) else {
      throw ToolchainError("run \(path.text) env", firstLine(output.error) ?? output.status)
    }
    // Behind a wrapper, or with a toolchain that go.mod selects, the real program is in its own GOROOT.
    let real = values[0].appending("bin/go")
    self.init(
      Answer(executable: isFile(real) ? real : path, values: Array(values.prefix(Self.variables.count))))
  }

  private static let variables = ["GOROOT", "GOVERSION", "GOMODCACHE", "GOFLAGS", "GOOS", "GOARCH", "CGO_ENABLED"]

  /// Creates the toolchain from a remembered answer; nil if the number of values is wrong.
  package init?(remembered answer: Answer) {
    guard answer.values.count == Self.variables.count else { return nil }
    self.init(answer)
  }

  /// The answer of `go env`, for the cache.
  package let answer: Answer

  private init(_ answer: Answer) {
    self.answer = answer
    executable = answer.executable
    root = answer.values[0]
    version = answer.values[1]
    moduleCache = answer.values[2]
    let isSetHere = !(environmentVariable("GOFLAGS") ?? "").isEmpty
    flags = GoFlags(answer.values[3].text, origin: isSetHere ? .environment : .configuration)
    defaultPlatform = (answer.values[4], answer.values[5])
    cgoByDefault = answer.values[6] == "1"
  }

  /// Finds the program for `path` (see `program`) and runs `go env` in `directory`.
  package init(path: ByteString?, in directory: ByteString) throws(ToolchainError) {
    try self.init(asking: Self.program(path), in: directory)
  }

  /// Returns `path` if it contains a slash, else the first program with that name on PATH. The default name is `go`.
  package static func program(_ path: ByteString?) throws(ToolchainError) -> ByteString {
    let name = path ?? "go"
    if name.contains(UInt8(ascii: "/")) { return name }
    if let found = firstProgram(called: name) { return found }
    throw ToolchainError("find the Go toolchain", "\(name.text) is not on PATH")
  }

  /// Returns the environment for `go`: that of this process with `changes`. It omits the variables that git sets for
  /// hooks, and GO_EXTLINK_ENABLED, which would silently make a build with CGO_ENABLED=0 dynamic.
  static func environment(_ changes: [String: String]) -> [ByteString] {
    var variables = processEnvironment().filter { variable in
      let name = ByteString(variable.bytes.prefix { $0 != UInt8(ascii: "=") })
      return !name.hasPrefix("GIT_") && name != "GO_EXTLINK_ENABLED" && name != "PWD" && changes[name.text] == nil
    }
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) { variables.append(ByteString("\(name)=\(value)")) }
    return variables
  }

  /// Returns the build tags of a target, apart from those of its platform: user tags, tool tags and release tags.
  package func tags(
    system: ByteString, architecture: ByteString, userTags: [String], in directory: ByteString
  ) throws(ToolchainError) -> Set<ByteString> {
    let template = "{{join context.BuildTags \",\"}}|{{join context.ToolTags \",\"}}|{{join context.ReleaseTags \",\"}}"
    var arguments: [ByteString] = ["list", "-f", ByteString(template)]
    if !userTags.isEmpty { arguments.append(ByteString("-tags=" + userTags.joined(separator: ","))) }
    let environment = Self.environment([
      "GOOS": system.text, "GOARCH": architecture.text, "GO111MODULE": "off", "GOFLAGS": flags.tagsValue,
    ])
    let output = try runGo(executable, arguments + ["unsafe"], in: directory, environment: environment)
    guard output.isSuccess else {
      throw ToolchainError(
        "list the build tags of \(system.text)/\(architecture.text)", firstLine(output.error) ?? output.status)
    }
    let line = ByteString(output.output.bytes.prefix { $0 != UInt8(ascii: "\n") })
    return Set(
      line.bytes.split { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ",") }.map { ByteString($0) })
  }
}

/// Returns the first line of a program's error output that is not empty or a download message, or nil.
func firstLine(_ text: ByteString) -> String? {
  text.split(UInt8(ascii: "\n"), omittingEmpty: true).first { !$0.hasPrefix("go: downloading") }?.text
}
