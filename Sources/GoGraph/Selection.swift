import Bytes
import GoBuild
import GoSource

/// The role of each file of a directory in one build context (go/build/build.go, matchFile and Import).
struct Selection {
  enum Role: UInt8 {
    case go
    /// A Go file that imports "C", with cgo on.
    case cgo
    case ignoredGo, ignoredOther, test, externalTest
    /// An active file that is not Go.
    case other
    /// A file that is in no list: a malformed Go file, or C or SWIG with cgo off.
    case dropped
  }

  /// The roles, in the order of the directory's files.
  private(set) var roles: [Role] = []
  /// The symbol of the package's name; nil if no file has one.
  private(set) var name: Symbol?
  /// The package's name as text, also if only external tests are known so far, which have no symbol for it.
  private(set) var text: ByteString = ""
  private(set) var problem: PackageProblem?
  private(set) var testThatUsesC: Int?
  private(set) var hasSwig = false
  private var firstNamed: SourceFile?
  /// Whether the directory's path is allowed in an argument of the C compiler.
  private let isSafelyPlaced: Bool

  init(_ directory: SourceDirectory, _ truth: inout TagTruth, isSafelyPlaced: Bool = true) {
    self.isSafelyPlaced = isSafelyPlaced
    let summaries = directory.summaries
    roles.reserveCapacity(summaries.count)
    var usesC = false
    var hasOthers = false
    for index in summaries.indices {
      let role = role(of: summaries[index], index, directory, &truth)
      if role == .cgo { usesC = true }
      if role == .other { hasOthers = true }
      roles.append(role)
    }
    guard hasOthers else { return }
    // Preprocessed assembly needs a package that uses cgo; C and SWIG files are not compiled with cgo off.
    for index in summaries.indices where roles[index] == .other {
      switch summaries[index].kind {
      case .cgoAssembly: if !usesC { roles[index] = .ignoredOther }
      case .swig, .swigCXX:
        hasSwig = true
        if truth.cgoMode == .off { roles[index] = .dropped }
      case .c, .cxx, .objectiveC: if truth.cgoMode == .off { roles[index] = .dropped }
      default: break
      }
    }
  }

  /// Whether the compiler, the assembler or the linker sees a file, or SWIG makes Go code from it.
  func isBuilt(_ index: Int, _ kind: SourceKind) -> Bool {
    switch roles[index] {
    case .go, .cgo: true
    case .other: [.assembly, .cgoAssembly, .object, .swig, .swigCXX].contains(kind)
    default: false
    }
  }

  private mutating func role(
    of file: SourceDirectory.Summary, _ index: Int, _ directory: SourceDirectory, _ truth: inout TagTruth
  ) -> Role {
    let header = file.header
    let isAdmitted = !file.hasSuffix || truth.admits(suffix: directory.files[index].suffix)
    let isActive = isAdmitted && (!header.hasConstraint || truth.admits(directory.files[index].packed))
    guard file.kind == .go else { return isActive ? .other : .ignoredOther }
    // Go's index of packages lists the problems of all files (cmd/go/internal/modindex/read.go, Import).
    if header.hasProblem || header.isDropped {
      let kind = note(directory.files[index], index, isAdmitted: isAdmitted, isActive: isActive)
      if header.isDropped, isAdmitted || kind == .binary { return .dropped }
    }
    guard isActive, !header.isDocumentation else { return .ignoredGo }
    let isExternalTest = header.package != name && join(directory.files[index], index, truth.symbols)
    if header.importsC, file.isTest, testThatUsesC == nil { testThatUsesC = index }
    if header.hasCgoFaults, !file.isTest { noteCgoFault(directory.files[index], index, truth.context) }
    if header.importsC, !file.isTest { return truth.cgoMode == .on ? .cgo : .ignoredGo }
    return isExternalTest ? .externalTest : file.isTest ? .test : .go
  }

  /// Records a file's package name. Returns whether it is the name of an external test.
  private mutating func join(_ file: SourceFile, _ index: Int, _ symbols: Symbols) -> Bool {
    let symbol = file.header.package
    var package = symbols[symbol]
    let isExternalTest = file.isTest && package.hasSuffix("_test") && package != text
    if isExternalTest { package = package.dropLast(5) }
    if text.isEmpty {
      text = package
      if !isExternalTest, !package.isEmpty { name = symbol }
      firstNamed = file
    } else if package != text, !package.isEmpty, let first = firstNamed, problem == nil {
      problem = PackageProblem(
        kind: .severalPackages, file: file.name, position: file.unpackedFacts.packagePosition,
        message: "found packages \(text.text) (\(first.name.text)) and \(package.text) (\(file.name.text))",
        index: index)
    } else if package == text, name == nil, !isExternalTest {
      name = symbol
    }
    return isExternalTest
  }

  private mutating func noteCgoFault(_ file: SourceFile, _ index: Int, _ context: BuildContext) {
    guard problem == nil else { return }
    let faults = file.unpackedFacts.cgoFaults
    guard let fault = faults.first(where: { (!$0.isOfDirectory || !isSafelyPlaced) && $0.holds(context.holds) }) else {
      return
    }
    problem = PackageProblem(
      kind: .cgoLine, file: file.name, position: fault.position, message: fault.message, index: index)
  }

  /// Notes the problem of a file's header, and returns its kind.
  private mutating func note(_ file: SourceFile, _ index: Int, isAdmitted: Bool, isActive: Bool) -> HeaderProblem.Kind?
  {
    guard let found = file.unpackedFacts.problem else { return nil }
    // A constraint is not parsed where the file's name excludes it. A file that staticgo could not read is not Go's error.
    guard problem == nil, isAdmitted || [.syntax, .importPath, .binary].contains(found.kind) else { return found.kind }
    problem = PackageProblem(
      kind: .header(found.kind), file: file.name, position: found.position, message: found.message, index: index,
      isOfExcludedFile: !isActive)
    return found.kind
  }
}

/// The tags that are satisfied in one context; each is evaluated once.
struct TagTruth {
  let context: BuildContext
  let cgoMode: CgoMode
  let symbols: Symbols
  /// By symbol: 0 not evaluated yet, 1 false, 2 true.
  private var answers: [UInt8] = []

  init(_ context: BuildContext, _ symbols: Symbols) {
    self.context = context
    cgoMode = context.cgoMode
    self.symbols = symbols
  }

  func admits(suffix: [ByteString]) -> Bool { suffix.allSatisfy { context.holds($0) || isUnknown($0) } }

  /// Whether this Go does not know a system in a file name. The newest such system came with Go 1.21.
  private func isUnknown(_ system: ByteString) -> Bool {
    system == Self.newestSystem && !context.tags.contains(Self.itsRelease)
  }

  private static let newestSystem: ByteString = "wasip1"
  private static let itsRelease: ByteString = "go1.21"

  mutating func admits(_ facts: PackedFacts) -> Bool { facts.isAdmitted { holds($0) } }

  private mutating func holds(_ tag: Symbol) -> Bool {
    guard answers.indices.contains(tag.index) else {
      let count = symbols.count
      // A symbol without a text comes from a damaged store.
      guard (0..<count).contains(tag.index) else { return false }
      answers += [UInt8](repeating: 0, count: count - answers.count)
      return holds(tag)
    }
    if answers[tag.index] == 0 { answers[tag.index] = context.holds(symbols[tag]) ? 2 : 1 }
    return answers[tag.index] == 2
  }
}
