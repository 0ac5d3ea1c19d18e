import Bytes
import Config
import Diagnostics
import FileSystem
import Git
import GoGraph
import GoModule
import GoSource
import GoToolchain
import Linkage
import Rules

/// Turns loaded trees into verdicts and findings.
struct Judge {
  let options: CheckOptions
  let plan: Plan
  let after: LoadedTree
  let before: LoadedTree?
  /// The paths that differ between the snapshot and the base; all paths without a base.
  let changed: Set<ByteString>
  let isLimited: Bool
  /// Loads the other parents of a merge commit; called only if something is new.
  let otherParents: () throws(CheckError) -> [Baseline]
  let verdicts: VerdictCache
  let progress: (String?) -> Void

  /// A main on one target, with the results so far.
  struct Case {
    /// Makes the evidence again at each call, since the closures of a thousand mains would fill the memory.
    let remake: () -> MainAnalysis
    var evidence: MainAnalysis { remake() }
    let key: Baseline.Key
    let source: SourceVerdict
    /// The first package that only the compiler can decide; set only if the build depth is none.
    let undecided: ByteString?
    var result: MainResult
    var findings: [Finding]
  }

  func run(into report: inout Report) throws(CheckError) {
    var known = before.map { Baseline($0, plan, changed: changed) }
    var allMains: Set<MainName> = []
    var unmatched = Set(options.patterns)
    for group in after.groups {
      let locations = locations(group, known?.group(like: group))
      for target in plan.targets {
        let mains = (group.mains[target] ?? []).filter {
          plan.includes($0) && plan.judges($0, on: target)
        }
        allMains.formUnion(mains)
        unmatched = unmatched.filter { pattern in !mains.contains { patterns.matches(pattern, $0) } }
        let mine = mains.filter { patterns.match($0) && options.shard?.holds($0) ?? true }
        var cases = open(mine, target, group, locations, &known)
        if let failure = group.group.failure {
          // A module without a main has nothing to judge.
          let isRelevant =
            mains.contains(where: patterns.match)
            && (!isLimited || changed.contains(where: group.group.decides))
          fail(&cases, failure, isRelevant: isRelevant, &report)
        } else {
          try build(&cases, target, group, &known, &report)
        }
        if group.group.failure == nil {
          report.findings += notes(cases.map { ($0.key, $0.source.notes) }, target, group, locations, known)
            .compactMap(plan.weigh).filter { !after.allowances.allow($0) }
        }
        for item in cases {
          report.mains.append(item.result)
          for found in item.findings {
            guard var finding = plan.weigh(found) else { continue }
            if [.blocked, .broken].contains(item.result.verdict) { finding.tellOfUnbuilt() }
            if after.allowances.allow(finding) {
              report.allowed.insert(finding.fingerprint)
            } else {
              report.findings.append(finding)
            }
          }
          report.errors += item.source.errors
        }
      }
    }
    progress(nil)
    if !isLimited, options.patterns.isEmpty, plan.isWhole, report.errors.isEmpty, after.errors.isEmpty {
      report.unusedAllowances = unusedAllowances().compactMap(plan.weigh)
      // The other parts of the run may use these entries.
      if options.shard == nil { report.findings += report.unusedAllowances }
    }
    report.mainCount = allMains.count
    let present = Set(after.groups.flatMap { group in plan.targets.flatMap { group.mains[$0] ?? [] } })
    if after.errors.isEmpty { report.notes += plan.notes(on: present) }
    if isLimited, changed.contains(plan.config.file) {
      report.notes.append("\(plan.config.file.text) has changed; to apply it to every main, run: staticgo check --all")
    }
    if allMains.isEmpty, !present.isEmpty, options.patterns.isEmpty {
      throw CheckError(.usage, "\(plan.config.file.text) excludes every main package.")
    }
    if let pattern = options.patterns.first(where: unmatched.contains) {
      let isLeftOut = after.groups.contains { group in
        plan.targets.contains { (group.mains[$0] ?? []).contains { patterns.matches(pattern, $0) } }
      }
      throw CheckError(
        .usage,
        isLeftOut
          ? "\(plan.config.file.text) excludes every main package that matches \"\(pattern)\"."
          : "no main package matches \"\(pattern)\". To list packages, run: staticgo list")
    }
    // An unreadable module is an error only if the change could affect it.
    report.errors += after.errors.filter { error in
      guard isLimited, let file = error.file else { return true }
      return changed.contains { $0.isWithin(file.directory) }
    }
    let isWithoutModule = after.groups.isEmpty && report.errors.isEmpty
    if isWithoutModule,
      changed.contains(where: { $0.isGoFileName }) || (!isLimited && !after.source.snapshot.goDirectories.isEmpty)
    {
      report.errors.append(
        JudgementError(message: "the repository has Go files but no go.mod. Run: go mod init"))
    }
    report.sortMains()
    try askOtherParents(report.findings, &known)
    for index in report.findings.indices { report.findings[index].isNew = isNew(report.findings[index], known) }
    for index in report.unusedAllowances.indices {
      report.unusedAllowances[index].isNew = isNew(report.unusedAllowances[index], known)
    }
    report.parts = report.findings
    report.findings = Finding.merged(report.findings, onlyNewCount: report.isLimitedToNew)
    finish(&report, known)
  }

