import ArgumentParser
import Diagnostics
import Rules

extension CompletionKind {
  static var rules: CompletionKind { .list(Rule.all.map(\.id.rawValue)) }
  static var rulesAndVerdicts: CompletionKind {
    .list(Rule.all.map(\.id.rawValue) + Verdict.allCases.map(\.rawValue))
  }
  /// The mains of the repository; without one, nothing.
  static var mains: CompletionKind { .shellCommand("staticgo list --mains 2>/dev/null") }
}
