import Bytes
import Diagnostics
import FileSystem
import GoGraph
import GoModule

/// The modules of a snapshot that resolve imports together: one module, or those that a go.work uses.
struct ModuleGroup: Sendable {
  struct Module: Sendable {
    /// Relative to the root of the repository.
    let directory: ByteString
    let file: GoMod
  }
  let modules: [Module]
  /// The go.work file's path in the repository, or nil.
  let workspace: ByteString?
  let work: GoWork?
  var scope: ModuleScope
  /// The root of the work tree.
  let root: ByteString
  /// Why nothing of this group can be judged.
  var failure: JudgementError?

  /// Directories outside the repository that the group reads by a relative path, as that leads from the root.
  var outsideDirectories: [(written: ByteString, directory: ByteString)] {
    var written: [ByteString] = work?.uses.map { directory.appending($0) } ?? []
    for module in modules {
      for case .directory(let target) in module.file.replacements.map(\.target) where !target.hasPrefix("/") {
        written.append(module.directory.appending(target))
      }
    }
    for case .directory(let target) in work?.replacements.map(\.target) ?? [] where !target.hasPrefix("/") {
      written.append(directory.appending(target))
    }
    let outside = (scope.mainModules + scope.replacedByDirectory).compactMap { module -> ByteString? in
      if case .outside(let path) = module.directory.root { path } else { nil }
    }
    return written.map(\.cleaned).filter { $0.hasPrefix("../") }.compactMap { path in
      outside.first { root.appending(path).cleaned == $0 }.map { (path, $0) }
    }
  }

  /// The lines of the go.sum files by the module and version that they are about.
  func sums(in snapshot: Snapshot) -> [ModuleVersion: [ByteString]] {
    var sums: [ModuleVersion: [ByteString]] = [:]
    var files = modules.map { $0.directory.appending("go.sum") }
    if let workspace { files.append(workspace.directory.appending("go.work.sum")) }
    for file in files {
      if let content = snapshot.content(file) { sums.merge(readGoSum(content).lines) { $0 + $1 } }
    }
    return sums
  }

  /// Whether a file of the repository decides how the group's imports are resolved.
  func decides(_ path: ByteString) -> Bool {
    isModuleFile(path)
      && (path == workspace || path.directory == directory || path.directory == directory.appending("vendor")
        || modules.contains { $0.directory == path.directory })
  }

  /// Where `go` runs for the group.
  var directory: ByteString { workspace?.directory ?? modules[0].directory }
}

/// Finds modules and says how their imports are resolved.
struct ModuleFinder {
  let snapshot: Snapshot
  let moduleCache: ByteString
  /// Directories outside the repository that may be read.
  let readable: [ByteString]
  /// The value of -mod in GOFLAGS.
  let modFlag: String?
  var errors: [JudgementError] = []

  init(snapshot: Snapshot, moduleCache: ByteString, readable: [ByteString], modFlag: String?) {
    self.modFlag = modFlag
    self.snapshot = snapshot
    self.moduleCache = moduleCache
    self.readable = readable
  }

  /// The modules whose `./...` is judged: outside vendor, testdata and directories that begin with `_` or `.`.
  mutating func groups() -> [ModuleGroup] {
    var modules: [ByteString: ModuleGroup.Module] = [:]
    let directories = snapshot.moduleFiles(called: "go.mod").map(\.directory)
    for directory in directories where isSearched(directory) {
      let path = directory.appending("go.mod")
      guard let content = snapshot.content(path) else { continue }
      do throws(ModuleFileError) {
        modules[directory] = ModuleGroup.Module(directory: directory, file: try GoMod(parsing: content))
      } catch {
        fail(path, error)
      }
    }
    let nested = Set(directories)
    var groups: [ModuleGroup] = []
    var grouped: Set<ByteString> = []
    for path in workspaces() {
      guard let content = snapshot.content(path) else { continue }
      do throws(ModuleFileError) {
        let work = try GoWork(parsing: content)
        let used = work.uses.map {
          ($0.hasPrefix("/") ? $0 : snapshot.root.appending(path.directory).appending($0)).cleaned
        }
        let inside = used.compactMap { $0.relative(to: snapshot.root) }
        let members = inside.filter { modules[$0] != nil && !grouped.contains($0) }
        guard !members.isEmpty else { continue }
        grouped.formUnion(members)
        var made = group(members.map { modules[$0]! }, workspace: path, work, nested)
        if let missing = zip(work.uses, used).first(where: { isMissing($0.1, modules, &made.scope) })?.0 {
          made.failure = JudgementError(
            message: "\(path.text) uses \(missing.text), and there is no module that may be read. Mend go.work, or let "
              + "staticgo read a directory outside the repository with --read.",
            file: path)
        }
        groups.append(made)
      } catch {
        fail(path, error)
      }
    }
    for directory in modules.keys.sorted() where !grouped.contains(directory) {
      groups.append(group([modules[directory]!], workspace: nil, nil, nested))
    }
    return groups
  }

