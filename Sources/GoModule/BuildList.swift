package import Bytes

/// The version of each module that a build uses, by minimal version selection (https://go.dev/ref/mod#minimal-version-selection).
package struct BuildList: Sendable {
  package private(set) var versions: [ByteString: ByteString] = [:]
  /// Modules whose go.mod could not be read, so that what they ask for is not in the list.
  package private(set) var unread: [ModuleVersion] = []

  /// Selects versions for the main modules `roots`; `load` gives the go.mod of a dependency, replacements applied.
  ///
  /// A single main module with a `go` line of 1.17 or newer lists all it needs, and nothing is loaded. Otherwise the
  /// module graph is walked, pruned where a module's own `go` line allows (modload/buildlist.go, readModGraph).
  package init(roots: [GoMod], replacements: [Replacement], load: (ModuleVersion) -> GoMod?) {
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
    if roots.count == 1, roots[0].listsAllModules { return }
    var seen: Set<ModuleVersion> = []
    while let (module, isPruned) = pending.popLast() {
      guard seen.insert(module).inserted else { continue }
      guard let file = load(module) else {
        unread.append(module)
        continue
      }
      for requirement in file.requirements where !exclusions.contains(requirement.module) {
        require(requirement.module)
        if !isPruned || !file.listsAllModules { pending.append((requirement.module, isPruned && file.listsAllModules)) }
      }
    }
    for root in roots { versions[root.module] = nil }
  }
}
