import Bytes
import Config
import Diagnostics
import GoGraph
import Loader
import Modules
import Plan
import Rules

/// The fourth stage: weighs findings by the configuration, and separates those that the team allows.
struct AllowStage {
  let plan: Plan
  let after: JudgedTree

  /// The findings that remain, and what allowed the others.
  struct Result {
    var kept: [Finding] = []
    var allowed: [Finding] = []
    var used = Allowances.Match()
  }

  func allow(_ findings: [Finding]) -> Result {
    var result = Result()
    for finding in findings.compactMap(plan.weigh) {
      let match = after.allowances.match(finding)
      if match.isEmpty {
        result.kept.append(after.allowances.explained(finding))
      } else {
        var finding = finding
        finding.allowance = match.allowance
        result.allowed.append(finding)
      }
      result.used.formUnion(match)
    }
    return result
  }

  /// Returns the findings about allow directives and entries that match nothing.
  ///
  /// Only directives in go.mod and in files that are compiled for a main count.
  func unused(_ used: Allowances.Match) -> [Finding] {
    var files: Set<ByteString> = []
    for group in after.tree.groups {
      for module in group.group.modules { files.insert(module.directory.appending("go.mod")) }
      for package in group.graph.packages where package.isFirstParty {
        for context in group.graph.contexts {
          for file in package.selectFiles(in: context).active {
            files.insert(package.directory.name.path.appending(file.name))
          }
        }
      }
    }
    // An allow may match a rule that needs a deeper build than this run made, or that this run does not check.
    let silent = Rule.all.filter { rule in
      (rule.phase == .build && plan.build != .link) || (rule.isInformational && !plan.wantsNotes)
        || plan.config.severities[rule.id] == .some(nil)
    }.map(\.id)
    return after.allowances.unused(in: files, used, besides: Set(silent))
      + after.allowances.unusedEntries(of: plan.config, used, besides: Set(silent))
  }
}
