package import Bytes
import GoBuild
package import GoGraph
package import GoSource

/// How a package that keeps some files changes without cgo: classes B to E of the effects of cgo on a package.
///
/// Immutable. It is a class because every main that reaches the package requests it.
final class CgoDifference {
  /// A declaration and the file that contains it.
  struct Place {
    let file: SourceFile
    let declaration: Declaration
  }

  /// A function that always fails, where the build with cgo has one that works.
  struct Stub {
    let place: Place
    /// The error text; nil where the source does not show it.
    let text: ByteString?
    let kind: FunctionBody.Failure.Kind
    /// The functions of the package that it fails because of, down to the one that fails by itself.
    let way: [Place]
    /// Whether importers cannot name it, and the source does not show whether a function that they can name needs it.
    var isInner = false
    var name: ByteString { place.declaration.name }
    var receiver: ByteString? { place.declaration.receiver }
  }

  /// The files that are active only with cgo.
  let lost: [SourceFile]
  /// The files that are active only without cgo.
  let gained: [SourceFile]
  /// The declarations that no file has without cgo.
  let missing: [Place]
  /// Whether SWIG makes Go code of the package, which only a build with cgo does. Its names are not known here.
  var hasSwig: Bool { lost.contains(where: \.isSwig) }
  /// The names among `missing` that importers can select from the package; no methods.
  let missingNames: Set<ByteString>
  /// Whether both builds have an assembly file that seems to be for the C compiler's assembler, which Go's own gets without
  /// cgo. Only a build can tell: the text may be excluded by the preprocessor.
  let hasForeignAssembly: Bool
  let stubs: [Stub]
  /// Whether `Knowledge` says that the package works without cgo although it looks like a stub.
  let isFallback: Bool
  /// Whether the package has an implementation without cgo: a file that is active only without cgo.
  var hasFallback: Bool { !gained.isEmpty }
  /// The first declaration that replaces one of a lost file; nil where none does.
  let replacing: Place?
  /// The name under which a stub registers itself, for example as a driver: "" where it registers without a name, nil
  /// where it does not register.
  let registered: ByteString?
  /// The types whose exported methods all fail or do nothing.
  let failingTypes: Set<ByteString>
  /// The identifiers in the call that registers the stub.
  let registeredNames: Set<ByteString>
  /// A declaration that runs at program start, but only with cgo; nil without one.
  let registration: Place?
  /// The name that only the build with cgo registers, where both builds register other names.
  let lostEntry: ByteString?
  /// The first lost file, Go or C, with C code that runs at program start.
  let constructor: SourceFile?
  /// The packages that the lost files import only for their side effects.
  let blankImports: [(file: SourceFile, path: ByteString)]

  init(of package: Package, _ context: BuildContext, _ inspector: CgoDifferences.Inspector) {
    let files = ChangedFiles(of: package, context, inspector)
    (lost, gained) = (files.lost, files.gained)
    isFallback = if case .fallback? = Knowledge.of(package.importPath)?.kind { true } else { false }
    missing = files.missing
    hasForeignAssembly = Self.hasForeignAssembly(package, context, inspector)
    missingNames = Set(missing.map(\.declaration).filter { $0.receiver == nil && $0.isExported }.map(\.name))
    replacing = files.after.first { files.known[$0.declaration.fullName] != nil && !$0.declaration.isNameless }
    stubs = isFallback ? [] : files.stubs(isMain: package.selectFiles(in: context).name == "main")
    failingTypes = files.failingTypes(of: stubs)
    let failing = failingTypes.union(stubs.filter { $0.receiver == nil }.map(\.name))
    let registering = files.after.flatMap(\.declaration.calls).first { !$0.names.isDisjoint(with: failing) }
    registered = registering.map { $0.strings.first ?? "" }
    registeredNames = registering?.names ?? []
    let initializing = files.before.filter { !$0.declaration.calls.isEmpty }
    let keepsCalls = files.after.contains { !$0.declaration.calls.isEmpty }
    let partly = !keepsCalls ? nil : initializing.first { $0.declaration.calls.contains { files.lostEntry($0) != nil } }
    registration = keepsCalls ? partly : initializing.first
    lostEntry = partly?.declaration.calls.lazy.compactMap(files.lostEntry).first
    let inC = lost.contains { $0.header.importsC } ? package.selectFiles(in: context.with(.on)).other : []
    constructor = (lost.filter { $0.header.importsC } + inC).first { $0.unpackedFacts.cgoPart?.hasConstructor ?? false }
    blankImports = lost.flatMap { file in (file.unpackedFacts.cgoPart?.blankImports ?? []).map { (file, $0) } }
  }
}

extension CgoDifference {
  /// Directives of the GNU assembler, whose names begin with a dot. Go's assembler has none of them.
  private static let gnuDirectives: Set<ByteString> = ["text", "globl", "global", "section", "intel_syntax"]

