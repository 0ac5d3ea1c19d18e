import Bytes
import Config
import Diagnostics
import GoGraph
import Rules

extension Judge {
  /// The findings about directives that allow nothing, in what is compiled for some main.
  func unusedAllowances() -> [Finding] {
    var files: Set<ByteString> = []
    for group in after.groups {
      for module in group.group.modules { files.insert(module.directory.appending("go.mod")) }
      for package in group.graph.packages where package.isFirstParty {
        for context in group.graph.contexts {
          for file in package.files(in: context).active {
            files.insert(package.directory.name.path.appending(file.name))
          }
        }
      }
    }
    // A rule that asks for a deeper look than this run took cannot be said to find nothing.
    // Nor one of which nothing is looked for.
    let silent = RuleID.allCases.filter { rule in
      let isNoted = rule == .stdCgo || rule == .cgoFallback
      return (rule.comesFromBuilds && plan.build != .link) || (isNoted && !plan.wantsNotes)
        || plan.config.severities[rule] == .some(nil)
    }
    return after.allowances.unused(in: files, besides: Set(silent))
      + after.allowances.unusedEntries(of: plan.config, besides: Set(silent))
  }
}
