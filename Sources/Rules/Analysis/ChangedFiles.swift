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
  private lazy var gainedFunctions = Self.functions(after)
  private lazy var keptFunctions = Self.functions(kept)

  init(of package: Package, _ context: BuildContext, _ inspector: CgoDifferences.Inspector) {
    let (lost, gained) = (package.filesLostWithoutCgo(in: context), package.filesGainedWithoutCgo(in: context))
    (self.lost, self.gained) = (lost, gained)
    (before, after) = (Self.declarations(lost), Self.declarations(gained))
    known = Dictionary(before.map { ($0.declaration.fullName, $0.declaration.body) }) { first, _ in first }
    let gainedNames = Set(gained.map(\.name))
    readKept = {
      package.selectFiles(in: context).go.filter { !gainedNames.contains($0.name) }.flatMap { file in
        inspector.declarations(package, file).map { Place(file: file, declaration: $0) }
      }
    }
  }

  private static func declarations(_ files: [SourceFile]) -> [Place] {
    files.flatMap { file in (file.unpackedFacts.cgoPart?.declarations ?? []).map { Place(file: file, declaration: $0) }
    }
  }

  private static func functions(_ places: [Place]) -> [ByteString: Place] {
    Dictionary(places.filter { $0.declaration.receiver == nil }.map { ($0.declaration.name, $0) }) { first, _ in first }
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

  /// The error text of a body that only fails: nil inside where the text is unknown, nil outside for any other body.
  private func failure(_ body: FunctionBody, depth: Int = 0) -> ByteString?? {
    switch body {
    case .fails(.panics(let text)), .fails(.returns(let text)): return .some(text)
    case .fails(.returnsNamed(let name)):
      let text = (gainedFunctions[name] ?? keptFunctions[name])?.declaration.errorText
      return text != nil || FunctionBody.isErrorName(name) ? .some(text) : nil
    case .forwards(let name) where depth < 3:
      let function = gainedFunctions[name] ?? keptFunctions[name]
      return function.flatMap { failure($0.declaration.body, depth: depth + 1) }
    default: return nil
    }
  }

  /// Returns the functions that always fail where the build with cgo has one that works.
  ///
  /// In a package that is not a main, an unexported one counts only where an exported function returns its result.
  func stubs(isMain: Bool) -> [CgoDifference.Stub] {
    var (own, inner): ([CgoDifference.Stub], [CgoDifference.Stub]) = ([], [])
    for place in after {
      // A function that fails with cgo too has lost nothing.
      guard let counterpart = known[place.declaration.fullName], failure(counterpart) == nil,
        let text = failure(place.declaration.body)
      else { continue }
      let stub = CgoDifference.Stub(place: place, text: text)
      if place.declaration.isExported { own.append(stub) } else { inner.append(stub) }
    }
    inner.removeAll { $0.name.text.lowercased().contains("err") }
    if isMain { return own + inner }
    if inner.isEmpty { return own }
    let texts = Dictionary(inner.filter { $0.receiver == nil }.map { ($0.name, $0.text) }) { first, _ in first }
    return own
      + kept.compactMap { place in
        guard place.declaration.isExported, case .forwards(let name) = place.declaration.body, let text = texts[name]
        else { return nil }
        return CgoDifference.Stub(place: place, text: text)
      }
  }

  /// Returns the types of stubs whose exported methods all fail or do nothing.
  func failingTypes(of stubs: [CgoDifference.Stub]) -> Set<ByteString> {
    Set(stubs.compactMap(\.receiver)).filter { type in
      after.allSatisfy { place in
        guard place.declaration.receiver == type, place.declaration.isExported else { return true }
        return place.declaration.body == .idle || failure(place.declaration.body) != nil
      }
    }
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
