import Bytes
import Config
import Diagnostics
import GoGraph
import GoToolchain
import Linkage
import Rules

/// Builds mains and derives their verdicts from the results.
extension Judge {
  func build(
    _ cases: inout [Case], _ target: Target, _ group: LoadedGroup, _ known: inout Baseline?, _ report: inout Report
  ) throws(CheckError) {
    var chosen: [Int] = []
    let flag = linkFlag(group, target)
    for (index, item) in cases.enumerated() {
      guard ![.unknown, .blocked, .broken].contains(item.source.verdict) else { continue }
      if let flag, case .noProgram = flag.effect {
        cases[index].findings.append(item.evidence.flagFinding(flag))
        cases[index].result.verdict = .blocked
        cases[index].result.reason = flag.flag
        continue
      }
      switch plan.build {
      case .none: leaveUndecided(&cases[index], group, &report)
      case .auto: if item.source.differs { chosen.append(index) }
      case .compile, .link: chosen.append(index)
      }
      // A flag that makes every binary need a loader decides the verdict without a binary.
      if let flag, plan.build != .link, target.platform.hasStaticBinaries, item.source.verdict < .degraded {
        cases[index].findings.append(item.evidence.flagFinding(flag))
        cases[index].result.verdict = .dynamic
        cases[index].result.reason = flag.flag
      }
    }
    guard !chosen.isEmpty else { return }
    let built = try build(chosen.map { cases[$0].evidence }, target, group, in: after)
    var failed: [Int] = []
    for index in chosen {
      guard let result = built[cases[index].key.main.importPath] else { continue }
      if result.isRemembered { report.rememberedCount += 1 } else { report.triedCount += 1 }
      if result.isBuilt, !result.isRemembered { report.builtCount += 1 }
      cases[index].result.isRemembered = result.isRemembered
      let count = cases[index].findings.count
      conclude(&cases[index], result, flag, group, &report)
      if cases[index].findings.count > count { failed.append(index) }
    }
    // Build the base only if the snapshot fails: a failure that the base has too is known.
    if !failed.isEmpty, var baseline = known {
      try buildBase(failed.map { cases[$0].key }, target, &baseline)
      known = baseline
    }
  }

  /// Builds the mains that no earlier run has built from the same inputs; the other results come from the cache.
  private func build(
    _ mains: [MainAnalysis], _ target: Target, _ group: LoadedGroup, in tree: LoadedTree
  ) throws(CheckError) -> [ByteString: BuiltMain] {
    let linking = plan.build == .link
    let keys = mains.map { verdicts.key(of: $0, target, group, in: tree, linking: linking) }
    var results: [ByteString: BuiltMain] = [:]
    for (main, key) in zip(mains, keys) { results[main.main.importPath] = key.flatMap(verdicts.verdict) }
    let unknown = mains.filter { results[$0.main.importPath] == nil }
    guard !unknown.isEmpty else { return results }
    results.merge(try make(unknown, target, group, in: tree, linking: linking)) { $1 }
    for (main, key) in zip(mains, keys) {
      guard let key, let built = results[main.main.importPath], !built.isRemembered else { continue }
      verdicts.remember(built, key)
    }
    return results
  }

  /// Builds mains from a tree's own files: in the work tree if that holds them, otherwise in a side directory.
  private func make(
    _ mains: [MainAnalysis], _ target: Target, _ group: LoadedGroup, in tree: LoadedTree, linking: Bool
  ) throws(CheckError) -> [ByteString: BuiltMain] {
    let snapshot = tree.source.snapshot
    var building = Building(
      group: group, target: target, root: snapshot.root, isInPlace: true, limit: options.buildLimit, progress: progress)
    if try InPlace(tree, group).holds(mains) { return try building.run(mains, linking: linking) }
    progress("copying the files to build")
    let side = try SideDirectory.make(
      of: snapshot, ignored: try RepositoryReader.open().ignoredPaths(), embedding: embeddingDirectories(of: mains),
      outside: group.group.outsideDirectories)
    building.root = side.root
    building.isInPlace = false
    return try building.run(mains, linking: linking)
  }

  func buildBase(_ keys: [Baseline.Key], _ target: Target, _ baseline: inout Baseline) throws(CheckError) {
    let before = baseline.tree
    for group in before.groups where group.group.failure == nil {
      let mains = keys.filter { (group.mains[target] ?? []).contains($0.main) }
        .compactMap { baseline.evidence(of: $0) }
      guard !mains.isEmpty else { continue }
      let built = try build(mains, target, group, in: before)
      for evidence in mains {
        guard let result = built[evidence.main.importPath] else { continue }
        var findings = evidence.compilerFindings(result.errors, group.differences.inspector)
        if !result.complaints.isEmpty, result.complaints.allSatisfy(isAboutCode) {
          findings.append(evidence.goCommandError(result.complaints))
        }
        if let binary = result.binary {
          let isDynamic = !evidence.dynamicImports().isEmpty
          findings += evidence.linkage(binary, flag: linkFlag(group, target), isDynamic: isDynamic)
        }
        baseline.note(findings, Baseline.Key(main: evidence.main, target: target))
      }
    }
  }

