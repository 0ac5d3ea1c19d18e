import Bytes
import Diagnostics

/// A main in JSON.
struct JSONMain: Codable {
  struct Binary: Codable {
    var type: String
    var interpreter: String?
    var needed: [String]

    init(_ binary: BinarySummary) {
      type = binary.type
      interpreter = binary.interpreter?.text
      needed = binary.needed.map(\.text)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(type, forKey: .type)
      // null means that the binary has no interpreter; a missing key would leave that open.
      try container.encode(interpreter, forKey: .interpreter)
      try container.encode(needed, forKey: .needed)
    }
  }

  /// A need; the function is linked for certain, and may never be called.
  struct Need: Codable {
    var need: String
    var certain: Bool
  }
  var importPath: String
  var dir: String
  var target: String
  var tags: [String]
  var affected: Bool
  var because: [String]
  var becauseChain: [JSONHop]
  var verdict: String
  var reason: String
  /// Whether an error or warning affects this main that does not affect it in the base.
  var new: Bool
  var build: String
  var remembered: Bool
  var binary: Binary?
  /// The needs of the linked program at run time; nil (not written) where nobody asked the linker.
  var needs: [Need]?
  /// Whether the base is unknown too, which then does not count; nil (not written) otherwise.
  var unknownInBase: Bool?

  init(_ main: MainResult) {
    importPath = main.importPath.text
    dir = main.directory.isEmpty ? "." : main.directory.text
    target = main.target
    tags = main.tags
    affected = main.isAffected
    because = main.because.map(\.text)
    becauseChain = main.becauseChain.map(JSONHop.init)
    verdict = main.verdict.rawValue
    reason = main.reason
    new = main.hasNewFindings
    build = main.build.rawValue
    remembered = main.isRemembered
    binary = main.binary.map(Binary.init)
    needs = main.needs?.map { Need(need: $0, certain: true) }
    unknownInBase = main.isOpenInBase ? true : nil
  }

  var result: MainResult? {
    guard let verdict = Verdict(rawValue: verdict), let build = BuildDepth(rawValue: build) else { return nil }
    var result = MainResult(
      importPath: ByteString(importPath), directory: directoryName(dir), target: target, tags: tags, verdict: verdict,
      reason: reason)
    result.isAffected = affected
    result.because = because.map { ByteString($0) }
    result.becauseChain = becauseChain.map(\.hop)
    result.hasNewFindings = new
    result.build = build
    result.isRemembered = remembered
    result.needs = needs?.map(\.need)
    result.isOpenInBase = unknownInBase ?? false
    result.binary = binary.map {
      BinarySummary(
        type: $0.type, interpreter: $0.interpreter.map { ByteString($0) }, needed: $0.needed.map { ByteString($0) })
    }
    return result
  }
}

/// Returns the directory of a main; JSON has the root of the repository as a dot.
private func directoryName(_ text: String) -> ByteString { text == "." ? "" : ByteString(text) }

/// A hop of an import chain in JSON.
struct JSONHop: Codable {
  var package: String
  var file: String
  var line: Int
  var column: Int
  var endLine: Int
  var endColumn: Int
  var text: String
  /// Whether the file is in a module outside the repository; nil (not written) if it is in the repository.
  var outside: Bool?

  init(_ hop: Hop) {
    package = hop.package.text
    file = hop.location.file.text
    (line, column) = (hop.location.line, hop.location.column)
    (endLine, endColumn) = (hop.location.endLine, hop.location.endColumn)
    text = hop.text
    outside = hop.location.isInRepository ? nil : true
  }

  var hop: Hop {
    let location = Location(
      file: ByteString(file), line: line, column: column, endLine: endLine, endColumn: endColumn,
      isInRepository: outside != true)
    return Hop(package: ByteString(package), location: location, text: text)
  }
}

/// A finding in JSON.
struct JSONFinding: Codable {
  /// The team's reason to allow a finding, and the place of the directive or entry.
  struct Allowed: Codable {
    var reason: String
    var file: String
    var line: Int
  }
  struct Related: Codable {
    var file: String
    var line: Int
    var column: Int
    var endLine: Int
    var endColumn: Int
    var message: String

    init(_ related: RelatedLocation) {
      file = related.location.file.text
      (line, column) = (related.location.line, related.location.column)
      (endLine, endColumn) = (related.location.endLine, related.location.endColumn)
      message = related.message
    }

    var location: RelatedLocation {
      RelatedLocation(
        location: Location(
          file: ByteString(file), line: line, column: column, endLine: endLine, endColumn: endColumn,
          isInRepository: true), message: message)
    }
  }

  /// An edit that replaces one line.
  struct Fixed: Codable {
    var file: String
    var line: Int
    var original: String
    var replacement: String

