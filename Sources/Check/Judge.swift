import Bytes
import Diagnostics
import GoGraph
import GoModule
import GoSource
import GoToolchain
import Linkage
import Rules

/// Turns loaded trees into verdicts and findings.
struct Judge {
  let options: CheckOptions
  let after: LoadedTree
  let before: LoadedTree?
  let isLimited: Bool

  /// A main on one target, with what was found out about it so far.
  private struct Case {
    let evidence: Evidence
    let target: Target
    let inputs: Inputs
    let source: SourceVerdict
    var result: MainResult
    var findings: [Finding]
  }

  func run(into report: inout Report, workTree: Snapshot, progress: @escaping (String?) -> Void) throws(CheckError) {
    let known = baseline()
    var allMains: Set<MainName> = []
    var matched = options.patterns.isEmpty
    for group in after.groups {
      for target in options.targets {
        let mains = group.mains[target] ?? []
        allMains.formUnion(mains)
        let chosen = mains.filter(isChosen)
        matched = matched || !chosen.isEmpty
        if group.group.failure != nil { continue }
        var cases = chosen.map { open($0, target, group, known) }
        if isLimited { cases.removeAll { !$0.result.isAffected } }
        try build(&cases, target, group, workTree, progress, &report)
        for item in cases {
          report.mains.append(item.result)
          report.findings += item.findings
          report.errors += item.source.errors
        }
      }
    }
    progress(nil)
    report.mainCount = allMains.count
    guard matched || allMains.isEmpty else {
      throw CheckError(
        .usage, "no main package matches \(options.patterns.joined(separator: " ")). staticgo list shows what is here.")
    }
    if !options.patterns.isEmpty && allMains.isEmpty && report.errors.isEmpty {
      throw CheckError(.usage, "there is no main package in this repository.")
    }
    finish(&report, known)
  }

  // MARK: The base

  /// What the base says: its mains' inputs and the findings of its source.
  private struct Baseline {
    struct Key: Hashable {
      let main: ByteString
      let target: Target
    }
    var inputs: [Key: Inputs] = [:]
    /// Which (main, target) each finding reaches there.
    var reached: [String: Set<Key>] = [:]
    var groups: [ByteString: LoadedGroup] = [:]
  }

  private func baseline() -> Baseline? {
    guard let before else { return nil }
    var baseline = Baseline()
    for group in before.groups {
      for module in group.group.modules { baseline.groups[module.file.module] = group }
      let places = places(group, nil)
      for target in options.targets {
        for main in group.mains[target] ?? [] where isChosen(main) {
          let evidence = Evidence(main: main, graph: group.graph, context: group.contexts[target]!, places: places)
          let key = Baseline.Key(main: main.importPath, target: target)
          baseline.inputs[key] = inputs(evidence, group, before.source.snapshot)
          for finding in evidence.judgeSource(declarations: { _, _ in [] }).findings {
            baseline.reached[finding.fingerprint, default: []].insert(key)
          }
        }
      }
    }
    return baseline
  }

  private func inputs(_ evidence: Evidence, _ group: LoadedGroup, _ snapshot: Snapshot) -> Inputs {
    Inputs(of: [(evidence.on, evidence.off)], graph: group.graph, group: group.group, snapshot: snapshot)
  }

  private func places(_ group: LoadedGroup, _ base: LoadedGroup?) -> Places {
    var known: Places.Base?
    if before != nil {
      let old = base?.group.scope.dependencies ?? [:]
      let changed = group.group.scope.dependencies.filter { old[$0.key]?.module != $0.value.module }
      known = Places.Base(changedModules: Set(changed.keys)) { importer, imported in
        guard let base, let package = base.graph.packages[importer] else { return false }
        return base.graph.contexts.contains { context in
          base.graph.imports(of: package, in: context).contains { $0.path == imported }
        }
      }
    }
    return Places(goVersion: group.toolchain.version, requirements: group.requirements, base: known)
  }

  // MARK: One main

