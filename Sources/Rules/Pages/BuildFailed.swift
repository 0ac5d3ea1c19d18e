package import Bytes
package import Diagnostics
import GoBuild
import GoGraph
package import GoSource

extension RuleID {
  package static let buildFailed = RuleID("build-failed")
}

extension Rule {
  package static let buildFailed = Rule(
    .buildFailed, .error, phase: .build, verdict: .blocked,
    summary: "the CGO_ENABLED=0 build fails because of cgo",
    why: """
      Without cgo, Go excludes the files of a package that import "C", with everything they declare. The compiler then
      reports "undefined" in the rest of the package or in code that imports it. staticgo finds the excluded file that
      declares each name.
      """,
    fix: [
      "Add a file with `//go:build !cgo` that declares the missing names to the package.",
      "Or move the code that uses them to a file with `//go:build cgo`.",
    ],
    examples: [
      Example(
        title: "a name that is declared only in a file that needs cgo",
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
        title: "a name that another file declares for builds without cgo",
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
    ],
    find: { $0.blocking.filter { $0.rule == .buildFailed } })
}

/// A compiler error in a file of a package.
package struct CompilerError: Sendable, Hashable {
  package let package: ByteString
  /// The file's name, relative to the package's directory.
  package let file: ByteString
  package let position: Position
  package let message: String
  /// The package that lacks the missing name; nil where that is not known.
  let lacking: ByteString?

  package let complaint: Complaint

  package init(
    package: ByteString, file: ByteString, position: Position, message: String, complaint: Complaint,
    lacking: ByteString? = nil
  ) {
    self.package = package
    self.file = file
    self.position = position
    self.message = message
    self.complaint = complaint
    self.lacking = lacking
  }
}

extension MainAnalysis {
  /// Returns the findings for errors in packages of this main's closure. A name that is declared only with cgo gives
  /// `build-failed`, one finding for each package that lost names. All other errors give `go-error`, one finding for
  /// each package that has them.
  package func compilerFindings(_ errors: [CompilerError], _ inspector: CgoDifferences.Inspector) -> [Finding] {
    var caused: [ByteString: [(error: CompilerError, cause: Cause)]] = [:]
    var others: [ByteString: [CompilerError]] = [:]
    for error in errors.sorted(by: Self.inOrder) {
      guard let package = package(error.package), package.isStandard || off.contains(error.package) else { continue }
      if let cause = cause(of: error, in: package, inspector) {
        caused[cause.package.importPath, default: []].append((error, cause))
      } else {
        others[error.package, default: []].append(error)
      }
    }
    // Other errors in a package that misses a lost name follow from it and get no finding of their own.
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
    return locations.location(error.file, of: package, error.position, end: end)
  }

  /// The location of the error where it is in first-party code, else the last first-party import that leads to it.
  private func place(_ error: CompilerError, _ chain: [Hop], length: Int = 0) -> Location {
    if let package = package(error.package), package.isFirstParty, let own = location(of: error, length: length) {
      return own
    }
    let isOurs = { (hop: Hop) in self.package(hop.package)?.isFirstParty ?? false }
    return chain.last(where: isOurs)?.location ?? mainClause
  }

  private func lostNames(_ errors: [(error: CompilerError, cause: Cause)]) -> Finding? {
    guard let (error, cause) = errors.first, let site = location(of: error) else { return nil }
    let lost = locations.location(cause.file.name, of: cause.package, cause.declaration.position)
    let reason = reason(for: cause.file)
    let names = Set(errors.map(\.cause.lacking)).sorted()
    guard cause.package.isFirstParty else { return lostNames(errors, names: names, reason: reason) }
    let owner = locations.name(of: cause.package).text
    let isMember = cause.lacking.contains(".")
    var chain = hops(to: error.package, in: off)
    chain.append(
      Hop(
        package: error.package, location: site,
        text: isMember ? "needs \(cause.lacking) of \(owner)" : "uses \(cause.name)"))
    chain.append(
      Hop(
        package: cause.package.importPath, location: lost, text: "declares it, but is excluded without cgo: \(reason)"))
    // A field belongs to the type, which the build without cgo has already.
    let fields = Set(errors.map(\.cause).filter(\.isField).map(\.lacking)).sorted()
    let others = names.filter { !fields.contains($0) }
    var help =
      others.isEmpty
      ? "" : "add a file with //go:build !cgo to \(owner) that declares \(others.joined(separator: ", "))"
    if !fields.isEmpty {
      help += "\(others.isEmpty ? "" : ", and ")add \(enumeration(fields)) to the type that is declared without cgo"
    }
    if let twin = cause.twin {
      let other = locations.location(twin.file.name, of: cause.package, twin.declaration.position)
      chain.append(
        Hop(
          package: cause.package.importPath, location: other,
          text: "declares it for builds without cgo, \(cause.change)"))
      help = "declare \(cause.lacking) in \(other.file.text) as \(lost.file.text) does"
    }
    let predicate =
      cause.twin != nil
      ? "does not compile without cgo: \(cause.name) differs with and without cgo"
      : names.count == 1
        ? "does not compile without cgo: \(isMember ? cause.lacking : cause.name) is undefined"
        : "does not compile without cgo: \(owner) declares \(enumeration(names)) only with cgo"
    var finding = Finding(
      rule: .buildFailed, severity: Rule.buildFailed.severity, culprit: cause.package.importPath,
      predicate: Predicate(predicate),
      label: Self.firstLine(error.message),
      location: place(
        error, Array(chain.dropLast(cause.twin == nil ? 2 : 3)),
        length: cause.twin == nil ? cause.declaration.name.count : 1),
      chain: chain, mains: [main], targets: [platform.description],
      help: [help])
    finding.related = errors.dropFirst().compactMap { related($0.error, $0.cause) }
    return finding
  }

