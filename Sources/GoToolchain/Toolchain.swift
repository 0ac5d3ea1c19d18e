package import Bytes
import FileSystem

/// Flags that Go takes from GOFLAGS, and where they were set.
package struct GoFlags: Sendable, Equatable {
  package enum Origin: Sendable, Equatable {
    case environment
    /// The file that `go env -w` writes, or the toolchain's own go.env.
    case configuration
  }
  /// The flags that hold for our builds.
  package let kept: [String]
  /// Those left out, because they test a program rather than make the one that is shipped, or change the repository.
  package let dropped: [String]
  package let origin: Origin

  package init(_ text: String, origin: Origin) {
    var kept: [String] = []
    var dropped: [String] = []
    for flag in Self.split(text) {
      let name = flag.drop { $0 == "-" }.prefix { $0 != "=" }
      let isDropped = Self.unwanted.contains(String(name)) || (name == "mod" && flag.hasSuffix("=mod"))
      if isDropped { dropped.append(flag) } else { kept.append(flag) }
    }
    self.kept = kept
    self.dropped = dropped
    self.origin = origin
  }

  /// Flags that test a program rather than make it, and those that only make `go` say more, in ways we do not read.
  private static let unwanted: Set<String> = ["race", "msan", "asan", "n", "x", "v", "json", "work"]

  /// The value of `-mod`, where one is set.
  package var mod: String? {
    kept.last { $0.drop { $0 == "-" }.hasPrefix("mod=") }.map { String($0.drop { $0 != "=" }.dropFirst()) }
  }

  /// The value of GOFLAGS that a process of ours gets; never empty, since an empty one does not hide what `go env -w` set.
  package var value: String { Self.join(kept + ["-buildvcs=false"]) }

  /// What of the flags decides which tags are set.
  var tagsValue: String { Self.join(kept.filter { $0.drop { $0 == "-" }.hasPrefix("tags=") } + ["-buildvcs=false"]) }

  /// Go has no escape within quotes: a flag with white space is put into those that it does not hold itself.
  private static func join(_ flags: [String]) -> String {
    flags.map { flag in
      guard flag.contains(where: \.isWhitespace) || flag.hasPrefix("'") || flag.hasPrefix("\"") else { return flag }
      return flag.contains("'") ? "\"\(flag)\"" : "'\(flag)'"
    }.joined(separator: " ")
  }

  /// Splits at white space outside quotes, as cmd/internal/quoted does.
  private static func split(_ text: String) -> [String] {
    var flags: [String] = []
    var current = ""
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil } else { current.append(character) }
      } else if (character == "'" || character == "\"") && current.isEmpty {
        quote = character
      } else if character == " " || character == "\t" || character == "\n" {
        if !current.isEmpty { flags.append(current) }
        current = ""
      } else {
        current.append(character)
      }
    }
    return current.isEmpty ? flags : flags + [current]
  }
}

