import Builds
import Bytes
import Config
import Diagnostics
import GoBuild
import GoToolchain
import Loader
import Modules
import Plan
import Rules

/// The third stage: builds the mains whose source does not decide, and resolves every verdict.
struct BuildStage {
  let plan: Plan
  let after: JudgedTree
  let builder: Builder
  let recipes: RecipeStage

  /// The resolutions of a group's cases, in their order.
  struct Result {
    var resolutions: [VerdictResolution] = []
    /// The mains that were built in this run, or tried, or in an earlier run with the same inputs.
    var builtCount = 0
    var triedCount = 0
    var remembered: Set<MainOnTarget> = []
  }

  func resolve(_ group: CaseGroup) throws(CheckError) -> Result {
    let flag = linkFlag(of: group.group, group.target, plan)
    var facts = group.cases.map {
      VerdictFacts(
        item: $0, differences: after.differences(of: group.group), failure: group.group.group.failure, flag: flag,
        depth: plan.build)
    }
    let chosen = facts.indices.filter { facts[$0].needsBuild }
    var result = Result()
    if !chosen.isEmpty {
      let mains = chosen.map { facts[$0].item.analyze() }
      var questions: [ByteString: [StubQuestion]] = [:]
      for (index, main) in zip(chosen, mains) where plan.build == .link {
        questions[main.main.importPath] = main.stubQuestions(
          facts[index].item.source.findings, facts[index].differences)
      }
      let built = try builder.build(
        mains, group.target, group.group, in: after.tree, asking: questions,
        needsOf: plan.build == .link ? Set(mains.map(\.main).filter(recipes.lacksContents).map(\.importPath)) : [])
      for index in chosen {
        let key = facts[index].item.key
        guard let main = built[key.main.importPath] else { continue }
        facts[index].built = main
        if main.isRemembered { result.remembered.insert(key) } else { result.triedCount += 1 }
        if main.isBuilt, !main.isRemembered { result.builtCount += 1 }
      }
    }
    result.resolutions = facts.map { VerdictResolution($0) }
    return result
  }
}

/// Returns the flag that changes how every program of a target is linked, and where it is set; nil if none does.
func linkFlag(of group: LoadedGroup, _ target: Target, _ plan: Plan) -> LinkFlag? {
  // The flags of `go build` come after GOFLAGS.
  let flags = group.toolchain.flags
  let all = flags.kept + target.flags
  guard let (index, mode) = linkMode(of: all) else { return nil }
  let origin =
    index >= flags.kept.count
    ? plan.config.file.text : flags.origin == .environment ? "GOFLAGS in the environment" : "GOFLAGS (set by go env -w)"
  return LinkFlag(all[index], origin: origin, mode, on: target.platform, by: group.toolchain.release)
}
