import Bytes
import Config
import Diagnostics
import GoBuild
import GoGraph
import GoSource
import GoToolchain
import Loader
import Modules
import Plan
import Rules
import Snapshots

/// Runs the stages over every group of modules and target: affected → source → build → allow → compare → report.
struct Judge {
  let options: CheckOptions
  let plan: Plan
  let after: JudgedTree
  let before: JudgedTree?
  /// The paths that differ between the snapshot and the base; without a base, all paths.
  let changed: Set<ByteString>
  /// Whether only affected mains are judged.
  let isLimited: Bool
  let build: BuildStage
  let compare: CompareStage
  let recipes: RecipeStage
  /// Looks for files to embed where no build does; nil where all mains are built.
  let embeds: EmbedCheck?
  /// Returns the other parents of a merge commit; called only if something is new.
  let otherParents: () throws(CheckError) -> [Baseline]
  let early: EarlyFindings
  /// Returns the errors about files that could not be read so far.
  let unreadable: () -> [JudgementError]

  private var affected: AffectedStage {
    AffectedStage(options: options, plan: plan, after: after, isLimited: isLimited, recipes: recipes, embeds: embeds)
  }
  private var allow: AllowStage { AllowStage(plan: plan, after: after) }
  private var finish: ReportStage { ReportStage(options: options, plan: plan, after: after) }
  private var notes: NoteMerge { NoteMerge(plan: plan, after: after) }

  func run(into report: inout Report) throws(CheckError) {
    var base = before.map { Baseline($0, plan, changed: changed, snapshot: after.tree) }
    let selection = MainSelection(options: options, plan: plan, tree: after.tree)
    var used = Allowances.Match()
    for group in after.tree.groups {
      for target in plan.targets {
        let cases = caseGroup(group, target, selection, &base)
        used.formUnion(try judge(cases, &base, &report))
      }
    }
    report.mainCount = selection.all.count
    report.errors += unreadable()
    if !isLimited, options.patterns.isEmpty, plan.isWhole, report.errors.isEmpty, after.tree.errors.isEmpty {
      report.unusedAllowances = allow.unused(used).compactMap(plan.weigh)
      // Other parts of the run may use them.
      if options.shard == nil { report.findings += report.unusedAllowances }
    }
    if after.tree.errors.isEmpty { report.notes += plan.notes(on: selection.present) }
    if isLimited, changed.contains(plan.config.file) {
      report.notes.append(
        "\(plan.config.file.text) has changed, and only the affected mains were checked; to apply it to every main, run: "
          + "staticgo check --all")
    }
    try selection.check()
    report.errors += moduleErrors(besides: report.errors)
    try markNew(&report, &base)
    finish.finish(&report, newlyReached: compare.newlyReached(report.findings, base))
  }

  /// The first two stages for a group of modules on a target.
  private func caseGroup(
    _ group: LoadedGroup, _ target: Target, _ selection: MainSelection, _ base: inout Baseline?
  ) -> CaseGroup {
    let locations = locations(group, base?.group(like: group))
    let mains = selection.mains(of: group, on: target)
    let cases = affected.cases(of: mains.filter(selection.isChosen), target, group, locations, &base)
    return CaseGroup(
      group: group, target: target, locations: locations,
      cases: cases.filter { plan.exemption(of: $0.key.main) == nil },
      exempt: cases.filter { plan.exemption(of: $0.key.main) != nil },
      hasRequestedMains: mains.contains(where: selection.patterns.match))
  }

