import Diagnostics

/// Returns the one-line report of the usual case at a commit: no errors and no warnings. The time is left out if the line
/// has no room for it.
func oneLine(_ report: Report, width: Int) -> String {
  let text = "staticgo: passed: " + outcome(report)
  let time = report.elapsedNanoseconds == 0 ? "" : " (\(seconds(report)))"
  return text.count + time.count > width ? text : text + time
}

private func outcome(_ report: Report) -> String {
  if report.changesNoInput { return "no build uses the changed files" }
  let judged = report.judgedCount + report.exemptCount
  guard judged > 0 else { return "the change affects no main" }
  let mains = report.mainCount == 1 ? "the only main" : "\(judged) of \(report.mainCount) mains"
  let number = report.suppressedCount
  let allowed = number > 0 ? "; \(count(number, "finding")) \(number == 1 ? "is" : "are") allowed" : ""
  let known = report.findings.filter { !$0.isNew && $0.severity > .note }
  guard known.isEmpty else {
    return "the change adds no finding; \(known.count) from before remain\(known.count == 1 ? "s" : "")\(allowed)"
  }
  let verdicts = Set(report.mains.map(\.verdict)).sorted()
  if verdicts == [.unknown] {
    return
      "the change affects \(mains); the source alone does not show whether \(judged == 1 ? "it builds" : "they build") "
      + "without cgo. To find out, run: staticgo check --build auto"
  }
  if verdicts.allSatisfy({ [.isStatic, .staticWithoutCgo].contains($0) }) {
    return "the change affects \(mains), \(verdicts.map(\.inWords).joined(separator: " or "))\(allowed)"
  }
  let subject = judged == 1 ? "it" : verdicts.count > 1 ? "they" : judged == 2 ? "both" : "all"
  let words = verdicts.map { judged == 1 ? $0.inWords : $0.inWordsOfSeveral }.joined(separator: " or ")
  return "the change affects \(mains); \(subject) \(words)\(allowed)"
}

extension Verdict {
  /// The verdict as the end of a sentence about a main.
  fileprivate var inWords: String {
    switch self {
    case .isStatic: "static"
    case .staticWithoutCgo: "static with CGO_ENABLED=0"
    case .blocked: "does not build without cgo"
    case .broken: "does not build"
    case .degraded: "is degraded without cgo"
    case .dynamic: "is dynamic"
    case .exempt: "is exempt by .staticgo.toml"
    case .unknown: "is unknown"
    case .notApplicable: "is for a platform without static programs"
    }
  }

  /// The same about several mains.
  fileprivate var inWordsOfSeveral: String {
    switch self {
    case .isStatic, .staticWithoutCgo: "are \(inWords)"
    case .blocked: "do not build without cgo"
    case .broken: "do not build"
    default: "are" + inWords.dropFirst(2)
    }
  }
}