  fileprivate static func hasForeignAssembly(
    _ package: Package, _ context: BuildContext, _ inspector: CgoDifferences.Inspector
  ) -> Bool {
    let before = package.selectFiles(in: context.with(.on))
    guard !package.isStandard, !before.cgo.isEmpty else { return false }
    let names = Set(before.other(.assembly).map(\.name))
    return package.selectFiles(in: context.with(.off)).other(.assembly).contains {
      names.contains($0.name) && inspector.mentions(package, $0, gnuDirectives)
    }
  }
}

extension Declaration {
  struct FullName: Hashable {
    let receiver: ByteString?
    let name: ByteString
  }

  var fullName: FullName { FullName(receiver: receiver, name: name) }
  var isInitializer: Bool { receiver == nil && kind == .function && name == "init" }
  /// The calls of an initializer; empty for any other declaration.
  var calls: [FunctionBody.Call] { if case .initializes(let calls, _) = body { calls } else { [] } }
  /// Whether no code can refer to it: an `init` function, or a variable without a name.
  var isNameless: Bool { isInitializer || (receiver == nil && name == "_") }
  package var isExported: Bool { name.text.first.map { $0.isUppercase } ?? false }
}

/// What packages lose without cgo and what replaces it. Each answer is computed once for all mains of a group.
///
/// Reads the files in question. Few packages differ, and only in some of their files.
package final class CgoDifferences {
  /// The functions that read the contents of files.
  package struct Inspector {
    package let declarations: (Package, SourceFile) -> [Declaration]
    package let uses: (Package, SourceFile) -> FileUses
    package let members: (Package, SourceFile) -> [ByteString: TypeMembers]
    package let words: (Package, SourceFile) -> [FunctionWords]
    /// Whether a file contains one of the names as an identifier.
    package let mentions: (Package, SourceFile, Set<ByteString>) -> Bool
    package let freeNames: (Package, SourceFile) -> FreeNames
    /// The first bytes of a file, which show its format.
    package let start: (Package, SourceFile) -> [UInt8]

    package init(
      declarations: @escaping (Package, SourceFile) -> [Declaration], uses: @escaping (Package, SourceFile) -> FileUses,
      members: @escaping (Package, SourceFile) -> [ByteString: TypeMembers],
      words: @escaping (Package, SourceFile) -> [FunctionWords],
      mentions: @escaping (Package, SourceFile, Set<ByteString>) -> Bool,
      freeNames: @escaping (Package, SourceFile) -> FreeNames,
      start: @escaping (Package, SourceFile) -> [UInt8] = { _, _ in [] }
    ) {
      self.declarations = declarations
      self.uses = uses
      self.members = members
      self.words = words
      self.mentions = mentions
      self.freeNames = freeNames
      self.start = start
    }

    /// Whether a file may take one of the names from its package; false only if it does not.
    func takes(_ package: Package, _ file: SourceFile, _ names: Set<ByteString>) -> Bool {
      // Most files contain none of the words.
      mentions(package, file, names) && !freeNames(package, file).all.isDisjoint(with: names)
    }
  }

  package let inspector: Inspector
  private var answers: [BuildContext: Answers] = [:]
  private var namesKnown: [[ObjectIdentifier]: String] = [:]
  /// The context of the last request, which is usually the next one too.
  private var last: (context: BuildContext, known: Answers)?

  /// The answers for one context.
  private final class Answers {
    var differences: [ObjectIdentifier: CgoDifference] = [:]
    /// By package and importer: the names that the importer selects; nil where the tokens do not show them.
    var selections: [ByteString: [ByteString: [Use]?]] = [:]
    /// By package, importer and names: whether the importer mentions one of them.
    var mentions: [ByteString: [ByteString: [Set<ByteString>: Bool]]] = [:]
  }

  /// A name of a package in a file of one of its importers.
  struct Use {
    let file: SourceFile
    /// As written in the file, with the qualifier.
    let text: String
    let name: ByteString
    let position: Position
  }

  package init(_ inspector: Inspector) { self.inspector = inspector }

  private func known(_ context: BuildContext) -> Answers {
    if let last, last.context == context { return last.known }
    let known = answers[context] ?? Answers()
    answers[context] = known
    last = (context, known)
    return known
  }

  func difference(of package: Package, _ context: BuildContext) -> CgoDifference {
    differences(of: [package], context)[0].difference
  }

  /// The differences of several packages, each paired with its package.
  func differences(
    of packages: [Package], _ context: BuildContext
  ) -> [(package: Package, difference: CgoDifference)] {
    if packages.isEmpty { return [] }
    let known = known(context)
    return packages.map { package in
      if let difference = known.differences[ObjectIdentifier(package)] { return (package, difference) }
      let made = CgoDifference(of: package, context, inspector)
      known.differences[ObjectIdentifier(package)] = made
      return (package, made)
    }
  }

  /// Returns the text for a list of packages, made once: most mains have the same list of about a hundred packages.
  func names(of packages: [Package], _ make: () -> String) -> String {
    let key = packages.map(ObjectIdentifier.init)
    if let known = namesKnown[key] { return known }
    let made = make()
    namesKnown[key] = made
    return made
  }

  /// Returns the names of a package that an importer uses in the build without cgo; nil where the tokens do not show
  /// them.
  func uses(of package: Package, by importer: Package, _ evidence: MainAnalysis) -> [Use]? {
    let context = evidence.off.context
    let known = known(context)
    if let answer = known.selections[package.importPath]?[importer.importPath] { return answer }
    let name = package.selectFiles(in: evidence.on.context).name
    var uses: [Use]? = []
    for file in importer.selectFiles(in: context).go {
      // A path that a file imports twice is handled once.
      for spec in file.unpackedFacts.imports
      where file.unpackedFacts.imports.first(where: { $0.path == spec.path }) == spec {
        guard case .package(package.importPath, _)? = evidence.graph.resolution(of: spec.path, in: importer) else {
          continue
        }
        let found = inspector.uses(importer, file)
        guard let selections = found.selections(from: spec.path, named: name) else {
          uses = nil
          continue
        }
        uses?.append(
          contentsOf: selections.map { qualifier, selection in
            Use(
              file: file, text: "\(qualifier.text).\(selection.name.text)", name: selection.name,
              position: selection.position)
          })
      }
    }
    known.selections[package.importPath, default: [:]][importer.importPath] = .some(uses)
    return uses
  }

  /// The first package of `losing` for which the source does not show that its remaining files suffice; nil without
  /// one.
  ///
  /// `losing` are the packages outside the standard library that lose names without cgo, as found by `judgeSource`.
  package func undecided(_ evidence: MainAnalysis, losing: [ByteString]) -> ByteString? {
    losing.first { path in evidence.package(path).map { !isReplacedInFull($0, evidence) } ?? false }
  }

  /// Whether the source shows that no code needs what a package loses without cgo: every lost name is declared again,
  /// or neither the rest of the package nor its importers use it.
  private func isReplacedInFull(_ package: Package, _ evidence: MainAnalysis) -> Bool {
    let closure = evidence.off
    let difference = difference(of: package, closure.context)
    let missing = difference.missing.map(\.declaration)
    if difference.hasForeignAssembly { return false }
    if difference.hasSwig, !sufficesWithoutSwig(package, evidence) { return false }
    if missing.isEmpty { return true }
    let names = Set(missing.filter { $0.receiver == nil }.map(\.name))
    // Code may need a lost method of a remaining type without naming it (an interface). Only the package itself can
    // need an unexported one.
    let methods = missing.filter { $0.receiver.map { !names.contains($0) } ?? false }
    // A driver that is a stub is written to compile. Where no code names it, no code has a value to call a method on.
    let isNamed =
      difference.registered == nil
      || methods.contains { $0.isExported && difference.registeredNames.contains($0.receiver ?? "") }
      || closure.importers(of: package.importPath).contains { importer in
        uses(of: package, by: importer, evidence).map { !$0.isEmpty } ?? true
      }
    let exported = Set(methods.filter(\.isExported).map(\.name))
    // Whoever misses a method names it: in a selector, or in an interface.
    if isNamed, !exported.isEmpty, isNamedAnywhere(exported, evidence) { return false }
    let own = Set(methods.map(\.name))
    let isMissedInside =
      !own.isEmpty
      && package.selectFiles(in: closure.context).go.contains {
        inspector.mentions(package, $0, own)
      }
    if isMissedInside { return false }
    if package.selectFiles(in: closure.context).go.contains(where: { inspector.takes(package, $0, names) }) {
      return false
    }
    return closure.importers(of: package.importPath).allSatisfy { importer in
      if !mentions(names, of: package, in: importer, closure.context) { return true }
      return uses(of: package, by: importer, evidence).map { uses in !uses.contains { names.contains($0.name) } }
        ?? false
    }
  }

  /// Whether any file of the build without cgo contains one of the names, in the standard library too.
  private func isNamedAnywhere(_ names: Set<ByteString>, _ evidence: MainAnalysis) -> Bool {
    // The closure has no packages of the standard library, which declares many interfaces: all loaded ones are searched.
    (evidence.off.packages + evidence.graph.packages.filter(\.isStandard)).contains { package in
      package.selectFiles(in: evidence.off.context).go.contains { inspector.mentions(package, $0, names) }
    }
  }

  /// Whether the source shows that no code needs what SWIG makes: the package's own files use nothing, and all importers
  /// show their names, of which `lostNames` reports those that are missing.
  private func sufficesWithoutSwig(_ package: Package, _ evidence: MainAnalysis) -> Bool {
    package.selectFiles(in: evidence.off.context).go.allSatisfy { inspector.declarations(package, $0).isEmpty }
      && evidence.off.importers(of: package.importPath).allSatisfy { uses(of: package, by: $0, evidence) != nil }
  }

  /// Whether `user` contains one of the lost names of `package` as an identifier; computed once.
  func mentions(_ names: Set<ByteString>, of package: Package, in user: Package, _ context: BuildContext) -> Bool {
    let known = known(context)
    if let answer = known.mentions[package.importPath]?[user.importPath]?[names] { return answer }
    let answer = user.selectFiles(in: context).go.contains { inspector.mentions(user, $0, names) }
    known.mentions[package.importPath, default: [:]][user.importPath, default: [:]][names] = answer
    return answer
  }
}
