package import Bytes
package import GoSource

/// A problem in the file headers that keeps a package from building.
package struct PackageProblem: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case header(HeaderProblem.Kind)
    case severalPackages
    /// A `#cgo` line is malformed.
    case cgoLine
  }
  package let kind: Kind
  package let file: ByteString
  package let position: Position
  /// The message in Go's words, without the file or directory name that Go adds.
  package let message: String
  /// The index of the file in its directory.
  let index: Int
  /// Whether the build leaves the file out. Go refuses the package anyway.
  package var isOfExcludedFile = false
}

/// The files of a directory, grouped by their role in one build context.
package struct PackageFiles: Sendable {
  package private(set) var name: ByteString = ""
  package private(set) var go: [SourceFile] = []
  /// Go files that import "C"; empty with cgo off.
  package private(set) var cgo: [SourceFile] = []
  package private(set) var ignoredGo: [SourceFile] = []
  package private(set) var ignoredOther: [SourceFile] = []
  package private(set) var test: [SourceFile] = []
  package private(set) var externalTest: [SourceFile] = []
  /// Active files that are not Go, with their kinds.
  package private(set) var other: [SourceFile] = []
  /// Whether the directory has active SWIG files, compiled or not.
  package private(set) var hasSwig = false
  package private(set) var problem: PackageProblem?
  /// The first active test file that imports "C", which Go does not allow.
  package private(set) var testThatUsesC: ByteString?

  /// Groups the files; `isSafelyPlaced` if the directory's path is allowed in an argument of the C compiler.
  package init(
    _ directory: SourceDirectory, _ context: BuildContext, symbols: Symbols, isSafelyPlaced: Bool = true
  ) {
    var truth = TagTruth(context, symbols)
    let selection = Selection(directory, &truth, isSafelyPlaced: isSafelyPlaced)
    name = selection.text
    problem = selection.problem
    hasSwig = selection.hasSwig
    testThatUsesC = selection.testThatUsesC.map { directory.files[$0].name }
    if let index = selection.testThatUsesC, let problem { isTestFirst = index < problem.index }
    for (file, role) in zip(directory.files, selection.roles) {
      switch role {
      case .go: go.append(file)
      case .cgo: cgo.append(file)
      case .ignoredGo: ignoredGo.append(file)
      case .ignoredOther: ignoredOther.append(file)
      case .test: test.append(file)
      case .externalTest: externalTest.append(file)
      case .other: other.append(file)
      case .dropped: break
      }
    }
  }

  /// Whether `testThatUsesC` comes before the file with the problem.
  package private(set) var isTestFirst = true

  /// The Go files that the compiler sees, in byte order of their names.
  package var active: [SourceFile] { cgo.isEmpty ? go : (go + cgo).sorted { $0.name < $1.name } }

  package func other(_ kinds: SourceKind...) -> [SourceFile] { other.filter { kinds.contains($0.kind) } }

  /// Whether the package has no Go file to compile.
  package var isEmpty: Bool { go.isEmpty && cgo.isEmpty }

  /// Go's message for a directory without a file to compile (cmd/go/internal/load/pkg.go, NoGoError), or nil.
  package var reasonForNoFiles: String? {
    guard isEmpty, problem == nil else { return nil }
    if !ignoredGo.isEmpty { return "build constraints exclude all Go files" }
    return test.isEmpty && externalTest.isEmpty ? "no Go files" : "no non-test Go files"
  }
}
