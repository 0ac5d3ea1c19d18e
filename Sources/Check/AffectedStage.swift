import Bytes
import Diagnostics
import GoBuild
import GoGraph
import Loader
import Modules
import Plan
import Rules

/// The first two stages, batch by batch: which mains the change affects, and their verdicts by source.
///
/// Both look at the closures of a main, which are computed together for a batch of mains and then dropped.
struct AffectedStage {
  let options: CheckOptions
  let plan: Plan
  let after: JudgedTree
  /// Whether only affected mains are judged.
  let isLimited: Bool
  let recipes: RecipeStage
  let embeds: EmbedCheck?

  /// Returns the cases of one group on one target, and records in `base` what the base has for each of them.
  func cases(
    of mains: [MainName], _ target: Target, _ group: LoadedGroup, _ locations: LocationResolver,
    _ base: inout Baseline?
  ) -> [Case] {
    let context = group.contexts[target]!
    let concerned = mains.filter {
      !isLimited || base?.mayAffect(MainOnTarget(main: $0, target: target), in: group) ?? true
        || !recipes.changes(of: $0).isEmpty
    }
    if concerned.isEmpty { return [] }
    return concerned.chunked(Closure.batch).flatMap { batch in
      MainAnalysis.all(of: batch, in: group.graph, context, locations).compactMap { analysis -> Case? in
        let key = MainOnTarget(main: analysis.main, target: target)
        let change = change(of: key, group, analysis, &base)
        if isLimited, !change.isAffected { return nil }
        let opened = judgeSource(key, change, group, analysis)
        base?.judge(key, in: group, like: analysis, opened.source)
        return opened
      }
    }
  }

  private func change(
    of key: MainOnTarget, _ group: LoadedGroup, _ analysis: MainAnalysis, _ base: inout Baseline?
  ) -> Case.Change {
    var change = Case.Change()
    guard base != nil else { return change }
    let paths = base?.changes(of: key, in: group, after.tree, analysis).map { $0 + recipes.changes(of: key.main) }
    change.because = paths ?? ownFiles(of: analysis.main, group)
    change.isAffected = paths.map { !$0.isEmpty } ?? true
    if options.explainsChanges, change.isAffected { change.chain = analysis.shortestChain(toAnyOf: change.because) }
    return change
  }

  /// Returns the files, without tests, of a main that the base lacks.
  private func ownFiles(of main: MainName, _ group: LoadedGroup) -> [ByteString] {
    let files = group.graph.package(main.importPath)?.directory.files ?? []
    return files.filter { !$0.isTest }.map { main.directory.appending($0.name) }
  }

  // MARK: The source stage

  private func judgeSource(
    _ key: MainOnTarget, _ change: Case.Change, _ group: LoadedGroup, _ analysis: MainAnalysis
  ) -> Case {
    let differences = after.differences(of: group)
    let source = analysis.judgeSource(differences, forbidding: after.forbidden)
    // Found here, while the closures are in memory.
    let undecided = plan.build == .none ? differences.undecided(analysis, losing: source.losing) : nil
    let analyze = { [graph = analysis.graph, locations = analysis.locations] in
      MainAnalysis(main: key.main, graph: graph, context: group.contexts[key.target]!, locations: locations)
    }
    let missing = embeds?.result(of: analysis) ?? EmbedCheck.Result()
    // The compiler says it too.
    let isBuilt = missing.isCertain && plan.build == .auto
    return Case(
      key: key, analyze: analyze, change: change, source: source, undecided: undecided,
      notes: isBuilt ? [] : missing.notes, lacksFiles: missing.isCertain)
  }
}
