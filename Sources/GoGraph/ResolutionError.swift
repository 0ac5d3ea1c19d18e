package import Bytes
package import GoModule

/// The reason why an import path does not resolve to a package.
package enum ResolutionError: Sendable, Hashable {
  /// A module that has a package, and the package's directory. `module` is nil if a vendor directory is in use.
  package struct Provider: Sendable, Hashable {
    package let module: ModuleVersion?
    package let directory: DirectoryName
  }

  /// A `replace` line with a directory whose module staticgo cannot or may not read.
  package struct Replacement: Sendable, Hashable {
    package enum Obstacle: Sendable, Hashable {
      case noModuleFile, submodule, outsideRepository
    }

    package let module: ModuleVersion
    /// The directory as written in the `replace` line (`target`) and as an absolute path (`place`).
    package let target: ByteString
    package let place: ByteString
    package let obstacle: Obstacle

    package init(module: ModuleVersion, target: ByteString, place: ByteString, obstacle: Obstacle) {
      self.module = module
      self.target = target
      self.place = place
      self.obstacle = obstacle
    }
  }

  /// A requirement of `module` that go.mod does not meet: `wanted` is required, `present` is the version in go.mod.
  ///
  /// `present` is empty if go.mod does not list the module. In `wanted`, the path `go` means the `go` line.
  package struct UnmetRequirement: Sendable, Hashable {
    package let module: ModuleVersion
    package let wanted: ModuleVersion
    package let present: ByteString

    package init(module: ModuleVersion, wanted: ModuleVersion, present: ByteString) {
      self.module = module
      self.wanted = wanted
      self.present = present
    }
  }

  /// The import path is invalid; the value is the reason.
  case malformed(String)
  case notInStandardLibrary
  /// The module that should have the package: its path, followed by `@` and the version for a dependency.
  case notInModule(ByteString)
  /// Several modules have the package, or a module and the vendor directory do.
  case ambiguous([Provider])

  case notVendored
  case notRequired
  case notInModuleCache(ModuleVersion)
  /// go.sum has no entry for modules that could have the package; `isFound` if another module has it.
  case noSum(modules: [ByteString], isFound: Bool)
  /// go.sum has no entry for the go.mod of the module that has the package.
  case noModuleFileSum(ModuleVersion)
  /// go.sum and the module cache have different hashes for a module, so Go stops.
  case wrongSum(ModuleVersion)
  case unusableReplacement(Replacement)
  /// The module that has the package has a requirement that go.mod does not meet, so Go stops.
  case untidy(UnmetRequirement)
  /// A go.sum that Go has to read has a malformed line.
  case malformedSum(file: ByteString, line: Int)
  /// go.mod requires a version that it excludes.
  case excluded(ModuleVersion)
  /// Two modules are replaced by the same one.
  case sharedReplacement(ByteString, ByteString, ByteString)
  /// Go needs the requirements of all modules, and cannot read those of one module.
  indirect case unreadableGraph(ResolutionError)

  /// Whether the package may exist, but its module is unavailable. Otherwise Go also reports that the import fails.
  package var isOfModule: Bool {
    switch self {
    case .malformed, .notInStandardLibrary, .notInModule, .ambiguous: false
    case .notVendored, .notRequired, .notInModuleCache, .noSum, .noModuleFileSum, .wrongSum, .unusableReplacement,
      .untidy, .malformedSum, .excluded, .sharedReplacement, .unreadableGraph:
      true
    }
  }

  /// Whether Go stops at this error. It reports the others and continues.
  package var endsListing: Bool {
    switch self {
    case .wrongSum, .untidy, .malformedSum: true
    case .unreadableGraph(let resolutionError): resolutionError.endsListing
    default: false
    }
  }

  /// Returns the error message for the import of `path`, in Go's words if Go has a message for it.
  package func message(_ path: ByteString) -> String {
    switch self {
    case .malformed(let reason): return "malformed import path \"\(path.text)\": \(reason)"
    case .notInStandardLibrary: return "package \(path.text) is not in std"
    case .notInModule(let owner): return "package \(path.text) does not exist in module \(owner.text)"
    case .ambiguous(let providers): return Self.ambiguity(of: path, providers) { _ in nil }
    case .notVendored: return "package \(path.text) is imported, but it is not in vendor/"
    case .notRequired: return "no required module provides package \(path.text)"
    case .notInModuleCache(let module):
      return "module \(module.path.text)@\(module.version.text) is not in the module cache"
    case .noSum(_, let isFound):
      return
        "missing go.sum entry \(isFound ? "needed to verify package" : "for module providing package") \(path.text)"
    case .noModuleFileSum(let module):
      return "\(module.path.text)@\(module.version.text): missing go.sum entry for go.mod file"
    case .wrongSum(let module):
      return "verifying \(module.path.text)@\(module.version.text): checksum mismatch: go.sum and the module cache "
        + "have different hashes"
    case .unusableReplacement(let replacement):
      let what = "module \(replacement.module.path.text) is replaced by \(replacement.target.text), which"
      switch replacement.obstacle {
      case .noModuleFile: return "\(what) has no readable go.mod"
      case .submodule: return "\(what) is a git submodule"
      case .outsideRepository: return "\(what) is outside this repository"
      }
    case .untidy(let demand):
      let wanted = demand.wanted
      guard !demand.present.isEmpty else {
        return
          "\(wanted.path.text) \(wanted.version.text) is needed, but go.mod does not require it: updates to go.mod "
          + "needed"
      }
      return "\(demand.module.path.text) requires \(wanted.path.text) \(wanted.version.text), but go.mod has "
        + "\(demand.present.text): updates to go.mod needed"
    case .malformedSum(let file, let line): return "\(file.text):\(line): malformed go.sum: wrong number of fields"
    case .excluded(let module):
      return "\(module.path.text) \(module.version.text) is required and excluded: updates to go.mod needed"
    case .sharedReplacement(let target, let first, let second):
      let directory = target.hasSuffix("@") ? ByteString(target.bytes.dropLast()) : target
      return
        "the replace lines of \(first.text) and \(second.text) have the same target, \(directory.text), which Go refuses"
    case .unreadableGraph(let resolutionError): return resolutionError.message(path)
    }
  }

  /// Returns Go's message for a package in several places, each on its own line (modload/import.go,
  /// AmbiguousImportError).
  ///
  /// `place` returns the directory to print for a module, or nil if the module alone identifies it.
  package static func ambiguity(
    of path: ByteString, _ providers: [Provider], place: (DirectoryName) -> ByteString?
  ) -> String {
    let isOfModules = providers.allSatisfy { $0.module != nil }
    let lines = providers.map { provider in
      let directory = place(provider.directory)
      guard isOfModules, let module = provider.module else { return (directory ?? provider.directory.path).text }
      return module.path.text + (module.version.isEmpty ? "" : " \(module.version.text)")
        + (directory.map { " (\($0.text))" } ?? "")
    }
    return "ambiguous import: found package \(path.text) in multiple \(isOfModules ? "modules" : "directories"):"
      + lines.map { "\n\t" + $0 }.joined()
  }

  /// Returns the remedy.
  package func advice(_ path: ByteString) -> String {
    switch self {
    case .malformed, .notInStandardLibrary, .notInModule, .ambiguous: "fix the import; go build reports this error too"
    case .notVendored: "run: go mod vendor"
    case .notRequired: "run: go get \(path.text)"
    case .notInModuleCache: "run: go mod download"
    case .noSum(let modules, _): "run: go mod download \(modules.map(\.text).joined(separator: " "))"
    case .noModuleFileSum(let module): "run: go mod download \(module.path.text)"
    case .wrongSum: "see: go help module-auth"
    case .untidy, .excluded: "run: go mod tidy"
    case .malformedSum: "fix this line of go.sum, or run: go mod tidy"
    case .sharedReplacement: "change one of them"
    case .unreadableGraph(let resolutionError): resolutionError.advice(path)
    case .unusableReplacement(let replacement):
      switch replacement.obstacle {
      case .noModuleFile: "fix \(replacement.target.appending("go.mod").text) or the replace line"
      case .submodule: "run staticgo in the submodule's repository"
      case .outsideRepository: "to let staticgo read it, add: --read \(replacement.target.text)"
      }
    }
  }
}
