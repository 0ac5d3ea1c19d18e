import Bytes
import Diagnostics
import GoGraph
import GoSource

extension Rule {
  package static let cgoStub = Rule(
    .cgoStub, .error,
    summary: "without cgo a package becomes a stub that fails at run time",
    why: """
      Some packages have files for builds without cgo only so that the build does not break: the functions in them return
      an error, or panic, whatever they are given. The program builds, starts, and fails when it first needs them, as in
      "Binary was compiled with 'CGO_ENABLED=0', go-sqlite3 requires cgo to work. This is a stub". It is an error where
      the program names what fails or the stub registers itself as a driver, a warning where another part of the package
      fails.
      """,
    fix: [
      "Use a package that does the same in pure Go.",
      "If the program can do without, keep the import behind a build tag that the static build does not set.",
      "If it is meant to fail, allow it and say why.",
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
        title: "plugins, which Go can load with cgo only",
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
        title: "a function that fails whenever it is given something to do",
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
        title: "a function that refuses some of what it is given",
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
        title: "a function that does the same in Go",
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
    ])
}

extension Evidence {
  /// The finding about a package whose place a stub takes; nil where none does.
  func stub(_ package: Package, _ difference: CgoDifference, _ differences: CgoDifferences) -> Finding? {
    guard let first = difference.stubs.first else { return nil }
    let reached = difference.stubs.filter { isNamed($0, package, difference, differences) }
    let isReached = difference.registered != nil || !reached.isEmpty
    let shown = reached.first ?? first
    let name = places.name(of: package).text
    let count = reached.isEmpty ? difference.stubs.count : reached.count
    let isOne = count == 1
    let functions =
      isOne ? "\(package.files(in: off.context).name.text).\(shown.fullName)" : "\(count) functions of \(name)"
    let outcome: String
    switch difference.registered {
    case .some(let driver) where !driver.isEmpty: outcome = "the \"\(driver.text)\" driver fails at run time"
    case .some: outcome = "what \(name) registers fails at run time"
    case nil where isReached: outcome = "\(functions) then \(isOne ? "fails" : "fail") whenever called"
    case nil: outcome = "\(functions), which nothing here calls, \(isOne ? "fails" : "fail") then"
    }
    let all = difference.stubs.count
    let label =
      "a stub without cgo: \(all == 1 ? "a function does" : "\(all) functions do") nothing but fail"
    let file = shown.place.file
    let culprit = Culprit(
      package: package,
      evidence: (file, shown.place.declaration.position, nil, "the stub: \(shown.fullName) only fails"),
      labelAtImport: label, labelAtEvidence: label)
    var finding = finding(
      .cgoStub, culprit, in: off, predicate: Finding.buildable + outcome,
      help: advice(
        on: package,
        orElse: package.isFirstParty
          ? "let it work for !cgo too, or allow it if the program can do without"
          : "use a package that does the same in pure Go, or allow it if the program can do without"))
    if !isReached { finding.severity = .warning }
    finding.says = (reached + difference.stubs).lazy.compactMap(\.text).first.map(\.text)
    return finding
  }

  /// Whether the code that imports the package speaks of what fails, or of what leads to it: the function, or the method
  /// and its type; where that cannot be told, it does.
  private func isNamed(
    _ stub: CgoDifference.Stub, _ package: Package, _ difference: CgoDifference, _ differences: CgoDifferences
  ) -> Bool {
    if package.importPath == main.importPath {
      return package.files(in: off.context).go.contains {
        $0.name != stub.place.file.name && differences.looks.mentions(package, $0, [stub.name])
      }
    }
    // What the package itself does with it, by others' leave.
    let ways = ways(to: stub.receiver ?? stub.name, in: package, differences)
    if stub.receiver == nil, ways.isAtStart || ways.isInVariable { return true }
    lazy var variables = Set(
      package.files(in: off.context).go.flatMap { differences.looks.declarations(package, $0) }
        .filter { $0.kind == .variable }.map(\.name))
    return off.importers(of: package.importPath).contains { importer in
      guard let uses = differences.uses(of: package, by: importer, self) else { return true }
      if uses.isEmpty { return false }
      func mentions(_ names: Set<ByteString>) -> Bool {
        !names.isEmpty
          && importer.files(in: off.context).go.contains { differences.looks.mentions(importer, $0, names) }
      }
      func isUsed(_ names: Set<ByteString>) -> Bool {
        names.intersection(uses.map(\.name)).contains { isCalled($0, in: importer, differences) }
      }
      guard let receiver = stub.receiver else {
        return isUsed(ways.functions.union([stub.name])) || mentions(ways.methods)
      }
      // Who fails to make a value hands on none.
      let failing = difference.stubs.filter { $0.receiver == nil }.map(\.name)
      let isTypeKnown =
        !receiver.text.first!.isUppercase || ways.isAtStart || (ways.isInVariable && isUsed(variables))
        || isUsed(ways.functions.subtracting(failing).union([receiver]))
      // Of a type of which nothing works, whoever has a value may hand it on as any interface.
      return isTypeKnown && (difference.failingTypes.contains(receiver) || mentions([stub.name]))
    }
  }

  /// Whether what speaks of a name in a package may run: what is no function, or one that another of the package leads to
  /// in turn, or that an importer names; not a function that nobody in the closure speaks of.
  private func isCalled(_ name: ByteString, in package: Package, _ differences: CgoDifferences) -> Bool {
    // What assembly calls nobody sees.
    let hasAssembly = !package.files(in: off.context).other(.assembly).isEmpty
    guard package.importPath != main.importPath, !hasAssembly else { return true }
    let ways = ways(to: name, in: package, differences)
    if ways.isAtStart || ways.isInVariable || !ways.methods.isEmpty { return true }
    return off.importers(of: package.importPath).contains { importer in
      differences.uses(of: package, by: importer, self).map { $0.contains { ways.functions.contains($0.name) } } ?? true
    }
  }

  /// What in a package speaks of a name, or of a function that does: functions, methods, and whether an `init` is among it, or
  /// what a variable begins as.
  private func ways(
    to name: ByteString, in package: Package, _ differences: CgoDifferences
  ) -> (functions: Set<ByteString>, methods: Set<ByteString>, isAtStart: Bool, isInVariable: Bool) {
    var speaking: [ByteString: [FunctionWords.Owner]] = [:]
    for item in package.files(in: off.context).go.flatMap({ differences.looks.words(package, $0) }) {
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
  /// As `Open`, or `Driver.Open`.
  var fullName: String { (receiver.map { "\($0.text)." } ?? "") + name.text }
}