  private func linkFlag(_ group: LoadedGroup, _ target: Target) -> LinkFlag? {
    // Arguments of `go build` come after GOFLAGS.
    let flags = group.toolchain.flags
    let all = flags.kept + target.flags
    guard let (index, mode) = linkMode(of: all) else { return nil }
    let origin =
      index >= flags.kept.count
      ? plan.config.file.text : flags.origin == .environment ? "GOFLAGS" : "GOFLAGS, set by go env -w"
    return LinkFlag(all[index], origin: origin, mode, on: target.platform, by: group.toolchain.release)
  }

  /// Sets the verdict to unknown if the source cannot decide and the compiler did not run.
  private func leaveUndecided(_ item: inout Case, _ group: LoadedGroup, _ report: inout Report) {
    if !item.source.differs { return }
    let answer =
      plan.build == .none
      ? item.undecided : group.differences.undecided(item.evidence, losing: item.source.losing)
    guard let undecided = answer else { return }
    let evidence = item.evidence
    let package = evidence.name(of: undecided).text
    item.result.verdict = .unknown
    item.result.reason = "\(package) loses names without cgo"
    report.errors.append(
      JudgementError(
        message:
          "\(evidence.main.text) may not compile without cgo: \(package) loses names; the source cannot tell, "
          + "run with --build auto"))
  }

  /// Derives the verdict from the toolchain's result.
  private func conclude(
    _ item: inout Case, _ built: BuiltMain, _ flag: LinkFlag?, _ group: LoadedGroup, _ report: inout Report
  ) {
    let evidence = item.evidence
    let name = evidence.main.text
    item.result.build = plan.build == .link ? .link : .compile
    if built.isTimedOut {
      item.result.build = .none
      report.notes.append("\(name): the build was stopped; the verdict is from the source only")
      leaveUndecided(&item, group, &report)
      return
    }
    let findings = evidence.compilerFindings(built.errors, group.differences.inspector)
    if !findings.isEmpty {
      item.findings += findings
      item.result.verdict = findings.contains { $0.rule != .goError } ? .blocked : .broken
      item.result.reason = findings.map { evidence.name(of: $0.culprit).text }.joined(separator: ", ")
      return
    }
    if let complaint = built.complaints.first {
      item.result.reason = complaint.split(separator: "\n").joined(separator: " ")
      if built.complaints.allSatisfy(isAboutCode) {
        item.result.verdict = .broken
        item.findings.append(evidence.goCommandError(built.complaints))
      } else {
        item.result.verdict = .unknown
        let text = built.complaints.joined(separator: "\n")
        report.errors.append(JudgementError(message: "\(name): go cannot build it: \(text)"))
      }
      return
    }
    guard let binary = built.binary else { return }
    item.result.binary = BinarySummary(type: binary.type, interpreter: binary.interpreter, needed: binary.needed)
    guard evidence.platform.hasStaticBinaries else { return }
    // A finding that explains why the binary is dynamic takes precedence over one that only reports it.
    let isDynamic = item.result.verdict == .dynamic
    item.findings += evidence.linkage(binary, flag: flag, isDynamic: isDynamic)
    guard case .notStatic = binary.assessment.answer else { return }
    if !isDynamic {
      item.result.reason = binary.needed.isEmpty ? "needs a loader" : binary.needed.map(\.text).joined(separator: ", ")
    }
    item.result.verdict = .dynamic
  }

  /// Whether the go command reports an error in the code. Any other message (modules, caches, the network, its own
  /// flags) means that nothing could be judged.
  private func isAboutCode(_ complaint: String) -> Bool {
    [
      "import cycle not allowed", "use of internal package", "is a program, not an importable package",
      "use of cgo in test",
      "build constraints exclude all Go files", "no matching files found", "cannot embed", "found packages",
      "is not in std", "invalid #cgo", "malformed #cgo",
      "malformed import path", "source files not allowed", "use of vendored package", "function main is undeclared",
      "relocation target", "case-insensitive", "no Go files in", "no non-test Go files", "undefined reference",
    ].contains { ByteString(complaint).firstIndex(of: ByteString($0)) != nil }
  }
}
