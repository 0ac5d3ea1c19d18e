package import Bytes
package import GoModule

/// Why an import path leads to no package.
package enum Absence: Sendable, Hashable {
  /// A module that has a package, and the package's directory; vendored packages have no module here.
  package struct Provider: Sendable, Hashable {
    package let module: ModuleVersion?
    package let directory: DirectoryName
  }

  /// A replacement by a directory in which there is no module that may be read.
  package struct Replacement: Sendable, Hashable {
    package enum Obstacle: Sendable, Hashable {
      case noModuleFile, submodule, outsideRepository
    }

    package let module: ModuleVersion
    /// The directory as it is written, and as an absolute path.
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

  /// What a module requires, and what go.mod has instead, or nothing; the path `go` stands for the `go` line.
  package struct Demand: Sendable, Hashable {
    package let module: ModuleVersion
    package let wanted: ModuleVersion
    package let present: ByteString

    package init(module: ModuleVersion, wanted: ModuleVersion, present: ByteString) {
      self.module = module
      self.wanted = wanted
      self.present = present
    }
  }

  /// The path is none; with what is wrong with it.
  case malformed(String)
  case notInStandardLibrary
  /// The module that would have the package: a path, for dependencies with `@` and the version behind it.
  case notInModule(ByteString)
  /// More than one module has the package, or a module and the vendor directory.
  case ambiguous([Provider])

  case notVendored
  case notRequired
  case notInModuleCache(ModuleVersion)
  /// go.sum does not vouch for modules that could have the package; `isFound` where another module has it.
  case noSum(modules: [ByteString], isFound: Bool)
  /// go.sum does not vouch for the go.mod of the module that has the package.
  case noModuleFileSum(ModuleVersion)
  /// go.sum has another hash for a module than the module cache, so that Go refuses to go on.
  case wrongSum(ModuleVersion)
  case unusableReplacement(Replacement)
  /// The module that has the package asks for more than go.mod gives, so that Go refuses to go on.
  case untidy(Demand)
  /// A line of a go.sum that Go has to read is none.
  case malformedSum(file: ByteString, line: Int)
  /// go.mod requires a version that it excludes.
  case excluded(ModuleVersion)
  /// Two modules are replaced by the same one.
  case sharedReplacement(ByteString, ByteString, ByteString)
  /// The requirements of all modules count, and those of one cannot be had.
  indirect case unreadableGraph(Absence)

  /// Whether the package may exist, but its module is not at hand; otherwise Go too says that there is none.
  package var isOfModule: Bool {
    switch self {
    case .malformed, .notInStandardLibrary, .notInModule, .ambiguous: false
    case .notVendored, .notRequired, .notInModuleCache, .noSum, .noModuleFileSum, .wrongSum, .unusableReplacement,
      .untidy, .malformedSum, .excluded, .sharedReplacement, .unreadableGraph:
      true
    }
  }

  /// Whether Go ends with it, where it only reports the others.
  var endsListing: Bool {
    switch self {
    case .wrongSum, .untidy, .malformedSum: true
    case .unreadableGraph(let absence): absence.endsListing
    default: false
    }
  }

  /// What is wrong with the import of `path`, in Go's words where it has any.
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
      return "verifying \(module.path.text)@\(module.version.text): checksum mismatch: go.sum has another hash for it "
        + "than the module cache"
    case .unusableReplacement(let replacement):
      let what = "module \(replacement.module.path.text) is replaced by \(replacement.target.text), which"
      switch replacement.obstacle {
      case .noModuleFile: return "\(what) has no go.mod that can be read"
      case .submodule: return "\(what) is a submodule"
      case .outsideRepository: return "\(what) lies outside this repository"
      }
    case .untidy(let demand):
      let wanted = demand.wanted
      guard !demand.present.isEmpty else {
        return
          "\(wanted.path.text) \(wanted.version.text) is needed, and go.mod does not require it: updates to go.mod "
          + "needed"
      }
      return "\(demand.module.path.text) requires \(wanted.path.text) \(wanted.version.text), and go.mod has "
        + "\(demand.present.text): updates to go.mod needed"
    case .malformedSum(let file, let line): return "\(file.text):\(line): malformed go.sum: wrong number of fields"
    case .excluded(let module):
      return "\(module.path.text) \(module.version.text) is required and excluded: updates to go.mod needed"
    case .sharedReplacement(let target, let first, let second):
      return "\(target.text) used for two different module paths (\(first.text) and \(second.text))"
    case .unreadableGraph(let absence): return absence.message(path)
    }
  }

  /// What Go says of a package in several places, each on a line of its own (modload/import.go, AmbiguousImportError);
  /// `place` gives the directory of a module as it is to be printed, or nil where the module says enough.
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

  /// What to do about it.
  package func advice(_ path: ByteString) -> String {
    switch self {
    case .malformed, .notInStandardLibrary, .notInModule, .ambiguous: "run go build and mend what it says"
    case .notVendored: "run: go mod vendor"
    case .notRequired: "run: go get \(path.text)"
    case .notInModuleCache: "run: go mod download"
    case .noSum(let modules, _): "run: go mod download \(modules.map(\.text).joined(separator: " "))"
    case .noModuleFileSum(let module): "run: go mod download \(module.path.text)"
    case .wrongSum: "see: go help module-auth"
    case .untidy, .excluded: "run: go mod tidy"
    case .malformedSum: "mend it, or run: go mod tidy"
    case .sharedReplacement: "mend the replace lines"
    case .unreadableGraph(let absence): absence.advice(path)
    case .unusableReplacement(let replacement):
      switch replacement.obstacle {
      case .noModuleFile: "mend \(replacement.target.appending("go.mod").text) or the replace line"
      case .submodule: "judge it in its repository"
      case .outsideRepository: "if it may be read, say so with: --read \(replacement.target.text)"
      }
    }
  }
}
