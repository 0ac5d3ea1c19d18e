import Bytes
import Config
import Diagnostics
import GoGraph
import Rules

extension Judge {
  /// Returns the findings about allow directives and entries that match nothing.
  ///
  /// Only directives in go.mod and in files that are compiled for a main count.
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
    // An allow may match a rule that needs a deeper build than this run made, or that this run does not check.
    let silent = RuleID.allCases.filter { rule in
      let isNoted = rule == .stdCgo || rule == .cgoFallback
      return (rule.comesFromBuilds && plan.build != .link) || (isNoted && !plan.wantsNotes)
        || plan.config.severities[rule] == .some(nil)
    }
    return after.allowances.unused(in: files, besides: Set(silent))
      + after.allowances.unusedEntries(of: plan.config, besides: Set(silent))
  }
}
