package import Bytes

/// What can be said of a main on a target, weakest first.
package enum Verdict: String, Sendable, Comparable, CaseIterable {
  case notApplicable = "not-applicable"
  case isStatic = "static"
  case staticWithoutCgo = "static-without-cgo"
  case degraded
  case dynamic
  case broken
  case blocked
  case unknown

  package static func < (left: Verdict, right: Verdict) -> Bool {
    let order = Verdict.allCases
    return order.firstIndex(of: left)! < order.firstIndex(of: right)!
  }
}

/// How far a verdict was proved: from the source alone, by the compiler, or by the binary.
package enum BuildDepth: String, Sendable, CaseIterable {
  case none, auto, compile, link
}

/// The least severity that makes the exit code 1.
package enum FailOn: String, Sendable, CaseIterable {
  case error, warning, never

  /// Nil where nothing does.
  package var severity: Severity? { Severity(rawValue: rawValue) }
}

/// How a binary that was built for a main is linked.
package struct BinarySummary: Sendable, Hashable {
  package let type: String
  package let interpreter: ByteString?
  package let needed: [ByteString]

  package init(type: String, interpreter: ByteString?, needed: [ByteString]) {
    self.type = type
    self.interpreter = interpreter
    self.needed = needed
  }
}

/// One main on one target, judged.
package struct MainResult: Sendable, Hashable {
  package let importPath: ByteString
  /// Relative to the root of the repository; "" is the root itself.
  package let directory: ByteString
  package let target: String
  package let tags: [String]
  package var name: MainName { MainName(importPath: importPath, directory: directory) }
  package var isAffected = true
  /// The inputs that differ from the base's, as far as this main is concerned.
  package var because: [ByteString] = []
  /// The shortest chain of imports to one of them, where it was asked for.
  package var becauseChain: [Hop] = []
  package var verdict: Verdict
  /// Whether an error or warning reaches it that did not in the base.
  package var hasNewFindings = false
  /// In a few words: what the verdict rests on.
  package var reason: String
  /// What was done to reach the verdict.
  package var build: BuildDepth = .none
  package var binary: BinarySummary?
  /// Whether an earlier run has built the same, so that this one has not.
  package var isRemembered = false

  package init(
    importPath: ByteString, directory: ByteString, target: String, tags: [String], verdict: Verdict, reason: String
  ) {
    self.importPath = importPath
    self.directory = directory
    self.target = target
    self.tags = tags
    self.verdict = verdict
    self.reason = reason
  }
}

/// A tree that was judged or compared with.
package struct TreeName: Sendable, Hashable {
  package enum Kind: String, Sendable { case index, worktree, commit }
  package let kind: Kind
  /// 40 hexadecimal digits, of a commit.
  package let commit: String?

  package init(kind: Kind, commit: String? = nil) {
    self.kind = kind
    self.commit = commit
  }
}

/// Something that could not be judged: what, and what to do.
package struct JudgementError: Sendable, Hashable {
  package let message: String
  package let file: ByteString?

  package init(message: String, file: ByteString? = nil) {
    self.message = message
    self.file = file
  }
}

/// One of several runs that share the mains of a repository between them.
package struct Part: Sendable, Hashable {
  /// From 1 to `count`.
  package let index: Int
  package let count: Int
  /// What was asked for, the same for all parts of one run.
  package let run: String

  package init(index: Int, count: Int, run: String) {
    self.index = index
    self.count = count
    self.run = run
  }
}

