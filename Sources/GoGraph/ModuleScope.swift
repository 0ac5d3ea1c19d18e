package import Bytes
package import GoModule

/// How import paths become directories for one main module, or for the modules of one workspace together.
package struct ModuleScope: Sendable {
  /// A module whose files are at hand in a directory: a main module, or a replacement by a directory.
  package struct LocalModule: Sendable, Hashable {
    package let path: ByteString
    package let directory: DirectoryName
    /// Of a replacement: the version that is replaced, and the directory as it is written.
    package var replaced: Replaced?

    package struct Replaced: Sendable, Hashable {
      package let version: ByteString
      package let target: ByteString

      package init(version: ByteString, target: ByteString) {
        self.version = version
        self.target = target
      }
    }

    package init(path: ByteString, directory: DirectoryName, replaced: Replaced? = nil) {
      self.path = path
      self.directory = directory
      self.replaced = replaced
    }
  }

  /// A module of the module cache; `directory` is nil where it is not there.
  package struct Dependency: Sendable, Hashable {
    package let module: ModuleVersion
    /// What is asked for, where another module takes its place.
    package let replaced: ModuleVersion?
    package let directory: DirectoryName?
    /// Whether go.sum vouches for it, without which Go does not look at it.
    package let hasSum: Bool

    package init(module: ModuleVersion, replaced: ModuleVersion? = nil, directory: DirectoryName?, hasSum: Bool) {
      self.module = module
      self.replaced = replaced
      self.directory = directory
      self.hasSum = hasSum
    }
  }

  /// A vendor directory and its list.
  package struct Vendor: Sendable {
    package let directory: DirectoryName
    package let modules: VendorModules
    /// Since a `go` line of 1.23, only packages that the list names count.
    package let isListBinding: Bool

    package init(directory: DirectoryName, modules: VendorModules, isListBinding: Bool) {
      self.directory = directory
      self.modules = modules
      self.isListBinding = isListBinding
    }
  }

  package var mainModules: [LocalModule]
  package var replacedByDirectory: [LocalModule] = []
  /// Replacements by a directory that we may not read, with what to say of them.
  package var unreadable: [ByteString: Resolution] = [:]
  package var vendor: Vendor?
  package var dependencies: [ByteString: Dependency] = [:]
  /// Directories of the repository that hold a go.mod of their own.
  package var nestedModules: Set<ByteString> = []

  package init(mainModules: [LocalModule]) { self.mainModules = mainModules }
}

/// Where an import path leads.
package enum Resolution: Sendable, Hashable {
  case package(importPath: ByteString, DirectoryName)
  /// The package cannot exist as things stand; Go says so too.
  case missingPackage(String)
  /// It may exist, but its module is not at hand; with what to do.
  case missingModule(String, advice: String)

  /// Several modules have the package, in Go's words but for their directories (modload/import.go, AmbiguousImportError).
  static func ambiguous(_ path: ByteString, modules: [ModuleVersion]) -> Resolution {
    let list = modules.map { "\n\t\($0.path.text) \($0.version.text)" }.joined()
    return .missingPackage("ambiguous import: found package \(path.text) in multiple modules:\(list)")
  }

  /// go.sum does not vouch for modules that could have the package, in Go's words (modload/import.go,
  /// ImportMissingSumError).
  static func missingSum(_ path: ByteString, modules: [ByteString], isFound: Bool) -> Resolution {
    let list = modules.map(\.text).joined(separator: " ")
    let what = isFound ? "needed to verify package" : "for module providing package"
    return .missingModule("missing go.sum entry \(what) \(path.text)", advice: "run: go mod download \(list)")
  }
}

/// Who imports: the toolchain's own packages have vendor directories of their own.
package enum Importer: Int, Sendable, Hashable, CaseIterable {
  case user, standardLibrary, command

  package init(_ package: ByteString, isStandard: Bool) {
    self = !isStandard ? .user : package.isWithin(Self.commands) ? .command : .standardLibrary
  }

  private static let commands: ByteString = "cmd"

  var vendorDirectory: ByteString? {
    switch self {
    case .user: nil
    case .standardLibrary: "vendor/"
    case .command: "cmd/vendor/"
    }
  }
}

