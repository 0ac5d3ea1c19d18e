package import Bytes
package import GoSource

/// A reason why a package does not build that its files' headers show.
package struct PackageProblem: Sendable, Hashable {
  package let file: ByteString
  package let position: Position
  package let message: String
}

/// Which files of a directory are active in one build context (go/build/build.go, Import).
package struct PackageFiles: Sendable, Hashable {
  package var name: ByteString = ""
  package var go: [SourceFile] = []
  /// Go files that import "C"; empty with cgo off.
  package var cgo: [SourceFile] = []
  package var ignoredGo: [SourceFile] = []
  package var ignoredOther: [SourceFile] = []
  package var test: [SourceFile] = []
  package var externalTest: [SourceFile] = []
  /// Active files that are not Go, with their kinds.
  package var other: [SourceFile] = []
  package var problem: PackageProblem?

  package init(_ directory: SourceDirectory, _ context: BuildContext) {
    var firstNamed: SourceFile?
    for file in directory.files {
      let facts = file.facts
      if file.kind == .go, let problem = facts.problem, problem.effect == .dropsFile, context.admits(name: file.name) {
        note(problem, in: file)
        continue
      }
      let isActive = context.admits(name: file.name) && facts.constraint?.evaluate(context.holds) ?? true
      guard isActive, !(file.kind == .go && facts.package == "documentation") else {
        if file.kind == .go { ignoredGo.append(file) } else { ignoredOther.append(file) }
        continue
      }
      guard file.kind == .go else {
        other.append(file)
        continue
      }
      if let problem = facts.problem { note(problem, in: file) }
      let isExternalTest = file.isTest && facts.package.hasSuffix("_test") && facts.package != name
      let package = isExternalTest ? facts.package.dropLast(5) : facts.package
      if name.isEmpty {
        name = package
        firstNamed = file
      } else if package != name, !package.isEmpty, let first = firstNamed, problem == nil {
        problem = PackageProblem(
          file: file.name, position: facts.packagePosition,
          message:
            "found packages \(name.text) (\(first.name.text)) and \(package.text) (\(file.name.text)) in one directory")
      }
      if facts.importsC && !file.isTest {
        if context.view == .cgoOn { cgo.append(file) } else { ignoredGo.append(file) }
      } else if isExternalTest {
        externalTest.append(file)
      } else if file.isTest {
        test.append(file)
      } else {
        go.append(file)
      }
    }
    dropUnused(context.view)
  }

  private mutating func note(_ found: HeaderProblem, in file: SourceFile) {
    guard problem == nil else { return }
    problem = PackageProblem(file: file.name, position: found.position, message: found.message)
  }

  private mutating func dropUnused(_ view: View) {
    if cgo.isEmpty {
      ignoredOther += other.filter { $0.kind == .cgoAssembly }
      ignoredOther.sort { $0.name < $1.name }
      other.removeAll { $0.kind == .cgoAssembly }
    }
    if view == .cgoOff {
      other.removeAll { [.c, .cxx, .objectiveC, .swig, .swigCXX].contains($0.kind) }
    }
  }

  /// The Go files that the compiler sees, in byte order of their names.
  package var active: [SourceFile] { (go + cgo).sorted { $0.name < $1.name } }

  /// The files that tell one view from the other.
  package var activeNames: Set<ByteString> {
    Set((go + cgo + other.filter { [.assembly, .object].contains($0.kind) }).map(\.name))
  }

  package func other(_ kinds: SourceKind...) -> [SourceFile] { other.filter { kinds.contains($0.kind) } }

  /// Whether anything is left to compile.
  package var isEmpty: Bool { go.isEmpty && cgo.isEmpty }

  /// What Go says of a directory without a file to compile (cmd/go/internal/load/pkg.go, NoGoError).
  package var reasonForNoFiles: String? {
    guard isEmpty, problem == nil else { return nil }
    if !ignoredGo.isEmpty { return "build constraints exclude all Go files" }
    return test.isEmpty && externalTest.isEmpty ? "no Go files" : "no non-test Go files"
  }
}
