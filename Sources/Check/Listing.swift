import Bytes
import Diagnostics
import FactStore
import FileSystem
import Git
package import GoGraph
import GoModule
import GoSource
import GoToolchain

/// A package as `go list -json` would print it: the fields that the loader knows.
package struct ListedPackage: Sendable {
  package struct Module: Sendable {
    package let path: String
    package let version: String?
    package let isMain: Bool
    package let directory: String
    package let goVersion: String?
  }
  package let directory: String
  package let importPath: String
  package let name: String
  package let isStandard: Bool
  /// Whether the package is there only because another one imports it.
  package let isDependencyOnly: Bool
  package let module: Module?
  /// The lists of file names, by the field's name in `go list`; empty ones are left out.
  package let files: [(field: String, names: [String])]
  package let imports: [String]
  package let importMap: [String: String]
  package let error: String?
}

/// The packages that patterns name in the snapshot, in byte order of their import paths, with all they import where
/// `includingDependencies`.
package func listPackages(
  _ options: CheckOptions, view: View, includingDependencies: Bool
) throws(CheckError) -> [ListedPackage] {
  let trees = try Trees.open()
  let snapshot = try trees.snapshot(options.subject, try trees.commits(options.subject).snapshot)
  let memory = Memory(options.cacheFile(of: trees.repository.commonDirectory), root: trees.root)
  let loader = TreeLoader(
    options, root: trees.root, store: FactStore(memory.store), disk: memory.disk)
  defer { loader.save().value() }
  guard let target = options.targets.first else { return [] }
  var listed: [ListedPackage] = []
  let groups = try loader.groups(of: snapshot)
  if let error = groups.errors.first ?? groups.groups.lazy.compactMap(\.group.failure).first {
    throw CheckError(.cannotJudge, error.message)
  }
  let patterns = Patterns(options, root: trees.root)
  var matched = options.patterns.isEmpty
  for (group, toolchain) in groups.groups {
    let source = loader.source(of: snapshot, toolchain)
    let context = BuildContext(
      platform: target.platform, tags: try loader.tags(target, toolchain, group.directory), view: view)
    let candidates = loader.packageDirectories(of: group, snapshot).filter(patterns.match)
    matched = matched || !candidates.isEmpty
    let graph = PackageGraph(
      roots: candidates.map { ($0.importPath, DirectoryName(.repository, $0.directory)) }, contexts: [context],
      scope: group.scope, tree: source)
    let named = Set(candidates.map(\.importPath))
    let exact = Set(candidates.filter(patterns.name).map(\.importPath))
    for package in graph.packages {
      let path = package.importPath
      guard includingDependencies || named.contains(path) else { continue }
      let files = package.files(in: context)
      // A directory whose files are all excluded is no match of `./...`, as for go list.
      let isExcluded = files.isEmpty && files.test.isEmpty && files.externalTest.isEmpty && files.problem == nil
      if isExcluded, named.contains(path), !exact.contains(path) { continue }
      listed.append(
        describe(package, graph, context, group, source, isDependencyOnly: !named.contains(path)))
    }
  }
  guard matched else {
    throw CheckError(.usage, "no package matches \(options.patterns.joined(separator: " "))")
  }
  return listed.sorted { ByteString($0.importPath) < ByteString($1.importPath) }
}

private func describe(
  _ package: Package, _ graph: PackageGraph, _ context: BuildContext, _ group: ModuleGroup, _ source: PackageSource,
  isDependencyOnly: Bool
) -> ListedPackage {
  let files = package.files(in: context)
  let lists: [(String, [SourceFile])] = [
    ("GoFiles", files.go), ("CgoFiles", files.cgo), ("IgnoredGoFiles", files.ignoredGo),
    ("IgnoredOtherFiles", files.ignoredOther), ("CFiles", files.other(.c)), ("CXXFiles", files.other(.cxx)),
    ("MFiles", files.other(.objectiveC)), ("HFiles", files.other(.header)), ("FFiles", files.other(.fortran)),
    ("SFiles", files.other(.assembly, .cgoAssembly)), ("SwigFiles", files.other(.swig)),
    ("SwigCXXFiles", files.other(.swigCXX)), ("SysoFiles", files.other(.object)), ("TestGoFiles", files.test),
    ("XTestGoFiles", files.externalTest),
  ]
  // go list sorts by what the files say, and then puts in what it means.
  let written = Set((files.go + files.cgo).flatMap { $0.facts.imports.map(\.path) }).sorted()
  var imports: [String] = []
  var importMap: [String: String] = [:]
  for path in written {
    if case .package(let meant, _) = graph.resolution(of: path, in: package), meant != path {
      importMap[path.text] = meant.text
      imports.append(meant.text)
    } else {
      imports.append(path.text)
    }
  }
  let problem = files.problem.map { "\($0.file.text):\($0.position.line):\($0.position.column): \($0.message)" }
  return ListedPackage(
    directory: source.path(onDisk: package.directory.name).text, importPath: package.importPath.text,
    name: files.name.text, isStandard: package.isStandard, isDependencyOnly: isDependencyOnly,
    module: module(of: package, group, source),
    files: lists.filter { !$0.1.isEmpty }.map { ($0.0, $0.1.map(\.name.text)) },
    imports: imports, importMap: importMap,
    error: problem ?? files.reasonForNoFiles)
}

private func module(of package: Package, _ group: ModuleGroup, _ source: PackageSource) -> ListedPackage.Module? {
  switch package.directory.name.root {
  case .standardLibrary: return nil
  case .module(let module):
    return ListedPackage.Module(
      path: module.path.text, version: module.version.text, isMain: false,
      directory: moduleDirectory(module, in: source.moduleCache).text, goVersion: nil)
  case .repository, .outside:
    if let vendored = group.scope.vendor?.modules.module(of: package.importPath) {
      return ListedPackage.Module(
        path: vendored.path.text, version: vendored.version.text, isMain: false, directory: "", goVersion: nil)
    }
    let owner = group.modules.filter { package.importPath.isWithin($0.file.module) }
      .max { $0.file.module.count < $1.file.module.count }
    return owner.map {
      ListedPackage.Module(
        path: $0.file.module.text, version: nil, isMain: true,
        directory: source.path(onDisk: DirectoryName(.repository, $0.directory)).text, goVersion: $0.file.go?.text)
    }
  }
}
