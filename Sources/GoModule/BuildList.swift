package import Bytes

/// The version of each module that a build uses, by minimal version selection
/// (https://go.dev/ref/mod#minimal-version-selection).
package struct BuildList: Sendable {
  package private(set) var versions: [ByteString: ByteString] = [:]
  /// Modules whose go.mod could not be read, so that their requirements are not in the list.
  package private(set) var unread: [ModuleVersion] = []
  /// Modules whose own requirements count: their go.mod was read, or does not need to be.
  package private(set) var explicit: Set<ModuleVersion> = []

  /// Selects versions for the main modules `roots`.
  ///
  /// `load` returns the go.mod of a dependency with replacements applied, or nil if it cannot be read.
  ///
  /// A main module with a `go` line of 1.17 or newer lists all modules it needs; nothing is loaded then, unless
  /// `isWorkspace` or `readingAll`. Otherwise the module graph is walked, pruned where a module's own `go` line allows
  /// (modload/buildlist.go, readModGraph).
  package init(roots: [GoMod], isWorkspace: Bool, readingAll: Bool, load: (ModuleVersion) -> GoMod?) {
    exclusions = roots.reduce(into: []) { $0.formUnion($1.exclusions) }
    var pending: [Pending] = []
    for root in roots {
      for requirement in root.requirements where !exclusions.contains(requirement.module) {
        select(requirement.module)
        pending.append(Pending(module: requirement.module, pruning: root.listsAllModules ? .pruned : .unpruned))
      }
    }
    let own = Set(roots.map(\.module))
    if isWorkspace || readingAll { read(pending, load) }
    if isWorkspace { reread(for: roots, own, load) }
    explicit = Set(isWorkspace ? Array(required.keys) + unread : pending.map(\.module))
    for module in own { versions[module] = nil }
  }

  private var exclusions: Set<ModuleVersion> = []
  /// The requirements of each module that was read.
  private var required: [ModuleVersion: [ModuleVersion]] = [:]

  /// How far requirements are followed beyond a module's own go.mod.
  private enum Pruning { case pruned, unpruned, workspace }

  private struct Pending: Hashable {
    let module: ModuleVersion
    let pruning: Pruning
  }

  private mutating func select(_ module: ModuleVersion) {
    guard let selected = versions[module.path] else {
      versions[module.path] = module.version
      return
    }
    if isVersion(selected, before: module.version) { versions[module.path] = module.version }
  }

  /// Reads modules and their requirements, those nearest to the main modules first.
  private mutating func read(_ modules: [Pending], _ load: (ModuleVersion) -> GoMod?) {
    var pending = modules
    var seen: Set<Pending> = []
    var next = 0
    while next < pending.count {
      let (module, pruning) = (pending[next].module, pending[next].pruning)
      next += 1
      guard seen.insert(Pending(module: module, pruning: pruning)).inserted else { continue }
      guard let file = load(module) else {
        if !unread.contains(module) { unread.append(module) }
        continue
      }
      let requirements = file.requirements.map(\.module).filter { !exclusions.contains($0) }
      required[module] = requirements
      for requirement in requirements {
        select(requirement)
        guard pruning != .pruned || !file.listsAllModules else { continue }
        let isPruned = pruning != .unpruned && file.listsAllModules
        pending.append(Pending(module: requirement, pruning: isPruned ? .pruned : .unpruned))
      }
    }
  }

  /// Reads the modules of a workspace that are selected in a higher version than required (modload/buildlist.go,
  /// readModGraph, hasDepsInAll). No go.mod lists the requirements of that version.
  private mutating func reread(for roots: [GoMod], _ own: Set<ByteString>, _ load: (ModuleVersion) -> GoMod?) {
    var inAll: Set<ModuleVersion> = []
    while true {
      var needed: Set<ModuleVersion> = []
      let lists =
        roots.map { $0.requirements.map(\.module).filter { !exclusions.contains($0) } }
        + inAll.map { required[$0] ?? [] }
      for requirement in lists.joined() where !own.contains(requirement.path) {
        guard let version = versions[requirement.path] else { continue }
        let selected = ModuleVersion(path: requirement.path, version: version)
        if isVersion(requirement.version, before: version), !inAll.contains(selected) { needed.insert(selected) }
      }
      for module in inAll {
        guard let version = versions[module.path] else { continue }
        let selected = ModuleVersion(path: module.path, version: version)
        if !inAll.contains(selected) { needed.insert(selected) }
      }
      if needed.isEmpty { return }
      inAll.formUnion(needed)
      let sorted = needed.sorted { ($0.path, $0.version) < ($1.path, $1.version) }
      read(sorted.map { Pending(module: $0, pruning: .workspace) }, load)
    }
  }
}
