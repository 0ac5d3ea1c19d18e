package import Bytes
package import GoGraph
package import GoSource

/// How a package of which something is left is another one without cgo: classes B to E of what cgo can do to a package.
///
/// Nothing of it changes. It is a class because it is asked for once for each main.
final class CgoDifference {
  /// A declaration, with the file that it stands in.
  struct Place {
    let file: SourceFile
    let declaration: Declaration
  }

  /// A function that always fails, in the place of one that does something.
  struct Stub {
    let place: Place
    /// What it says when it fails, where the source has it.
    let text: ByteString?
    var name: ByteString { place.declaration.name }
    var receiver: ByteString? { place.declaration.receiver }
  }

  /// The files that are active with cgo only.
  let lost: [SourceFile]
  /// The files that are active without cgo only.
  let gained: [SourceFile]
  /// What no file declares without cgo.
  let missing: [Place]
  /// Those of them that can be selected from the package, methods left out.
  let missingNames: Set<ByteString>
  let stubs: [Stub]
  /// Whether it is known that what seems to be a stub does its work.
  let isFallback: Bool
  /// The first declaration that takes the place of one that is gone.
  let replacing: Place?
  /// The name under which a stub enters itself somewhere, as a driver does; "" where it has none.
  let registered: ByteString?
  /// What runs when a program starts, with cgo only.
  let registration: Place?
  /// The first lost file whose C code runs when a program starts.
  let constructor: SourceFile?
  /// The packages that the lost files import for what they do at the start alone.
  let blankImports: [(file: SourceFile, path: ByteString)]

  init(of package: Package, _ context: BuildContext, _ looks: CgoDifferences.Looks) {
    lost = package.filesLostWithoutCgo(in: context)
    gained = package.filesGainedWithoutCgo(in: context)
    func places(_ files: [SourceFile]) -> [Place] {
      files.flatMap { file in (file.facts.cgoPart?.declarations ?? []).map { Place(file: file, declaration: $0) } }
    }
    let (before, after) = (places(lost), places(gained))
    let replaced = Set(after.map(\.declaration.fullName))
    missing = before.filter { !replaced.contains($0.declaration.fullName) && !$0.declaration.isNameless }
    missingNames = Set(
      missing.map(\.declaration).filter { $0.receiver == nil && $0.isExported }.map(\.name))
    isFallback = if case .fallback? = Knowledge.of(package.importPath)?.kind { true } else { false }
    let known = Set(before.map(\.declaration.fullName))
    replacing = after.first { known.contains($0.declaration.fullName) && !$0.declaration.isNameless }
    let errors = Dictionary(
      after.compactMap { place in place.declaration.errorText.map { (place.declaration.name, $0) } },
      uniquingKeysWith: { first, _ in first })
    let keptErrors = { (name: ByteString) -> ByteString? in
      for file in package.files(in: context).go {
        if let found = looks.declarations(package, file).first(where: { $0.name == name }) { return found.errorText }
      }
      return nil
    }
    stubs = after.compactMap { place in
      guard case .fails(let failure) = place.declaration.body, known.contains(place.declaration.fullName) else {
        return nil
      }
      switch failure {
      case .panics(let text), .returns(let text): return Stub(place: place, text: text)
      case .returnsNamed(let name): return Stub(place: place, text: errors[name] ?? keptErrors(name))
      }
    }
    let failing = Set(stubs.compactMap(\.receiver)).union(stubs.filter { $0.receiver == nil }.map(\.name))
    registered =
      after.lazy.compactMap { place -> ByteString? in
        guard case .initializes(let names, let strings) = place.declaration.body, !names.isDisjoint(with: failing)
        else {
          return nil
        }
        return strings.first ?? ""
      }.first
    let initializes = { (place: Place) in place.declaration.isInitializer }
    registration = after.contains(where: initializes) ? nil : before.first { initializes($0) && !$0.declaration.isIdle }
    constructor = lost.first { $0.header.importsC && $0.facts.cgoPart?.hasConstructor ?? false }
    blankImports = lost.flatMap { file in (file.facts.cgoPart?.blankImports ?? []).map { (file, $0) } }
  }
}

extension Declaration {
  struct FullName: Hashable {
    let receiver: ByteString?
    let name: ByteString
  }

  var fullName: FullName { FullName(receiver: receiver, name: name) }
  var isInitializer: Bool { receiver == nil && kind == .function && name == "init" }
  /// Whether an initializer does nothing.
  var isIdle: Bool { if case .initializes(let names, _) = body { names.isEmpty } else { false } }
  /// Whether nothing can speak of it.
  var isNameless: Bool { isInitializer || (receiver == nil && name == "_") }
  var isExported: Bool { name.text.first.map { $0.isUppercase } ?? false }
}

