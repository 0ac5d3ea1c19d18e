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
    let files = package.selectFiles(in: off.context).go
    lazy var declared = Set(
      files.flatMap { inspector.declarations(package, $0) }.filter { $0.receiver == nil }.map(\.name))
    let lost = Set(difference.missing.map(\.declaration).filter { $0.receiver == nil }.map(\.name))
    let gained = Set(difference.gained.map(\.name))
    // A name that the build with cgo uses too may come from a file that is generated later.
    lazy var known = package.selectFiles(in: on.context).active.reduce(into: Set<ByteString>()) {
      $0.formUnion(inspector.freeNames(package, $1).all)
    }
    return files.flatMap { file -> [CompilerError] in
      guard gained.contains(file.name) || inspector.takes(package, file, lost) else { return [] }
      let names = inspector.freeNames(package, file).certain
      guard !names.isEmpty, let imported = importedNames(package, file, inspector) else { return [] }
      return names.compactMap { name, position in
        guard !declared.contains(name), !imported.contains(name), !universe.contains(name) else { return nil }
        guard lost.contains(name) || (gained.contains(file.name) && !known.contains(name)) else { return nil }
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

/// The names that Go declares in every file ("Predeclared identifiers").
private let universe: Set<ByteString> = [
  "any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex", "complex128", "complex64", "copy",
  "delete", "error", "false", "float32", "float64", "imag", "int", "int16", "int32", "int64", "int8", "iota", "len",
  "make", "max", "min", "new", "nil", "panic", "print", "println", "real", "recover", "rune", "string", "true", "uint",
  "uint16", "uint32", "uint64", "uint8", "uintptr",
]
