package import Bytes
package import GoBuild

/// A module at a version, as `path@version`.
package struct ModuleVersion: Sendable, Hashable {
  package let path: ByteString
  package let version: ByteString

  package init(path: ByteString, version: ByteString) {
    self.path = path
    self.version = version
  }
}

/// A `require` line.
package struct Requirement: Sendable, Hashable {
  package let module: ModuleVersion
  package let line: Int
  package let column: Int
  package let endColumn: Int
}

/// A `replace` line.
package struct Replacement: Sendable, Hashable {
  package enum Target: Sendable, Hashable {
    /// A directory, as written: relative to the file's directory, or absolute.
    case directory(ByteString)
    case module(ModuleVersion)
  }
  package let path: ByteString
  /// The version that is replaced; nil for all versions.
  package let version: ByteString?
  package let target: Target
  package let line: Int
}

/// A go.mod file.
package struct GoMod: Sendable, Hashable {
  package var module: ByteString = ""
  /// The text of the `go` line; nil without one (Go then assumes 1.16).
  package var go: ByteString?
  package var toolchain: ByteString?
  package var requirements: [Requirement] = []
  package var replacements: [Replacement] = []
  package var exclusions: Set<ModuleVersion> = []
  /// The `ignore` directives: paths that `./...` skips.
  package var ignored: [ByteString] = []
  /// The `godebug` settings, which end up in the binary.
  package var godebug: [ByteString] = []

  package var goVersion: GoVersion { go.flatMap(GoVersion.init) ?? GoVersion(1, 16) }

  /// Whether the file lists every module that its packages need, so that no other go.mod decides a version (Go 1.17).
  package var listsAllModules: Bool { goVersion >= GoVersion(1, 17) }

  /// Parses a go.mod. Unknown directives are errors unless `tolerant`; Go is tolerant of them in a dependency.
  package init(parsing bytes: [UInt8], tolerant: Bool = false) throws(ModuleFileError) {
    for directive in try readDirectives(bytes) {
      try directive.checkBlock(Self.blocks, tolerant: tolerant)
      if tolerant, !Self.ofDependencies.contains(directive.verb) { continue }
      try add(directive, tolerant: tolerant)
    }
    try checkReplacements(replacements)
    for retracted in retractions {
      guard let problem = versionProblem(of: ModuleVersion(path: module, version: retracted.version)) else { continue }
      throw ModuleFileError(line: retracted.line, message: "version \"\(retracted.version.text)\" invalid: \(problem)")
    }
    guard tolerant || !module.isEmpty else {
      throw ModuleFileError(line: 1, message: "no module declaration")
    }
    guard tolerant || !["go", "toolchain"].contains(module) else {
      throw ModuleFileError(line: 1, message: "invalid module path: \"\(module.text)\"")
    }
  }

  private struct Retraction: Sendable, Hashable {
    let version: ByteString
    let line: Int
  }
  private var retractions: [Retraction] = []

  /// The directives that may be blocks.
  private static let blocks: Set<ByteString> = [
    "module", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore",
  ]
  /// The directives that count in the go.mod of a dependency.
  private static let ofDependencies: Set<ByteString> = ["go", "module", "retract", "require", "ignore"]

  private mutating func add(_ directive: Directive, tolerant: Bool) throws(ModuleFileError) {
    switch directive.verb {
    case "module":
      guard module.isEmpty else { throw directive.error("repeated module statement") }
      guard directive.arguments.count == 1 else {
        throw directive.error("a module directive expects exactly one path, such as: module example.com/app")
      }
      module = directive.arguments[0]
    case "go":
      try directive.requireFirst(go)
      go = try directive.goVersion(tolerant: tolerant)
    case "toolchain":
      try directive.requireFirst(toolchain)
      toolchain = try directive.toolchainName()
    case "require":
      requirements.append(
        Requirement(
          module: try directive.moduleVersion(), line: directive.line, column: directive.column,
          endColumn: directive.endColumn))
    case "replace": replacements.append(try Replacement(directive))
    case "exclude":
      exclusions.insert(try directive.moduleVersion())
    case "ignore": ignored.append(try directive.onlyArgument())
    case "godebug": godebug.append(try directive.godebugSetting())
    case "tool": _ = try directive.onlyArgument()
    case "retract":
      if !tolerant {
        retractions += try directive.retractedVersions().map { Retraction(version: $0, line: directive.line) }
      }
    default: throw directive.error("unknown directive \"\(directive.verb.text)\"")
    }
  }

  /// Returns the replacement that applies to a module, or nil; one for its version wins over one for all versions.
  package static func replacement(of module: ModuleVersion, in replacements: [Replacement]) -> Replacement? {
    let candidates = replacements.filter { $0.path == module.path }
    return candidates.last { $0.version == module.version } ?? candidates.last { $0.version == nil }
  }
}

