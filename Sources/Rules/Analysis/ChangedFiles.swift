import Bytes
import GoBuild
import GoGraph
import GoSource

/// The files of a package that only one of the cgo modes has, with their declarations: what `CgoDifference` is made from.
final class ChangedFiles {
  typealias Place = CgoDifference.Place

  /// The files that are active only with cgo, and only without.
  let lost: [SourceFile]
  let gained: [SourceFile]
  /// The declarations of these files.
  let before: [Place]
  let after: [Place]
  /// The declarations of the files that both builds have, which are read only if they matter.
  private(set) lazy var kept: [Place] = readKept()
  /// By name: the body of each declaration in the lost files.
  let known: [Declaration.FullName: FunctionBody]
  private let readKept: () -> [Place]
  private let readWords: (SourceFile) -> [FunctionWords]
  private let keptWords: () -> [FunctionWords]

  init(of package: Package, _ context: BuildContext, _ inspector: CgoDifferences.Inspector) {
    let (lost, gained) = (package.filesLostWithoutCgo(in: context), package.filesGainedWithoutCgo(in: context))
    (self.lost, self.gained) = (lost, gained)
    (before, after) = (Self.declarations(lost), Self.declarations(gained))
    known = Dictionary(before.map { ($0.declaration.fullName, $0.declaration.body) }) { first, _ in first }
    let gainedNames = Set(gained.map(\.name))
    func keptFiles() -> [SourceFile] {
      package.selectFiles(in: context).go.filter { !gainedNames.contains($0.name) }
    }
    readKept = {
      keptFiles().flatMap { file in
        inspector.declarations(package, file).map { Place(file: file, declaration: $0) }
      }
    }
    readWords = { inspector.words(package, $0) }
    keptWords = { keptFiles().flatMap { inspector.words(package, $0) } }
  }

  private static func declarations(_ files: [SourceFile]) -> [Place] {
    files.flatMap { file in (file.unpackedFacts.cgoPart?.declarations ?? []).map { Place(file: file, declaration: $0) }
    }
  }

  /// The declarations that no file has without cgo.
  var missing: [Place] {
    let replaced = Set(after.map(\.declaration.fullName))
    var missing = before.filter { !replaced.contains($0.declaration.fullName) && !$0.declaration.isNameless }
    if !missing.isEmpty {
      let left = Set(kept.map(\.declaration.fullName))
      missing.removeAll { left.contains($0.declaration.fullName) }
    }
    return missing
  }

  // MARK: Stubs

  private lazy var withoutCgo = Outcomes(of: after + kept)
  private lazy var withCgo = Outcomes(of: before + kept)

  /// Whether the gained files have anything that may fail. Without, the files that both builds have need not be read.
  private lazy var mayFail = after.contains { place in
    switch place.declaration.body {
    case .fails, .depends, .isConstant: true
    case .initializes(_, let assignments): !assignments.isEmpty
    case .works, .idle: false
    }
  }

  /// Returns the functions that always fail where the build with cgo has one that works.
  ///
  /// In a package that is not a main, an unexported one counts only where no exported one fails and a function calls it
  /// without using a result; it is `isInner` then.
  func stubs(isMain: Bool) -> [CgoDifference.Stub] {
    guard mayFail else { return [] }
    let gained = Set(self.gained.map(\.name))
    var (own, inner): ([CgoDifference.Stub], [CgoDifference.Stub]) = ([], [])
    for (index, place) in withoutCgo.places.enumerated() {
      let name = place.declaration.fullName
      guard let failure = withoutCgo.failures[index], !place.declaration.isNameless, withoutCgo.index(of: name) == index
      else { continue }
      // A function that fails with cgo too has lost nothing.
      guard let twin = withCgo.index(of: name), withCgo.failures[twin] == nil,
        !withoutCgo.isSame(index, as: withCgo.cause(of: twin))
      else { continue }
      let stub = stub(index, failure)
      // An exported function of a file that both builds have is shown by what it fails because of.
      if !gained.contains(place.file.name), stub.way.first?.declaration.isExported ?? true { continue }
      if place.declaration.isExported { own.append(stub) } else { inner.append(stub) }
    }
    inner.removeAll { $0.name.text.lowercased().contains("err") }
    if isMain { return own + unhandledInMain(inner) }
    own += registeredStubs(besides: own)
    return own.isEmpty ? unhandled(inner) : own
  }