/// What packages lose without cgo and what takes its place, each question answered once for all mains of a group.
///
/// It reads the files in question: few packages differ, and of those only some files.
package final class CgoDifferences {
  /// How files are looked into.
  package struct Looks {
    package let declarations: (Package, SourceFile) -> [Declaration]
    package let uses: (Package, SourceFile) -> FileUses
    package let identifiers: (Package, SourceFile) -> Set<ByteString>

    package init(
      declarations: @escaping (Package, SourceFile) -> [Declaration], uses: @escaping (Package, SourceFile) -> FileUses,
      identifiers: @escaping (Package, SourceFile) -> Set<ByteString>
    ) {
      self.declarations = declarations
      self.uses = uses
      self.identifiers = identifiers
    }
  }

  package let looks: Looks
  private var answers: [BuildContext: Answers] = [:]
  /// The context that was asked about last, mostly the one that is asked about next.
  private var last: (context: BuildContext, known: Answers)?

  /// What is known in one context, by import path.
  private final class Answers {
    var differences: [ObjectIdentifier: CgoDifference] = [:]
    /// By importer too: what it selects, or nil where that cannot be told.
    var selections: [ByteString: [ByteString: [Use]?]] = [:]
    /// By importer too: whether a lost type is spoken of there.
    var mentions: [ByteString: [ByteString: Bool]] = [:]
  }

  /// A name of a package in a file of one of its importers.
  struct Use {
    let file: SourceFile
    /// As it is written, with the qualifier.
    let text: String
    let name: ByteString
    let position: Position
  }

  package init(_ looks: Looks) { self.looks = looks }

  private func known(_ context: BuildContext) -> Answers {
    if let last, last.context == context { return last.known }
    defer { last = (context, answers[context]!) }
    if let known = answers[context] { return known }
    let made = Answers()
    answers[context] = made
    return made
  }

  func difference(of package: Package, _ context: BuildContext) -> CgoDifference {
    let known = known(context)
    if let difference = known.differences[ObjectIdentifier(package)] { return difference }
    let made = CgoDifference(of: package, context, looks)
    known.differences[ObjectIdentifier(package)] = made
    return made
  }

  /// What an importer uses of a package by name, in the build without cgo; nil where the tokens cannot tell.
  func uses(of package: Package, by importer: Package, _ evidence: Evidence) -> [Use]? {
    let context = evidence.off.context
    let known = known(context)
    if let answer = known.selections[package.importPath]?[importer.importPath] { return answer }
    let name = package.files(in: evidence.on.context).name
    var uses: [Use]? = []
    for file in importer.files(in: context).go {
      for spec in file.facts.imports {
        guard case .package(package.importPath, _)? = evidence.graph.resolution(of: spec.path, in: importer) else {
          continue
        }
        let found = looks.uses(importer, file)
        guard let selections = found.selections(from: spec.path, named: name) else {
          uses = nil
          continue
        }
        let qualifier = found.importNames[spec.path] ?? name
        uses?.append(
          contentsOf: selections.map {
            Use(file: file, text: "\(qualifier.text).\($0.name.text)", name: $0.name, position: $0.position)
          })
      }
    }
    known.selections[package.importPath, default: [:]][importer.importPath] = .some(uses)
    return uses
  }

  /// The first package outside the standard library of which the source cannot say whether what is left of it does.
  ///
  /// `losing` are the packages that lose names without cgo, as `judgeSource` has found them.
  package func undecided(_ evidence: Evidence, losing: [ByteString]) -> ByteString? {
    losing.first { path in evidence.package(path).map { !isReplacedInFull($0, evidence) } ?? false }
  }

  /// Whether the source shows that nothing misses what a package loses without cgo: every lost name is declared again,
  /// or nothing that is left in the package, and no package that imports it, uses the name.
  private func isReplacedInFull(_ package: Package, _ evidence: Evidence) -> Bool {
    let closure = evidence.off
    let missing = difference(of: package, closure.context).missing.map(\.declaration)
    if missing.isEmpty { return true }
    let names = Set(missing.filter { $0.receiver == nil }.map(\.name))
    // A lost method of a type that stays may be missed without being named; one that is not exported, by the package alone.
    let methods = missing.filter { $0.receiver.map { !names.contains($0) } ?? false }
    // Where nobody names anything of the package, nobody has a value to call it on.
    let isNamed = closure.importers(of: package.importPath).contains { importer in
      uses(of: package, by: importer, evidence).map { !$0.isEmpty } ?? true
    }
    if isNamed, methods.contains(where: \.isExported) { return false }
    let own = Set(methods.map(\.name))
    let isMissedInside =
      !own.isEmpty
      && package.files(in: closure.context).go.contains {
        !looks.identifiers(package, $0).isDisjoint(with: own)
      }
    if isMissedInside { return false }
    let known = known(closure.context)
    return (closure.importers(of: package.importPath) + [package]).allSatisfy { user in
      if let answer = known.mentions[package.importPath]?[user.importPath] { return !answer }
      let mentions = user.files(in: closure.context).go.contains {
        !looks.identifiers(user, $0).isDisjoint(with: names)
      }
      known.mentions[package.importPath, default: [:]][user.importPath] = mentions
      return !mentions
    }
  }
}
