package import Bytes
import Git
package import GoGraph
import GoModule
import GoSource
package import Modules
import Snapshots

/// The inputs that can change how a main is built and may differ between two trees, by file. Comparing the inputs of
/// two trees shows whether and why a change affects the main.
package struct Inputs: Equatable {
  /// The relevant content of each path of the repository: a blob's id, or the lines of a module file that concern the
  /// main.
  package private(set) var contents: [ByteString: ByteString] = [:]

  /// The inputs of each package, computed once for all mains that reach it.
  package final class Cache {
    fileprivate struct Key: Hashable {
      let package: ObjectIdentifier
      let contexts: [BuildContext]
    }
    fileprivate var known: [Key: [ByteString: ByteString]] = [:]
  }

  /// Collects the packages of a main's closures that are among `suspects`, and the module files if those may differ.
  package init(
    of closures: [Closure], suspects: Set<ByteString>, withModuleFiles: Bool, group: ModuleGroup, tree: LoadedTree
  ) {
    let contexts = closures.map(\.context)
    var modules: Set<ModuleVersion> = []
    var vendored: Set<ByteString> = []
    var used: Set<ByteString> = []
    for path in suspects {
      guard let package = closures.lazy.compactMap({ $0.package(path) }).first, package.isInRepository else { continue }
      let key = Cache.Key(package: ObjectIdentifier(package), contexts: contexts)
      let brought = tree.inputs.known[key] ?? Self.contents(of: package, contexts, tree)
      tree.inputs.known[key] = brought
      if contents.isEmpty { contents = brought } else { contents.merge(brought) { $1 } }
      // A main's profile affects how it is compiled.
      guard closures.contains(where: { $0.root == path }) else { continue }
      let profile = package.directory.name.path.appending(profileName)
      if let file = tree.source.snapshot.resolve(profile)?.file {
        contents[profile] = ByteString(file.id.content.bytes)
      }
    }
    for closure in withModuleFiles ? closures : [] {
      for package in closure.packages {
        switch package.directory.name.root {
        case .repository:
          if let module = group.scope.vendor?.modules.module(of: package.importPath) { vendored.insert(module.text) }
          if !group.scope.replacedByDirectory.isEmpty, let module = group.scope.module(of: package.directory.name) {
            used.insert(module.path)
          }
        case .module(let module): modules.insert(module)
        case .standardLibrary, .outside: break
        }
      }
    }
    if withModuleFiles { addModuleFiles(group, modules, used, vendored, tree.source.snapshot) }
  }

  /// Returns the paths that differ between two sets of inputs, in byte order.
  package func differences(from base: Inputs) -> [ByteString] {
    var paths: Set<ByteString> = []
    for (path, content) in contents where base.contents[path] != content { paths.insert(path) }
    for path in base.contents.keys where contents[path] == nil { paths.insert(path) }
    return paths.sorted()
  }

  private static func contents(
    of package: Package, _ contexts: [BuildContext], _ tree: LoadedTree
  ) -> [ByteString: ByteString] {
    var contents: [ByteString: ByteString] = [:]
    let directory = package.directory.name.path
    for context in contexts {
      let files = package.selectFiles(in: context)
      for file in files.go + files.cgo + files.other {
        contents[directory.appending(file.name)] = file.content.map { ByteString($0.bytes) } ?? ""
        guard file.header.embeds else { continue }
        for embed in file.unpackedFacts.embeds {
          for name in (try? tree.embeds.files(embed.pattern, in: directory).get()) ?? [] {
            let path = directory.appending(name)
            contents[path] = tree.source.snapshot.file(path).map { ByteString($0.id.content.bytes) }
          }
        }
      }
    }
    // A malformed file is excluded from the package, but it still causes an error.
    for file in package.directory.files where file.header.isDropped {
      contents[directory.appending(file.name)] = file.content.map { ByteString($0.bytes) } ?? ""
    }
    return contents
  }

  private mutating func addModuleFiles(
    _ group: ModuleGroup, _ modules: Set<ModuleVersion>, _ used: Set<ByteString>, _ vendored: Set<ByteString>,
    _ snapshot: Snapshot
  ) {
    // Vendored packages need no sums.
    let known = modules.isEmpty ? [:] : group.sums(in: snapshot)
    for module in group.modules {
      var lines: [ByteString] = ["module " + module.file.module]
      lines += [module.file.go, module.file.toolchain].compactMap { $0 } + module.file.godebug
      // A dependency is represented by the version that go.mod requires.
      lines += modules.map { $0.path + "@" + $0.version }.sorted()
      contents[module.directory.appending("go.mod")] = lines.joined(separator: "\n")
      let sums = modules.sorted { ($0.path, $0.version) < ($1.path, $1.version) }.flatMap { known[$0] ?? [] }
      if !sums.isEmpty { contents[module.directory.appending("go.sum")] = sums.sorted().joined(separator: "\n") }
    }
    // A replacement directory has its own go.mod, which states its Go version.
    for local in group.scope.replacedByDirectory where local.directory.root == .repository && used.contains(local.path)
    {
      let lines = [snapshot.moduleFile(in: local.directory)?.go, local.replaced?.version].compactMap { $0 }
      contents[local.directory.path.appending("go.mod")] = lines.joined(separator: "\n")
    }
    if let workspace = group.workspace, let work = group.work {
      let lines = [work.go, work.toolchain].compactMap { $0 } + work.godebug
      contents[workspace] = lines.joined(separator: "\n")
    }
    if !vendored.isEmpty, let vendor = group.scope.vendor {
      contents[vendor.directory.path.appending("modules.txt")] = vendored.sorted().joined(separator: "\n")
    }
  }
}

