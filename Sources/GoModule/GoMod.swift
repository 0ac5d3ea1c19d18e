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
      // Go ignores the replace and exclude lines of a dependency.
      if tolerant, ["replace", "exclude"].contains(directive.verb) { continue }
      switch directive.verb {
      case "module":
        guard directive.arguments.count == 1 else {
          throw ModuleFileError(line: directive.line, message: "usage: module module/path")
        }
        guard module.isEmpty || tolerant else {
          throw ModuleFileError(line: directive.line, message: "repeated module statement")
        }
        module = directive.arguments[0]
      case "go":
        guard directive.arguments.count == 1, tolerant || GoVersion(directive.arguments[0]) != nil else {
          throw ModuleFileError(
            line: directive.line,
            message: "invalid go version '\(directive.arguments.first?.text ?? "")': must match format 1.23")
        }
        go = directive.arguments[0]
      case "toolchain": toolchain = directive.arguments.first
      case "require":
        guard directive.arguments.count == 2 else {
          throw ModuleFileError(line: directive.line, message: "usage: require module/path v1.2.3")
        }
        let module = ModuleVersion(path: directive.arguments[0], version: directive.arguments[1])
        try directive.check(module)
        requirements.append(
          Requirement(
            module: module, line: directive.line, column: directive.column, endColumn: directive.endColumn))
      case "replace": replacements.append(try Replacement(directive))
      case "exclude":
        guard directive.arguments.count == 2 else {
          throw ModuleFileError(line: directive.line, message: "usage: exclude module/path v1.2.3")
        }
        let module = ModuleVersion(path: directive.arguments[0], version: directive.arguments[1])
        try directive.check(module)
        exclusions.insert(module)
      case "ignore": ignored += directive.arguments
      case "godebug": godebug += directive.arguments
      case "retract", "tool", "deprecated": break
      default:
        if tolerant { continue }
        throw ModuleFileError(line: directive.line, message: "unknown directive: \(directive.verb.text)")
      }
    }
    guard tolerant || !module.isEmpty else {
      throw ModuleFileError(line: 1, message: "no module declaration")
    }
  }

  /// Returns the replacement that applies to a module, or nil; one for its version wins over one for all versions.
  package static func replacement(of module: ModuleVersion, in replacements: [Replacement]) -> Replacement? {
    let candidates = replacements.filter { $0.path == module.path }
    return candidates.last { $0.version == module.version } ?? candidates.last { $0.version == nil }
  }
}

extension Directive {
  /// Throws if the version does not fit the module's path.
  fileprivate func check(_ module: ModuleVersion) throws(ModuleFileError) {
    guard let problem = versionProblem(of: module) else { return }
    let subject = module.version.isEmpty ? "" : "version \"\(module.version.text)\" invalid: "
    throw ModuleFileError(line: line, message: "\(verb.text) \(module.path.text): \(subject)\(problem)")
  }
}

extension Replacement {
  /// Parses a `replace` line of go.mod or, if `inWorkspace`, of go.work. In go.work Go does not check the
  /// version of the replacement.
  init(_ directive: Directive, inWorkspace: Bool = false) throws(ModuleFileError) {
    let usage = ModuleFileError(
      line: directive.line, message: "usage: replace module/path [v1.2.3] => other/module v1.4 or ../local/directory")
    guard let arrow = directive.arguments.firstIndex(of: "=>"), arrow == 1 || arrow == 2 else { throw usage }
    let target = directive.arguments[(arrow + 1)...]
    path = directive.arguments[0]
    version = arrow == 2 ? directive.arguments[1] : nil
    line = directive.line
    guard let name = target.first, target.count <= 2 else { throw usage }
    try directive.check(ModuleVersion(path: path, version: version ?? ""))
    if target.count == 2 {
      let module = ModuleVersion(path: name, version: target[arrow + 2])
      if !inWorkspace { try directive.check(module) }
      self.target = .module(module)
    } else if name.hasPrefix("./") || name.hasPrefix("../") || name.hasPrefix("/") || name == "." || name == ".." {
      self.target = .directory(name)
    } else {
      throw ModuleFileError(
        line: directive.line,
        message: "replacement module without version must be directory path (rooted or starting with . or ..)")
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
      switch directive.verb {
      case "go": go = directive.arguments.first
      case "toolchain": toolchain = directive.arguments.first
      case "use":
        guard directive.arguments.count == 1 else {
          throw ModuleFileError(line: directive.line, message: "usage: use local/dir")
        }
        uses.append(directive.arguments[0])
      case "replace": replacements.append(try Replacement(directive, inWorkspace: true))
      case "godebug": godebug += directive.arguments
      default: throw ModuleFileError(line: directive.line, message: "unknown directive: \(directive.verb.text)")
      }
    }
  }
}