/// All that a check has come to; what reports are made of.
package struct Report: Sendable {
  package var snapshot: TreeName
  package var base: TreeName?
  package var toolchainVersion: String
  package var toolchainRoot: String
  /// Those that were judged, in the order of targets and directories.
  package var mains: [MainResult] = []
  /// How many mains the repository has, on any of the targets.
  package var mainCount = 0
  package var findings: [Finding] = []
  /// The findings of each main on its own, of which `findings` are made.
  package var parts: [Finding] = []
  /// Which part of the mains was judged, where other runs judge the others.
  package var part: Part?
  /// The targets that were asked for, in that order.
  package var targets: [String] = []
  package var errors: [JudgementError] = []
  /// Things to know that are no findings, for standard error.
  package var notes: [String] = []
  /// Whether only affected mains were judged.
  package var isLimitedToAffected = false
  /// Whether only new findings count.
  package var isLimitedToNew = false
  /// The number of mains that were given to the toolchain, and of those that it has built.
  package var triedCount = 0
  /// The fingerprints of findings that are allowed for some main.
  package var allowed: Set<String> = []
  /// The findings about what allows nothing here, which are none of the report's where this is one part of several.
  package var unusedAllowances: [Finding] = []
  package var builtCount = 0
  /// The number of mains whose build an earlier run has done.
  package var rememberedCount = 0
  /// What the configuration says; nil where it says nothing.
  package var failOn: FailOn?
  package var elapsedNanoseconds: UInt64 = 0

  package init(snapshot: TreeName, base: TreeName?, toolchainVersion: String, toolchainRoot: String) {
    self.snapshot = snapshot
    self.base = base
    self.toolchainVersion = toolchainVersion
    self.toolchainRoot = toolchainRoot
  }

  /// One report of several parts of a run, or of runs for several targets; nil without any.
  package static func merged(_ reports: [Report]) -> Report? {
    guard var merged = reports.first else { return nil }
    for report in reports.dropFirst() {
      merged.mains += report.mains
      merged.parts += report.parts
      merged.targets += report.targets.filter { !merged.targets.contains($0) }
      merged.errors += report.errors
      merged.notes += report.notes.filter { !merged.notes.contains($0) }
      merged.mainCount = max(merged.mainCount, report.mainCount)
      merged.isLimitedToAffected = merged.isLimitedToAffected && report.isLimitedToAffected
      merged.isLimitedToNew = merged.isLimitedToNew && report.isLimitedToNew
      merged.triedCount += report.triedCount
      merged.allowed.formUnion(report.allowed)
      merged.builtCount += report.builtCount
      merged.rememberedCount += report.rememberedCount
    }
    merged.errors += missingParts(reports)
    // What allows nothing in one of them may in another, and in what nobody has judged.
    merged.unusedAllowances = merged.errors.isEmpty ? unusedInAll(reports) : []
    merged.parts = merged.parts.filter { $0.rule != .unusedAllow } + merged.unusedAllowances
    merged.part = nil
    merged.mainCount = max(merged.mainCount, merged.judgedCount)
    merged.sortMains()
    let states = reports.flatMap { $0.findings + $0.unusedAllowances }
    let shown = Dictionary(states.map { ($0.location.place, $0) }) { first, _ in first }
    merged.findings = Finding.merged(merged.parts, onlyNewCount: merged.isLimitedToNew).map { part in
      var finding = part
      let alike = shown[finding.location.place]
      finding.location.excerpt = alike?.location.excerpt ?? finding.location.excerpt
      finding.lineHash = alike?.lineHash ?? finding.lineHash
      return finding
    }
    var seen: Set<JudgementError> = []
    merged.errors = merged.errors.filter { seen.insert($0).inserted }
    return merged
  }

  /// The findings about what allows nothing in any of some runs.
  private static func unusedInAll(_ reports: [Report]) -> [Finding] {
    let others = reports.dropFirst().map { report in
      Dictionary(report.unusedAllowances.map { ($0.location.place, $0) }) { first, _ in first }
    }
    return (reports.first?.unusedAllowances ?? []).compactMap { finding in
      let alike = others.compactMap { $0[finding.location.place] }
      return alike.count == others.count ? finding : nil
    }
  }

  /// What is not there of runs that are parts of one: mains that nobody has judged.
  private static func missingParts(_ reports: [Report]) -> [JudgementError] {
    Dictionary(grouping: reports.compactMap(\.part), by: \.run).sorted { $0.key < $1.key }.compactMap { run, parts in
      let count = parts.map(\.count).max() ?? 0
      let missing = Set(1...max(1, count)).subtracting(parts.filter { $0.count == count }.map(\.index)).sorted()
      if missing.isEmpty { return nil }
      let list = missing.prefix(10).map { "\($0)/\(count)" }.joined(separator: ", ")
      return JudgementError(
        message: "the report of \(list)\(missing.count > 10 ? " …" : "") is missing (\(run)): its mains were not judged"
      )
    }
  }

  /// Puts the mains in the order of targets and directories; a main that two parts have judged stands once.
  package mutating func sortMains() {
    let order = targetOrder
    var seen: Set<[String]> = []
    mains = mains.sorted { left, right in
      let (one, other) = (order(left.target), order(right.target))
      return one != other ? one < other : left.name < right.name
    }.filter { seen.insert([$0.target, $0.importPath.text, $0.directory.text] + $0.tags).inserted }
  }

  /// The place of a target among those that were asked for; behind them where it is none.
  package var targetOrder: (String) -> Int {
    let places = Dictionary(targets.enumerated().map { ($1, $0) }) { first, _ in first }
    return { places[$0] ?? places.count }
  }

  /// How many findings are allowed everywhere they were found.
  package var suppressedCount: Int { allowed.subtracting(findings.map(\.fingerprint)).count }

  /// How many mains were judged, each once however many targets there are.
  package var judgedCount: Int { Set(mains.map(\.name)).count }

  /// The findings that decide the exit code and that people are shown.
  package var countedFindings: [Finding] { isLimitedToNew ? findings.filter(\.isNew) : findings }
}
