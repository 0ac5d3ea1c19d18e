package import Bytes
import Cache
import Config
package import Diagnostics
import Git
package import GoBuild
package import GoGraph
import GoModule
import GoSource
package import GoToolchain
package import Loader
package import Modules
package import Plan
import Snapshots
import System

/// A package as `go list -json` prints it: the fields that the loader knows.
package struct PackageDescription: Sendable {
  package struct Module: Sendable {
    package var path: String
    package var version: String?
    package var isMain = false
    package var directory: String?
    package var goVersion: String?
    /// The module's replacement: path, version, directory and `go` line. Empty if it is not replaced.
    package var replacement: [Module] = []
  }
  package let directory: String?
  package let importPath: String
  package let name: String
  package let isStandard: Bool
  /// Whether the package is listed only because another one imports it.
  package let isDependencyOnly: Bool
  package let module: Module?
  /// The lists of names, by their field in `go list`. Empty lists are omitted.
  package let lists: [(field: String, names: [String])]
  package let importMap: [String: String]
  package let error: (stack: [String], position: String, message: String)?
}

/// Returns the packages of the snapshot that the patterns match, in the order of `go list`.
///
/// With `includingDependencies`, adds everything that they import.
package func listPackages(
  _ options: CheckOptions, cgoMode: CgoMode, includingDependencies: Bool
) throws(CheckError) -> [PackageDescription] {
  if let pattern = options.patterns.first(where: { !PackagePattern($0).isKnown(in: options.currentDirectory) }) {
    throw CheckError(
      .usage,
      "the pattern \"\(pattern)\" is not supported. Use std, cmd, a directory or an import path; the last two may end in /..."
    )
  }
  let trees = try RepositoryReader.open()
  var options = options
  if trees.isBare { options.currentDirectory = trees.root }
  let snapshot = try trees.snapshot(options.subject, try trees.commits(options.subject).snapshot)
  let memory = SnapshotCache(store: try options.cachePlace(in: trees).contents)
  let root = trees.root
  // The configuration does not affect what go list lists.
  let plan = try Plan(options, Config())
  let loader = TreeLoader(
    options, plan, root: root, store: FactStore(memory.store), listings: Background { memory.listings(root: root) })
  defer { loader.save().value() }
  guard let target = plan.targets.first else { return [] }
  let (groups, errors) = try loader.groups(of: snapshot)
  let candidates = groups.filter { isChosen($0.group, options.currentDirectory, trees.root) }
  // A workspace that applies is used alone.
  let workspaces = candidates.filter { $0.group.workspace != nil }
  let chosen = workspaces.isEmpty ? candidates : workspaces
  if let error = chosen.lazy.compactMap(\.group.failure).first ?? (chosen.isEmpty ? errors.first : nil) {
    throw CheckError(.cannotJudge, error.message)
  }
  var described: [PackageDescription] = []
  for (group, toolchain) in chosen.isEmpty ? groups : chosen {
    let listing = Listing(
      options: options, group: group, toolchain: toolchain, source: loader.source(of: snapshot, toolchain),
      context: BuildContext(
        platform: target.platform, tags: try loader.tags(target, toolchain, group.directory), cgoMode: cgoMode))
    described += try listing.list(
      loader.packageDirectories(of: group, snapshot, forListing: true),
      includingDependencies: includingDependencies)
  }
  // Outside all modules, each group reports the same error for a pattern. Keep one of them.
  var complaints: Set<String> = []
  described = described.filter { package in
    guard let error = package.error, package.directory == nil, error.stack.isEmpty else { return true }
    return complaints.insert("\(package.importPath)\n\(error.message)").inserted
  }
  guard options.patterns.isEmpty || !described.isEmpty else {
    throw CheckError(.usage, "no package matches \"\(options.patterns.joined(separator: " "))\"")
  }
  return described
}

/// Whether `go`, run in a directory, lists this group: it is the directory's workspace or its innermost module.
private func isChosen(_ group: ModuleGroup, _ current: ByteString, _ root: ByteString) -> Bool {
  guard let inside = current.relative(to: root) else { return false }
  if group.workspace != nil { return inside.isWithin(group.directory) }
  return group.modules[0].directory == group.scope.innermostModule(of: inside)
}