  private func stub(_ index: Int, _ failure: Outcomes.Failure) -> CgoDifference.Stub {
    CgoDifference.Stub(
      place: withoutCgo.places[index], text: failure.text, kind: failure.kind,
      way: withoutCgo.way(from: index).map { withoutCgo.places[$0] })
  }

  /// Returns a method of each type that only the build without cgo has, that fails in all, and that registers itself.
  private func registeredStubs(besides known: [CgoDifference.Stub]) -> [CgoDifference.Stub] {
    let named = Set(after.flatMap(\.declaration.calls).flatMap(\.names))
    let types = withoutCgo.failingTypes.intersection(named).subtracting(known.compactMap(\.receiver))
    return types.sorted().compactMap { type in
      guard withCgo.index(of: Declaration.FullName(receiver: nil, name: type)) == nil else { return nil }
      let index = withoutCgo.failures.keys.filter { index in
        let declaration = withoutCgo.places[index].declaration
        return declaration.receiver == type && declaration.isExported
      }.min()
      return index.flatMap { index in
        withoutCgo.failures[index].map { stub(index, $0) }
      }
    }
  }

  /// Returns the unexported functions that fail and that a function calls without using a result.
  private func unhandled(_ inner: [CgoDifference.Stub]) -> [CgoDifference.Stub] {
    if inner.isEmpty { return [] }
    let places = withoutCgo.places.enumerated().filter { withoutCgo.failures[$0.offset] == nil }.map(\.element)
    let ignored = places.reduce(into: Set<ByteString>()) { names, place in
      // A panic that is recovered ends nothing.
      if !place.declaration.handled.contains("recover") { names.formUnion(place.declaration.ignored) }
    }
    return inner.filter { stub in ignored.contains(stub.receiver.map { $0 + "." + stub.name } ?? stub.name) }.map {
      stub in
      var stub = stub
      stub.isInner = true
      return stub
    }
  }

  /// Returns the unexported functions of a main that fail and that a function may call without looking at the error.
  private func unhandledInMain(_ inner: [CgoDifference.Stub]) -> [CgoDifference.Stub] {
    if inner.isEmpty { return [] }
    var handling: [ByteString: Set<ByteString>] = [:]
    for place in withoutCgo.places {
      for name in place.declaration.handled { handling[name, default: []].insert(place.declaration.name) }
    }
    let failing = Set(withoutCgo.failures.keys.map { withoutCgo.places[$0].declaration.name })
    let names = Set(inner.map(\.name))
    var isUsed: Set<ByteString> = []
    var isMentioned: Set<ByteString> = []
    for item in gained.flatMap(readWords) + keptWords() {
      for name in item.words.intersection(names) {
        switch item.owner {
        case .function(let owner), .method(let owner):
          if owner == name { continue }
          isMentioned.insert(name)
          if failing.contains(owner) || !(handling[name]?.contains(owner) ?? false) { isUsed.insert(name) }
        case .start, .variable: isUsed.insert(name)
        }
      }
    }
    return inner.filter { isUsed.contains($0.name) || !isMentioned.contains($0.name) }
  }

  /// Returns the types of stubs whose exported methods all fail or do nothing.
  func failingTypes(of stubs: [CgoDifference.Stub]) -> Set<ByteString> {
    if stubs.isEmpty { return [] }
    return Set(stubs.compactMap(\.receiver)).intersection(withoutCgo.typesThatDoNothing)
  }

  // MARK: Registrations

  /// Returns the name that a call registers, where the build without cgo registers other names but not this one.
  ///
  /// Returns nil where one of the other calls has no readable name, or where something else runs at the start.
  func lostEntry(_ call: FunctionBody.Call) -> ByteString? {
    func isAlike(_ other: FunctionBody.Call) -> Bool {
      other.names.intersection(call.names).contains(where: FunctionBody.isRegistering)
    }
    let calls = after.flatMap(\.declaration.calls)
    guard !call.strings.isEmpty, calls.contains(where: isAlike), calls.allSatisfy(isAlike),
      gained.allSatisfy({ $0.unpackedFacts.cgoPart?.blankImports.isEmpty ?? true })
    else { return nil }
    let others = (calls + kept.flatMap(\.declaration.calls)).filter(isAlike)
    guard others.allSatisfy({ !$0.strings.isEmpty }) else { return nil }
    let names = Set(others.flatMap(\.strings))
    // In a loop over a list each string is a name. Elsewhere only the first is; the others may describe it.
    if call.isOverList { return call.strings.first { !names.contains($0) } }
    return names.isDisjoint(with: call.strings) ? call.strings.first : nil
  }
}
