package import Bytes
package import GoModule

/// The rules that map import paths to directories, for one main module or for all modules of one workspace.
package struct ModuleScope: Sendable {
  /// A module whose files are in a local directory: a main module, or a module that a directory replaces.
  package struct LocalModule: Sendable, Hashable {
    package let path: ByteString
    package let directory: DirectoryName
    /// The replaced version, and the directory as written in the `replace` line; nil for a main module.
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

  /// A module of the module cache; `directory` is nil if the cache does not have it.
  package struct Dependency: Sendable, Hashable {
    package let module: ModuleVersion
    /// The required module, if `module` replaces it.
    package let replaced: ModuleVersion?
    package let directory: DirectoryName?
    package let verification: Verification

    package init(
      module: ModuleVersion, replaced: ModuleVersion? = nil, directory: DirectoryName?,
      verification: Verification = .verified
    ) {
      self.module = module
      self.replaced = replaced
      self.directory = directory
      self.verification = verification
    }
  }

  /// The result of checking a module against go.sum.
  package enum Verification: Sendable, Hashable {
    case verified
    /// go.sum has no line for the content. Go then does not look at the module.
    case noSum
    /// go.sum has no line for the go.mod. Go then uses no package of the module.
    case noModuleFileSum
    /// go.sum and the module cache have different hashes.
    case wrongSum
  }

  /// A vendor directory and its vendor/modules.txt.
  package struct Vendor: Sendable {
    package let directory: DirectoryName
    package let modules: VendorModules
    /// Whether only packages in vendor/modules.txt count, as with a `go` line of 1.23 or newer.
    package let isListBinding: Bool
    /// Whether the directory may hold packages with paths of the main modules, which happens only by mistake.
    package let mayHoldMainModules: Bool

    package init(
      directory: DirectoryName, modules: VendorModules, isListBinding: Bool, mayHoldMainModules: Bool = true
    ) {
      self.mayHoldMainModules = mayHoldMainModules
      self.directory = directory
      self.modules = modules
      self.isListBinding = isListBinding
    }
  }

  package var mainModules: [LocalModule]
  package var replacedByDirectory: [LocalModule] = []
  /// Replacements with a directory that has no readable module or that staticgo may not read, by module path.
  package var unreadable: [ByteString: ResolutionError.Replacement] = [:]
  package var vendor: Vendor?
  /// The reason why the module graph cannot be read, if Go needs it for every dependency.
  package var graphFailure: ResolutionError?
  /// The reason why go.sum cannot be read. Go reads it for packages that no local module has.
  package var sumFailure: ResolutionError?
  /// The unmet requirements of required modules, by module path. Go refuses to build a main that uses such a module.
  package var demands: [ByteString: ResolutionError.UnmetRequirement] = [:]
  /// The scope with all indirectly required modules too, if go.mod has to list all needed modules. Go searches it for
  /// packages that it finds nowhere else.
  package var whole: Deferred<ModuleScope>?
  /// The modules that packages of the main modules may import from. Go wants each of them in go.mod.
  package var explicit: Set<ModuleVersion> = []
  package var dependencies: [ByteString: Dependency] = [:]
  /// Whether a go.work is in use. Go then looks in no other module for a package that a main module has.
  package var isWorkspace = false
  /// Directories of the repository that have their own go.mod.
  package var nestedModules: Set<ByteString> = []

  package init(mainModules: [LocalModule]) { self.mainModules = mainModules }
}

/// The package that an import path resolves to, or the reason why it does not resolve.
package enum Resolution: Sendable, Hashable {
  case package(importPath: ByteString, DirectoryName)
  case none(ResolutionError)
}

/// The kind of importer. The standard library and the go commands have their own vendor directories.
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
  /// Removes the unmet `go` lines: before Go 1.21, a module's `go` line was not a requirement.
  package mutating func ignoreGoLines() {
    if case .unreadableGraph(.untidy(let demand)) = graphFailure, demand.wanted.path == "go" { graphFailure = nil }
    demands = demands.filter { $0.value.wanted.path != "go" }
  }

  /// Returns the unmet requirement of the module that a directory belongs to, or nil.
  ///
  /// If go.mod does not list the module, the unmet requirement is the module itself.
  package func demand(of directory: DirectoryName) -> ResolutionError.UnmetRequirement? {
    guard directory.root != .standardLibrary, let module = (whole?.known ?? self).module(of: directory) else {
      return nil
    }
    if let demand = demands[module.path] { return demand }
    guard whole?.known != nil, !explicit.contains(module) else { return nil }
    return ResolutionError.UnmetRequirement(module: module, wanted: module, present: "")
  }

  /// Returns the required module that a directory belongs to, under the path it is required by; nil for main modules.
  package func module(of directory: DirectoryName) -> ModuleVersion? {
    switch directory.root {
    case .standardLibrary: return nil
    case .module(let module):
      guard let (path, dependency) = dependencies.first(where: { $0.value.module == module }) else { return module }
      return dependency.replaced ?? ModuleVersion(path: path, version: module.version)
    case .repository, .outside:
      let local = replacedByDirectory.filter { $0.directory.root == directory.root }
        .filter { directory.path.isWithin($0.directory.path) }.max { $0.directory.path.count < $1.directory.path.count }
      guard let local,
        !mainModules.contains(where: {
          $0.directory.root == directory.root
            && directory.path.isWithin($0.directory.path) && $0.directory.path.count > local.directory.path.count
        })
      else { return nil }
      return ModuleVersion(path: local.path, version: local.replaced?.version ?? "")
    }
  }

  /// Finds the package that a file imports as `path` (modload/import.go, importFromModules).
  package func resolve(_ path: ByteString, from importer: Importer, in tree: some SourceTree) -> Resolution {
    let hasDot = path.firstElementHasDot
    if let reason = malformation(of: path) { return .none(.malformed(reason)) }
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
    var found: [ResolutionError.Provider] = []
    for module in [mainModules, replacedByDirectory].joined() where path.isWithin(module.path) {
      let directory = module.directory.appending(path.relative(to: module.path) ?? "")
      if isOwn(directory, of: module), tree.holdsGoFiles(directory) {
        let version = module.replaced?.version ?? ""
        found.append(
          ResolutionError.Provider(module: ModuleVersion(path: module.path, version: version), directory: directory))
      }
      if module.path.count > owner?.count ?? -1 { owner = module.path }
    }
    if isWorkspace, vendor == nil {
      let own = found.filter { $0.module?.version.isEmpty ?? false }
      if own.count > 1 { return .none(.ambiguous(own)) }
      if let own = own.first { return .package(importPath: path, own.directory) }
    }
    if let vendor { return resolveVendored(path, vendor, found, owner: owner, in: tree) }
    return resolveDependency(path, found, owner: owner, hasDot: hasDot, in: tree)
  }

  /// Whether the directory belongs to the module itself, not to a module nested in it.
  private func isOwn(_ directory: DirectoryName, of module: LocalModule) -> Bool {
    directory.root != .repository
      || innermostModule(of: directory.path, below: module.directory.path) == module.directory.path
  }

  /// Returns the root of the innermost module that contains a directory; `top` if no module nested below `top` does.
  package func innermostModule(of directory: ByteString, below top: ByteString = "") -> ByteString {
    var nearest = directory
    while nearest.count > top.count, !nestedModules.contains(nearest) { nearest = nearest.directory }
    return nearest
  }

  private func resolveVendored(
    _ path: ByteString, _ vendor: Vendor, _ local: [ResolutionError.Provider], owner: ByteString?,
    in tree: some SourceTree
  ) -> Resolution {
    if local.count == 1, !vendor.mayHoldMainModules { return .package(importPath: path, local[0].directory) }
    let isListed = !vendor.isListBinding || vendor.modules.module(of: path) != nil
    let directory = vendor.directory.appending(path)
    let isVendored = isListed && tree.holdsGoFiles(directory)
    if isVendored, local.isEmpty { return .package(importPath: path, directory) }
    if !isVendored, local.count == 1 { return .package(importPath: path, local[0].directory) }
    if local.isEmpty {
      if let owner { return .none(.notInModule(owner)) }
      return .none(path.firstElementHasDot ? .notVendored : .notInStandardLibrary)
    }
    let places = local.map(\.directory) + (isVendored ? [directory] : [])
    return .none(.ambiguous(places.map { ResolutionError.Provider(module: nil, directory: $0) }))
  }

  /// SourceInspector in every module whose path is a prefix of the import path, longest first: each could have the package.
  private func resolveDependency(
    _ path: ByteString, _ local: [ResolutionError.Provider], owner: ByteString?, hasDot: Bool, in tree: some SourceTree
  ) -> Resolution {
    var owner = owner
    var found = local
    if let graphFailure, found.allSatisfy({ !($0.module?.version ?? "").isEmpty }) { return .none(graphFailure) }
    if let sumFailure, found.isEmpty { return .none(sumFailure) }
    var unverified: [ByteString] = []
    var withoutModuleFileSum: ModuleVersion?
    var prefix = path
    while !prefix.isEmpty {
      if let replacement = unreadable[prefix] { return .none(.unusableReplacement(replacement)) }
      if let dependency = dependencies[prefix] {
        switch (dependency.verification, dependency.directory) {
        case (.noSum, _): unverified.append(prefix)
        case (_, nil): return .none(.notInModuleCache(dependency.module))
        case (.wrongSum, _): return .none(.wrongSum(dependency.module))
        case (.verified, let root?), (.noModuleFileSum, let root?):
          let directory = root.appending(path.relative(to: prefix) ?? "")
          let module = ModuleVersion(path: prefix, version: dependency.module.version)
          if tree.holdsGoFiles(directory) {
            found.append(ResolutionError.Provider(module: module, directory: directory))
            if dependency.verification == .noModuleFileSum { withoutModuleFileSum = dependency.module }
          }
          if owner == nil { owner = prefix + "@" + dependency.module.version }
        }
      }
      prefix = prefix.directory
    }
    if found.count > 1 { return .none(.ambiguous(found.sorted { $0.module?.path ?? "" < $1.module?.path ?? "" })) }
    // A module that Go may not look at, because go.sum lacks it, could also have the package.
    if !unverified.isEmpty { return .none(.noSum(modules: unverified.reversed(), isFound: !found.isEmpty)) }
    if let module = withoutModuleFileSum { return .none(.noModuleFileSum(module)) }
    if let found = found.first { return .package(importPath: path, found.directory) }
    if let whole { return whole.value.resolve(path, from: .user, in: tree) }
    if let owner { return .none(.notInModule(owner)) }
    return .none(hasDot ? .notRequired : .notInStandardLibrary)
  }
}

extension ByteString {
  /// Whether the first element of an import path has a dot; in the standard library no path has one there.
  package var firstElementHasDot: Bool {
    for byte in bytes {
      if byte == UInt8(ascii: ".") { return true }
      if byte == UInt8(ascii: "/") { return false }
    }
    return false
  }
}
