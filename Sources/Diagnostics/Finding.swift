package import Bytes

/// The name of a rule, the same in configuration, suppression, reports and `explain`.
package enum RuleID: String, Sendable, CaseIterable {
  case cgoImport = "cgo-import"
  case cgoDependency = "cgo-dependency"
  case dynamicImport = "dynamic-import"
  case cgoStub = "cgo-stub"
  case cgoLostRegistration = "cgo-lost-registration"
  case cgoFallback = "cgo-fallback"
  case stdCgo = "std-cgo"
  case cSource = "c-source"
  case buildFailed = "build-failed"
  case goError = "go-error"
  case binaryInterpreter = "binary-interpreter"
  case binaryNeeded = "binary-needed"
  case binaryRelocation = "binary-relocation"
  case unexplainedLinkage = "unexplained-linkage"
  case unusedAllow = "unused-allow"

  /// Whether what the rule finds may well be as a team wants it.
  package var isMeantToBeAllowed: Bool {
    switch self {
    case .cgoImport, .cgoDependency, .dynamicImport, .cgoStub, .cgoLostRegistration, .cSource: true
    default: false
    }
  }

  /// Whether findings of the rule can come of a build alone.
  package var comesFromBuilds: Bool {
    switch self {
    case .buildFailed, .goError, .binaryInterpreter, .binaryNeeded, .binaryRelocation, .unexplainedLinkage: true
    case .cgoImport, .cgoDependency, .dynamicImport, .cgoStub, .cgoLostRegistration, .cgoFallback, .stdCgo, .cSource,
      .unusedAllow:
      false
    }
  }
}

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

/// A stretch of a file. Lines and columns are from 1, columns in UTF-8 bytes; the end is behind the last byte.
package struct Location: Sendable, Hashable {
  /// Relative to the root of the repository; outside it `module@version/path`.
  package var file: ByteString
  package var line: Int
  package var column: Int
  package var endLine: Int
  package var endColumn: Int
  package var isInRepository: Bool
  /// The text of `line`, where it is at hand.
  package var excerpt: ByteString?

  /// Where it begins, in the order of all reports.
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

  /// Whether the team wrote it: what lies in a vendor directory is others', and what they allow holds for nothing.
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
  /// Whether a file of the repository lies in a vendor directory.
  package var isVendored: Bool { directory.split(UInt8(ascii: "/")).contains("vendor") }
}

/// One step of the proof: what stands where.
package struct Hop: Sendable, Hashable {
  /// The import path of the package that the file belongs to.
  package let package: ByteString
  package let location: Location
  /// As in `imports net/http` or `import "C"`.
  package let text: String

  package init(package: ByteString, location: Location, text: String) {
    self.package = package
    self.location = location
    self.text = text
  }
}

/// A further place that a finding is about.
package struct RelatedLocation: Sendable, Hashable {
  package let location: Location
  package let message: String

  package init(location: Location, message: String) {
    self.location = location
    self.message = message
  }
}

