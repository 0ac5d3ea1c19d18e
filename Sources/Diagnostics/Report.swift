package import Bytes

/// The verdict of a main on a target, weakest first.
package enum Verdict: String, Sendable, Comparable, CaseIterable {
  /// The main is meant to use cgo, so it is not judged.
  case exempt
  case notApplicable = "not-applicable"
  case isStatic = "static"
  case staticWithoutCgo = "static-without-cgo"
  case degraded
  case dynamic
  case broken
  case blocked
  case unknown

  /// The meaning, in a sentence for people.
  package var meaning: String {
    switch self {
    case .exempt:
      "The main is meant to use cgo: [[main]] has linkage = \"dynamic\" with a reason. It is listed and not judged."
    case .notApplicable: "The platform has no static binaries, so only the imports are judged, not the linkage."
    case .isStatic: "The binary is static with any value of CGO_ENABLED: no package that it links uses cgo."
    case .staticWithoutCgo:
      "The binary is static with CGO_ENABLED=0, and works: each package that uses cgo has a pure Go version. A default "
        + "build on a machine with a C compiler is dynamic."
    case .degraded:
      "The main builds and is static with CGO_ENABLED=0, but a package becomes a stub or is not registered."
    case .dynamic: "The main builds with CGO_ENABLED=0, but the binary needs a loader or a shared library."
    case .broken: "The main builds neither with cgo nor without."
    case .blocked: "The main does not build with CGO_ENABLED=0, because of cgo."
    case .unknown: "The main could not be judged. The reason is in the report."
    }
  }

  package static func < (left: Verdict, right: Verdict) -> Bool {
    let order = Verdict.allCases
    return order.firstIndex(of: left)! < order.firstIndex(of: right)!
  }
}

/// The proof of a verdict: the source alone, the compiler, or the binary.
package enum BuildDepth: String, Sendable, CaseIterable {
  case none, auto, compile, link
}

