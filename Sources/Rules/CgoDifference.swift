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
  /// Whether the package has an implementation without cgo: a file that takes another's place.
  var hasFallback: Bool { !gained.isEmpty }
  /// The first declaration that takes the place of one that is gone.
  let replacing: Place?
  /// The name under which a stub enters itself somewhere, as a driver does; "" where it has none.
  let registered: ByteString?
  /// Types of which nothing works.
  let failingTypes: Set<ByteString>
  /// What the call speaks of by which it does.
  let registeredNames: Set<ByteString>
  /// What runs when a program starts, with cgo only.
  let registration: Place?
  /// What it registers that nothing else does, where other things are registered both ways.
  let lostEntry: ByteString?
  /// The first lost file with C code that runs when a program starts, in Go or in C.
  let constructor: SourceFile?
  /// The packages that the lost files import for what they do at the start alone.
  let blankImports: [(file: SourceFile, path: ByteString)]

  init(of package: Package, _ context: BuildContext, _ looks: CgoDifferences.Looks) {
    let (lost, gained) = (package.filesLostWithoutCgo(in: context), package.filesGainedWithoutCgo(in: context))
    (self.lost, self.gained) = (lost, gained)
    isFallback = if case .fallback? = Knowledge.of(package.importPath)?.kind { true } else { false }
    func places(_ files: [SourceFile]) -> [Place] {
      files.flatMap { file in (file.facts.cgoPart?.declarations ?? []).map { Place(file: file, declaration: $0) } }
    }
    let (before, after) = (places(lost), places(gained))
    // The files that are there both ways are read only where it matters what they declare.
    let gainedNames = Set(gained.map(\.name))
    lazy var kept = package.files(in: context).go.filter { !gainedNames.contains($0.name) }.flatMap { file in
      looks.declarations(package, file).map { Place(file: file, declaration: $0) }
    }
    let replaced = Set(after.map(\.declaration.fullName))
    var missing = before.filter { !replaced.contains($0.declaration.fullName) && !$0.declaration.isNameless }
    if !missing.isEmpty {
      let left = Set(kept.map(\.declaration.fullName))
      missing.removeAll { left.contains($0.declaration.fullName) }
    }
    self.missing = missing
    missingNames = Set(missing.map(\.declaration).filter { $0.receiver == nil && $0.isExported }.map(\.name))
    let known = Dictionary(before.map { ($0.declaration.fullName, $0.declaration.body) }) { first, _ in first }
    replacing = after.first { known[$0.declaration.fullName] != nil && !$0.declaration.isNameless }

    func functions(_ places: [Place]) -> [ByteString: Place] {
      Dictionary(places.filter { $0.declaration.receiver == nil }.map { ($0.declaration.name, $0) }) { first, _ in first
      }
    }
    let gainedFunctions = functions(after)
    lazy var keptFunctions = functions(kept)
    func errorText(_ name: ByteString) -> ByteString? {
      (gainedFunctions[name] ?? keptFunctions[name])?.declaration.errorText
    }
    /// What a body says when it fails; nil where it does not, or does more.
    func failure(_ body: FunctionBody, depth: Int = 0) -> ByteString?? {
      switch body {
      case .fails(.panics(let text)), .fails(.returns(let text)): return .some(text)
      case .fails(.returnsNamed(let name)):
        let text = errorText(name)
        return text != nil || FunctionBody.isErrorName(name) ? .some(text) : nil
      case .forwards(let name) where depth < 3:
        let function = gainedFunctions[name] ?? keptFunctions[name]
        return function.flatMap { failure($0.declaration.body, depth: depth + 1) }
      default: return nil
      }
    }
    var (own, inner): ([Stub], [Stub]) = ([], [])
    for place in after {
      // What fails with cgo too is nothing that cgo took.
      guard let counterpart = known[place.declaration.fullName], failure(counterpart) == nil,
        let text = failure(place.declaration.body)
      else { continue }
      let stub = Stub(place: place, text: text)
      if place.declaration.isExported { own.append(stub) } else { inner.append(stub) }
    }
    // Whether callers within the package mind, only those show that hand on what they get.
    inner.removeAll { $0.name.text.lowercased().contains("err") }
    if package.files(in: context).name == "main" {
      own += inner
    } else if !inner.isEmpty {
      let texts = Dictionary(inner.filter { $0.receiver == nil }.map { ($0.name, $0.text) }) { first, _ in first }
      own += kept.compactMap { place in
        guard place.declaration.isExported, case .forwards(let name) = place.declaration.body, let text = texts[name]
        else { return nil }
        return Stub(place: place, text: text)
      }
    }
    stubs = own
    // A type of which nothing works.
    let types = Set(own.compactMap(\.receiver)).filter { type in
      after.allSatisfy { place in
        guard place.declaration.receiver == type, place.declaration.isExported else { return true }
        return place.declaration.body == .idle || failure(place.declaration.body) != nil
      }
    }
    failingTypes = types
    let failing = types.union(own.filter { $0.receiver == nil }.map(\.name))
    let registering = after.flatMap(\.declaration.calls).first { !$0.names.isDisjoint(with: failing) }
    registered = registering.map { $0.strings.first ?? "" }
    registeredNames = registering?.names ?? []
    let initializing = before.filter { !$0.declaration.calls.isEmpty }
    let calls = after.flatMap(\.declaration.calls)
    /// What a call registers by name where others register too, but nothing by that name without cgo. Nothing is known
    /// where one of those has no name that can be read, or something else runs at the start.
    func lostEntry(_ call: FunctionBody.Call) -> ByteString? {
      func isAlike(_ other: FunctionBody.Call) -> Bool {
        other.names.intersection(call.names).contains(where: FunctionBody.isRegistering)
      }
      guard !call.strings.isEmpty, calls.contains(where: isAlike), calls.allSatisfy(isAlike),
        gained.allSatisfy({ $0.facts.cgoPart?.blankImports.isEmpty ?? true })
      else { return nil }
      let others = (calls + kept.flatMap(\.declaration.calls)).filter(isAlike)
      guard others.allSatisfy({ !$0.strings.isEmpty }) else { return nil }
      let names = Set(others.flatMap(\.strings))
      // All strings of a list are names; elsewhere the first is, and others may say what it stands for.
      if call.isOverList { return call.strings.first { !names.contains($0) } }
      return names.isDisjoint(with: call.strings) ? call.strings.first : nil
    }
    let partly = calls.isEmpty ? nil : initializing.first { $0.declaration.calls.contains { lostEntry($0) != nil } }
    registration = calls.isEmpty ? initializing.first : partly
    self.lostEntry = partly?.declaration.calls.lazy.compactMap(lostEntry).first
    let inC = lost.contains { $0.header.importsC } ? package.files(in: context.with(.cgoOn)).other : []
    constructor = (lost.filter { $0.header.importsC } + inC).first { $0.facts.cgoPart?.hasConstructor ?? false }
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
  /// What an initializer calls.
  var calls: [FunctionBody.Call] { if case .initializes(let calls) = body { calls } else { [] } }
  /// Whether nothing can speak of it.
  var isNameless: Bool { isInitializer || (receiver == nil && name == "_") }
  package var isExported: Bool { name.text.first.map { $0.isUppercase } ?? false }
}