  private func open(_ main: MainName, _ target: Target, _ group: LoadedGroup, _ base: Baseline?) -> Case {
    let baseGroup = group.group.modules.lazy.compactMap { base?.groups[$0.file.module] }.first
    let evidence = Evidence(
      main: main, graph: group.graph, context: group.contexts[target]!, places: places(group, baseGroup))
    let source = evidence.judgeSource(declarations: declarations(group))
    let inputs = inputs(evidence, group, after.source.snapshot)
    var result = MainResult(
      importPath: main.importPath, directory: main.directory, target: target.platform.description, tags: target.tags,
      verdict: source.verdict, reason: source.reason)
    if let base {
      let old = base.inputs[Baseline.Key(main: main.importPath, target: target)]
      result.because =
        old.map(inputs.differences) ?? inputs.contents.keys.filter { $0.directory == main.directory }.sorted()
      result.isAffected = old == nil || !result.because.isEmpty
    }
    return Case(
      evidence: evidence, target: target, inputs: inputs, source: source, result: result, findings: source.findings)
  }

  private func declarations(_ group: LoadedGroup) -> (Package, SourceFile) -> [Declaration] {
    { package, file in
      after.source.content(of: package.directory.name, file.name).map(scanDeclarations) ?? []
    }
  }

  private func isChosen(_ main: MainName) -> Bool {
    Patterns(options, root: after.source.snapshot.root).match(main)
  }

  // MARK: The build

  private func build(
    _ cases: inout [Case], _ target: Target, _ group: LoadedGroup, _ workTree: Snapshot,
    _ progress: @escaping (String?) -> Void,
    _ report: inout Report
  ) throws(CheckError) {
    var chosen: [Int] = []
    for (index, item) in cases.enumerated() {
      guard ![.unknown, .blocked, .broken].contains(item.source.verdict) else { continue }
      switch options.build {
      case .none where !item.source.undecided.isEmpty: leaveUndecided(&cases[index], &report)
      case .none: break
      case .auto: if !item.source.differing.isEmpty { chosen.append(index) }
      case .compile, .link: chosen.append(index)
      }
    }
    guard !chosen.isEmpty else { return }
    let mains = chosen.map { cases[$0].evidence }
    let linking = options.build == .link
    let built: [ByteString: BuiltMain]
    if isInPlace(chosen.map { cases[$0].inputs }, workTree) {
      built = try Building(
        group: group, target: target, root: after.source.snapshot.root, isInPlace: true, limit: options.buildLimit,
        progress: progress
      ).run(mains, linking: linking)
    } else {
      progress("laying out the files to build")
      let side = try SideDirectory.make(of: after.source.snapshot)
      built = try Building(
        group: group, target: target, root: side.root, isInPlace: false, limit: options.buildLimit, progress: progress
      ).run(mains, linking: linking)
    }
    for index in chosen {
      guard let result = built[cases[index].evidence.main.importPath] else { continue }
      report.triedCount += 1
      let isBuilt = result.errors.isEmpty && result.complaints.isEmpty && !result.isTimedOut
      if isBuilt { report.builtCount += 1 }
      conclude(&cases[index], result, group, linking: linking, &report)
    }
  }

  private func leaveUndecided(_ item: inout Case, _ report: inout Report) {
    let package = item.evidence.name(of: item.source.undecided[0]).text
    item.result.verdict = .unknown
    item.result.reason = "\(package) is not the same without cgo"
    report.errors.append(
      JudgementError(
        message:
          "\(item.evidence.main.text): \(package) loses names without cgo, and the source alone cannot say whether "
          + "anything misses them; let the compiler say it, with --build auto"))
  }

  /// Whether the work tree holds what the snapshot does, as far as these mains can tell.
  private func isInPlace(_ inputs: [Inputs], _ workTree: Snapshot) -> Bool {
    let snapshot = after.source.snapshot
    guard snapshot.name.kind != .worktree else { return true }
    let directories = inputs.reduce(into: Set<ByteString>()) { $0.formUnion($1.directories) }
    let embedding = inputs.reduce(into: Set<ByteString>()) { $0.formUnion($1.embedding) }
    func matters(_ path: ByteString) -> Bool {
      if isModuleFile(path) { return true }
      if SourceKind(name: path.baseName) != nil && directories.contains(path.directory) { return true }
      return embedding.contains { path.isWithin($0) }
    }
    for (path, file) in snapshot.files
    where workTree.files[path]?.id != file.id || workTree.files[path]?.kind != file.kind {
      if matters(path) { return false }
    }
    return !workTree.files.keys.contains { snapshot.files[$0] == nil && matters($0) }
  }

