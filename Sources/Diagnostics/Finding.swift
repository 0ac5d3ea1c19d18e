package import Bytes

package enum Severity: String, Sendable, Comparable, CaseIterable {
  case note, warning, error

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }

  package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// A range of a file. Lines and columns start at 1; columns count UTF-8 bytes. The end is after the last byte.
package struct Location: Sendable, Hashable {
  /// The path relative to the root of the repository; outside it `module@version/path`.
  package var file: ByteString
  package var line: Int
  package var column: Int
  package var endLine: Int
  package var endColumn: Int
  package var isInRepository: Bool
  /// The text of `line`, where it is available.
  package var excerpt: ByteString?

  /// The start of a location, in the sort order of all reports.
  package struct Place: Sendable, Hashable, Comparable {
    package let file: ByteString
    package let line: Int
    package let column: Int

    package init(file: ByteString, line: Int, column: Int) {
      self.file = file
      self.line = line
      self.column = column
    }

    package static func < (left: Place, right: Place) -> Bool {
      (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
  }

  package var place: Place { Place(file: file, line: line, column: column) }

  /// Whether the file is first-party: in the repository and not vendored. Directives in vendored files are ignored.
  package var isOfTeam: Bool { isInRepository && !file.isVendored }

  package init(
    file: ByteString, line: Int, column: Int, endLine: Int? = nil, endColumn: Int? = nil, isInRepository: Bool
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.endLine = endLine ?? line
    self.endColumn = endColumn ?? column
    self.isInRepository = isInRepository
  }
}

extension ByteString {
  /// Whether a file of the repository is in a vendor directory.
  package var isVendored: Bool { directory.split(UInt8(ascii: "/")).contains("vendor") }
}

/// One step of a chain: a text and its location.
package struct Hop: Sendable, Hashable {
  /// The import path of the package that the file belongs to.
  package let package: ByteString
  package let location: Location
  /// The fact at this location, as in `imports net/http` or `import "C"`.
  package let text: String

  package init(package: ByteString, location: Location, text: String) {
    self.package = package
    self.location = location
    self.text = text
  }
}

/// A further location of a finding.
package struct RelatedLocation: Sendable, Hashable {
  package let location: Location
  package let message: String

  package init(location: Location, message: String) {
    self.location = location
    self.message = message
  }
}

/// The name of a main in findings.
package struct MainName: Sendable, Hashable, Comparable {
  package let importPath: ByteString
  /// The directory relative to the root of the repository; "" is the root itself.
  package let directory: ByteString

  package init(importPath: ByteString, directory: ByteString) {
    self.importPath = importPath
    self.directory = directory
  }

  /// The directory, or the last element of the import path where that is the root.
  package var text: String { directory.isEmpty ? importPath.baseName.text : directory.text }

  package static func < (left: MainName, right: MainName) -> Bool {
    (left.directory, left.importPath) < (right.directory, right.importPath)
  }
}

/// The team's reason to allow a finding, and the place of the directive or entry.
package struct Allowance: Sendable, Hashable {
  package let reason: String
  package let file: ByteString
  package let line: Int

  package init(reason: String, file: ByteString, line: Int) {
    self.reason = reason
    self.file = file
    self.line = line
  }

  package var text: String { "\(reason) — \(file.text):\(line)" }
}

/// One rule, broken by one culprit.
package struct Finding: Sendable, Hashable {
  package let rule: RuleID
  package var severity: Severity
  /// The import path of the package that causes the finding, or another cause such as GOFLAGS.
  package let culprit: ByteString
  package let predicate: Predicate
  /// The text under the code at the location.
  package var label: String
  package var location: Location
  package var chain: [Hop]
  package var related: [RelatedLocation] = []
  /// Whether the finding of one of the mains is elsewhere: an import of the culprit is lost, and not only its own code.
  package private(set) var hasSeveralCauses = false
  /// The mains that reach the culprit, sorted.
  package var mains: [MainName]
  package var targets: [String]
  package var isNew = true
  /// Whether every main builds without cgo, as far as this check knows.
  package var allMainsBuild = true
  /// Whether the culprit is the main itself, and only build constraints keep its files out of the build without cgo.
  package var isByConstraint = false
  /// The help lines, one sentence each.
  package var help: [String]
  /// The error text of the program when it fails; nil where the source does not show it.
  package var runtimeError: String?
  /// The highest severity for any main, where that is higher than `severity`: a new finding may be less severe than the
  /// known one.
  package var maxSeverity: Severity?
  /// The hash by which GitHub identifies the line of the location, where it was requested.
  package var lineHash: String?
  /// Set if the team allows the finding, so that it does not count.
  package var allowance: Allowance?
  /// The edits that solve the finding, where they are certain.
  package var fixes: [Fix] = []
  package var proof = Proof.source
  /// The calls from `main.main` to the function that proves the finding, as the linker spells them.
  package var calls: [String] = []

  /// The evidence that proves a finding.
  package enum Proof: String, Sendable {
    case source, compiler, linker, binary
  }

  package init(
    rule: RuleID, severity: Severity, culprit: ByteString, predicate: Predicate, label: String, location: Location,
    chain: [Hop], mains: [MainName], targets: [String], help: [String]
  ) {
    self.rule = rule
    self.severity = severity
    self.culprit = culprit
    self.predicate = predicate
    self.label = label
    self.location = location
    self.chain = chain
    self.mains = mains
    self.targets = targets
    self.help = help
  }

  package func proved(by proof: Proof) -> Finding {
    var finding = self
    finding.proof = proof
    return finding
  }

  /// The headline: one sentence without a full stop.
  package var message: String { predicate.headline(mains, allBuild: allMainsBuild) }

  /// The identity of the finding. It does not change when code moves.
  package var fingerprint: String { Self.identity(rule, culprit) }

  package static func identity(_ rule: RuleID, _ culprit: ByteString) -> String {
    "\(rule.rawValue):\(culprit.text)"
  }
}

extension Finding {
  /// The sort order of findings in all reports: path, line, column, rule, culprit.
  package static func inOrder(_ left: Finding, _ right: Finding) -> Bool {
    if left.location.place != right.location.place { return left.location.place < right.location.place }
    if left.rule != right.rule { return left.rule.rawValue < right.rule.rawValue }
    return left.culprit < right.culprit
  }

  /// Merges findings into one for each rule and culprit. It keeps the most severe one with the shortest chain, or the
  /// most severe new one where only new findings count, and joins mains and targets.
  package static func merged(_ findings: [Finding], onlyNewCount: Bool) -> [Finding] {
    var alike: [String: [Finding]] = [:]
    for finding in findings { alike[finding.fingerprint, default: []].append(finding) }
    return alike.values.map { joined($0, onlyNewCount) }.sorted(by: inOrder)
  }

  /// Merges allowed findings into one for each rule, culprit and reason.
  package static func mergedByAllowance(_ findings: [Finding]) -> [Finding] {
    Dictionary(grouping: findings, by: \.allowance).values.flatMap { merged($0, onlyNewCount: false) }.sorted {
      $0.fingerprint == $1.fingerprint ? $0.allowance?.text ?? "" < $1.allowance?.text ?? "" : inOrder($0, $1)
    }
  }

  /// Whether `one` is shown instead of `other`, a finding of the same rule and culprit: prefers new ones, then higher
  /// severity, then the shorter chain. The order is total, so that the order of the input does not matter.
  private static func isBetter(_ one: Finding, _ other: Finding, _ onlyNewCount: Bool) -> Bool {
    if onlyNewCount, one.isNew != other.isNew { return one.isNew }
    if one.severity != other.severity { return one.severity > other.severity }
    if one.isNew != other.isNew { return one.isNew }
    // The culprit's own code is true of all mains; an import of it may be lost for one alone.
    if one.endsInCulprit != other.endsInCulprit { return one.endsInCulprit }
    if one.chain.count != other.chain.count { return one.chain.count < other.chain.count }
    if let first = one.mains.first, let second = other.mains.first, first != second { return first < second }
    if one.location.place != other.location.place { return one.location.place < other.location.place }
    for (left, right) in zip(one.chain, other.chain) where left != right {
      if left.location.place != right.location.place { return left.location.place < right.location.place }
      return (left.package, left.text) < (right.package, right.text)
    }
    return (one.label, one.predicate.text) < (other.label, other.predicate.text)
  }

  private static func joined(_ findings: [Finding], _ onlyNewCount: Bool) -> Finding {
    guard findings.count > 1 else { return findings[0] }
    // A new finding is shown where it is new.
    var kept = findings[0]
    for finding in findings.dropFirst() {
      if isBetter(finding, kept, onlyNewCount) { kept = finding }
    }
    // The place may be in one of the mains: then the chain shows how another reaches it.
    if kept.chain.count < 2, kept.mains.first?.importPath == kept.chain.first?.package {
      kept.chain =
        findings.filter { $0.chain.count > 1 && $0.location == kept.location }
        .min { isBetter($0, $1, onlyNewCount) }?.chain ?? kept.chain
    }
    kept.isNew = findings.contains(where: \.isNew)
    kept.allMainsBuild = findings.allSatisfy(\.allMainsBuild)
    kept.hasSeveralCauses = findings.contains { $0.hasSeveralCauses || $0.endsInCulprit != kept.endsInCulprit }
    if kept.hasSeveralCauses {
      kept.help = findings.reduce(into: kept.help) { help, other in help += other.help.filter { !help.contains($0) } }
    }
    let maxSeverity = findings.map { $0.maxSeverity ?? $0.severity }.max()
    kept.maxSeverity = maxSeverity.flatMap { $0 > kept.severity ? $0 : nil }
    kept.mains = Set(findings.flatMap(\.mains)).sorted()
    kept.targets = Set(findings.flatMap(\.targets)).sorted()
    var seen: Set<RelatedLocation> = []
    let shown = Set([kept.location] + kept.chain.map(\.location))
    // A main may have another error than the one that is shown.
    let others = findings.filter {
      $0.label != kept.label && ($0.predicate != kept.predicate || kept.proof == .compiler)
    }
    .map { RelatedLocation(location: $0.location, message: $0.label) }
    let elsewhere = kept.isInMain ? findings.compactMap { $0.entry(besides: kept) } : []
    kept.related = (findings.flatMap(\.related) + others + elsewhere)
      .filter { !shown.contains($0.location) && seen.insert($0).inserted }
      .sorted { ($0.location.place, $0.message) < ($1.location.place, $1.message) }
    return kept
  }

  private var endsInCulprit: Bool { chain.last.map { $0.package == culprit } ?? true }

  /// Whether the place is in a main, which no other main can import.
  private var isInMain: Bool { mains.contains { $0.directory == location.file.directory } }

  /// The first step of the chain, where it begins in another main than that of `kept`.
  private func entry(besides kept: Finding) -> RelatedLocation? {
    guard let first = chain.first, first.location.file.directory != kept.location.file.directory,
      kept.chain.first?.package != first.package
    else { return nil }
    let reason = predicate == kept.predicate ? " too" : ": \(predicate.text)"
    return RelatedLocation(location: first.location, message: first.text + reason)
  }
}
