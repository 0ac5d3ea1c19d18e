import Bytes
import GoGraph
import GoModule
import Snapshots
import System

/// The modules that go.mod files require, without a vendor directory: the version and directory of each, and whether Go
/// accepts it (cmd/go/internal/modload/buildlist.go).
struct RequiredModules {
  private let snapshot: Snapshot
  private let moduleCache: ByteString
  private let readable: [ByteString]
  private let modules: [ModuleGroup.Module]
  private let isWorkspace: Bool
  private let sums: GoSum
  /// The replacements of each file, with the file's directory, to which they are relative.
  ///
  /// They are in order of precedence: go.work's first.
  private var replacements: [(list: [Replacement], base: ByteString)] = []
  /// The versions that go.mod requires, by module path. Used only for a single module, not in a workspace.
  private let requirements: [ByteString: ByteString]

  init(
    _ snapshot: Snapshot, _ moduleCache: ByteString, _ readable: [ByteString], _ modules: [ModuleGroup.Module],
    _ workspace: ByteString?, _ work: GoWork?, _ sums: GoSum
  ) {
    self.snapshot = snapshot
    self.moduleCache = moduleCache
    self.readable = readable
    self.modules = modules
    self.sums = sums
    isWorkspace = workspace != nil
    requirements = Dictionary(
      modules[0].file.requirements.map { ($0.module.path, $0.module.version) },
      uniquingKeysWith: { isVersion($0, before: $1) ? $1 : $0 })
    replacements = modules.reversed().map { ($0.file.replacements, $0.directory) }
    if let work, let workspace { replacements.insert((work.replacements, workspace.directory), at: 0) }
  }

  /// Adds the modules to `scope`. With `mayDemand`, a module that requires more than go.mod has is an error, as in Go.
  func add(to scope: inout ModuleScope, mayDemand: Bool) {
    let bare = scope
    add(to: &scope, readingAll: isWorkspace || !modules[0].file.listsAllModules, mayDemand)
    guard mayDemand, modules[0].file.listsAllModules else { return }
    for module in modules[0].file.requirements.map(\.module) { scope.demands[module.path] = demand(of: module) }
    scope.whole = Deferred { [self] in
      var whole = bare
      add(to: &whole, readingAll: true, mayDemand)
      return whole
    }
  }

  private func add(to scope: inout ModuleScope, readingAll: Bool, _ mayDemand: Bool) {
    var failure: ResolutionError?
    var goLine: ResolutionError.UnmetRequirement?
    var loaded: [(module: ModuleVersion, file: GoMod)] = []
    // In Go's order, so that the first error is the same.
    let roots = modules.map(\.file).sorted { $0.module < $1.module }
    let list = BuildList(roots: roots, isWorkspace: isWorkspace, readingAll: readingAll) { module in
      do throws(Unreadable) {
        let file = try moduleFile(of: module)
        if mayDemand, goLine == nil { goLine = goDemand(of: module, file) }
        loaded.append((module, file))
        return file
      } catch {
        failure = failure ?? error.resolutionError
        return nil
      }
    }
    scope.explicit = list.explicit
    for (path, version) in list.versions { add(ModuleVersion(path: path, version: version), to: &scope) }
    scope.replacedByDirectory.sort { $0.path < $1.path }
    // Modules may require an older version of a main module. Its requirements count, the module itself does not.
    let own = Set(scope.mainModules.map(\.path))
    for module in list.unread where scope.dependencies[module.path] == nil && !own.contains(module.path) {
      scope.dependencies[module.path] = ModuleScope.Dependency(module: module, directory: nil)
    }
    // In a workspace, only some versions of Go reject this.
    if !isWorkspace { failure = failure ?? sharedReplacement(list) }
    if mayDemand { failure = failure ?? untidiness(list, loaded) ?? goLine.map { .untidy($0) } }
    scope.graphFailure = failure.map { .unreadableGraph($0) }
  }

  /// Returns the first requirement of go.mod that Go would have to change, or nil.
  private func untidiness(_ list: BuildList, _ loaded: [(module: ModuleVersion, file: GoMod)]) -> ResolutionError? {
    let main = modules[0].file
    if let excluded = main.requirements.lazy.map(\.module).first(where: main.exclusions.contains) {
      return .excluded(excluded)
    }
    for requirement in main.requirements.map(\.module) {
      guard let highest = requirements[requirement.path], highest != requirement.version else { continue }
      let main = ModuleVersion(path: main.module, version: "")
      let wanted = ModuleVersion(path: requirement.path, version: highest)
      return .untidy(ResolutionError.UnmetRequirement(module: main, wanted: wanted, present: requirement.version))
    }
    for (path, present) in requirements.sorted(by: { $0.key < $1.key }) {
      guard let selected = list.versions[path], isVersion(present, before: selected) else { continue }
      let wanted = ModuleVersion(path: path, version: selected)
      let asking = loaded.first { $0.file.requirements.contains { $0.module == wanted } }?.module ?? wanted
      return .untidy(ResolutionError.UnmetRequirement(module: asking, wanted: wanted, present: present))
    }
    return nil
  }

  private func add(_ module: ModuleVersion, to scope: inout ModuleScope) {
    guard let (found, base) = replacement(of: module) else {
      scope.dependencies[module.path] = dependency(module)
      return
    }
    switch found.target {
    case .module(let target): scope.dependencies[module.path] = dependency(target, insteadOf: module)
    case .directory(let target):
      guard let local = localDirectory(target, base: base), snapshot.moduleFile(in: local) != nil else {
        scope.unreadable[module.path] = unusable(target, base: base, insteadOf: module)
        return
      }
      let replaced = ModuleScope.LocalModule.Replaced(
        version: module.version, target: written(target, base: base, for: module))
      scope.replacedByDirectory.append(
        ModuleScope.LocalModule(path: module.path, directory: local, replaced: replaced))
    }
  }