  /// Draws the verdict from what the toolchain has said.
  private func conclude(
    _ item: inout Case, _ built: BuiltMain, _ group: LoadedGroup, linking: Bool, _ report: inout Report
  ) {
    item.result.build = linking ? .link : .compile
    if built.isTimedOut {
      item.result.build = .none
      report.notes.append("\(item.evidence.main.text): the build was stopped; this verdict is the source's alone")
      return
    }
    let findings = item.evidence.compilerFindings(built.errors, declarations: declarations(group))
    if !findings.isEmpty {
      item.findings += findings
      let isBlocked = findings.contains { $0.rule == .buildFailed }
      item.result.verdict = isBlocked ? .blocked : .broken
      item.result.reason = findings.map { item.evidence.name(of: $0.culprit).text }.joined(separator: ", ")
      return
    }
    if let complaint = built.complaints.first {
      item.result.reason = complaint
      if built.complaints.contains(where: isAboutModules) {
        item.result.verdict = .unknown
        report.errors.append(
          JudgementError(
            message: "\(item.evidence.main.text): go cannot build it: \(built.complaints.joined(separator: "\n"))"))
      } else {
        item.result.verdict = .broken
        item.findings.append(item.evidence.goCommandError(built.complaints))
      }
      return
    }
    guard let binary = built.binary else { return }
    item.result.binary = BinarySummary(type: binary.type, interpreter: binary.interpreter, needed: binary.needed)
    guard item.evidence.platform.hasStaticBinaries else { return }
    if case .notStatic = binary.standing.answer {
      // A finding that says why goes before one that says that.
      if item.result.verdict != .dynamic {
        let flags = group.toolchain.flags
        let origin = flags.origin == .environment ? "GOFLAGS" : "GOFLAGS, set by go env -w"
        item.findings += item.evidence.binaryFindings(
          binary, flag: flags.linkFlag.map { LinkFlag(flag: $0, origin: origin) })
        item.result.reason =
          binary.needed.isEmpty ? "needs a loader" : binary.needed.map(\.text).joined(separator: ", ")
      }
      item.result.verdict = .dynamic
    }
  }

  /// Whether the go command complains about modules that it cannot have rather than about the code.
  private func isAboutModules(_ complaint: String) -> Bool {
    [
      "go.mod", "go.sum", "go.work", "vendor", "GOPROXY", "GOFLAGS", "toolchain", "module ", "verifying", "dial tcp",
      "no space left",
    ]
    .contains { ByteString(complaint).firstIndex(of: ByteString($0)) != nil }
  }

  // MARK: The end

  private func finish(_ report: inout Report, _ known: Baseline?) {
    report.findings = Finding.merged(report.findings)
    for index in report.findings.indices {
      var finding = report.findings[index]
      finding.isNew = isNew(finding, known)
      finding.location.excerpt = excerpt(finding.location)
      report.findings[index] = finding
    }
    for index in report.mains.indices {
      report.mains[index].hasNewFindings = hasNewFindings(report.mains[index], report, known)
    }
    var seen: Set<JudgementError> = []
    report.errors = report.errors.filter { seen.insert($0).inserted }
  }

  private func isNew(_ finding: Finding, _ known: Baseline?) -> Bool {
    guard let known, let reached = known.reached[finding.fingerprint] else { return true }
    return options.targets.contains { target in
      guard finding.targets.contains(target.platform.description) else { return false }
      return finding.mains.contains { !reached.contains(Baseline.Key(main: $0.importPath, target: target)) }
    }
  }

  /// Whether a finding that stops a commit reaches this main, and did not in the base.
  private func hasNewFindings(_ main: MainResult, _ report: Report, _ known: Baseline?) -> Bool {
    let name = MainName(importPath: main.importPath, directory: main.directory)
    return report.findings.contains { finding in
      guard finding.severity > .note, finding.mains.contains(name), finding.targets.contains(main.target) else {
        return false
      }
      let before = known?.reached[finding.fingerprint] ?? []
      return !before.contains { $0.main == main.importPath && $0.target.platform.description == main.target }
    }
  }

  private func excerpt(_ location: Location) -> ByteString? {
    guard location.isInRepository, let content = after.source.snapshot.content(location.file) else { return nil }
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard (1...max(1, lines.count)).contains(location.line), location.line <= lines.count else { return nil }
    let line = lines[location.line - 1]
    return ByteString(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
  }
}