  /// The go.work files that count: all, none with GOWORK=off, or the one that GOWORK names.
  private mutating func workspaces() -> [ByteString] {
    let all = snapshot.moduleFiles(called: "go.work").filter { isSearched($0.directory) }
    guard let named = environmentVariable("GOWORK"), !named.isEmpty else { return all }
    if named == "off" { return [] }
    let path = (realPath(ByteString(named)) ?? ByteString(named)).relative(to: snapshot.root)
    if let path, all.contains(path) { return [path] }
    errors.append(
      JudgementError(
        message: "GOWORK names \(named), which is no go.work file of this repository. Unset it, or set it to off."))
    return []
  }

  /// Whether a directory that go.work uses holds no module that we know; one outside the repository is taken in where
  /// it may be read.
  private func isMissing(
    _ directory: ByteString, _ modules: [ByteString: ModuleGroup.Module], _ scope: inout ModuleScope
  ) -> Bool {
    if let inside = directory.relative(to: snapshot.root) { return modules[inside] == nil }
    guard readable.contains(where: directory.isWithin),
      let file = (try? readFile(directory.appending("go.mod"))).flatMap({ try? GoMod(parsing: $0, tolerant: true) })
    else { return true }
    scope.mainModules.append(
      ModuleScope.LocalModule(path: file.module, directory: DirectoryName(.outside(directory), "")))
    return false
  }

  private func isSearched(_ directory: ByteString) -> Bool {
    directory.split(UInt8(ascii: "/")).allSatisfy { element in
      element != "vendor" && element != "testdata" && !element.hasPrefix("_") && !element.hasPrefix(".")
    }
  }

  private mutating func fail(_ path: ByteString, _ error: ModuleFileError) {
    errors.append(
      JudgementError(
        message: "\(path.text):\(error.line): \(error.message). Nothing of this module was judged.", file: path))
  }

  // MARK: How imports are resolved

  private func group(
    _ modules: [ModuleGroup.Module], workspace: ByteString?, _ work: GoWork?, _ nested: Set<ByteString>
  ) -> ModuleGroup {
    var scope = ModuleScope(
      mainModules: modules.map {
        ModuleScope.LocalModule(path: $0.file.module, directory: DirectoryName(.repository, $0.directory))
      })
    scope.nestedModules = nested
    let base = workspace?.directory ?? modules[0].directory
    var failure: JudgementError?
    if let vendor = vendor(base, modules, work, isWorkspace: workspace != nil) {
      scope.vendor = vendor
      if workspace == nil { failure = inconsistency(of: vendor.modules, modules[0]) }
    } else {
      let sums = modules.map { readGoSum(sumFile($0.directory.appending("go.sum"))) }
      failure = zip(modules, sums).lazy.compactMap { malformedSum(at: $1.malformed, of: $0) }.first
      // In a workspace Go does not ask go.sum.
      let vouched = workspace == nil ? vouched(by: sums[0].lines) : nil
      addDependencies(to: &scope, modules, workspace: workspace, work, vouched)
    }
    return ModuleGroup(
      modules: modules, workspace: workspace, work: work, scope: scope, root: snapshot.root, failure: failure)
  }

