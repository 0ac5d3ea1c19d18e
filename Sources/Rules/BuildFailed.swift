package import Bytes
package import Diagnostics
import GoGraph
package import GoSource

extension Rule {
  package static let buildFailed = Rule(
    .buildFailed, .error,
    summary: "the CGO_ENABLED=0 build fails because of cgo",
    why: """
      Without cgo a package keeps the files that do not import "C". What the others declared is gone, and the compiler
      says "undefined" somewhere else: in the rest of the package, or in the code that imports it. staticgo looks each
      name up in the files that cgo took away.
      """,
    fix: [
      "Give the package a file for `//go:build !cgo` that declares the missing names.",
      "Or put the code that uses them behind `//go:build cgo`.",
    ],
    examples: [
      Example(
        title: "a name of a package of the team's own that is gone",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- sum/fast.go --
          package sum
          import "C"
          func Fast() int { return 1 }
          -- sum/sum.go --
          package sum
          func Slow() int { return 2 }
          -- main.go --
          package main
          import "example.com/app/sum"
          func main() {
            println(sum.Slow())
            println(sum.Fast()) // HERE
          }
          """),
      Example(
        title: "a name that another file declares without cgo",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- sum/fast.go --
          package sum
          import "C"
          func Fast() int { return 1 }
          -- sum/pure.go --
          //go:build !cgo
          package sum
          func Fast() int { return 2 }
          -- main.go --
          package main
          import "example.com/app/sum"
          func main() { println(sum.Fast()) }
          """),
    ])
}

/// One error of the compiler, in a file of a package.
package struct CompilerError: Sendable, Hashable {
  package let package: ByteString
  /// The name within the package's directory.
  package let file: ByteString
  package let position: Position
  package let message: String
  /// The package that lacks what the error misses, where that is known.
  let lacking: ByteString?

  package init(package: ByteString, file: ByteString, position: Position, message: String) {
    self.init(package: package, file: file, position: position, message: message, lacking: nil)
  }

  init(package: ByteString, file: ByteString, position: Position, message: String, lacking: ByteString?) {
    self.lacking = lacking
    self.package = package
    self.file = file
    self.position = position
    self.message = message
  }
}

extension Evidence {
  /// The findings for errors in packages of this main's closure: `build-failed` where a name was lost with cgo, one
  /// for each package that lost it, `go-error` for the rest, one for each package that has them.
  package func compilerFindings(_ errors: [CompilerError], _ looks: CgoDifferences.Looks) -> [Finding] {
    var caused: [ByteString: [(error: CompilerError, cause: Cause)]] = [:]
    var others: [ByteString: [CompilerError]] = [:]
    for error in errors.sorted(by: Self.inOrder) {
      guard let package = package(error.package), package.isStandard || off.contains(error.package) else { continue }
      if let cause = cause(of: error, in: package, looks) {
        caused[cause.package.importPath, default: []].append((error, cause))
      } else {
        others[error.package, default: []].append(error)
      }
    }
    // What follows from a lost name in the same package is no finding of its own.
    let explained = Set(caused.values.flatMap { $0.map(\.error.package) })
    let findings = caused.sorted { $0.key < $1.key }.compactMap { lostNames($0.value) }
    return findings
      + others.filter { !explained.contains($0.key) }.sorted { $0.key < $1.key }.compactMap { unrelated($0.value) }
  }

  private static func inOrder(_ left: CompilerError, _ right: CompilerError) -> Bool {
    if left.package != right.package { return left.package < right.package }
    return left.file != right.file ? left.file < right.file : left.position < right.position
  }

  private func location(of error: CompilerError, length: Int = 0) -> Location? {
    guard let package = package(error.package) else { return nil }
    let end = Position(line: error.position.line, column: error.position.column + length)
    return places.location(error.file, of: package, error.position, end: end)
  }

  /// The error's own place where it is in the repository's own code, else the last import of ours that leads there.
  private func place(_ error: CompilerError, _ chain: [Hop], length: Int = 0) -> Location {
    if let package = package(error.package), package.isFirstParty, let own = location(of: error, length: length) {
      return own
    }
    let isOurs = { (hop: Hop) in self.package(hop.package)?.isFirstParty ?? false }
    return chain.last(where: isOurs)?.location ?? mainClause
  }

