import Bytes
import Diagnostics
import FileSystem
package import GoGraph
import GoModule
import GoSource
import GoToolchain
import Rules

/// A target of the check: a platform and the user's tags.
package struct Target: Sendable, Hashable {
  package let platform: Platform
  package let tags: [String]

  package init(platform: Platform, tags: [String]) {
    self.platform = platform
    self.tags = tags
  }
}

/// A group of modules with its packages, for all targets.
struct LoadedGroup: Sendable {
  let group: ModuleGroup
  let toolchain: Toolchain
  let graph: PackageGraph
  /// One context for each target, seen with cgo off.
  let contexts: [Target: BuildContext]
  /// The mains on each target.
  let mains: [Target: [MainName]]
  let requirements: [ByteString: Location]
}

/// A snapshot with all that its mains can reach.
struct LoadedTree: Sendable {
  let source: PackageSource
  let groups: [LoadedGroup]
  let errors: [JudgementError]
}

/// Loads trees; remembers what the toolchain says, and what blobs say.
final class TreeLoader {
  private let options: CheckOptions
  private let root: ByteString
  private let memory = FactMemory()
  private var toolchains: [ByteString: Toolchain] = [:]
  private var tags: [TagKey: Set<ByteString>] = [:]

  private struct TagKey: Hashable {
    let executable: ByteString
    let target: Target
  }

  init(_ options: CheckOptions, root: ByteString) {
    self.options = options
    self.root = root
  }

  func toolchain(at directory: ByteString, chosenBy lines: ByteString) throws(CheckError) -> Toolchain {
    if let known = toolchains[lines] { return known }
    let place = root.appending(directory)
    do throws(ToolchainError) {
      let toolchain = try Toolchain(path: options.goPath, in: isDirectory(place) ? place : root)
      if let flag = toolchain.flags.kept.first(where: { $0.drop { $0 == "-" }.hasPrefix("modfile=") }) {
        throw ToolchainError("follow GOFLAGS", "\(flag) names another go.mod than the repository's; unset it")
      }
      toolchains[lines] = toolchain
      return toolchain
    } catch {
      throw CheckError(
        .cannotJudge,
        "cannot \(error.operation): \(error.message)\(error.message.hasSuffix(".") ? "" : ".") "
          + "Install Go, or name its program with --go PATH.")
    }
  }

  /// The groups of modules with the toolchain that each one gets, and the modules that cannot be read.
  func groups(
    of snapshot: Snapshot
  ) throws(CheckError) -> (groups: [(group: ModuleGroup, toolchain: Toolchain)], errors: [JudgementError]) {
    let first = try toolchain(at: "", chosenBy: "")
    var finder = ModuleFinder(
      snapshot: snapshot, moduleCache: first.moduleCache, readable: options.readable,
      modFlag: first.flags.mod)
    var groups: [(group: ModuleGroup, toolchain: Toolchain)] = []
    for group in finder.groups() {
      groups.append((group, try toolchain(at: group.directory, chosenBy: Self.toolchainLines(group))))
    }
    return (groups, finder.errors)
  }

  func load(_ snapshot: Snapshot) throws(CheckError) -> LoadedTree {
    let (groups, errors) = try groups(of: snapshot)
    var loaded: [LoadedGroup] = []
    for (group, toolchain) in groups {
      loaded.append(try load(group, source(of: snapshot, toolchain), toolchain))
    }
    return LoadedTree(
      source: source(of: snapshot, try toolchain(at: "", chosenBy: "")), groups: loaded, errors: errors)
  }

  func source(of snapshot: Snapshot, _ toolchain: Toolchain) -> PackageSource {
    PackageSource(
      snapshot: snapshot, standardLibrary: toolchain.root.appending("src"), moduleCache: toolchain.moduleCache,
      memory: memory)
  }

  /// The lines by which a module can choose another toolchain than the one on PATH.
  private static func toolchainLines(_ group: ModuleGroup) -> ByteString {
    let lines = group.modules.flatMap { [$0.file.go, $0.file.toolchain] } + [group.work?.go, group.work?.toolchain]
    return lines.map { $0 ?? "-" }.joined(separator: " ")
  }

