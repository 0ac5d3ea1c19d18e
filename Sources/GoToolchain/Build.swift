package import Bytes
import GoBuild
import System

/// A build of main packages with CGO_ENABLED=0, or with cgo for `matrix`.
package struct Build: Sendable {
  package var directory: ByteString
  package var system: ByteString
  package var architecture: ByteString
  package var tags: [String] = []
  /// Additional flags of `go build`.
  package var flags: [String] = []
  package var cgoEnabled = false
  /// The value of GOWORK: `off`, the path of the go.work file, or nil for the file that go finds itself.
  package var workspace: String? = "off"
  /// Whether to build with -trimpath, so that another directory with the same content can share the objects.
  package var trimsPaths = false
  package var cCompiler: String?
  /// The directory for go's temporary files (GOTMPDIR), or nil for go's default.
  package var temporaryDirectory: ByteString?
  package var limit: Duration?
  /// Whether the linker gives its reasons (`reasons` of the outcome).
  package var givesReasons = false

  package init(directory: ByteString, system: ByteString, architecture: ByteString) {
    self.directory = directory
    self.system = system
    self.architecture = architecture
  }
}

/// The result of a build.
package struct BuildOutcome: Sendable {
  package let isSuccess: Bool
  package let isTimedOut: Bool
  package let messages: [BuildMessage]
  /// The reason for which each symbol is in the program; empty where the linker was not asked.
  package var reasons: ByteString = ""
}

extension Toolchain {
  /// Compiles the packages and everything that they import, without linking.
  package func compile(
    _ packages: [ByteString], _ build: Build, whileWaiting: () -> Void = {}
  ) throws(ToolchainError) -> BuildOutcome {
    // The template prints errors as data. Go 1.19 prints compiler errors directly, with the same text.
    let template = "{{with .Error}}# {{$.ImportPath}}\n{{if .Pos}}{{.Pos}}: {{end}}{{.Err}}\n{{end}}"
    let output = try run(
      ["list", "-e", "-export", "-deps", "-f", ByteString(template)] + buildFlags(build) + ["--"] + packages, build,
      whileWaiting)
    let messages = readBuildMessages(output.output + "\n" + output.error)
    return BuildOutcome(
      isSuccess: output.isSuccess && messages.isEmpty, isTimedOut: output.isTimedOut, messages: messages)
  }

  /// Links the main packages into the directory `target`. Each binary gets Go's default name.
  package func link(
    _ packages: [ByteString], into target: ByteString, _ build: Build, whileWaiting: () -> Void = {}
  ) throws(ToolchainError) -> BuildOutcome {
    let output = try run(
      ["build", "-o", target + "/"] + buildFlags(build) + ["--"] + packages, build, whileWaiting)
    return BuildOutcome(
      isSuccess: output.isSuccess, isTimedOut: output.isTimedOut, messages: readBuildMessages(output.error),
      reasons: build.givesReasons ? output.error : "")
  }

  private func buildFlags(_ build: Build) -> [ByteString] {
    var flags: [ByteString] = []
    if !build.tags.isEmpty { flags.append(ByteString("-tags=" + build.tags.joined(separator: ","))) }
    if build.trimsPaths { flags.append("-trimpath") }
    flags += build.flags.map { ByteString($0) }
    // Only the last -ldflags counts.
    if build.givesReasons {
      let known = BuildFlag.last("ldflags", in: BuildFlag.parse(self.flags.kept + build.flags).flags) ?? ""
      flags.append(ByteString("-ldflags=" + (known.isEmpty ? "" : known + " ") + "-dumpdep"))
    }
    return flags
  }

  private func run(
    _ arguments: [ByteString], _ build: Build, _ whileWaiting: () -> Void
  ) throws(ToolchainError) -> ProcessOutput {
    var changes = [
      "CGO_ENABLED": build.cgoEnabled ? "1" : "0", "GOOS": build.system.text, "GOARCH": build.architecture.text,
      "GOFLAGS": flags.value,
    ]
    if let workspace = build.workspace { changes["GOWORK"] = workspace }
    if let directory = build.temporaryDirectory { changes["GOTMPDIR"] = directory.text }
    if let compiler = build.cCompiler { changes["CC"] = compiler }
    return try runGo(
      executable, arguments, in: build.directory, environment: Self.environment(changes), limit: build.limit,
      guarded: true, whileWaiting: whileWaiting)
  }

  /// Returns the name that `go build` gives the binary of a main (cmd/go/internal/load/pkg.go, DefaultExecName).
  package static func binaryName(of importPath: ByteString, system: ByteString) -> ByteString {
    var name = importPath.baseName
    let digits = name.dropFirst(1)
    let isMajorVersion =
      name.bytes.first == UInt8(ascii: "v") && !digits.isEmpty && digits.bytes.allSatisfy { (0x30...0x39).contains($0) }
      && digits.bytes.first != UInt8(ascii: "0") && digits != "1"
    if isMajorVersion && importPath.contains(UInt8(ascii: "/")) { name = importPath.directory.baseName }
    return system == "windows" ? name + ".exe" : name
  }
}