/// A main as findings name it.
package struct MainName: Sendable, Hashable, Comparable {
  package let importPath: ByteString
  /// Relative to the root of the repository; "" is the root itself.
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

/// One rule broken by one culprit.
package struct Finding: Sendable, Hashable {
  package let rule: RuleID
  package var severity: Severity
  /// The import path of the package at fault, or what else is to blame.
  package let culprit: ByteString
  /// What is wrong, as the end of a sentence whose subject is the mains; it begins with "can" or "cannot", which suits
  /// one and many. A whole sentence where there are none.
  package private(set) var predicate: String
  /// What to say at the place itself.
  package var label: String
  package var location: Location
  package var chain: [Hop]
  package var related: [RelatedLocation] = []
  /// The mains that reach the culprit, sorted.
  package var mains: [MainName]
  package var targets: [String]
  package var isNew = true
  /// What to do about it, a sentence each.
  package var help: [String]
  /// What the program will say when it fails, where the source has it.
  package var says: String?
  /// The gravest that it is for any main, where that is more than `severity`: what is new may be less grave than what is
  /// not.
  package var gravest: Severity?
  /// The hash by which GitHub knows the line of the location, where it was asked for.
  package var lineHash: String?

  package init(
    rule: RuleID, severity: Severity, culprit: ByteString, predicate: String, label: String, location: Location,
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

  /// One sentence without a full stop: what is wrong.
  package var message: String {
    if mains.isEmpty { return predicate }
    return "\(mains.count == 1 ? mains[0].text : "\(mains.count) mains") \(predicate)"
  }

  /// What a program that can be built lacks then.
  package static let buildable = "can be built without cgo, but "

  /// The same of mains that other findings say cannot be built.
  package mutating func tellOfUnbuilt() {
    guard predicate.hasPrefix(Self.buildable) else { return }
    predicate = "cannot work in full without cgo: " + predicate.dropFirst(Self.buildable.count)
  }

  /// What makes two findings the same one, however the code around it has moved.
  package var fingerprint: String { Self.identity(rule, culprit) }

  /// Whether it says something that takes nothing from the mains.
  package var isOfNote: Bool { rule == .stdCgo || rule == .cgoFallback }

  package static func identity(_ rule: RuleID, _ culprit: ByteString) -> String {
    "\(rule.rawValue):\(culprit.text)"
  }
}

extension Finding {
  /// Findings in the order of all reports: by path, line, column, rule; then by culprit.
  package static func inOrder(_ left: Finding, _ right: Finding) -> Bool {
    if left.location.place != right.location.place { return left.location.place < right.location.place }
    if left.rule != right.rule { return left.rule.rawValue < right.rule.rawValue }
    return left.culprit < right.culprit
  }

  /// One finding for each rule and culprit: the gravest with the shortest chain stays, of the new ones where only those
  /// count; mains and targets are joined.
  package static func merged(_ findings: [Finding], onlyNewCount: Bool) -> [Finding] {
    var alike: [String: [Finding]] = [:]
    for finding in findings { alike[finding.fingerprint, default: []].append(finding) }
    return alike.values.map { joined($0, onlyNewCount) }.sorted(by: inOrder)
  }

  /// Whether one of two like findings is to be shown rather than the other: the new one, the graver, the shortest chain; in the
  /// end an order in which no two are equal, so that it does not matter which came first.
  private static func isBetter(_ one: Finding, _ other: Finding, _ onlyNewCount: Bool) -> Bool {
    if onlyNewCount, one.isNew != other.isNew { return one.isNew }
    if one.severity != other.severity { return one.severity > other.severity }
    if one.isNew != other.isNew { return one.isNew }
    if one.chain.count != other.chain.count { return one.chain.count < other.chain.count }
    if let first = one.mains.first, let second = other.mains.first, first != second { return first < second }
    if one.location.place != other.location.place { return one.location.place < other.location.place }
    for (left, right) in zip(one.chain, other.chain) where left != right {
      if left.location.place != right.location.place { return left.location.place < right.location.place }
      return (left.package, left.text) < (right.package, right.text)
    }
    return (one.label, one.predicate) < (other.label, other.predicate)
  }

  private static func joined(_ findings: [Finding], _ onlyNewCount: Bool) -> Finding {
    guard findings.count > 1 else { return findings[0] }
    // What is new is shown where it is new.
    var kept = findings[0]
    for finding in findings.dropFirst() {
      if isBetter(finding, kept, onlyNewCount) { kept = finding }
    }
    kept.isNew = findings.contains(where: \.isNew)
    let gravest = findings.map { $0.gravest ?? $0.severity }.max()
    kept.gravest = gravest.flatMap { $0 > kept.severity ? $0 : nil }
    kept.mains = Set(findings.flatMap(\.mains)).sorted()
    kept.targets = Set(findings.flatMap(\.targets)).sorted()
    var seen: Set<RelatedLocation> = []
    let shown = Set([kept.location] + kept.chain.map(\.location))
    kept.related = findings.flatMap(\.related).filter { !shown.contains($0.location) && seen.insert($0).inserted }
      .sorted { ($0.location.place, $0.message) < ($1.location.place, $1.message) }
    return kept
  }
}