extension ModuleScope {
  /// Finds the package that a file imports as `path` (modload/import.go, importFromModules).
  package func resolve(_ path: ByteString, from importer: Importer, in tree: some SourceTree) -> Resolution {
    let hasDot = path.firstElementHasDot
    if let reason = malformation(of: path) {
      return .missingPackage("malformed import path \"\(path.text)\": \(reason)")
    }
    if hasDot, let vendor = importer.vendorDirectory {
      let vendored = vendor + path
      let directory = DirectoryName(.standardLibrary, vendored)
      if tree.holdsGoFiles(directory) { return .package(importPath: vendored, directory) }
    }
    if !hasDot {
      let directory = DirectoryName(.standardLibrary, path)
      if tree.holdsGoFiles(directory) { return .package(importPath: path, directory) }
    }
    var owner: ByteString?
    for modules in [mainModules, replacedByDirectory] {
      for module in modules where path.isWithin(module.path) {
        let directory = module.directory.appending(path.relative(to: module.path) ?? "")
        if isOwn(directory, of: module), tree.holdsGoFiles(directory) {
          return .package(importPath: path, directory)
        }
        if module.path.count > owner?.count ?? -1 { owner = module.path }
      }
    }
    if let vendor { return resolveVendored(path, vendor, owner: owner, in: tree) }
    return resolveDependency(path, owner: owner, hasDot: hasDot, in: tree)
  }

  /// Whether no other module begins between the module's root and the directory.
  private func isOwn(_ directory: DirectoryName, of module: LocalModule) -> Bool {
    directory.root != .repository
      || innermostModule(of: directory.path, below: module.directory.path) == module.directory.path
  }

  /// The root of the innermost module that a directory of the repository lies in; `top` where none begins below that.
  package func innermostModule(of directory: ByteString, below top: ByteString = "") -> ByteString {
    var nearest = directory
    while nearest.count > top.count, !nestedModules.contains(nearest) { nearest = nearest.directory }
    return nearest
  }

  private func resolveVendored(
    _ path: ByteString, _ vendor: Vendor, owner: ByteString?, in tree: some SourceTree
  ) -> Resolution {
    let directory = vendor.directory.appending(path)
    if tree.holdsGoFiles(directory), !vendor.isListBinding || vendor.modules.module(of: path) != nil {
      return .package(importPath: path, directory)
    }
    if let owner { return .missingPackage("package \(path.text) does not exist in module \(owner.text)") }
    if !path.split(UInt8(ascii: "/"))[0].contains(UInt8(ascii: ".")) {
      return .missingPackage("package \(path.text) is not in std")
    }
    return .missingModule(
      "package \(path.text) is imported, but it is not in vendor/", advice: "run: go mod vendor")
  }

  private func resolveDependency(
    _ path: ByteString, owner: ByteString?, hasDot: Bool, in tree: some SourceTree
  ) -> Resolution {
    var absent: ModuleVersion?
    var owner = owner
    var found: [(module: ModuleVersion, directory: DirectoryName)] = []
    var unverified: [ByteString] = []
    var prefix = path
    while !prefix.isEmpty {
      if let answer = unreadable[prefix] { return answer }
      if let dependency = dependencies[prefix] {
        if !dependency.hasSum {
          unverified.append(prefix)
        } else if let root = dependency.directory {
          let directory = root.appending(path.relative(to: prefix) ?? "")
          if tree.holdsGoFiles(directory) {
            found.append((ModuleVersion(path: prefix, version: dependency.module.version), directory))
          }
          if owner == nil { owner = prefix + "@" + dependency.module.version }
        } else if absent == nil {
          absent = dependency.module
        }
      }
      prefix = prefix.directory
    }
    if found.count > 1 { return .ambiguous(path, modules: found.map(\.module).reversed()) }
    // A module that Go may not look at could have the package too.
    if !unverified.isEmpty { return .missingSum(path, modules: unverified.reversed(), isFound: !found.isEmpty) }
    if let (_, directory) = found.first { return .package(importPath: path, directory) }
    if let absent {
      return .missingModule(
        "module \(absent.path.text)@\(absent.version.text) is not in the module cache", advice: "run: go mod download")
    }
    if let owner { return .missingPackage("package \(path.text) does not exist in module \(owner.text)") }
    if !hasDot { return .missingPackage("package \(path.text) is not in std") }
    return .missingModule("no required module provides package \(path.text)", advice: "run: go get \(path.text)")
  }
}

extension ByteString {
  /// Whether the first element of an import path has a dot, as no path of the standard library's has.
  package var firstElementHasDot: Bool {
    for byte in bytes {
      if byte == UInt8(ascii: ".") { return true }
      if byte == UInt8(ascii: "/") { return false }
    }
    return false
  }
}