/// The name of the profile in a main's directory that Go uses to compile it (`-pgo=auto`).
package let profileName: ByteString = "default.pgo"

/// Returns the directories of the repository that the mains reach and whose packages embed files.
package func embeddingDirectories(of closures: [Closure]) -> Set<ByteString> {
  let packages = closures.flatMap(\.packages)
  return Set(packages.filter { $0.isInRepository && $0.embeds }.map(\.directory.name.path))
}

extension Package {
  /// Returns the embed patterns of the package in a context.
  package func embedPatterns(in context: BuildContext) -> [ByteString] {
    embeds ? selectFiles(in: context).go.flatMap { $0.unpackedFacts.embeds.map(\.pattern) } : []
  }
}

/// The possible differences between a group of modules in the snapshot and its counterpart in the base.
package struct Difference {
  /// The import paths of packages whose files, embedded ones included, may differ.
  package let suspects: Set<ByteString>
  package let isInModuleFiles: Bool
  /// Whether a suspect differs without cgo, or imports a package that does.
  package let touchesCgo: Bool
  /// The packages that reach a suspect in either tree.
  private let reached: Set<ByteString>

  /// Compares two groups; `changed` has the paths that differ between their trees.
  package init(_ after: LoadedGroup, _ before: LoadedGroup, changed: Set<ByteString>) {
    var suspects: Set<ByteString> = []
    for (number, package) in after.graph.packages.enumerated() {
      let isSame = Self.twin(of: package, number, in: before.graph)?.directory === package.directory
      if isSame, !package.embeds || !changed.contains(where: { $0.isWithin(package.directory.name.path) }) { continue }
      suspects.insert(package.importPath)
    }
    for profile in changed where profile.baseName == profileName {
      for package in after.graph.packages where package.directory.name == DirectoryName(.repository, profile.directory)
      {
        suspects.insert(package.importPath)
      }
    }
    for (number, package) in before.graph.packages.enumerated()
    where Self.twin(of: package, number, in: after.graph) == nil { suspects.insert(package.importPath) }
    self.suspects = suspects
    let graph = after.graph
    touchesCgo = after.contexts.values.contains { context in
      func differs(_ package: Package?) -> Bool {
        package.map { !$0.isStandard && graph.differs($0, in: context) } ?? false
      }
      return suspects.lazy.compactMap(graph.package).contains { suspect in
        differs(suspect) || graph.imports(of: suspect, in: context).contains { differs(graph.package($0.path)) }
      }
    }
    isInModuleFiles = changed.contains(where: isModuleFile) || after.group.directory != before.group.directory
    // A removed package is reached only in the base. Every other chain to a suspect begins with a package in both
    // trees.
    let isGone = suspects.contains { after.graph.package($0) == nil }
    var reached = suspects.isEmpty ? [] : after.graph.reaching(suspects)
    if isGone { reached.formUnion(before.graph.reaching(suspects)) }
    self.reached = reached
  }

  /// Returns the package of the same name in another graph. If one graph was made from the other, both have their
  /// packages in the same order, so the position is tried first.
  private static func twin(of package: Package, _ number: Int, in graph: PackageGraph) -> Package? {
    let isThere = number < graph.packages.count && graph.packages[number].directory === package.directory
    return isThere ? graph.packages[number] : graph.package(package.importPath)
  }

  /// Whether a main may be affected.
  package func concerns(_ main: ByteString) -> Bool { isInModuleFiles || reached.contains(main) }
}
