package import Bytes
package import Diagnostics
import GoBuild
package import GoGraph
package import GoModule
package import Snapshots
import System

/// The modules of a snapshot that resolve imports together: one module, or those that a go.work uses.
package struct ModuleGroup: Sendable {
  package struct Module: Sendable {
    /// Relative to the root of the repository.
    package let directory: ByteString
    package let file: GoMod
  }
  package let modules: [Module]
  /// The directories of the modules whose own mains this group resolves.
  ///
  /// A go.work may use other modules too, in directories from which `go` does not find that go.work.
  package let own: Set<ByteString>
  /// The go.work file's path in the repository, or nil.
  package let workspace: ByteString?
  package let work: GoWork?
  package var scope: ModuleScope
  /// The root of the work tree.
  package let root: ByteString
  /// The reason why this group cannot be judged, or nil.
  package var failure: JudgementError?

  /// Directories outside the repository that the group reads by a relative path. `written` is relative to the root.
  package var outsideDirectories: [(written: ByteString, directory: ByteString)] {
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

  /// Returns the lines of go.sum and go.work.sum files, by module and version.
  package func sums(in snapshot: Snapshot) -> [ModuleVersion: [ByteString]] {
    var sums: [ModuleVersion: [ByteString]] = [:]
    var files = modules.map { $0.directory.appending("go.sum") }
    if let workspace { files.append(workspace.directory.appending("go.work.sum")) }
    for file in files {
      if let content = snapshot.content(file) { sums.merge(readGoSum(content).lines) { $0 + $1 } }
    }
    return sums
  }

  /// Whether a file of the repository affects how the group's imports are resolved.
  package func decides(_ path: ByteString) -> Bool {
    guard isModuleFile(path) else { return false }
    return path == workspace || path.directory == directory || path.directory == directory.appending("vendor")
      || moduleDirectories.contains(path.directory)
  }

  /// The directories of the group's modules in the repository, including those that replace other modules.
  private var moduleDirectories: [ByteString] {
    modules.map(\.directory)
      + scope.replacedByDirectory.filter { $0.directory.root == .repository }.map(\.directory.path)
  }

  /// The go.mod and go.work files that define the group's modules.
  package var moduleFilePaths: [ByteString] {
    moduleDirectories.map { $0.appending("go.mod") } + (workspace.map { [$0] } ?? [])
  }

  /// The error that Go reports about the modules before it loads any package, or nil.
  package var refusal: JudgementError? {
    guard workspace == nil else { return nil }
    var found = scope.graphFailure
    if !modules[0].file.listsAllModules, !modules[0].file.requirements.isEmpty { found = scope.sumFailure ?? found }
    guard let found else { return nil }
    let file = directory.appending("go.mod")
    var place = "\(file.text): "
    if case .malformedSum = found { place = "" }
    return JudgementError(message: "\(place)\(found.message("")); \(found.advice(""))", file: file)
  }

  /// The directory in which `go` runs for the group.
  package var directory: ByteString { workspace?.directory ?? modules[0].directory }
}

/// Finds modules and determines how their imports are resolved.
package struct ModuleFinder {
  package let snapshot: Snapshot
  package let moduleCache: ByteString
  /// Directories outside the repository that may be read.
  package let readable: [ByteString]
  /// The value of -mod in GOFLAGS, or nil.
  package let modFlag: String?
  package var errors: [JudgementError] = []

  package init(snapshot: Snapshot, moduleCache: ByteString, readable: [ByteString], modFlag: String?) {
    self.modFlag = modFlag
    self.snapshot = snapshot
    self.moduleCache = moduleCache
    self.readable = readable
  }

  /// Returns the groups of modules whose `./...` is judged: those outside vendor, testdata and directories that start
  /// with `_` or `.`.
  package mutating func groups() -> [ModuleGroup] {
    var modules: [ByteString: ModuleGroup.Module] = [:]
    let directories = snapshot.moduleFiles(called: "go.mod").map(\.directory)
    for directory in directories where isSearched(directory) {
      let path = directory.appending("go.mod")
      guard let content = read(path) else { continue }
      do throws(ModuleFileError) {
        modules[directory] = ModuleGroup.Module(directory: directory, file: try GoMod(parsing: content))
      } catch {
        fail(path, error)
      }
    }
    let nested = Set(directories)
    var groups: [ModuleGroup] = []
    var grouped: Set<ByteString> = []
    let (workspaces, isNamed) = workspaces()
    for path in workspaces {
      guard let content = read(path) else { continue }
      do throws(ModuleFileError) {
        let work = try GoWork(parsing: content)
        let used = work.uses.map {
          ($0.hasPrefix("/") ? $0 : snapshot.root.appending(path.directory).appending($0)).cleaned
        }
        let inside = used.compactMap { $0.relative(to: snapshot.root) }
        let members = inside.filter { modules[$0] != nil }
        let own = members.filter { isNamed || nearest($0, workspaces) == path }
        guard !own.isEmpty else { continue }
        grouped.formUnion(own)
        var made = group(members.map { modules[$0]! }, own: Set(own), workspace: path, work, nested)
        if let missing = zip(work.uses, used).first(where: { isMissing($0.1, modules, &made.scope) }) {
          let isInside = missing.1.relative(to: snapshot.root) != nil
          made.failure = JudgementError(
            message: "\(path.text) uses \(missing.0.text), "
              + (isInside
                ? "but this directory has no go.mod that staticgo can read. Fix the use line of \(path.text)"
                : "which is outside the repository. To let staticgo read it, add: --read \(missing.0.text)"),
            file: path)
        }
        groups.append(made)
      } catch {
        fail(path, error)
      }
    }
    for directory in modules.keys.sorted() where !grouped.contains(directory) {
      groups.append(group([modules[directory]!], own: [directory], workspace: nil, nil, nested))
    }
    return groups
  }

  /// Returns the go.work that `go` finds from a directory: in it, or in its nearest parent
  /// (cmd/go/internal/modload/init.go, findWorkspaceFile).
  private func nearest(_ directory: ByteString, _ workspaces: [ByteString]) -> ByteString? {
    workspaces.filter { directory.isWithin($0.directory) }.max { $0.directory.count < $1.directory.count }
  }

  /// The go.work files that apply: all, none with GOWORK=off, or the one that GOWORK selects.
  private mutating func workspaces() -> (files: [ByteString], isNamed: Bool) {
    let all = snapshot.moduleFiles(called: "go.work").filter { isSearched($0.directory) }
    guard let named = environmentVariable("GOWORK"), !["", "auto"].contains(named) else { return (all, false) }
    if named == "off" { return ([], true) }
    let path = (realPath(ByteString(named)) ?? ByteString(named)).relative(to: snapshot.root)
    if let path, all.contains(path) { return ([path], true) }
    errors.append(
      JudgementError(
        message: "GOWORK=\(named) is not a go.work file of this repository. Unset it, or set it to off."))
    return ([], true)
  }

  /// Whether a directory that go.work uses holds no known module.
  ///
  /// Adds a module outside the repository to `scope` if it may be read.
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

  /// Reads a go.mod or go.work; nil, with an error, if that is not possible.
  private mutating func read(_ path: ByteString) -> [UInt8]? {
    do throws(UnreadableFile) { return try snapshot.read(path) } catch {
      errors.append(JudgementError(message: "\(error.message). \(Self.consequence(path))", file: path))
      return nil
    }
  }

  private static func consequence(_ path: ByteString) -> String {
    path.baseName == "go.work" ? "The modules of this workspace were not checked." : "This module was not checked."
  }

  private mutating func fail(_ path: ByteString, _ error: ModuleFileError) {
    errors.append(
      JudgementError(
        message: "\(path.text):\(error.line): \(error.message). \(Self.consequence(path))", file: path))
  }

  // MARK: Resolving imports

  private func group(
    _ modules: [ModuleGroup.Module], own: Set<ByteString>, workspace: ByteString?, _ work: GoWork?,
    _ nested: Set<ByteString>
  ) -> ModuleGroup {
    var scope = ModuleScope(
      mainModules: modules.map {
        ModuleScope.LocalModule(path: $0.file.module, directory: DirectoryName(.repository, $0.directory))
      })
    scope.nestedModules = nested
    scope.isWorkspace = workspace != nil
    let base = workspace?.directory ?? modules[0].directory
    var failure: JudgementError?
    let list = read([base.appending("vendor/modules.txt")], failure: &failure).values.first
    if let vendor = vendor(base, modules, work, list, isWorkspace: workspace != nil) {
      scope.vendor = vendor
      failure =
        failure
        ?? VendorConsistency(list: vendor.modules, modules: modules, workspace: workspace, work: work).failure
    } else {
      // With a vendor directory, Go reads no go.sum.
      let lists = read(
        [base.appending("go.work.sum")] + modules.map { $0.directory.appending("go.sum") }, failure: &failure)
      let files = modules.map { readGoSum(sumFile($0.directory.appending("go.sum"), lists)) }
      scope.sumFailure =
        zip(modules, files).lazy.compactMap { module, file in
          file.malformed.map { ResolutionError.malformedSum(file: module.directory.appending("go.sum"), line: $0) }
        }.first
      // Go does not check go.sum in a workspace, nor with -mod=mod, which lets it update the file.
      let isRequired = workspace == nil && modFlag != "mod"
      var sums = GoSum(lines: files[0].lines, isRequired: isRequired)
      if let workspace {
        let own = readGoSum(sumFile(workspace.directory.appending("go.work.sum"), lists))
        sums = GoSum(lines: own.lines, members: files.map(\.lines), isRequired: isRequired)
      }
      RequiredModules(snapshot, moduleCache, readable, modules, workspace, work, sums)
        .add(to: &scope, mayDemand: isRequired)
    }
    return ModuleGroup(
      modules: modules, own: own, workspace: workspace, work: work, scope: scope, root: snapshot.root, failure: failure)
  }

  /// Returns the vendor directory if Go would use it, else nil.
  ///
  /// Go uses it with a `go` line of 1.14 or newer and a list of the right kind (module or workspace).
  private func vendor(
    _ base: ByteString, _ modules: [ModuleGroup.Module], _ work: GoWork?, _ list: [UInt8]?, isWorkspace: Bool
  ) -> ModuleScope.Vendor? {
    let directory = base.appending("vendor")
    var content = list
    // A vendor directory without modules.txt counts as one with an empty list.
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
      isListBinding: version.map { $0 >= GoVersion(1, 23) } ?? false,
      mayHoldMainModules: modules.contains { module in
        let place = directory.appending(module.file.module)
        return snapshot.goDirectories.contains { $0.isWithin(place) }
      })
  }

  /// Returns the contents of the files that the snapshot has. One that cannot be read is the group's failure.
  private func read(_ paths: [ByteString], failure: inout JudgementError?) -> [ByteString: [UInt8]] {
    var contents: [ByteString: [UInt8]] = [:]
    for path in paths where snapshot.file(path) != nil {
      do throws(UnreadableFile) { contents[path] = try snapshot.read(path) } catch {
        failure = failure ?? JudgementError(message: error.message, file: error.path)
      }
    }
    return contents
  }

  /// The content of a go.sum; empty without one, or if it could not be read.
  ///
  /// A file that is missing from the snapshot is read from disk: git ignores it, but `go` reads it.
  private func sumFile(_ path: ByteString, _ lists: [ByteString: [UInt8]]) -> [UInt8] {
    let isOnDisk = snapshot.file(path) == nil
    return (isOnDisk ? (try? readFile(snapshot.root.appending(path))) : lists[path]) ?? []
  }
}