  private func load(
    _ group: ModuleGroup, _ source: PackageSource, _ toolchain: Toolchain
  ) throws(CheckError) -> LoadedGroup {
    var contexts: [Target: BuildContext] = [:]
    for target in options.targets {
      contexts[target] = BuildContext(
        platform: target.platform, tags: try tags(target, toolchain, group.directory), view: .cgoOff)
    }
    let all = options.targets.flatMap { target in View.allCases.map { contexts[target]!.with($0) } }
    let candidates = group.modules.flatMap { packageDirectories(of: $0, group.scope, source.snapshot) }
    var mains: [Target: [MainName]] = [:]
    var roots: [(importPath: ByteString, directory: DirectoryName)] = []
    for (candidate, directory) in zip(
      candidates, source.scan(candidates.map { DirectoryName(.repository, $0.directory) }))
    {
      guard let directory else { continue }
      for target in options.targets where isMain(directory, contexts[target]!) {
        mains[target, default: []].append(candidate)
        if roots.last?.importPath != candidate.importPath {
          roots.append((candidate.importPath, DirectoryName(.repository, candidate.directory)))
        }
      }
    }
    let graph = PackageGraph(roots: roots, contexts: all, scope: group.scope, tree: source)
    return LoadedGroup(
      group: group, toolchain: toolchain, graph: graph, contexts: contexts, mains: mains,
      requirements: requirements(of: group))
  }

  private func isMain(_ directory: SourceDirectory, _ context: BuildContext) -> Bool {
    View.allCases.contains { view in
      let files = PackageFiles(directory, context.with(view))
      return files.name == "main" && !files.isEmpty
    }
  }

  func tags(_ target: Target, _ toolchain: Toolchain, _ directory: ByteString) throws(CheckError) -> Set<ByteString> {
    let key = TagKey(executable: toolchain.executable, target: target)
    if let known = tags[key] { return known }
    let place = root.appending(directory)
    do throws(ToolchainError) {
      let found = try toolchain.tags(
        system: target.platform.system, architecture: target.platform.architecture, userTags: target.tags,
        in: isDirectory(place) ? place : root)
      tags[key] = found
      return found
    } catch {
      throw CheckError(.cannotJudge, "cannot \(error.operation): \(error.message)")
    }
  }

  /// The directories that `./...` in a module means, as packages (cmd/go/internal/modload/search.go, matchPackages).
  func packageDirectories(
    of module: ModuleGroup.Module, _ scope: ModuleScope, _ snapshot: Snapshot
  ) -> [MainName] {
    snapshot.names.keys.filter { directory in
      guard let inside = directory.relative(to: module.directory) else { return false }
      var nearest = directory
      while nearest.count > module.directory.count, !scope.nestedModules.contains(nearest) {
        nearest = nearest.directory
      }
      guard nearest == module.directory else { return false }
      let elements = inside.split(UInt8(ascii: "/"), omittingEmpty: true)
      return elements.allSatisfy { element in
        element != "vendor" && element != "testdata" && !element.hasPrefix("_") && !element.hasPrefix(".")
      } && !isIgnored(inside, module.file)
        && snapshot.names[directory]!.contains { name in
          name.hasSuffix(".go") && !snapshot.isIgnored(directory.appending(name))
        }
    }.sorted().map { directory in
      let inside = directory.relative(to: module.directory) ?? ""
      return MainName(importPath: module.file.module.appending(inside), directory: directory)
    }
  }

  /// Whether an `ignore` directive of go.mod takes the directory out of `./...`: `./p` from the root, `p` at any depth.
  private func isIgnored(_ directory: ByteString, _ file: GoMod) -> Bool {
    file.ignored.contains { pattern in
      if pattern.hasPrefix("./") { return directory.isWithin(pattern.dropFirst(2)) }
      return ("/" + directory + "/").firstIndex(of: "/" + pattern + "/") != nil
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