package struct Listing {
  package let options: CheckOptions
  package let group: ModuleGroup
  package let toolchain: Toolchain
  package let source: PackageSource
  package let context: BuildContext

  package var version: GoVersion { toolchain.release }

  /// Returns the packages that the patterns match. Throws if Go refuses to list anything.
  package func list(_ candidates: [MainName], includingDependencies: Bool) throws(CheckError) -> [PackageDescription] {
    var summarizer = PackageSummarizer([context], symbols: source.symbols)
    let patterns = ListingPatterns(
      group: group, source: source, context: context, candidates: candidates,
      currentDirectory: options.currentDirectory)
    let named = (options.patterns.isEmpty ? ["./..."] : options.patterns).map { patterns.name($0, &summarizer) }
    let lister = PackageLister(
      tree: source, scope: group.scope, context: context, goVersion: version, places: locations())
    let packages = lister.list(named.map(\.paths))
    if let (path, resolutionError) = lister.refusal {
      throw CheckError(.cannotJudge, "\(resolutionError.message(path)); \(resolutionError.advice(path))")
    }
    return zip(named, packages).flatMap { named, packages in
      packages.filter { includingDependencies || $0.isRoot }.map(describe)
        + named.errors.map { pattern, message, directory in
          PackageDescription(
            directory: directory?.text, importPath: pattern.text, name: "", isStandard: false,
            isDependencyOnly: false, module: nil, lists: [], importMap: [:], error: ([], "", message))
        }
    }
  }

  // MARK: Paths and errors as Go prints them

  private func locations() -> ListingPlaces {
    let finders = EmbedFinders(source, options)
    return ListingPlaces(
      path: source.path(onDisk:),
      position: { directory, file, position in
        let absolute = source.path(onDisk: directory).appending(file)
        return "\(short(absolute).text):\(position.line):\(position.column)"
      },
      resolutionError: { resolutionError(of: $0, $1, from: $2, importer: $3) },
      embed: finders.files)
  }

  /// Returns the path relative to the current directory if that is shorter, else the absolute path
  /// (cmd/go/internal/base, ShortPath).
  package func short(_ absolute: ByteString) -> ByteString {
    let relative = absolute.way(from: options.currentDirectory)
    return relative.count < absolute.count ? relative : absolute
  }

  // MARK: A package's fields

  private func describe(_ package: ListedPackage) -> PackageDescription {
    var lists: [(String, [ByteString])] = []
    if let files = package.files {
      let assembly = files.other(.assembly, .cgoAssembly)
      let kinds: [(String, [SourceFile])] = [
        ("GoFiles", files.go), ("CgoFiles", files.cgo), ("IgnoredGoFiles", files.ignoredGo),
        ("IgnoredOtherFiles", files.ignoredOther), ("CFiles", files.other(.c)), ("CXXFiles", files.other(.cxx)),
        ("MFiles", files.other(.objectiveC)), ("HFiles", files.other(.header)), ("FFiles", files.other(.fortran)),
        ("SFiles", assembly), ("SwigFiles", files.other(.swig)), ("SwigCXXFiles", files.other(.swigCXX)),
        ("SysoFiles", files.other(.object)), ("TestGoFiles", files.test), ("XTestGoFiles", files.externalTest),
      ]
      lists = kinds.map { ($0.0, $0.1.map(\.name)) }
    }
    lists += [
      ("EmbedPatterns", package.embedPatterns), ("EmbedFiles", package.embedFiles), ("Imports", package.imports),
      ("Deps", package.dependencies.sorted()),
    ]
    return PackageDescription(
      directory: package.directory.map { source.path(onDisk: $0).text }, importPath: package.importPath.text,
      name: package.name.text, isStandard: package.isStandard, isDependencyOnly: !package.isRoot,
      module: package.hasModule ? module(of: package) : nil,
      lists: lists.filter { !$0.1.isEmpty }.map { ($0.0, $0.1.map(\.text)) },
      importMap: Dictionary(
        uniqueKeysWithValues: package.importMap.map { ($0.key.text, $0.value.text) }),
      error: package.error.map { ($0.stack.map(\.text), $0.position, $0.message) })
  }

  private func module(of package: ListedPackage) -> PackageDescription.Module? {
    guard let directory = package.directory else { return nil }
    switch directory.root {
    case .standardLibrary: return nil
    case .module(let found): return dependency(found, of: package.importPath)
    case .repository, .outside:
      if let vendor = group.scope.vendor, directory.path.isWithin(vendor.directory.path),
        directory.path != vendor.directory.path
      {
        return vendor.modules.module(of: package.importPath).map(vendored)
      }
      let owner = group.scope.module(of: directory)?.path
      if let local = group.scope.replacedByDirectory.first(where: { $0.path == owner }),
        directory.path.isWithin(local.directory.path), directory.root == local.directory.root
      {
        return replaced(local)
      }
      return mainModule(of: package.importPath)
    }
  }

  func mainModule(of path: ByteString) -> PackageDescription.Module? {
    let owner = group.modules.filter { path.isWithin($0.file.module) }
      .max { $0.file.module.count < $1.file.module.count }
    return owner.map {
      PackageDescription.Module(
        path: $0.file.module.text, isMain: true,
        directory: source.path(onDisk: DirectoryName(.repository, $0.directory)).text,
        goVersion: $0.file.go?.text ?? (group.workspace == nil ? "1.16" : nil))
    }
  }

  private func dependency(_ found: ModuleVersion, of path: ByteString) -> PackageDescription.Module {
    let go = cachedModuleFile(found, in: source.moduleCache)?.go?.text
    let here = PackageDescription.Module(
      path: found.path.text, version: found.version.text,
      directory: moduleDirectory(found, in: source.moduleCache)?.text,
      goVersion: go)
    guard
      let replaced = group.scope.dependencies.values.first(where: {
        $0.module == found && $0.replaced.map { path.isWithin($0.path) } ?? false
      })?.replaced
    else { return here }
    return PackageDescription.Module(
      path: replaced.path.text, version: replaced.version.text, directory: here.directory, goVersion: go,
      replacement: [here])
  }

  private func replaced(_ local: ModuleScope.LocalModule) -> PackageDescription.Module {
    let directory = source.path(onDisk: local.directory)
    let go = source.snapshot.moduleFile(in: local.directory)?.go?.text
    return PackageDescription.Module(
      path: local.path.text, version: local.replaced?.version.text, directory: directory.text, goVersion: go,
      replacement: [
        PackageDescription.Module(
          path: writtenPath(of: local), directory: directory.text, goVersion: go)
      ])
  }

  /// The directory of a replacement as Go prints it.
  ///
  /// Before 1.22, Go omitted the `./` of a path that it had made relative to a workspace.
  private func writtenPath(of local: ModuleScope.LocalModule) -> String {
    let target = local.replaced?.target ?? ""
    let isAsWritten = (group.work?.replacements ?? []).contains { $0.target == .directory(target) }
    guard group.workspace != nil, version < GoVersion(1, 22), !isAsWritten, target.hasPrefix("./") else {
      return target.text
    }
    return target.dropFirst(2).text
  }

  private func vendored(_ module: VendorModules.Module) -> PackageDescription.Module {
    var described = PackageDescription.Module(
      path: module.path.text, version: module.version.text, goVersion: module.go?.text)
    switch module.replacement {
    case .module(let target):
      described.replacement = [
        PackageDescription.Module(
          path: target.path.text, version: target.version.text, goVersion: module.go?.text)
      ]
    case .directory(let target):
      let base = source.path(onDisk: DirectoryName(.repository, group.directory))
      described.replacement = [
        PackageDescription.Module(
          path: target.text, directory: base.appending(target).cleaned.text, goVersion: module.go?.text)
      ]
    case nil: break
    }
    return described
  }
}

/// Finds embedded files: the repository's in the snapshot, or on disk if the work tree is listed; all others on disk.
private final class EmbedFinders {
  private let source: PackageSource
  private let repository: EmbedFinder
  private let disk = EmbedFinder(.disk("/"))

  init(_ source: PackageSource, _ options: CheckOptions) {
    self.source = source
    repository = EmbedFinder(
      options.subject == .workTree ? .disk(source.snapshot.root) : .snapshot(source.snapshot))
  }

  func files(_ directory: DirectoryName, _ pattern: ByteString) -> Result<[ByteString], EmbedError> {
    directory.root == .repository
      ? repository.files(pattern, in: directory.path)
      : disk.files(pattern, in: source.path(onDisk: directory))
  }
}