extension Snapshot {
  /// Returns the go.mod in a directory of the repository, or in one outside it that may be read.
  ///
  /// Returns nil if it cannot be read.
  package func moduleFile(in directory: DirectoryName) -> GoMod? {
    let content: [UInt8]?
    switch directory.root {
    case .outside(let path): content = try? readFile(path.appending(directory.path).appending("go.mod"))
    default: content = self.content(directory.path.appending("go.mod"))
    }
    return content.flatMap { try? GoMod(parsing: $0, tolerant: true) }
  }
}

extension ByteString {
  /// Returns the relative path from a directory to this path. Both are absolute, or relative to the same directory.
  package func way(from base: ByteString) -> ByteString {
    let place = split(UInt8(ascii: "/"), omittingEmpty: true)
    let here = base.split(UInt8(ascii: "/"), omittingEmpty: true)
    let common = zip(here, place).prefix { $0 == $1 && $0 != ".." }.count
    return ([ByteString](repeating: "..", count: here.count - common) + place[common...]).joined(separator: "/")
  }

  /// Returns the relative path as Go writes the directory of a replacement: it starts with `./` or `../`.
  func relativePath(from base: ByteString) -> ByteString {
    let path = way(from: base)
    return path == ".." || path.hasPrefix("../") ? path : "./" + path
  }
}