  private func dependency(
    _ module: ModuleVersion, insteadOf replaced: ModuleVersion? = nil
  ) -> ModuleScope.Dependency {
    ModuleScope.Dependency(
      module: module, replaced: replaced,
      directory: isUnpacked(module, in: moduleCache) ? DirectoryName(.module(module), "") : nil,
      verification: sums.verification(of: module, in: moduleCache))
  }

  /// Returns the error for two modules with the same source, or nil.
  private func sharedReplacement(_ list: BuildList) -> ResolutionError? {
    var known: [ByteString: ByteString] = [:]
    for (path, version) in list.versions.sorted(by: { $0.key < $1.key }) {
      let module = ModuleVersion(path: path, version: version)
      var source = path + "@" + version
      switch replacement(of: module)?.replacement.target {
      case .directory(let target): source = target + "@"
      case .module(let target): source = target.path + "@" + target.version
      case nil: break
      }
      if let other = known.updateValue(path, forKey: source) { return .sharedReplacement(source, other, path) }
    }
    return nil
  }

  // MARK: Requirements of modules

  private struct Unreadable: Error {
    let resolutionError: ResolutionError?
  }

  /// Returns the go.mod of a module, with replacements applied.
  ///
  /// The error has a nil reason if Go may read the file but staticgo may not.
  private func moduleFile(of module: ModuleVersion) throws(Unreadable) -> GoMod {
    var source = module
    if let (found, base) = replacement(of: module) {
      switch found.target {
      case .directory(let target):
        if let file = localDirectory(target, base: base).flatMap(snapshot.moduleFile(in:)) { return file }
        let replacement = unusable(target, base: base, insteadOf: module)
        throw Unreadable(
          resolutionError: replacement.obstacle == .noModuleFile ? .unusableReplacement(replacement) : nil)
      case .module(let target): source = target
      }
    }
    guard sums.vouchForModuleFile(of: source) else { throw Unreadable(resolutionError: .noModuleFileSum(source)) }
    guard let file = cachedModuleFile(source, in: moduleCache) else {
      throw Unreadable(resolutionError: .notInModuleCache(source))
    }
    return file
  }

  /// Returns the first requirement of a module that go.mod does not meet, or nil: a higher version of a module, or a
  /// newer `go` line (modload, spotCheckRoots).
  private func demand(of module: ModuleVersion) -> ResolutionError.UnmetRequirement? {
    guard let file = try? moduleFile(of: module) else { return nil }
    let main = modules[0].file
    for wanted in file.requirements.map(\.module) where !main.exclusions.contains(wanted) {
      guard let present = requirements[wanted.path], isVersion(present, before: wanted.version) else { continue }
      return ResolutionError.UnmetRequirement(module: module, wanted: wanted, present: present)
    }
    return goDemand(of: module, file)
  }

  private func goDemand(of module: ModuleVersion, _ file: GoMod) -> ResolutionError.UnmetRequirement? {
    // A `go` line below 1.21 is not a requirement.
    guard let line = file.go, !isGoVersion(line, before: "1.21") else { return nil }
    let present = modules[0].file.go ?? "1.16"
    guard isGoVersion(present, before: line) else { return nil }
    return ResolutionError.UnmetRequirement(
      module: module, wanted: ModuleVersion(path: "go", version: line), present: present)
  }

  // MARK: Replacements

  private func replacement(of module: ModuleVersion) -> (replacement: Replacement, base: ByteString)? {
    for (list, base) in replacements {
      if let found = GoMod.replacement(of: module, in: list) { return (found, base) }
    }
    return nil
  }

  /// The directory of a replacement as Go writes it.
  ///
  /// In a workspace, a go.mod's is relative to the workspace. All others stay as written.
  private func written(_ target: ByteString, base: ByteString, for module: ModuleVersion) -> ByteString {
    let isOfWorkspace = GoMod.replacement(of: module, in: replacements[0].list) != nil
    guard isWorkspace, !isOfWorkspace, !target.hasPrefix("/") else { return target }
    return base.appending(target).cleaned.relativePath(from: replacements[0].base)
  }

  private func unusable(
    _ target: ByteString, base: ByteString, insteadOf module: ModuleVersion
  ) -> ResolutionError.Replacement {
    let isInside = base.appending(target).cleaned.hasPrefix("../") == false && !target.hasPrefix("/")
    let hasDirectory = localDirectory(target, base: base) != nil
    return ResolutionError.Replacement(
      module: module, target: target, place: place(of: target, base: base),
      obstacle: hasDirectory ? .noModuleFile : isInside ? .submodule : .outsideRepository)
  }

  private func place(of target: ByteString, base: ByteString) -> ByteString {
    (target.hasPrefix("/") ? target : snapshot.root.appending(base).appending(target)).cleaned
  }

  /// The directory of a replacement, in the repository or below a directory that may be read; nil for all others.
  private func localDirectory(_ target: ByteString, base: ByteString) -> DirectoryName? {
    let absolute = place(of: target, base: base)
    if let inside = absolute.relative(to: snapshot.root) {
      // The files of a submodule belong to another repository.
      return snapshot.submodules.contains(where: inside.isWithin) ? nil : DirectoryName(.repository, inside)
    }
    return readable.contains { absolute.isWithin($0) } ? DirectoryName(.outside(absolute), "") : nil
  }
}