  private func lostNames(_ errors: [(error: CompilerError, cause: Cause)]) -> Finding? {
    guard let (error, cause) = errors.first, let site = location(of: error) else { return nil }
    let lost = places.location(cause.file.name, of: cause.package, cause.declaration.position)
    let reason = reason(for: cause.file)
    let names = Array(Set(errors.map(\.cause.name))).sorted()
    guard cause.package.isFirstParty else { return lostNames(errors, names: names, reason: reason) }
    var chain = hops(to: error.package, in: off)
    chain.append(Hop(package: error.package, location: site, text: "uses \(cause.name)"))
    chain.append(
      Hop(
        package: cause.package.importPath, location: lost, text: "declares it; without cgo the file is out: \(reason)"))
    let owner = places.name(of: cause.package).text
    let predicate =
      names.count == 1
      ? "cannot be compiled without cgo: \(names[0]) is gone"
      : "cannot be compiled without cgo: \(names.count) names of \(owner) are gone"
    let declared = Set(errors.map(\.cause.lacking)).sorted().joined(separator: ", ")
    var finding = Finding(
      rule: .buildFailed, severity: Rule.buildFailed.severity, culprit: cause.package.importPath, predicate: predicate,
      label: Self.firstLine(error.message),
      location: place(error, chain.dropLast(2), length: cause.declaration.name.count),
      chain: chain, mains: [main], targets: [platform.description],
      help: ["give \(owner) a file for //go:build !cgo that declares \(declared)"])
    finding.related = errors.dropFirst().compactMap { related($0.error, $0.cause) }
    return finding
  }

  /// The finding of `cgo-dependency` about a package of others of which names are gone: what misses them is not to blame.
  private func lostNames(_ errors: [(error: CompilerError, cause: Cause)], names: [String], reason: String) -> Finding?
  {
    guard let (first, cause) = errors.first else { return nil }
    let owner = places.name(of: cause.package).text
    let isOwn = first.package == cause.package.importPath
    let count = names.count == 1 ? names[0] : "\(names.count) names of \(owner)"
    let verb = names.count == 1 ? "is" : "are"
    let label =
      isOwn
      ? "what is left of it without cgo does not compile: \(first.message)" : "without cgo \(count) \(verb) gone"
    let culprit = Culprit(
      package: cause.package,
      evidence: (
        cause.file, cause.declaration.position, nil,
        "declares \(cause.declaration.name.text); out without cgo: \(reason)"
      ), labelAtImport: label, labelAtEvidence: label)
    let predicate =
      isOwn
      ? "cannot be built without cgo: what is left of \(owner) does not compile"
      : "cannot be built without cgo: \(count) \(verb) gone"
    var finding = finding(
      .cgoDependency, culprit, in: off, predicate: predicate,
      help: advice(
        on: cause.package,
        orElse: "use a package that does the same in pure Go, or keep what uses it behind a build tag"))
    let known = Set(finding.related.map(\.location))
    finding.related += errors.compactMap { related($0.error, $0.cause) }.filter { !known.contains($0.location) }
    return finding
  }

  /// An error at its own place, with what declares the name that it misses.
  private func related(_ error: CompilerError, _ cause: Cause) -> RelatedLocation? {
    location(of: error).map { place in
      let declaration = places.file(cause.file.name, of: cause.package).text
      return RelatedLocation(
        location: place, message: "\(error.message) (declared in \(declaration):\(cause.declaration.position.line))")
    }
  }

  private static func firstLine(_ message: String) -> String {
    message.split(separator: "\n").first.map(String.init) ?? message
  }

  private func unrelated(_ errors: [CompilerError]) -> Finding? {
    guard let error = errors.first, let site = location(of: error) else { return nil }
    let first = Self.firstLine(error.message)
    var chain = hops(to: error.package, in: off)
    chain.append(Hop(package: error.package, location: site, text: first))
    var finding = Finding(
      rule: .goError, severity: Rule.goError.severity, culprit: error.package, predicate: "cannot be built: \(first)",
      label: first, location: place(error, chain.dropLast()), chain: chain, mains: [main],
      targets: [platform.description], help: ["run go build and mend what it says"])
    finding.related = errors.dropFirst().compactMap { error in
      location(of: error).map { RelatedLocation(location: $0, message: error.message) }
    }
    return finding
  }
}