  /// The `cgo-dependency` finding about a third-party package that loses names. The code that uses the names is not the
  /// culprit.
  private func lostNames(_ errors: [(error: CompilerError, cause: Cause)], names: [String], reason: String) -> Finding?
  {
    guard let (first, cause) = errors.first else { return nil }
    let owner = locations.name(of: cause.package).text
    let isOwn = first.package == cause.package.importPath
    let label =
      isOwn
      ? "does not compile without cgo: \(first.message)" : "imports \(owner)"
    let culprit = Culprit(
      package: cause.package,
      evidence: (
        cause.file, cause.declaration.position, nil,
        "declares \(cause.declaration.name.text), but is excluded without cgo: \(reason)"
      ), labelAtImport: label, labelAtEvidence: label)
    let predicate =
      isOwn
      ? "does not build without cgo: \(owner) does not compile"
      : cause.twin != nil
        ? "does not build without cgo: \(owner) declares \(enumeration(names)) differently with and without cgo"
        : "does not build without cgo: \(owner) declares \(enumeration(names)) only with cgo"
    var finding = finding(
      .cgoDependency, culprit, in: off, predicate: Predicate(predicate),
      help: advice(on: cause.package, orElse: waysAround(cause.package)))
    let known = Set(finding.related.map(\.location))
    finding.related += errors.compactMap { related($0.error, $0.cause) }.filter { !known.contains($0.location) }
    return finding
  }

  /// The location of an error, with the declaration of the name that it misses.
  private func related(_ error: CompilerError, _ cause: Cause) -> RelatedLocation? {
    location(of: error).map { place in
      let declaration = locations.file(cause.file.name, of: cause.package).text
      return RelatedLocation(
        location: place,
        message:
          "\(error.message) (\(declaration):\(cause.declaration.position.line) declares it, but is excluded without cgo)"
      )
    }
  }

  private static func firstLine(_ message: String) -> String {
    message.split(separator: "\n").first.map(String.init) ?? message
  }

  /// The finding about errors in a package that do not come from a lost name.
  private func unrelated(_ errors: [CompilerError]) -> Finding? {
    let (without, help) = onlyWithoutCgo(errors) ?? (nil, goBuildReportsIt)
    guard let error = without ?? errors.first, let site = location(of: error) else { return nil }
    let first = Self.firstLine(error.message)
    let isFirstParty = package(error.package)?.isFirstParty ?? true
    let rule: RuleID = without == nil ? .goError : isFirstParty ? .buildFailed : .cgoDependency
    let verb = without == nil ? "does not build" : "does not build without cgo"
    var chain = hops(to: error.package, in: off)
    chain.append(Hop(package: error.package, location: site, text: first))
    var finding = Finding(
      rule: rule, severity: Rule.named(rule).severity, culprit: error.package, predicate: "\(verb): \(first)",
      label: first, location: place(error, chain.dropLast()), chain: chain, mains: [main],
      targets: [platform.description], help: [help])
    finding.related = errors.filter { $0 != error }.compactMap { error in
      location(of: error).map { RelatedLocation(location: $0, message: error.message) }
    }
    return finding
  }

  /// Returns the first error in a file that only the build without cgo compiles, or in assembly that Go's assembler gets
  /// instead of the C compiler's, with what to do; nil without one.
  private func onlyWithoutCgo(_ errors: [CompilerError]) -> (error: CompilerError?, help: String)? {
    guard let package = errors.first.flatMap({ self.package($0.package) }), !package.isStandard else { return nil }
    let gained = Set(package.filesGainedWithoutCgo(in: off.context).map(\.name))
    let usesC = !package.selectFiles(in: on.context).cgo.isEmpty
    guard let error = errors.first(where: { gained.contains($0.file) || (usesC && $0.file.hasSuffix(".s")) }) else {
      return nil
    }
    let file = locations.file(error.file, of: package).text
    return (
      error,
      gained.contains(error.file)
        ? "fix \(file), which Go compiles only without cgo, or remove the import of \(locations.name(of: package).text)"
        : "add //go:build cgo to \(file): it is written for the C compiler, but without cgo Go's own assembler reads it"
    )
  }
}

/// Returns at most three of the names, and how many more there are.
func enumeration(_ names: [String]) -> String {
  if names.count == 1 { return names[0] }
  if names.count > 3 { return "\(names.prefix(2).joined(separator: ", ")) and \(names.count - 2) more names" }
  return "\(names.dropLast().joined(separator: ", ")) and \(names[names.count - 1])"
}