  /// Builds and allows the cases of a group, and adds their results to the report; returns what allowed findings.
  private func judge(
    _ group: CaseGroup, _ base: inout Baseline?, _ report: inout Report
  ) throws(CheckError) -> Allowances.Match {
    var used = Allowances.Match()
    if plan.build != .none {
      let found = allow.allow(group.cases.flatMap(\.source.findings)).kept.filter { $0.severity > .note }
      early.add(found.filter { !report.isLimitedToNew || compare.isNew($0, base) })
    }
    var built = try build.resolve(group)
    if report.isLimitedToNew, var known = base {
      for (index, item) in group.cases.enumerated() {
        guard let package = built.resolutions[index].undecided, known.leavesOpen(item.key, package, item.analyze())
        else { continue }
        built.resolutions[index].acceptOpen(item.key.main)
      }
      base = known
    }
    report.triedCount += built.triedCount
    report.builtCount += built.builtCount
    report.rememberedCount += built.remembered.count
    try compareBuilds(group, built, &base)
    if let failure = group.group.group.failure {
      // A module without mains has nothing to judge.
      let isRelevant = group.hasRequestedMains && (!isLimited || changed.contains(where: group.group.group.decides))
      if isRelevant || !group.cases.isEmpty { report.errors.append(failure) }
    } else {
      let noted = allow.allow(notes.findings(group, base))
      report.findings += noted.kept
      used.formUnion(noted.used)
    }
    for resolution in built.resolutions {
      used.formUnion(allow.allow(resolution.refuted).used)
      if !options.asksAffected || resolution.undecided == nil { report.errors += resolution.errors }
      report.notes += resolution.notes
    }
    report.notes += group.cases.flatMap(\.notes)
    report.mains += group.exempt.map { finish.exemption($0, hasBase: before != nil) }
    for (item, resolution) in zip(group.cases, built.resolutions) {
      report.mains.append(
        finish.result(
          item, resolution, hasBase: before != nil, isRemembered: built.remembered.contains(item.key)))
      let isBuilt = ![.blocked, .broken].contains(resolution.verdict)
      let shipped = recipes.findings(item, resolution, &base)
      let result = allow.allow(
        (resolution.findings + shipped).map { finding in
          var finding = finding
          finding.allMainsBuild = isBuilt
          return finding
        })
      report.findings += result.kept
      report.allowed.formUnion(result.allowed.map(\.fingerprint))
      report.allowedFindings += result.allowed
      used.formUnion(result.used)
      report.errors += item.source.errors
    }
    return used
  }

  /// Builds the mains of the base whose findings only a build shows.
  private func compareBuilds(
    _ group: CaseGroup, _ built: BuildStage.Result, _ base: inout Baseline?
  ) throws(CheckError) {
    let failed = zip(group.cases, built.resolutions).filter { $1.hasBuildFindings }.map { $0.0.key }
    if !failed.isEmpty, var known = base {
      try compare.buildBase(failed, group.target, &known)
      base = known
    }
    let stubs = zip(group.cases, built.resolutions).filter { !$1.linkedStubs.isEmpty }.map { ($0.key, $1.linkedStubs) }
    if !stubs.isEmpty, var known = base {
      try compare.linkBase(stubs, group.target, &known)
      base = known
    }
  }

  /// Marks the findings that are new against the base and the other parents of a merge.
  private func markNew(_ report: inout Report, _ base: inout Baseline?) throws(CheckError) {
    if var known = base, report.findings.contains(where: { compare.isNew($0, known) }) {
      for parent in try otherParents() { try compare.add(parent, for: report.findings, to: &known) }
      base = known
    }
    for index in report.findings.indices { report.findings[index].isNew = compare.isNew(report.findings[index], base) }
    for index in report.unusedAllowances.indices {
      report.unusedAllowances[index].isNew = compare.isNew(report.unusedAllowances[index], base)
    }
  }

  /// Returns the errors about modules that cannot be loaded, as far as the change could affect them, and about Go files
  /// without a module.
  private func moduleErrors(besides others: [JudgementError]) -> [JudgementError] {
    var errors = after.tree.errors.filter { error in
      guard isLimited, let file = error.file else { return true }
      return changed.contains { $0.isWithin(file.directory) }
    }
    let isWithoutModule = after.tree.groups.isEmpty && errors.isEmpty && others.isEmpty
    let hasGoFiles =
      changed.contains(where: { $0.isGoFileName })
      || (!isLimited && !after.tree.source.snapshot.goDirectories.isEmpty)
    if isWithoutModule, hasGoFiles {
      errors.append(JudgementError(message: "the repository has Go files but no go.mod. Run: go mod init"))
    }
    return errors
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
}
