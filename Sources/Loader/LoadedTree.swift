package import Bytes
package import Cache
package import Diagnostics
import Git
package import GoBuild
package import GoGraph
import GoModule
import GoSource
package import GoToolchain
package import Modules
package import Plan
package import Snapshots
package import System

/// A group of modules with its packages, for all targets.
package struct LoadedGroup {
  package let group: ModuleGroup
  package let toolchain: Toolchain
  package let graph: PackageGraph
  /// The build context of each target, with cgo off.
  package let contexts: [Target: BuildContext]
  /// The directories that can hold mains.
  package let candidates: [MainName]
  /// The mains on each target.
  package let mains: [Target: [MainName]]
  package let requirements: [ByteString: Location]
  /// The position of the group in its tree.
  package let index: Int
}

/// A snapshot with every package that its mains can reach.
package struct LoadedTree {
  package let source: PackageSource
  package let groups: [LoadedGroup]
  package let errors: [JudgementError]
  package let inspector: SourceInspector
  package let embeds: EmbedFinder
  package let inputs = Inputs.Cache()

  package init(
    source: PackageSource, groups: [LoadedGroup], errors: [JudgementError], inspector: SourceInspector
  ) {
    self.source = source
    self.groups = groups
    self.errors = errors
    self.inspector = inspector
    embeds = EmbedFinder(.snapshot(source.snapshot))
  }
}