/// The lowest severity that makes the exit code 1.
package enum FailOn: String, Sendable, CaseIterable {
  case error, warning, never

  /// The severity; nil for `never`.
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
  /// The directory relative to the root of the repository; "" is the root itself.
  package let directory: ByteString
  package let target: String
  package let tags: [String]
  package var name: MainName { MainName(importPath: importPath, directory: directory) }
  package var isAffected = true
  /// The inputs of this main that differ from the base.
  package var because: [ByteString] = []
  /// The shortest chain of imports to one of these inputs, where it was requested.
  package var becauseChain: [Hop] = []
  package var verdict: Verdict
  /// Whether an error or warning reaches this main that did not reach it in the base.
  package var hasNewFindings = false
  /// The reason for the verdict, in a few words.
  package var reason: String
  /// The build depth that gave the verdict.
  package var build: BuildDepth = .none
  package var binary: BinarySummary?
  /// The words of `staticgo needs` for what the linked program may use at run time; nil where nobody asked.
  package var needs: [String]?
  /// Whether the result comes from an earlier run that built the same inputs.
  package var isRemembered = false
  /// Whether the verdict is unknown for the same reason as in the base, which the change does not touch. Where only new
  /// findings count, it does not count either.
  package var isOpenInBase = false

  package var isUnjudged: Bool { verdict == .unknown && !isOpenInBase }

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

/// The name of the snapshot or the base.
package struct TreeName: Sendable, Hashable {
  package enum Kind: String, Sendable { case index, worktree, commit }
  package let kind: Kind
  /// The 40 hexadecimal digits of a commit; nil for other kinds.
  package let commit: String?

  package init(kind: Kind, commit: String? = nil) {
    self.kind = kind
    self.commit = commit
  }
}

/// An error that prevents a verdict: the reason and the remedy.
package struct JudgementError: Sendable, Hashable {
  package let message: String
  package let file: ByteString?
  /// The remedy, where many imports have the same; nil for an error of its own.
  package let remedy: String?

  package init(message: String, file: ByteString? = nil, remedy: String? = nil) {
    self.message = message
    self.file = file
    self.remedy = remedy
  }

  /// Returns the errors without duplicates, and of those with the same remedy only the first, with the number of others.
  package static func merged(_ errors: [JudgementError]) -> [JudgementError] {
    var seen: Set<JudgementError> = []
    let distinct = errors.filter { seen.insert($0).inserted }
    var counts: [String: Int] = [:]
    for error in distinct { if let remedy = error.remedy { counts[remedy, default: 0] += 1 } }
    var told: Set<String> = []
    return distinct.compactMap { error in
      guard let remedy = error.remedy, let others = counts[remedy].map({ $0 - 1 }), others > 0 else { return error }
      guard told.insert(remedy).inserted else { return nil }
      let text = others == 1 ? "1 more import has" : "\(others) more imports have"
      return JudgementError(message: "\(error.message) (\(text) the same error)", file: error.file)
    }
  }
}

/// One of several runs that share the mains of a repository (--shard).
package struct Part: Sendable, Hashable {
  /// From 1 to `count`.
  package let index: Int
  package let count: Int
  /// The targets and patterns of the run, the same for all its parts.
  package let run: String

  package init(index: Int, count: Int, run: String) {
    self.index = index
    self.count = count
    self.run = run
  }
}

/// The result of a check, from which all report formats are made.
package struct Report: Sendable {
  package var snapshot: TreeName
  package var base: TreeName?
  package var toolchainVersion: String
  package var toolchainRoot: String
  /// The mains that were judged, in the order of targets and directories.
  package var mains: [MainResult] = []
  /// Whether the check ended at once, because no build can use a file that differs. No main was looked for.
  package var changesNoInput = false
  /// The number of mains in the repository, on any of the targets.
  package var mainCount = 0
  package var findings: [Finding] = []
  /// The findings of each single main, from which `findings` are merged.
  package var parts: [Finding] = []
  /// The part of the mains that this run judged; nil where it is not a part of several.
  package var part: Part?
  /// The requested targets, in that order.
  package var targets: [String] = []
  package var errors: [JudgementError] = []
  /// Messages for standard error that are not findings.
  package var notes: [String] = []
  /// The site that hosts the files; nil where it is not known.
  package var source: SourceAddress?
  /// Whether only affected mains were judged.
  package var isLimitedToAffected = false
  /// Whether only new findings count.
  package var isLimitedToNew = false
  /// The number of mains that the toolchain tried to build.
  package var triedCount = 0
  /// The fingerprints of findings that are allowed for at least one main.
  package var allowed: Set<String> = []
  /// The findings that are allowed for at least one main, each with the mains for which it is.
  package var allowedFindings: [Finding] = []
  /// The `unused-allow` findings. They are not in `findings` where this report is one part of several.
  package var unusedAllowances: [Finding] = []
  /// The number of mains that the toolchain has built.
  package var builtCount = 0
  /// The number of mains that an earlier run has built.
  package var rememberedCount = 0
  /// The fail-on value of the configuration; nil without one.
  package var failOn: FailOn?
  package var elapsedNanoseconds: UInt64 = 0

  package init(snapshot: TreeName, base: TreeName?, toolchainVersion: String, toolchainRoot: String) {
    self.snapshot = snapshot
    self.base = base
    self.toolchainVersion = toolchainVersion
    self.toolchainRoot = toolchainRoot
  }

  /// Merges the parts of a run, or runs for several targets, into one report; nil without any report.
  package static func merged(_ reports: [Report]) -> Report? {
    guard var merged = reports.first else { return nil }
    var targets = Set(merged.targets)
    var notes = Set(merged.notes)
    for report in reports.dropFirst() {
      merged.mains += report.mains
      merged.parts += report.parts
      merged.targets += report.targets.filter { targets.insert($0).inserted }
      merged.errors += report.errors
      merged.notes += report.notes.filter { notes.insert($0).inserted }
      merged.mainCount = max(merged.mainCount, report.mainCount)
      merged.isLimitedToAffected = merged.isLimitedToAffected && report.isLimitedToAffected
      merged.isLimitedToNew = merged.isLimitedToNew && report.isLimitedToNew
      merged.triedCount += report.triedCount
      merged.allowed.formUnion(report.allowed)
      merged.allowedFindings += report.allowedFindings
      merged.builtCount += report.builtCount
      merged.rememberedCount += report.rememberedCount
    }
    merged.allowedFindings = Finding.mergedByAllowance(merged.allowedFindings)
    merged.errors += missingParts(reports)
    // A directive that is unused in one part may be used in another, or in a part that was not judged.
    merged.unusedAllowances = merged.errors.isEmpty ? unusedInAll(reports) : []
    merged.parts = merged.parts.filter { $0.rule != .unusedAllow } + merged.unusedAllowances
    merged.part = nil
    merged.mainCount = max(merged.mainCount, merged.judgedCount + merged.exemptCount)
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

  /// The `unused-allow` findings that all reports have.
  private static func unusedInAll(_ reports: [Report]) -> [Finding] {
    let others = reports.dropFirst().map { report in
      Dictionary(report.unusedAllowances.map { ($0.location.place, $0) }) { first, _ in first }
    }
    return (reports.first?.unusedAllowances ?? []).compactMap { finding in
      let alike = others.compactMap { $0[finding.location.place] }
      return alike.count == others.count ? finding : nil
    }
  }

  /// The errors about missing parts of a run, whose mains were not judged.
  private static func missingParts(_ reports: [Report]) -> [JudgementError] {
    Dictionary(grouping: reports.compactMap(\.part), by: \.run).sorted { $0.key < $1.key }.compactMap { run, parts in
      let count = parts.map(\.count).max() ?? 0
      let missing = Set(1...max(1, count)).subtracting(parts.filter { $0.count == count }.map(\.index)).sorted()
      if missing.isEmpty { return nil }
      let list = missing.prefix(10).map { "\($0)/\(count)" }.joined(separator: ", ")
      return JudgementError(
        message: missing.count == 1
          ? "the report of part \(list) is missing (\(run)), so the mains of that part were not judged. Name its JSON file on the "
            + "command line too."
          : "the reports of parts \(list)\(missing.count > 10 ? " …" : "") are missing (\(run)), so the mains of those "
            + "parts were not judged. Name their JSON files on the command line too."
      )
    }
  }

  /// Sorts the mains by target and directory, and removes duplicates of mains that two parts have judged.
  package mutating func sortMains() {
    let order = targetOrder
    var seen: Set<[String]> = []
    mains = mains.sorted { left, right in
      let (one, other) = (order(left.target), order(right.target))
      return one != other ? one < other : left.name < right.name
    }.filter { seen.insert([$0.target, $0.importPath.text, $0.directory.text] + $0.tags).inserted }
  }

  /// Returns the position of a target among the requested ones; any other target comes after them.
  package var targetOrder: (String) -> Int {
    let places = Dictionary(targets.enumerated().map { ($1, $0) }) { first, _ in first }
    return { places[$0] ?? places.count }
  }

  /// The reasons why findings of a main are allowed, each once.
  package func allowances(of main: MainResult) -> [String] {
    var seen: Set<String> = []
    return allowedFindings.filter {
      $0.severity > .note && $0.mains.contains(main.name) && $0.targets.contains(main.target)
    }.compactMap(\.allowance?.text).filter { seen.insert($0).inserted }
  }

  /// The reason for a main's verdict, and why findings of it are allowed.
  package func remark(on main: MainResult) -> String {
    let allowances = allowances(of: main)
    guard let first = allowances.first else { return main.reason }
    let more = allowances.count > 1 ? ", and \(allowances.count - 1) more" : ""
    return main.reason + (main.reason.isEmpty ? "" : " ") + "(allowed: \(first)\(more))"
  }

  /// The number of findings that are allowed in every main that has them.
  package var suppressedCount: Int { allowed.subtracting(findings.map(\.fingerprint)).count }

  /// The number of mains that were judged, each counted once for all targets.
  package var judgedCount: Int { Set(mains.filter { $0.verdict != .exempt }.map(\.name)).count }
  /// The number of mains that are meant to use cgo.
  package var exemptCount: Int { Set(mains.filter { $0.verdict == .exempt }.map(\.name)).count }

  /// The findings that decide the exit code and that the text report shows.
  package var countedFindings: [Finding] { isLimitedToNew ? findings.filter(\.isNew) : findings }
}