/// A Go toolchain as it answers in one directory, where a go.mod may have chosen it.
package struct Toolchain: Sendable {
  package let executable: ByteString
  /// As in `go1.27.3`.
  package let version: ByteString
  package let root: ByteString
  package let moduleCache: ByteString
  package let flags: GoFlags
  /// GOOS/GOARCH that a plain `go build` here makes programs for.
  package let defaultPlatform: (system: ByteString, architecture: ByteString)
  /// What CGO_ENABLED is for a plain `go build` here.
  package let cgoByDefault: Bool

  /// What `go env` says that a toolchain is made of, as text.
  package struct Answer: Sendable, Equatable {
    /// The program that was asked, or the real one behind it.
    package var executable: ByteString
    /// GOROOT, GOVERSION, GOMODCACHE, GOFLAGS, GOOS, GOARCH and CGO_ENABLED.
    package var values: [ByteString]

    package init(executable: ByteString, values: [ByteString]) {
      self.executable = executable
      self.values = values
    }
  }

  /// Asks the `go` at `path` what it is when it runs in `directory`.
  package init(asking path: ByteString, in directory: ByteString) throws(ToolchainError) {
    let output = try runProcess(
      path, ["env", "-json=false"] + Self.variables.map { ByteString($0) }, in: directory,
      environment: Self.environment([:]))
    let values = output.output.split(UInt8(ascii: "\n"))
    guard output.isSuccess, values.count >= Self.variables.count, isDirectory(values[0]) else {
      throw ToolchainError("ask \(path.text) for its environment", firstLine(output.error) ?? output.status)
    }
    // A wrapper, or a toolchain that go.mod has switched to: the real program stands in its own root.
    let real = values[0].appending("bin/go")
    self.init(
      Answer(executable: isFile(real) ? real : path, values: Array(values.prefix(Self.variables.count))))
  }

  private static let variables = ["GOROOT", "GOVERSION", "GOMODCACHE", "GOFLAGS", "GOOS", "GOARCH", "CGO_ENABLED"]

  /// The toolchain that has answered so; nil where the answer is none.
  package init?(remembered answer: Answer) {
    guard answer.values.count == Self.variables.count else { return nil }
    self.init(answer)
  }

  /// What it has answered, to be kept.
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

  /// The toolchain whose `program` that is, as it answers in `directory`.
  package init(path: ByteString?, in directory: ByteString) throws(ToolchainError) {
    try self.init(asking: Self.program(path), in: directory)
  }

  /// The program at a path, of a name without a slash the first one on PATH; without a path the first `go` there.
  package static func program(_ path: ByteString?) throws(ToolchainError) -> ByteString {
    let name = path ?? "go"
    if name.contains(UInt8(ascii: "/")) { return name }
    if let found = firstProgram(called: name) { return found }
    throw ToolchainError("find the Go toolchain", "there is no \(name.text) on PATH")
  }

  /// The environment for `go`: ours, without what a hook's git has set for its own purposes, without what would turn a
  /// build with CGO_ENABLED=0 dynamic behind its back, and with `changes`.
  static func environment(_ changes: [String: String]) -> [ByteString] {
    var variables = processEnvironment().filter { variable in
      let name = ByteString(variable.bytes.prefix { $0 != UInt8(ascii: "=") })
      return !name.hasPrefix("GIT_") && name != "GO_EXTLINK_ENABLED" && name != "PWD" && changes[name.text] == nil
    }
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) { variables.append(ByteString("\(name)=\(value)")) }
    return variables
  }

  /// The tags that hold for a target besides the platform's own: the user's, the toolchain's and the releases'.
  package func tags(
    system: ByteString, architecture: ByteString, userTags: [String], in directory: ByteString
  ) throws(ToolchainError) -> Set<ByteString> {
    let template = "{{join context.BuildTags \",\"}}|{{join context.ToolTags \",\"}}|{{join context.ReleaseTags \",\"}}"
    var arguments: [ByteString] = ["list", "-f", ByteString(template)]
    if !userTags.isEmpty { arguments.append(ByteString("-tags=" + userTags.joined(separator: ","))) }
    let environment = Self.environment([
      "GOOS": system.text, "GOARCH": architecture.text, "GO111MODULE": "off", "GOFLAGS": flags.tagsValue,
    ])
    let output = try runProcess(executable, arguments + ["unsafe"], in: directory, environment: environment)
    guard output.isSuccess else {
      throw ToolchainError(
        "ask go for the tags of \(system.text)/\(architecture.text)", firstLine(output.error) ?? output.status)
    }
    let line = ByteString(output.output.bytes.prefix { $0 != UInt8(ascii: "\n") })
    return Set(
      line.bytes.split { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: ",") }.map { ByteString($0) })
  }
}

/// The first line of a program's complaint that says something.
func firstLine(_ text: ByteString) -> String? {
  text.split(UInt8(ascii: "\n"), omittingEmpty: true).first { !$0.hasPrefix("go: downloading") }?.text
}