/// What packages lose without cgo and what takes its place, each question answered once for all mains of a group.
///
/// It reads the files in question: few packages differ, and of those only some files.
package final class CgoDifferences {
  /// How files are looked into.
  package struct Looks {
    package let declarations: (Package, SourceFile) -> [Declaration]
    package let uses: (Package, SourceFile) -> FileUses
    package let members: (Package, SourceFile) -> [ByteString: TypeMembers]
    package let words: (Package, SourceFile) -> [FunctionWords]
    /// Whether a file has one of some names as an identifier.
    package let mentions: (Package, SourceFile, Set<ByteString>) -> Bool

    package init(
      declarations: @escaping (Package, SourceFile) -> [Declaration], uses: @escaping (Package, SourceFile) -> FileUses,
      members: @escaping (Package, SourceFile) -> [ByteString: TypeMembers],
      words: @escaping (Package, SourceFile) -> [FunctionWords],
      mentions: @escaping (Package, SourceFile, Set<ByteString>) -> Bool
    ) {
      self.declarations = declarations
      self.uses = uses
      self.members = members
      self.words = words
      self.mentions = mentions
    }
  }

  package let looks: Looks
  private var answers: [BuildContext: Answers] = [:]
  private var namesKnown: [[ObjectIdentifier]: String] = [:]
  /// The context that was asked about last, mostly the one that is asked about next.
  private var last: (context: BuildContext, known: Answers)?

  /// What is known in one context, by import path.
  private final class Answers {
    var differences: [ObjectIdentifier: CgoDifference] = [:]
    /// By importer too: what it selects, or nil where that cannot be told.
    var selections: [ByteString: [ByteString: [Use]?]] = [:]
    /// By importer and names too: whether one of them is spoken of there.
    var mentions: [ByteString: [ByteString: [Set<ByteString>: Bool]]] = [:]
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
    let known = answers[context] ?? Answers()
    answers[context] = known
    last = (context, known)
    return known
  }

  func difference(of package: Package, _ context: BuildContext) -> CgoDifference {
    differences(of: [package], context)[0].difference
  }

  /// The differences of several packages, each beside its package.
  func differences(
    of packages: [Package], _ context: BuildContext
  ) -> [(package: Package, difference: CgoDifference)] {
    if packages.isEmpty { return [] }
    let known = known(context)
    return packages.map { package in
      if let difference = known.differences[ObjectIdentifier(package)] { return (package, difference) }
      let made = CgoDifference(of: package, context, looks)
      known.differences[ObjectIdentifier(package)] = made
      return (package, made)
    }
  }

  /// How a list of packages is called: most mains have the same ones, and a hundred of them.
  func names(of packages: [Package], _ make: () -> String) -> String {
    let key = packages.map(ObjectIdentifier.init)
    if let known = namesKnown[key] { return known }
    let made = make()
    namesKnown[key] = made
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
      // A path that is imported twice is asked about once.
      for spec in file.facts.imports where file.facts.imports.first(where: { $0.path == spec.path }) == spec {
        guard case .package(package.importPath, _)? = evidence.graph.resolution(of: spec.path, in: importer) else {
          continue
        }
        let found = looks.uses(importer, file)
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
    let difference = difference(of: package, closure.context)
    let missing = difference.missing.map(\.declaration)
    if missing.isEmpty { return true }
    let names = Set(missing.filter { $0.receiver == nil }.map(\.name))
    // A lost method of a type that stays may be missed without being named; one that is not exported, by the package alone.
    let methods = missing.filter { $0.receiver.map { !names.contains($0) } ?? false }
    // A driver that is a stub is made to compile; where nobody names it, nobody has a value to call a method on.
    let isNamed =
      difference.registered == nil
      || methods.contains { $0.isExported && difference.registeredNames.contains($0.receiver ?? "") }
      || closure.importers(of: package.importPath).contains { importer in
        uses(of: package, by: importer, evidence).map { !$0.isEmpty } ?? true
      }
    if isNamed, methods.contains(where: \.isExported) { return false }
    let own = Set(methods.map(\.name))
    let isMissedInside =
      !own.isEmpty
      && package.files(in: closure.context).go.contains {
        looks.mentions(package, $0, own)
      }
    if isMissedInside { return false }
    return (closure.importers(of: package.importPath) + [package]).allSatisfy {
      !mentions(names, of: package, in: $0, closure.context)
    }
  }

  /// Whether a package has one of the names that another loses as an identifier somewhere; each asked once.
  func mentions(_ names: Set<ByteString>, of package: Package, in user: Package, _ context: BuildContext) -> Bool {
    let known = known(context)
    if let answer = known.mentions[package.importPath]?[user.importPath]?[names] { return answer }
    let answer = user.files(in: context).go.contains { looks.mentions(user, $0, names) }
    known.mentions[package.importPath, default: [:]][user.importPath, default: [:]][names] = answer
    return answer
  }
}
