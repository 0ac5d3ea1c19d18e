import Bytes
import Diagnostics
import GoGraph
import GoSource

extension MainAnalysis {
  /// Predicts, without a build, the compiler errors about names that a package itself uses without cgo and that no file
  /// declares then: the names that it loses, and in files that only the build without cgo compiles any name that no file
  /// of the build with cgo knows.
  ///
  /// Only names that the tokens show without doubt. A file whose imports are not all known shows none.
  func undeclaredNames(
    in package: Package, _ difference: CgoDifference, _ inspector: CgoDifferences.Inspector
  ) -> [CompilerError] {
    guard !package.isStandard, !difference.hasSwig else { return [] }
    let lost = Set(difference.missing.map(\.declaration).filter { $0.receiver == nil }.map(\.name))
    let gained = Set(difference.gained.map(\.name))
    guard !lost.isEmpty || !gained.isEmpty else { return [] }
    let files = package.selectFiles(in: off.context).go
    lazy var own = Set(difference.gained.flatMap { inspector.declarations(package, $0) }.map(\.name))
    // A name that another file knows may be declared there, or come from a file that is generated later.
    lazy var others = (files + package.selectFiles(in: on.context).active).filter { !gained.contains($0.name) }
    return files.flatMap { file -> [CompilerError] in
      let isGained = gained.contains(file.name)
      guard isGained || (!lost.isEmpty && inspector.takes(package, file, lost)) else { return [] }
      let names = inspector.freeNames(package, file).certain.filter { name, _ in
        lost.contains(name) || (isGained && !universe.contains(name) && !own.contains(name))
      }
      guard !names.isEmpty, let imported = importedNames(package, file, inspector) else { return [] }
      return names.compactMap { name, position in
        guard !imported.contains(name) else { return nil }
        guard lost.contains(name) || !others.contains(where: { inspector.knows(name, package, $0) })
        else { return nil }
        return CompilerError(
          package: package.importPath, file: file.name, position: position, message: "undefined: \(name.text)",
          complaint: .undefined(name.text))
      }
    }
  }

  /// The names by which a file refers to its imports; nil where one is not known.
  private func importedNames(
    _ package: Package, _ file: SourceFile, _ inspector: CgoDifferences.Inspector
  ) -> Set<ByteString>? {
    let written = inspector.uses(package, file).importNames
    var names: Set<ByteString> = []
    for spec in file.unpackedFacts.imports {
      for name in written[spec.path] ?? [nil] {
        if let name {
          if name == "." { return nil }
          names.insert(name)
          continue
        }
        guard case .package(let path, _)? = graph.resolution(of: spec.path, in: package),
          let imported = self.package(path)
        else { return nil }
        names.formUnion([on, off].map { imported.selectFiles(in: $0.context).name })
      }
    }
    return names.contains("") ? nil : names
  }
}

extension CgoDifferences.Inspector {
  /// Whether a file declares a name of its package, or may take it from there.
  fileprivate func knows(_ name: ByteString, _ package: Package, _ file: SourceFile) -> Bool {
    guard mentions(package, file, [name]) else { return false }
    return takes(package, file, [name]) || declarations(package, file).contains { $0.name == name }
  }
}

/// The names that Go declares in every file ("Predeclared identifiers").
private let universe: Set<ByteString> = [
  "any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex", "complex128", "complex64", "copy",
  "delete", "error", "false", "float32", "float64", "imag", "int", "int16", "int32", "int64", "int8", "iota", "len",
  "make", "max", "min", "new", "nil", "panic", "print", "println", "real", "recover", "rune", "string", "true", "uint",
  "uint16", "uint32", "uint64", "uint8", "uintptr",
]