  /// The vendor directory, where Go would use it: a `go` line of 1.14 or newer, and a list of the right kind.
  private func vendor(
    _ base: ByteString, _ modules: [ModuleGroup.Module], _ work: GoWork?, isWorkspace: Bool
  ) -> ModuleScope.Vendor? {
    let directory = base.appending("vendor")
    var content = snapshot.content(directory.appending("modules.txt"))
    // A directory without a list is one with an empty list.
    if content == nil, snapshot.holdsFiles(below: directory) { content = [] }
    guard let content else { return nil }
    let version = isWorkspace ? work?.go.flatMap(GoVersion.init) : modules[0].file.go.flatMap(GoVersion.init)
    let list = VendorModules(parsing: content)
    switch modFlag {
    case "vendor": break
    case nil:
      guard let version, version >= GoVersion(1, 14), list.isWorkspace == isWorkspace else { return nil }
    default: return nil
    }
    return ModuleScope.Vendor(
      directory: DirectoryName(.repository, directory), modules: list,
      isListBinding: version.map { $0 >= GoVersion(1, 23) } ?? false)
  }

  /// Where go.mod and vendor/modules.txt do not agree Go refuses to build anything.
  private func inconsistency(of list: VendorModules, _ module: ModuleGroup.Module) -> JudgementError? {
    guard module.file.goVersion >= GoVersion(1, 14) else { return nil }
    let required = Set(module.file.requirements.map(\.module))
    let arrow: ByteString = " => "
    for vendored in list.modules where !vendored.version.isEmpty {
      let known = ModuleVersion(path: vendored.path, version: vendored.version)
      let isReplaced = vendored.text.firstIndex(of: arrow) != nil
      let replacement = module.file.replacement(of: known)
      if (vendored.isExplicit && !required.contains(known)) || isReplaced != (replacement != nil) {
        let path = module.directory.appending("vendor/modules.txt")
        return JudgementError(
          message:
            "\(path.text):\(vendored.line): \(vendored.path.text) does not stand in go.mod so. Run: go mod vendor",
          file: path)
      }
    }
    let listed = Dictionary(list.modules.map { ($0.path, $0) }) { first, _ in first }
    for requirement in module.file.requirements {
      let vendored = listed[requirement.module.path]
      guard let vendored, vendored.version == requirement.module.version, vendored.isExplicit else {
        let file = module.directory.appending("go.mod")
        return JudgementError(
          message:
            "\(file.text):\(requirement.line): \(requirement.module.path.text)@\(requirement.module.version.text) "
            + "is required, but vendor/modules.txt does not list it so. Run: go mod vendor",
          file: file)
      }
    }
    return nil
  }

  private func addDependencies(
    to scope: inout ModuleScope, _ modules: [ModuleGroup.Module], workspace: ByteString?, _ work: GoWork?,
    _ vouched: Set<ModuleVersion>?
  ) {
    // A replacement counts relative to the file that it stands in; go.work's go before go.mod's.
    var replacements: [(replacement: Replacement, base: ByteString)] = []
    for module in modules { replacements += module.file.replacements.map { ($0, module.directory) } }
    if let work, let workspace { replacements += work.replacements.map { ($0, workspace.directory) } }
    func replacement(of module: ModuleVersion) -> (replacement: Replacement, base: ByteString)? {
      let candidates = replacements.filter { $0.replacement.path == module.path }
      return candidates.last { $0.replacement.version == module.version }
        ?? candidates.last { $0.replacement.version == nil }
    }
    let list = BuildList(roots: modules.map(\.file), replacements: replacements.map(\.replacement)) { module in
      switch replacement(of: module) {
      case (let found, let base)?:
        switch found.target {
        case .directory(let path): localDirectory(path, base: base).flatMap(snapshot.moduleFile(in:))
        case .module(let target): cachedModuleFile(target, in: moduleCache)
        }
      case nil: cachedModuleFile(module, in: moduleCache)
      }
    }
    for (path, version) in list.versions {
      let module = ModuleVersion(path: path, version: version)
      guard let (found, base) = replacement(of: module) else {
        scope.dependencies[path] = dependency(module, vouched)
        continue
      }
      switch found.target {
      case .module(let target): scope.dependencies[path] = dependency(target, insteadOf: module, vouched)
      case .directory(let target):
        let what = "module \(path.text) is replaced by \(target.text), which"
        switch localDirectory(target, base: base) {
        case let directory? where snapshot.moduleFile(in: directory) != nil:
          scope.replacedByDirectory.append(
            ModuleScope.LocalModule(
              path: path, directory: directory,
              replaced: ModuleScope.LocalModule.Replaced(version: version, target: target)))
        case let directory?:
          scope.unreadable[path] = .missingModule(
            "\(what) has no go.mod that can be read",
            advice: "mend \(directory.path.appending("go.mod").text) or the replace line")
        case nil:
          let isInside = base.appending(target).cleaned.hasPrefix("../") == false && !target.hasPrefix("/")
          scope.unreadable[path] =
            isInside
            ? .missingModule("\(what) is a submodule", advice: "judge it in its repository")
            : .missingModule(
              "\(what) lies outside this repository", advice: "if it may be read, say so with: --read \(target.text)")
        }
      }
    }
    scope.replacedByDirectory.sort { $0.path < $1.path }
    for module in list.unread where scope.dependencies[module.path] == nil {
      scope.dependencies[module.path] = ModuleScope.Dependency(
        module: module, directory: nil, hasSum: true)
    }
  }