    init(_ fix: Fix) {
      (file, line) = (fix.file.text, fix.line)
      (original, replacement) = (fix.original.text, fix.replacement.text)
    }

    var fix: Fix {
      Fix(
        file: ByteString(file), line: line, original: ByteString(original), replacement: ByteString(replacement))
    }
  }

  var rule: String
  var severity: String
  var message: String
  var culprit: String
  var predicate: String
  /// Whether `predicate` is about a feature that is missing without cgo; nil (not written) for other headlines.
  var losesFeature: Bool?
  /// False where a main does not build without cgo; nil (not written) otherwise.
  var allMainsBuild: Bool?
  var label: String
  var file: String
  var line: Int
  var column: Int
  var endLine: Int
  var endColumn: Int
  /// The text of the line.
  var excerpt: String?
  var mains: [String]
  /// The directories of the mains, in the same order.
  var dirs: [String]
  var targets: [String]
  var new: Bool
  var fingerprint: String
  var chain: [JSONHop]
  var related: [Related]
  var help: String
  /// The error message of the program when it fails at run time.
  var says: String?
  /// The severity for another main if that is higher; otherwise nil (not written).
  var gravest: String?
  /// The hash by which GitHub identifies the line.
  var lineHash: String?
  /// The same finding for each main; written in the part of a sharded run, and where one finding cannot express them.
  var parts: [JSONFinding]?
  /// Nil (not written) for a finding that counts.
  var allowed: Allowed?
  /// The edits that solve the finding; nil (not written) without any.
  var fixes: [Fixed]?
  /// The evidence: source, compiler, linker or binary.
  var proof: String
  /// The calls from `main.main` to the function that proves the finding; nil (not written) without any.
  var calls: [String]?

  init(_ finding: Finding) {
    rule = finding.rule.rawValue
    severity = finding.severity.rawValue
    message = finding.message
    culprit = finding.culprit.text
    predicate = finding.predicate.text
    if case .losesFeature = finding.predicate { losesFeature = true }
    if !finding.allMainsBuild { allMainsBuild = false }
    label = finding.label
    file = finding.location.file.text
    (line, column) = (finding.location.line, finding.location.column)
    (endLine, endColumn) = (finding.location.endLine, finding.location.endColumn)
    excerpt = finding.location.excerpt?.text
    mains = finding.mains.map(\.importPath.text)
    dirs = finding.mains.map { $0.directory.isEmpty ? "." : $0.directory.text }
    targets = finding.targets
    new = finding.isNew
    fingerprint = finding.fingerprint
    chain = finding.chain.map(JSONHop.init)
    related = finding.related.map(Related.init)
    help = finding.help.joined(separator: "\n")
    says = finding.runtimeError
    lineHash = finding.lineHash
    gravest = finding.maxSeverity?.rawValue
    allowed = finding.allowance.map { Allowed(reason: $0.reason, file: $0.file.text, line: $0.line) }
    proof = finding.proof.rawValue
    fixes = finding.fixes.isEmpty ? nil : finding.fixes.map(Fixed.init)
    calls = finding.calls.isEmpty ? nil : finding.calls
  }

  var finding: Finding? {
    let rule = RuleID(rule)
    guard rule.isName, let proof = Finding.Proof(rawValue: proof), let severity = Severity(rawValue: severity),
      mains.count == dirs.count,
      ([line, column, endLine, endColumn] + chain.flatMap { [$0.line, $0.column, $0.endLine, $0.endColumn] }
        + related.flatMap { [$0.line, $0.column, $0.endLine, $0.endColumn] }).allSatisfy({
          (1...JSONDocument.greatestNumber).contains($0)
        })
    else { return nil }
    var location = Location(
      file: ByteString(file), line: line, column: column, endLine: endLine, endColumn: endColumn, isInRepository: true)
    location.excerpt = excerpt.map { ByteString($0) }
    var finding = Finding(
      rule: rule, severity: severity, culprit: ByteString(culprit),
      predicate: losesFeature == true ? .losesFeature(predicate) : .states(predicate), label: label,
      location: location, chain: chain.map(\.hop),
      mains: zip(mains, dirs).map { MainName(importPath: ByteString($0), directory: directoryName($1)) },
      targets: targets,
      help: help.isEmpty ? [] : help.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    finding.related = related.map(\.location)
    finding.isNew = new
    finding.allMainsBuild = allMainsBuild ?? true
    finding.runtimeError = says
    finding.lineHash = lineHash
    finding.allowance = allowed.map { Allowance(reason: $0.reason, file: ByteString($0.file), line: $0.line) }
    finding.maxSeverity = gravest.flatMap(Severity.init)
    (finding.proof, finding.calls) = (proof, calls ?? [])
    finding.fixes = fixes?.map(\.fix) ?? []
    return finding
  }
}
