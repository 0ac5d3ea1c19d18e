import Bytes
import GoSource

/// How the functions of a package end in one cgo mode, computed over the calls within the package to a fixed point.
struct Outcomes {
  typealias Place = CgoDifference.Place

  /// How a function fails.
  struct Failure {
    let kind: FunctionBody.Failure.Kind
    let text: ByteString?
    /// The index of the function that it fails because of; nil where it fails by itself.
    let callee: Int?
  }

  let places: [Place]
  private(set) var failures: [Int: Failure] = [:]
  /// The types whose exported methods all fail, but for those that end or name something.
  private(set) var failingTypes: Set<ByteString> = []
  /// By type that fails: the first of its methods that does.
  private var failingMethods: [ByteString: Int] = [:]
  private var indices: [Declaration.FullName: Int] = [:]
  private var methods: [ByteString: [Int]] = [:]
  private var causes: [FailureCause] = []
  /// The variables that a function assigns to.
  private var changing: Set<ByteString> = []

  /// More rounds than this would only find types whose methods return values of such types, and so on.
  private static let maximumRounds = 4

  /// `places` are all declarations of one build. A function that an `init` assigns to a variable becomes the variable's.
  init(of places: [Place]) {
    let assigned = places.flatMap { place -> [Place] in
      guard case .initializes(_, let assignments) = place.declaration.body else { return [] }
      return assignments.map {
        Place(file: place.file, declaration: Declaration(assigning: $0, at: place.declaration.position))
      }
    }
    self.places = assigned + places
    for (index, place) in self.places.enumerated() where indices[place.declaration.fullName] == nil {
      indices[place.declaration.fullName] = index
    }
    for (index, place) in self.places.enumerated() where place.declaration.receiver != nil {
      methods[place.declaration.name, default: []].append(index)
    }
    // A variable that a function assigns to may have any value.
    changing = places.reduce(into: []) { $0.formUnion($1.declaration.assigned) }
    causes = self.places.map { [changing] place in
      let isChanging = place.declaration.kind == .variable && changing.contains(place.declaration.name)
      return isChanging ? FailureCause(groups: []) : place.declaration.body.cause
    }
    settle()
  }

  func index(of name: Declaration.FullName) -> Int? { indices[name] }

  func failure(of name: Declaration.FullName) -> Failure? { indices[name].flatMap { failures[$0] } }

  /// The functions that a function fails because of, one because of the next.
  func way(from index: Int) -> [Int] {
    var way: [Int] = []
    var next = failures[index]?.callee
    while let index = next, way.count < 10, !way.contains(index) {
      way.append(index)
      next = failures[index]?.callee
    }
    return way
  }

  /// Whether a function fails only because of a type that a function with this cause returns too.
  func isSame(_ index: Int, as other: FailureCause) -> Bool {
    let types = causes[index].groups.flatMap(\.callees).filter { $0.kind == .failingType }
    return !types.isEmpty && other.groups.contains { $0.callees.contains(where: types.contains) }
  }

  func cause(of index: Int) -> FailureCause { causes[index] }

  // MARK: The fixed point

  private mutating func settle() {
    var dependents: [Declaration.FullName: [Int]] = [:]
    for (index, cause) in causes.enumerated() {
      for callee in Set(cause.groups.flatMap(\.callees)) { dependents[callee.fullName, default: []].append(index) }
    }
    var queue = causes.indices.filter { !causes[$0].groups.isEmpty }
    for _ in 0..<Self.maximumRounds {
      while let index = queue.popLast() {
        guard failures[index] == nil, let failure = failure(of: causes[index]) else { continue }
        failures[index] = failure
        let declaration = places[index].declaration
        queue += dependents[declaration.fullName] ?? []
        // `everyMethod` asks for a method of any type.
        if declaration.receiver != nil {
          queue += dependents[Declaration.FullName(receiver: nil, name: declaration.name)] ?? []
        }
      }
      let found = typesThatFail().subtracting(failingTypes)
      if found.isEmpty { return }
      failingTypes.formUnion(found)
      for index in failures.keys {
        guard let type = places[index].declaration.receiver, found.contains(type) else { continue }
        failingMethods[type] = min(index, failingMethods[type] ?? index)
      }
      queue = found.flatMap { dependents[Declaration.FullName(receiver: nil, name: $0)] ?? [] }
    }
  }