  private func dependency(
    _ module: ModuleVersion, insteadOf replaced: ModuleVersion? = nil, _ vouched: Set<ModuleVersion>?
  ) -> ModuleScope.Dependency {
    ModuleScope.Dependency(
      module: module, replaced: replaced,
      directory: isUnpacked(module, in: moduleCache) ? DirectoryName(.module(module), "") : nil,
      hasSum: vouched?.contains(module) ?? true)
  }

  /// The content of a go.sum. One that git does not have counts where it lies on disk: it is told to pass it over, and
  /// `go` reads it all the same.
  private func sumFile(_ path: ByteString) -> [UInt8] {
    let isOnDisk = snapshot.file(path) == nil
    return (isOnDisk ? (try? readFile(snapshot.root.appending(path))) : snapshot.content(path)) ?? []
  }

  /// The modules for whose content the lines of a go.sum vouch; one of the go.mod alone vouches for nothing else.
  private func vouched(by lines: [ModuleVersion: [ByteString]]) -> Set<ModuleVersion> {
    Set(
      lines.filter { module, lines in
        let prefix = module.path + " " + module.version + " h1:"
        return lines.contains { $0.hasPrefix(prefix) }
      }.keys)
  }

  /// Go refuses everything where a line of go.sum is none, and it has to ask it.
  private func malformedSum(at line: Int?, of module: ModuleGroup.Module) -> JudgementError? {
    guard let line, !module.file.requirements.isEmpty else { return nil }
    let path = module.directory.appending("go.sum")
    return JudgementError(
      message: "\(path.text):\(line): malformed go.sum: wrong number of fields. Mend it, or run: go mod tidy",
      file: path)
  }

  /// The directory that a replacement names, in the repository or where the user lets us read.
  private func localDirectory(_ target: ByteString, base: ByteString) -> DirectoryName? {
    let absolute = target.hasPrefix("/") ? target.cleaned : snapshot.root.appending(base).appending(target).cleaned
    if let inside = absolute.relative(to: snapshot.root) {
      // A submodule's files are another repository's.
      return snapshot.submodules.contains(where: inside.isWithin) ? nil : DirectoryName(.repository, inside)
    }
    return readable.contains { absolute.isWithin($0) } ? DirectoryName(.outside(absolute), "") : nil
  }

}

extension Snapshot {
  /// The go.mod of a module in a directory of the repository, or outside it where that may be read; nil where it cannot
  /// be read.
  func moduleFile(in directory: DirectoryName) -> GoMod? {
    let content: [UInt8]?
    switch directory.root {
    case .outside(let path): content = try? readFile(path.appending(directory.path).appending("go.mod"))
    default: content = self.content(directory.path.appending("go.mod"))
    }
    return content.flatMap { try? GoMod(parsing: $0, tolerant: true) }
  }
}