/// Loads trees. Caches the toolchain's answers and the facts of blobs.
package final class TreeLoader {
  private let options: CheckOptions
  private let targets: [Target]
  private let root: ByteString
  private let memory: FactCache
  private let toolchainCache: ToolchainCache
  private var toolchains: [ByteString: Toolchain] = [:]
  private var tags: [TagKey: Set<ByteString>] = [:]
  private let seen = SourceInspector.Cache()
  /// The groups of the last loaded tree, with the module files that define them.
  private var known:
    (files: [ByteString: [ObjectID]], submodules: [ByteString], groups: [ModuleGroup], errors: [JudgementError])?

  private struct TagKey: Hashable {
    let executable: ByteString
    let target: Target
  }

  package init(
    _ options: CheckOptions, _ plan: Plan, root: ByteString, store: FactStore,
    listings: Background<[ByteString: SnapshotCache.Listing]>
  ) {
    self.options = options
    targets = plan.targets
    self.root = root
    memory = FactCache(store: store, generated: GeneratedFiles(root: root, store: store, known: listings))
    toolchainCache = ToolchainCache(store: store)
  }

  /// Files and directories of the repository that were needed and could not be read.
  package var unreadable: [UnreadableFile] {
    (memory.unreadable.union(memory.generated.unreadable)).sorted { $0.path < $1.path }
  }

  /// Files that git ignores but Go compiles, in the directories that were read.
  package var generatedFiles: [ByteString] { memory.generated.found }

  /// Saves the collected facts for later runs.
  package func save() -> Background<Void> { memory.save() }

  package func toolchain(at directory: ByteString, chosenBy lines: ByteString) throws(CheckError) -> Toolchain {
    if let known = toolchains[lines] { return known }
    let place = root.appending(directory)
    do throws(ToolchainError) {
      let toolchain = try toolchainCache.toolchain(at: options.goPath, in: workingDirectory(place))
      if let flag = toolchain.flags.kept.first(where: { $0.drop { $0 == "-" }.hasPrefix("modfile=") }) {
        throw ToolchainError("use GOFLAGS", "\(flag) selects a go.mod other than the repository's; unset it")
      }
      toolchains[lines] = toolchain
      return toolchain
    } catch {
      throw CheckError(
        .cannotJudge,
        "cannot \(error.operation): \(error.message)\(error.message.hasSuffix(".") ? "" : ".") "
          + Self.advice(error))
    }
  }

  private static func advice(_ error: ToolchainError) -> String {
    if error.isLackOfThreads { return "Raise the limit." }
    if error.message.contains("unknown GOEXPERIMENT") {
      return "Unset GOEXPERIMENT, in the environment or with go env -u, or give another go with --go PATH."
    }
    return "Install Go, or give its path with --go PATH."
  }

  /// The directory in which `go` is run: the given one if it exists, else the root of the work tree. In a bare
  /// repository, the repository itself.
  private func workingDirectory(_ place: ByteString) -> ByteString {
    isDirectory(place) ? place : isDirectory(root) ? root : root.directory
  }

  /// Returns the groups of modules with the toolchain of each, and the errors of modules that cannot be read.
  package func groups(
    of snapshot: Snapshot
  ) throws(CheckError) -> (groups: [(group: ModuleGroup, toolchain: Toolchain)], errors: [JudgementError]) {
    let first = try toolchain(at: "", chosenBy: "")
    var files: [ByteString: [ObjectID]] = [:]
    for (directory, entries) in snapshot.moduleFiles {
      files[directory] = entries.map { entry in
        guard entry.kind == .symbolicLink else { return entry.id }
        return snapshot.resolve(directory.appending(entry.name))?.file.id ?? entry.id
      }
    }
    if known?.files != files || known?.submodules != snapshot.submodules {
      var finder = ModuleFinder(
        snapshot: snapshot, moduleCache: first.moduleCache, readable: options.readable, modFlag: first.flags.mod)
      let groups = finder.groups()
      known = (files, snapshot.submodules, groups, finder.errors)
    }
    var groups: [(group: ModuleGroup, toolchain: Toolchain)] = []
    for group in known?.groups ?? [] {
      let toolchain = try toolchain(at: group.directory, chosenBy: Self.toolchainLines(group))
      var group = group
      if toolchain.release < GoVersion(1, 21) { group.scope.ignoreGoLines() }
      if group.failure == nil { group.failure = toolchain.refusal(of: group) ?? group.refusal }
      groups.append((group, toolchain))
    }
    return (groups, known?.errors ?? [])
  }

  /// Loads a tree, reusing the parts that it shares with `other`.
  ///
  /// `changed` holds the paths that differ between the two.
  package func load(
    _ snapshot: Snapshot, like other: LoadedTree? = nil, changed: Set<ByteString> = []
  ) throws(CheckError) -> LoadedTree {
    let (groups, errors) = try groups(of: snapshot)
    let alike = other.flatMap {
      (tree: $0, directories: Self.changedDirectories(snapshot, $0.source.snapshot, changed))
    }
    let listings = PackageSource.Listings()
    let main = source(of: snapshot, try toolchain(at: "", chosenBy: ""), listings)
    let inspector = SourceInspector(into: main, seen)
    var loaded: [LoadedGroup] = []
    for (group, toolchain) in groups {
      let twin = alike.flatMap { (tree, directories) -> Twin? in
        guard let directories, let twin = tree.groups.first(where: { $0.group.directory == group.directory }) else {
          return nil
        }
        return (twin, directories)
      }
      var source = source(of: snapshot, toolchain, listings)
      source.isRemembered = other == nil
      loaded.append(try load(group, at: loaded.count, source, toolchain, like: twin))
    }
    return LoadedTree(source: main, groups: loaded, errors: errors, inspector: inspector)
  }

  /// The same group in another tree, with the directories that differ.
  private typealias Twin = (group: LoadedGroup, changed: Set<DirectoryName>)

  /// The directories that differ between two trees; nil if an import path may lead to different directories in them.
  ///
  /// That is so if module files, submodules or links differ, or if a directory has Go files in only one of the trees.
  private static func changedDirectories(
    _ one: Snapshot, _ other: Snapshot, _ changed: Set<ByteString>
  ) -> Set<DirectoryName>? {
    guard !changed.contains(where: isModuleFile), one.submodules == other.submodules else { return nil }
    // A link can add or hide a whole directory.
    for path in changed where [one.file(path), other.file(path)].contains(where: { $0?.kind == .symbolicLink }) {
      return nil
    }
    let directories = Set(changed.map(\.directory))
    for directory in directories
    where one.goDirectories.contains(directory) != other.goDirectories.contains(directory) { return nil }
    return Set(directories.map { DirectoryName(.repository, $0) })
  }

  package func source(
    of snapshot: Snapshot, _ toolchain: Toolchain, _ listings: PackageSource.Listings = PackageSource.Listings()
  ) -> PackageSource {
    // A development toolchain can change without a new version.
    let isReleased = toolchain.version.hasPrefix("go")
    return PackageSource(
      snapshot: snapshot, standardLibrary: toolchain.root.appending("src"),
      standardLibraryName: isReleased ? ToolchainCache.shortIdentity(toolchain) : nil,
      moduleCache: toolchain.moduleCache, memory: memory, listings: listings)
  }

  /// The `go` and `toolchain` lines of a group, which can select a toolchain other than the one on PATH.
  private static func toolchainLines(_ group: ModuleGroup) -> ByteString {
    let lines = group.modules.flatMap { [$0.file.go, $0.file.toolchain] } + [group.work?.go, group.work?.toolchain]
    return lines.map { $0 ?? "-" }.joined(separator: " ")
  }

  private func load(
    _ group: ModuleGroup, at index: Int, _ source: PackageSource, _ toolchain: Toolchain, like twin: Twin?
  ) throws(CheckError) -> LoadedGroup {
    var contexts: [Target: BuildContext] = [:]
    for target in targets {
      contexts[target] = BuildContext(
        platform: target.platform, tags: try tags(target, toolchain, group.directory), cgoMode: .off)
    }
    // Targets that differ only in flags have the same context.
    var seen: Set<BuildContext> = []
    let all = targets.flatMap { target in CgoMode.allCases.map { contexts[target]!.with($0) } }
      .filter { seen.insert($0).inserted }
    let known = twin.flatMap { $0.group.graph.contexts == all ? $0 : nil }
    let candidates = known?.group.candidates ?? packageDirectories(of: group, source.snapshot)
    // A main of the other tree is a main here too if its directory is unchanged.
    let asked = candidates.filter { candidate in
      known?.changed.contains(DirectoryName(.repository, candidate.directory)) ?? true
    }
    var mains: [Target: [MainName]] = [:]
    var roots: [(importPath: ByteString, directory: DirectoryName)] = []
    var summarizer = PackageSummarizer(all, symbols: source.symbols)
    let scanned = source.scan(asked.map { DirectoryName(.repository, $0.directory) }, &summarizer)
    var answers: [ByteString: [Bool]] = [:]
    for (candidate, found) in zip(asked, scanned) {
      answers[candidate.directory] = targets.map { target in
        CgoMode.allCases.contains { cgoMode in
          let index = all.firstIndex(of: contexts[target]!.with(cgoMode))!
          return found?.summaries[index].traits.isProgram ?? false
        }
      }
    }
    for (index, target) in targets.enumerated() {
      let before = known.map { Set($0.group.mains[target] ?? []) }
      mains[target] = candidates.filter { answers[$0.directory]?[index] ?? before?.contains($0) ?? false }
    }
    let chosen = Set(mains.values.joined())
    for candidate in candidates where chosen.contains(candidate) {
      roots.append((candidate.importPath, DirectoryName(.repository, candidate.directory)))
    }
    let graph =
      if let known {
        PackageGraph(like: known.group.graph, roots: roots, changed: known.changed, tree: source)
      } else {
        PackageGraph(roots: roots, contexts: all, scope: group.scope, tree: source)
      }
    return LoadedGroup(
      group: group, toolchain: toolchain, graph: graph, contexts: contexts, candidates: candidates, mains: mains,
      requirements: requirements(of: group), index: index)
  }

  package func tags(_ target: Target, _ toolchain: Toolchain, _ directory: ByteString) throws(CheckError) -> Set<
    ByteString
  > {
    let key = TagKey(executable: toolchain.executable, target: target)
    if let known = tags[key] { return known }
    let place = root.appending(directory)
    do throws(ToolchainError) {
      let found = try toolchainCache.tags(toolchain, target, in: workingDirectory(place))
      tags[key] = found
      return found
    } catch {
      throw CheckError(.cannotJudge, "cannot \(error.operation): \(error.message)")
    }
  }

  /// Returns the directories that `./...` matches in a group's modules, as packages ordered by module and directory
  /// (cmd/go/internal/modload/search.go, matchPackages).
  ///
  /// With `forListing`, includes a directory called vendor that holds Go files itself (nothing below it), and modules
  /// where `go` does not find the group's go.work. Otherwise both are omitted, because mains are not judged there.
  package func packageDirectories(
    of group: ModuleGroup, _ snapshot: Snapshot, forListing: Bool = false
  ) -> [MainName] {
    group.modules.filter { forListing || group.own.contains($0.directory) }.flatMap { module in
      let top = module.directory
      var found: [MainName] = []
      for directory in snapshot.goDirectories where isSearched(directory, below: top, includingVendor: forListing) {
        // Modules of other groups count too.
        guard group.scope.innermostModule(of: directory, below: top) == top, let inside = directory.relative(to: top),
          !isIgnored(inside, module.file)
        else { continue }
        found.append(MainName(importPath: module.file.module.appending(inside), directory: directory))
      }
      return found.sorted { $0.directory < $1.directory }
    }
  }

  /// Whether a directory is below a module's directory and no path element between them makes Go skip it.
  ///
  /// Called for every directory of a tree and each module.
  private func isSearched(
    _ directory: ByteString, below module: ByteString, includingVendor: Bool
  ) -> Bool {
    guard directory.isWithin(module) else { return false }
    var start = module.isEmpty ? 0 : module.count + 1
    while start < directory.count {
      let first = directory.bytes[start]
      if first == UInt8(ascii: "_") || first == UInt8(ascii: ".") { return false }
      let end = directory.bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? directory.count
      let isLast = end == directory.count
      for name in Self.passedOver
      where !(includingVendor && isLast && name == Self.passedOver[0]) && end - start == name.count
        && directory.holds(name, at: start)
      { return false }
      start = end + 1
    }
    return true
  }

  private static let passedOver: [ByteString] = ["vendor", "testdata"]

  /// Whether an `ignore` directive of go.mod excludes the directory from `./...`: `./p` matches at the module root, `p`
  /// at any depth.
  private func isIgnored(_ directory: ByteString, _ file: GoMod) -> Bool {
    file.ignored.contains { pattern in
      if pattern.hasPrefix("./") { return directory.isWithin(pattern.cleaned) }
      return ("/" + directory + "/").firstIndex(of: "/" + pattern.cleaned + "/") != nil
    }
  }

  private func requirements(of group: ModuleGroup) -> [ByteString: Location] {
    var lines: [ByteString: Location] = [:]
    for module in group.modules {
      for requirement in module.file.requirements {
        lines[requirement.module.path] = Location(
          file: module.directory.appending("go.mod"), line: requirement.line, column: requirement.column,
          endLine: requirement.line, endColumn: requirement.endColumn, isInRepository: true)
      }
    }
    return lines
  }
}

extension Toolchain {
  /// The Go release. A toolchain that is not a release counts as newer than all releases.
  package var release: GoVersion { GoVersion(version) ?? GoVersion(1, 99) }
}
