import Bytes
package import Diagnostics
import GoGraph
import GoSource
import Linkage

extension RuleID {
  package static let cgoStub = RuleID("cgo-stub")
}

extension Rule {
  package static let cgoStub = Rule(
    .cgoStub, .error, verdict: .degraded, isAllowable: true,
    summary: "without cgo a package is a stub that fails at run time",
    why: """
      Some packages have files for builds without cgo only so that the build does not break. The functions in them
      always return an error or panic, or only log that something is not supported. The program builds and starts, but fails when it first calls one of them, for
      example with "Binary was compiled with 'CGO_ENABLED=0', go-sqlite3 requires cgo to work. This is a stub". It is an
      error if the program refers to a function that fails, or if the stub registers itself as a driver. It is a warning
      if another part of the package fails, or an unexported function that a caller relies on.
      """,
    fix: [
      "Use a package that does the same in pure Go.",
      "If the program does not need it, import it only in files with //go:build cgo.",
      "If it is intended to fail, allow the finding and give the reason.",
    ],
    examples: [
      Example(
        title: "a driver that registers a stub",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          require example.com/sqlite v1.0.0
          -- vendor/modules.txt --
          # example.com/sqlite v1.0.0
          ## explicit
          example.com/sqlite
          -- vendor/example.com/sqlite/sqlite.go --
          package sqlite
          import "C"
          type Driver struct{}
          func (Driver) Open(name string) error { return open(name) }
          func open(string) error { return nil }
          func init() { register("sqlite", Driver{}) }
          -- vendor/example.com/sqlite/register.go --
          package sqlite
          func register(string, any) {}
          -- vendor/example.com/sqlite/stub.go --
          //go:build !cgo
          package sqlite
          import "errors"
          var errStub = errors.New("this is a stub")
          type Driver struct{}
          func (Driver) Open(string) error { return errStub }
          func init() { register("sqlite", Driver{}) }
          -- main.go --
          package main
          import _ "example.com/sqlite" // HERE
          func main() {}
          """),
      Example(
        title: "plugins, which Go can load only with cgo",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import "plugin" // HERE
          func main() { plugin.Open("x.so") }
          """),
      Example(
        title: "a function that fails for every input that is not empty",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- filter/filter.go --
          package filter
          import "C"
          func Load(rules []string) (int, error) { return load(rules) }
          func load(rules []string) (int, error) { return len(rules), nil }
          -- filter/none.go --
          //go:build !cgo
          package filter
          import "errors"
          var ErrNotSupported = errors.New("filter: not supported")
          func Load(rules []string) (int, error) { // HERE
            if len(rules) > 0 {
              return -1, ErrNotSupported
            }
            return -1, nil
          }
          -- main.go --
          package main
          import "example.com/app/filter"
          func main() { filter.Load(nil) }
          """),
      Example(
        title: "a function that fails for some inputs",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- filter/filter.go --
          package filter
          import "C"
          func Load(rules int) error { return load(rules) }
          func load(rules int) error { return nil }
          -- filter/pure.go --
          //go:build !cgo
          package filter
          import "errors"
          var ErrTooMany = errors.New("filter: too many rules")
          func Load(rules int) error {
            if rules > 100 {
              return ErrTooMany
            }
            return nil
          }
          -- main.go --
          package main
          import "example.com/app/filter"
          func main() { filter.Load(1) }
          """),
      Example(
        title: "a function that has a pure Go version",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- sum/sum_cgo.go --
          package sum
          import "C"
          func Sum(a, b int) (int, error) { return int(C.sum(C.int(a), C.int(b))), nil }
          -- sum/sum.go --
          //go:build !cgo
          package sum
          func Sum(a, b int) (int, error) { return a + b, nil }
          -- main.go --
          package main
          import "example.com/app/sum"
          func main() { sum.Sum(1, 2) }
          """),
    ],
    find: { $0.degrading.filter { $0.rule == .cgoStub } })
}

extension MainAnalysis {
  /// The finding about a package that is a stub without cgo; nil where it is not.
  ///
  /// `linked` holds the stubs that the program contains, where it was linked.
  func stub(
    _ package: Package, _ difference: CgoDifference, _ differences: CgoDifferences, linked: Set<FunctionName>? = nil
  ) -> Finding? {
    guard let first = difference.stubs.first else { return nil }
    let reached = difference.stubs.filter { stub in
      linked?.contains(stub) ?? (!stub.isInner && isNamed(stub, package, difference, differences))
    }
    let isReached = difference.registered != nil || !reached.isEmpty
    let counted = Self.counted(reached.isEmpty ? difference.stubs : reached)
    let (shown, name) = (counted.first ?? first, locations.name(of: package).text)
    let (isOne, doNothing) = (counted.count == 1, counted.allSatisfy { $0.kind == .doesNothing })
    let functions =
      isOne
      ? "\(package.selectFiles(in: off.context).name.text).\(shown.fullName)" : "\(counted.count) functions of \(name)"
    let fails =
      isOne ? shown.outcome(of: functions) : "\(functions) \(doNothing ? "do nothing" : "always fail at run time")"
    let outcome: String
    let isBoring = package.importPath == "crypto/internal/boring"
    switch difference.registered {
    case nil where isBoring: outcome = "GOEXPERIMENT=boringcrypto has no effect: the program uses Go's own cryptography"
    case .some(let driver) where !driver.isEmpty: outcome = "the \"\(driver.text)\" driver always fails at run time"
    case .some: outcome = "the stub that \(name) registers always fails at run time"
    case nil where isReached: outcome = fails
    case nil where shown.isInner: outcome = "\(fails), and a caller ignores that"
    case nil:
      outcome = functions + (isOne ? " is a stub; no call to it was found" : " are stubs; no call to them was found")
    }
    func label(_ one: String) -> String {
      isOne
        ? "without cgo \(one) is a stub that \(shown.effect)"
        : "without cgo \(functions) are stubs that \(doNothing ? "do nothing" : "return an error")"
    }
    var culprit = Culprit(
      package: package,
      evidence: (
        shown.place.file, shown.place.declaration.position, nil,
        isBoring
          ? "used instead of BoringCrypto without cgo" : "stub: \(shown.outcome(of: shown.fullName, isShort: true))"
      ),
      labelAtImport: label(functions), labelAtEvidence: label("this"))
    culprit.way = shown.way.map { step in
      (step.file, step.declaration.position, "\(step.declaration.nameInPackage), which it calls, fails")
    }
    let allowing = "allow this finding if the program does not need \(isOne ? functions : "them")"
    var finding = finding(
      .cgoStub, culprit, in: off, predicate: .losesFeature(outcome),
      help: advice(
        on: package,
        orElse: package.isFirstParty
          ? "make \(isOne ? functions : "these functions") work for !cgo too, or \(allowing)"
          : "use a pure Go package instead of \(name), or \(allowing)"))
    if !isReached { finding.severity = .warning }
    // Go's own cryptography takes over before these functions are called.
    if isBoring { return finding }
    if !isOne { finding.related += others(than: finding, of: package, counted) }
    if isReached || shown.isInner {
      finding.runtimeError = (reached + difference.stubs).lazy.compactMap(\.text).first.map(\.text)
    }
    return finding
  }

  /// The functions that a finding counts. A program cannot do without a func main that only calls the others.
  private static func counted(_ stubs: [CgoDifference.Stub]) -> [CgoDifference.Stub] {
    stubs.count > 1 ? stubs.filter { $0.name != "main" || $0.receiver != nil } : stubs
  }

  /// The places of at most three more functions of the finding, which shows one of them.
  private func others(
    than shown: Finding, of package: Package, _ stubs: [CgoDifference.Stub]
  ) -> ArraySlice<RelatedLocation> {
    let known = Set([shown.location] + shown.chain.map(\.location) + shown.related.map(\.location))
    return stubs.compactMap { stub in
      let place = locations.location(stub.place.file.name, of: package, stub.place.declaration.position, end: nil)
      guard !known.contains(place) else { return nil }
      return RelatedLocation(location: place, message: "stub: \(stub.outcome(of: stub.fullName, isShort: true))")
    }.prefix(3)
  }

  /// Whether code that imports the package names the stub or a function that leads to it; for a method, the method and
  /// its type. True where the tokens do not show it.
  private func isNamed(
    _ stub: CgoDifference.Stub, _ package: Package, _ difference: CgoDifference, _ differences: CgoDifferences
  ) -> Bool {
    if package.importPath == main.importPath {
      return package.selectFiles(in: off.context).go.contains {
        $0.name != stub.place.file.name && differences.inspector.mentions(package, $0, [stub.name])
      }
    }
    // The uses within the package itself, which count if importers can reach them.
    let ways = ways(to: stub.receiver ?? stub.name, in: package, differences)
    if stub.receiver == nil, ways.isAtStart || ways.isInVariable { return true }
    lazy var variables = Set(
      package.selectFiles(in: off.context).go.flatMap { differences.inspector.declarations(package, $0) }
        .filter { $0.kind == .variable }.map(\.name))
    return off.importers(of: package.importPath).contains { importer in
      guard let uses = differences.uses(of: package, by: importer, self) else { return true }
      if uses.isEmpty { return false }
      func mentions(_ names: Set<ByteString>) -> Bool {
        !names.isEmpty
          && importer.selectFiles(in: off.context).go.contains { differences.inspector.mentions(importer, $0, names) }
      }
      func isUsed(_ names: Set<ByteString>) -> Bool {
        names.intersection(uses.map(\.name)).contains { isCalled($0, in: importer, differences) }
      }
      guard let receiver = stub.receiver else {
        return isUsed(ways.functions.union([stub.name])) || mentions(ways.methods)
      }
      // A function that always fails returns no value of the type.
      let failing = difference.stubs.filter { $0.receiver == nil }.map(\.name)
      let isTypeKnown =
        !receiver.text.first!.isUppercase || ways.isAtStart || (ways.isInVariable && isUsed(variables))
        || isUsed(ways.functions.subtracting(failing).union([receiver]))
      // If all methods of the type fail, it is enough to have a value: it may be passed on as any interface.
      return isTypeKnown && (difference.failingTypes.contains(receiver) || mentions([stub.name]))
    }
  }

  /// Whether code that mentions a name in a package may run: an `init`, a variable, a method, or a function that an
  /// importer names or that leads to it through the package. A function that no package of the closure names does not
  /// run.
  private func isCalled(_ name: ByteString, in package: Package, _ differences: CgoDifferences) -> Bool {
    // Calls from assembly are not visible.
    let hasAssembly = !package.selectFiles(in: off.context).other(.assembly).isEmpty
    guard package.importPath != main.importPath, !hasAssembly else { return true }
    let ways = ways(to: name, in: package, differences)
    if ways.isAtStart || ways.isInVariable || !ways.methods.isEmpty { return true }
    return off.importers(of: package.importPath).contains { importer in
      differences.uses(of: package, by: importer, self).map { $0.contains { ways.functions.contains($0.name) } } ?? true
    }
  }

  /// Returns the functions and methods of a package that mention a name, directly or through other functions of the
  /// package; and whether an `init`, or the initial value of a variable, mentions it.
  private func ways(
    to name: ByteString, in package: Package, _ differences: CgoDifferences
  ) -> (functions: Set<ByteString>, methods: Set<ByteString>, isAtStart: Bool, isInVariable: Bool) {
    var speaking: [ByteString: [FunctionWords.Owner]] = [:]
    for item in package.selectFiles(in: off.context).go.flatMap({ differences.inspector.words(package, $0) }) {
      for word in item.words where item.owner != .function(word) { speaking[word, default: []].append(item.owner) }
    }
    var (functions, methods): (Set<ByteString>, Set<ByteString>) = ([], [])
    var (isAtStart, isInVariable) = (false, false)
    var unseen = [name]
    while let word = unseen.popLast() {
      for owner in speaking[word] ?? [] {
        switch owner {
        case .function(let function): if functions.insert(function).inserted { unseen.append(function) }
        case .method(let method): methods.insert(method)
        case .start: isAtStart = true
        case .variable: isInVariable = true
        }
      }
    }
    return (functions, methods, isAtStart, isInVariable)
  }
}

extension CgoDifference.Stub {
  /// The name with its receiver, as in `Open` or `Driver.Open`.
  var fullName: String { place.declaration.nameInPackage }

  /// The outcome of a function, in a message.
  fileprivate func outcome(of name: String, isShort: Bool = false) -> String {
    let time = isShort ? "" : " at run time"
    switch kind {
    case .panics, .returns: return "\(name) always fails\(time)"
    case .doesNothing: return "\(name) does nothing"
    case .gives: return "what \(name) returns always fails\(time)"
    }
  }

  fileprivate var effect: String {
    switch kind {
    case .returns: "returns an error"
    case .panics: "panics"
    case .doesNothing: "does nothing"
    case .gives: way.isEmpty ? "returns a function that fails" : "returns a value that fails"
    }
  }
}

extension Declaration {
  fileprivate var nameInPackage: String { (receiver.map { "\($0.text)." } ?? "") + name.text }
}

extension Set<FunctionName> {
  fileprivate func contains(_ stub: CgoDifference.Stub) -> Bool {
    contains { $0.receiver == stub.receiver && $0.name == stub.name }
  }
}
