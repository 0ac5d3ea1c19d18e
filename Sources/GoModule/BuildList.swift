package import Bytes

/// The version of each module that a build uses, by minimal version selection (https://go.dev/ref/mod#minimal-version-selection).
package struct BuildList: Sendable {
  package private(set) var versions: [ByteString: ByteString] = [:]
  /// Modules whose go.mod could not be read, so that what they ask for is not in the list.
  package private(set) var unread: [ModuleVersion] = []
  /// Modules whose own requirements count, be it that their go.mod was read or that there is no need to.
  package private(set) var explicit: Set<ModuleVersion> = []

  /// Selects versions for the main modules `roots`; `load` gives the go.mod of a dependency, replacements applied.
  ///
  /// A main module with a `go` line of 1.17 or newer lists all it needs; unless `readingAll`, nothing is loaded then.
  /// Otherwise the module graph is walked, pruned where a module's own `go` line allows (modload/buildlist.go, readModGraph).
  package init(roots: [GoMod], isWorkspace: Bool, readingAll: Bool, load: (ModuleVersion) -> GoMod?) {
    var pending: [(module: ModuleVersion, isPruned: Bool)] = []
    let exclusions = roots.reduce(into: Set<ModuleVersion>()) { $0.formUnion($1.exclusions) }
    func require(_ module: ModuleVersion) {
      guard let selected = versions[module.path] else {
        versions[module.path] = module.version
        return
      }
      if isVersion(selected, before: module.version) { versions[module.path] = module.version }
    }
    for root in roots {
      for requirement in root.requirements where !exclusions.contains(requirement.module) {
        require(requirement.module)
        pending.append((requirement.module, root.listsAllModules))
      }
    }
    if !isWorkspace { explicit = Set(pending.map(\.module)) }
    guard readingAll else { return }
    var seen: Set<ModuleVersion> = []
    var seenWhole: Set<ModuleVersion> = []
    var next = 0
    while next < pending.count {
      let (module, isPruned) = pending[next]
      next += 1
      // What was met pruned may have to be read again for all that it leads to.
      let isNew = seen.insert(module).inserted
      guard isPruned ? isNew : seenWhole.insert(module).inserted else { continue }
      guard let file = load(module) else {
        unread.append(module)
        continue
      }
      for requirement in file.requirements where !exclusions.contains(requirement.module) {
        require(requirement.module)
        if !isPruned || !file.listsAllModules { pending.append((requirement.module, isPruned && file.listsAllModules)) }
      }
    }
    if isWorkspace { explicit = seen }
    for root in roots { versions[root.module] = nil }
  }
}
