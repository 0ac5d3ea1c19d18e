package import Bytes
package import GoSource

/// A package of a graph: its directory, and its files in each context that the graph was loaded for.
package struct Package: Sendable {
  package let importPath: ByteString
  package let directory: SourceDirectory
  private let files: [BuildContext: PackageFiles]
  /// The contexts with cgo off whose files are others than with cgo on.
  private let differing: Set<BuildContext>

  init(importPath: ByteString, directory: SourceDirectory, contexts: [BuildContext]) {
    self.importPath = importPath
    self.directory = directory
    var files: [BuildContext: PackageFiles] = [:]
    for context in contexts { files[context] = PackageFiles(directory, context) }
    self.files = files
    differing = Set(
      contexts.filter { context in
        guard context.view == .cgoOff, let off = files[context] else { return false }
        let on = files[context.with(.cgoOn)] ?? PackageFiles(directory, context.with(.cgoOn))
        return on.activeNames != off.activeNames
      })
  }

  package var isStandard: Bool { directory.name.root == .standardLibrary }
  package var isInRepository: Bool { directory.name.root == .repository }

  package func files(in context: BuildContext) -> PackageFiles {
    files[context] ?? PackageFiles(directory, context)
  }

  /// Whether another set of files is active with cgo on than with cgo off.
  package func differs(in context: BuildContext) -> Bool { differing.contains(context.with(.cgoOff)) }

  /// The Go files that are active with cgo on only.
  package func filesLostWithoutCgo(in context: BuildContext) -> [SourceFile] {
    let kept = Set(files(in: context.with(.cgoOff)).active.map(\.name))
    return files(in: context.with(.cgoOn)).active.filter { !kept.contains($0.name) }
  }

  /// The Go files that are active with cgo off only.
  package func filesGainedWithoutCgo(in context: BuildContext) -> [SourceFile] {
    let before = Set(files(in: context.with(.cgoOn)).active.map(\.name))
    return files(in: context.with(.cgoOff)).active.filter { !before.contains($0.name) }
  }
}

/// An import spec at work: the file and spec by which one package imports another.
package struct ImportSite: Sendable, Hashable {
  package let importer: ByteString
  package let file: ByteString
  package let spec: ImportSpec
}

/// All packages that some mains can reach, in both views and in every context asked for.
package struct PackageGraph: Sendable {
  package let contexts: [BuildContext]
  package private(set) var packages: [ByteString: Package] = [:]
  private var resolutions: [ImportKey: Resolution] = [:]
  private var table: [BuildContext: [ByteString: [Import]]] = [:]

  /// What is imported, and where that stands.
  package typealias Import = (path: ByteString, site: ImportSite)

  private struct ImportKey: Hashable {
    let path: ByteString
    let fromStandardLibrary: Bool
  }

  /// Loads the packages in `roots` and everything they import, directly or not, in any of the contexts; each wave of
  /// directories is scanned at once.
  package init(
    roots: [(importPath: ByteString, directory: DirectoryName)], contexts: [BuildContext], scope: ModuleScope,
    tree: some SourceTree
  ) {
    self.contexts = contexts
    var known: Set<ByteString> = []
    var wave = roots.filter { known.insert($0.importPath).inserted }
    while !wave.isEmpty {
      var next: [(importPath: ByteString, directory: DirectoryName)] = []
      for (entry, directory) in zip(wave, tree.scan(wave.map(\.directory))) {
        guard let directory else { continue }
        let package = Package(importPath: entry.importPath, directory: directory, contexts: contexts)
        packages[entry.importPath] = package
        for path in Self.imports(of: contexts.map(package.files(in:))) {
          let key = ImportKey(path: path, fromStandardLibrary: package.isStandard)
          if resolutions[key] == nil {
            resolutions[key] = scope.resolve(path, fromStandardLibrary: key.fromStandardLibrary, in: tree)
          }
          if case .package(let importPath, let name) = resolutions[key], known.insert(importPath).inserted {
            next.append((importPath, name))
          }
        }
      }
      wave = next
    }
    for context in contexts {
      table[context] = packages.mapValues { findImports(of: $0, in: context) }
    }
  }

  private static func imports(of views: some Sequence<PackageFiles>) -> [ByteString] {
    var paths: Set<ByteString> = []
    for files in views {
      for file in files.go + files.cgo {
        for spec in file.facts.imports where spec.path != "C" { paths.insert(spec.path) }
      }
    }
    return paths.sorted()
  }

  /// Where an import of `path` in `package` leads.
  package func resolution(of path: ByteString, in package: Package) -> Resolution? {
    resolutions[ImportKey(path: path, fromStandardLibrary: package.isStandard)]
  }

  /// The imports of a package in a context, one for each imported path: the first spec in the order of file names.
  package func imports(of package: Package, in context: BuildContext) -> [Import] {
    table[context]?[package.importPath] ?? findImports(of: package, in: context)
  }

  private func findImports(of package: Package, in context: BuildContext) -> [Import] {
    var seen: Set<ByteString> = []
    var imports: [Import] = []
    for file in package.files(in: context).active {
      for spec in file.facts.imports where spec.path != "C" && seen.insert(spec.path).inserted {
        let path: ByteString =
          if case .package(let importPath, _) = resolution(of: spec.path, in: package) { importPath } else { spec.path }
        imports.append((path, ImportSite(importer: package.importPath, file: file.name, spec: spec)))
      }
    }
    return imports
  }
}