extension Replacement {
  /// Parses a `replace` line of go.mod or, if `inWorkspace`, of go.work. In go.work Go does not check the
  /// version of the replacement.
  init(_ directive: Directive, inWorkspace: Bool = false) throws(ModuleFileError) {
    let usage = ModuleFileError(
      line: directive.line,
      message:
        "a replace directive is written as: replace module/path [v1.2.3] => other/module v1.4 or ../local/directory")
    guard let arrow = directive.arguments.firstIndex(of: "=>"), arrow == 1 || arrow == 2 else { throw usage }
    let target = directive.arguments[(arrow + 1)...]
    path = directive.arguments[0]
    version = arrow == 2 ? directive.arguments[1] : nil
    line = directive.line
    guard let name = target.first, target.count <= 2 else { throw usage }
    try directive.check(ModuleVersion(path: path, version: version ?? ""))
    // In go.work, Go completes a version such as `v1` itself.
    if let version, !inWorkspace || !isSemanticVersion(version) {
      try directive.requireSemanticVersion(version, of: path)
    }
    if target.count == 2 {
      let module = ModuleVersion(path: name, version: target[arrow + 2])
      guard !isDirectoryPath(name) else {
        throw directive.error("replacement module directory path \"\(name.text)\" cannot have version")
      }
      if !inWorkspace {
        try directive.check(module)
        try directive.requireSemanticVersion(module.version, of: module.path)
      }
      self.target = .module(module)
    } else if isDirectoryPath(name) {
      guard !name.contains(UInt8(ascii: "\\")) else {
        throw directive.error("replacement directory appears to be Windows path (on a non-windows system)")
      }
      self.target = .directory(name)
    } else if name.contains(UInt8(ascii: "@")) {
      throw directive.error("replacement module must match format 'path version', not 'path@version'")
    } else {
      throw directive.error(
        "replacement module without version must be directory path (rooted or starting with . or ..)")
    }
  }
}

/// A go.work file.
package struct GoWork: Sendable, Hashable {
  package var go: ByteString?
  package var toolchain: ByteString?
  /// The directories of the modules, as written.
  package var uses: [ByteString] = []
  package var replacements: [Replacement] = []
  package var godebug: [ByteString] = []

  package init(parsing bytes: [UInt8]) throws(ModuleFileError) {
    for directive in try readDirectives(bytes) {
      try directive.checkBlock(["godebug", "use", "replace"], tolerant: false)
      switch directive.verb {
      case "go":
        try directive.requireFirst(go)
        go = try directive.goVersion(tolerant: false)
      case "toolchain":
        try directive.requireFirst(toolchain)
        toolchain = try directive.toolchainName()
      case "use":
        guard directive.arguments.count == 1 else {
          throw directive.error("a use directive expects exactly one directory, such as: use ./tools")
        }
        let path = directive.arguments[0]
        guard !uses.contains(where: { $0.cleaned == path.cleaned }) else {
          throw directive.error("path \(path.text) appears multiple times in workspace")
        }
        uses.append(path)
      case "replace": replacements.append(try Replacement(directive, inWorkspace: true))
      case "godebug": godebug.append(try directive.godebugSetting())
      default: throw directive.error("unknown directive \"\(directive.verb.text)\"")
      }
    }
    try checkReplacements(replacements)
  }
}

private func isDirectoryPath(_ path: ByteString) -> Bool {
  path.hasPrefix("./") || path.hasPrefix("../") || path.hasPrefix("/") || path == "." || path == ".."
}

/// Throws if a module is replaced by two different ones (modload/modfile.go, toReplaceMap).
private func checkReplacements(_ replacements: [Replacement]) throws(ModuleFileError) {
  var known: [ModuleVersion: Replacement.Target] = [:]
  for replacement in replacements {
    let module = ModuleVersion(path: replacement.path, version: replacement.version ?? "")
    guard let before = known.updateValue(replacement.target, forKey: module), before != replacement.target else {
      continue
    }
    let name = module.path.text + (module.version.isEmpty ? "" : "@\(module.version.text)")
    throw ModuleFileError(
      line: replacement.line, message: "two replace directives give module \"\(name)\" different replacements")
  }
}