  private func failure(of cause: FailureCause) -> Failure? {
    for group in cause.groups {
      if let name = group.failure?.name, !isError(name) { continue }
      guard group.callees.allSatisfy(holds) else { continue }
      let callee = group.callees.lazy.compactMap(failing).first
      let inner = callee.flatMap { failures[$0] }
      let text = group.failure?.text ?? group.failure?.name.flatMap(errorText) ?? inner?.text
      return Failure(kind: group.failure?.kind ?? inner?.kind ?? .returns, text: text, callee: callee)
    }
    return nil
  }

  private func holds(_ callee: Callee) -> Bool {
    let failure = failure(of: callee.fullName)
    switch callee.kind {
    case .fails: return failure != nil
    case .returnsError: return failure?.kind == .returns || failure?.kind == .panics
    case .panics: return failure?.kind == .panics
    case .failingType: return failingTypes.contains(callee.name)
    case .everyMethod: return (methods[callee.name] ?? []).allSatisfy { failures[$0] != nil }
    case .type: return declaration(callee)?.kind == .type
    case .isTrue: return declaration(callee)?.body == .isConstant(true)
    case .isFalse: return declaration(callee)?.body == .isConstant(false)
    }
  }

  /// The index of the function that a callee stands for; for a type, that of a method that fails.
  private func failing(_ callee: Callee) -> Int? {
    if callee.kind == .failingType { return failingMethods[callee.name] }
    let index = indices[callee.fullName]
    return index.flatMap { places[$0].declaration.kind == .type ? nil : $0 }
  }

  private func declaration(_ callee: Callee) -> Declaration? {
    indices[callee.fullName].map { places[$0].declaration }
  }

  private func errorText(_ name: ByteString) -> ByteString? {
    indices[Declaration.FullName(receiver: nil, name: name)].flatMap { places[$0].declaration.errorText }
  }

  private func isError(_ name: ByteString) -> Bool {
    if changing.contains(name) { return false }
    let declared = indices[Declaration.FullName(receiver: nil, name: name)].map { places[$0].declaration }
    // A variable without a value is nil.
    if let declared, declared.kind == .variable, declared.body == .idle { return false }
    return errorText(name) != nil || FunctionBody.isErrorName(name)
  }

  /// Methods that have nothing to do where there is nothing to end or to name.
  private static let endings: Set<ByteString> = [
    "Close", "Stop", "Shutdown", "Flush", "Sync", "Lock", "Unlock", "Release", "Free", "Destroy", "Reset", "Name",
    "String", "Available", "Supported", "Enabled",
  ]

  /// The types whose exported methods all fail or do nothing, whatever they are called.
  var typesThatDoNothing: Set<ByteString> { typesThatFail(isLoose: true) }

  private func typesThatFail(isLoose: Bool = false) -> Set<ByteString> {
    let types = Set(
      failures.keys.compactMap { places[$0].declaration.isExported ? places[$0].declaration.receiver : nil })
    if types.isEmpty { return [] }
    var working: Set<ByteString> = []
    for (index, place) in places.enumerated() {
      guard let type = place.declaration.receiver, types.contains(type), place.declaration.isExported else { continue }
      let mayBeIdle = isLoose || Self.endings.contains(place.declaration.name)
      if failures[index] == nil, !(mayBeIdle && place.declaration.body.isIdle) { working.insert(type) }
    }
    return types.subtracting(working)
  }
}

extension Callee {
  fileprivate var fullName: Declaration.FullName { Declaration.FullName(receiver: receiver, name: name) }
}

extension FunctionBody {
  fileprivate var cause: FailureCause {
    switch self {
    case .fails(let failure): FailureCause(groups: [.init(callees: [], failure: failure)])
    case .depends(let cause): cause
    default: FailureCause(groups: [])
    }
  }

  /// Whether it does nothing, or only gives a constant.
  var isIdle: Bool {
    switch self {
    case .idle, .isConstant: true
    default: false
    }
  }
}