  private var patterns: Patterns { Patterns(options, root: after.source.snapshot.root) }

  /// Sets the verdict of every main in a group to unknown, since Go refuses to build anything in it.
  private func fail(_ cases: inout [Case], _ failure: JudgementError, isRelevant: Bool, _ report: inout Report) {
    for index in cases.indices {
      cases[index].result.verdict = .unknown
      cases[index].result.reason = failure.message
      cases[index].findings = []
    }
    if isRelevant || !cases.isEmpty { report.errors.append(failure) }
  }

  // MARK: One main

  /// Judges mains by their source. If only affected mains are requested, the others are omitted.
  private func open(
    _ mains: [MainName], _ target: Target, _ group: LoadedGroup, _ locations: LocationResolver, _ base: inout Baseline?
  ) -> [Case] {
    let context = group.contexts[target]!
    let concerned = mains.filter {
      !isLimited || base?.mayAffect(Baseline.Key(main: $0, target: target), in: group) ?? true
    }
    if concerned.isEmpty { return [] }
    // In batches, since the closures of a thousand mains would fill the memory.
    return concerned.chunked(Closure.batch).flatMap { batch in
      MainAnalysis.all(of: batch, in: group.graph, context, locations).compactMap { open($0, target, group, &base) }
    }
  }

  private func open(_ evidence: MainAnalysis, _ target: Target, _ group: LoadedGroup, _ base: inout Baseline?) -> Case?
  {
    let key = Baseline.Key(main: evidence.main, target: target)
    var because: [ByteString] = []
    var isAffected = true
    if base != nil {
      let changes = base?.changes(of: key, in: group, after, evidence)
      because = changes ?? ownFiles(of: evidence.main, group)
      isAffected = changes.map { !$0.isEmpty } ?? true
      if isLimited, !isAffected { return nil }
    }
    let source = evidence.judgeSource(group.differences)
    base?.judge(key, in: group, like: evidence, source)
    var result = MainResult(
      importPath: key.main.importPath, directory: key.main.directory, target: target.platform.description,
      tags: target.tags,
      verdict: source.verdict, reason: source.reason)
    result.because = because
    if base != nil { result.isAffected = isAffected }
    if options.explainsChanges, isAffected { result.becauseChain = evidence.shortestChain(toAnyOf: because) }
    // Done here, while the closures are in memory.
    let undecided = plan.build == .none ? group.differences.undecided(evidence, losing: source.losing) : nil
    let remake = { [graph = evidence.graph, locations = evidence.locations] in
      MainAnalysis(main: key.main, graph: graph, context: group.contexts[target]!, locations: locations)
    }
    return Case(
      remake: remake, key: key, source: source, undecided: undecided, result: result, findings: source.findings)
  }

  /// Returns the files, without tests, of a main that the base lacks.
  private func ownFiles(of main: MainName, _ group: LoadedGroup) -> [ByteString] {
    let files = group.graph.package(main.importPath)?.directory.files ?? []
    return files.filter { !$0.isTest }.map { main.directory.appending($0.name) }
  }

  private func locations(_ group: LoadedGroup, _ base: LoadedGroup?) -> LocationResolver {
    var known: LocationResolver.Base?
    if before != nil {
      let old = base?.group.scope.dependencies ?? [:]
      let changed = group.group.scope.dependencies.filter { old[$0.key]?.module != $0.value.module }
      known = LocationResolver.Base(changedModules: Set(changed.keys)) { importer, imported in
        guard let base else { return false }
        return base.graph.contexts.contains { base.graph.imports(importer, imported, in: $0) }
      }
    }
    return LocationResolver(
      goVersion: group.toolchain.version, directory: group.group.directory, requirements: group.requirements,
      base: known)
  }

  private func finish(_ report: inout Report, _ known: Baseline?) {
    for index in report.findings.indices { quote(&report.findings[index]) }
    for index in report.unusedAllowances.indices { quote(&report.unusedAllowances[index]) }
    // For each main on its own: a warning for one main may be an error for others.
    let newlyReached = newlyReached(report.parts, known)
    for index in report.mains.indices {
      let main = report.mains[index]
      guard let target = plan.targets(of: main.name, on: main.target).first else { continue }
      let key = Baseline.Key(main: report.mains[index].name, target: target)
      report.mains[index].hasNewFindings = newlyReached.contains(key)
    }
    var seen: Set<JudgementError> = []
    report.errors = report.errors.filter { seen.insert($0).inserted }
  }

  /// Adds the source line to a finding, and the line's hash if requested.
  private func quote(_ finding: inout Finding) {
    let content = finding.location.isInRepository ? after.source.snapshot.content(finding.location.file) : nil
    finding.location.excerpt = content.flatMap { excerpt(finding.location, $0) }
    if options.wantsLineHashes { finding.lineHash = content.flatMap { lineHash(of: finding.location.line, in: $0) } }
  }

  private func excerpt(_ location: Location, _ content: [UInt8]) -> ByteString? {
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard (1...max(1, lines.count)).contains(location.line), location.line <= lines.count else { return nil }
    let line = lines[location.line - 1]
    return ByteString(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}
