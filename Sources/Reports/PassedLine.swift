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
  guard judged > 0 else { return "no main is affected" }
  let affected =
    report.mainCount == 1
    ? "the only main is affected"
    : "\(judged) of \(report.mainCount) mains \(judged == 1 ? "is" : "are") affected"
  let number = report.suppressedCount
  let allowed = number > 0 ? "\(count(number, "finding")) \(number == 1 ? "is" : "are") allowed; " : ""
  let known = report.findings.filter { !$0.isNew && $0.severity > .note }
  guard known.isEmpty else {
    return "\(allowed)this change adds no finding; \(known.count) from before remain\(known.count == 1 ? "s" : "")"
  }
  let verdicts = Set(report.mains.map(\.verdict)).sorted()
  if verdicts == [.unknown] {
    return "\(allowed)\(affected); the source alone does not show whether "
      + "\(judged == 1 ? "it builds" : "they build") without cgo"
  }
  let words = verdicts.map(\.inWords).joined(separator: " or ")
  let subject = judged == 1 ? "it is" : verdicts.count > 1 ? "they are" : judged == 2 ? "both are" : "all are"
  return "\(allowed)\(affected); \(subject) \(words)"
}

extension Verdict {
  /// The verdict in the words of a sentence about a main.
  fileprivate var inWords: String {
    switch self {
    case .isStatic: "static"
    case .notApplicable: "not applicable"
    case .staticWithoutCgo: "static with CGO_ENABLED=0"
    case .degraded: "degraded without cgo"
    case .blocked: "not buildable without cgo"
    case .dynamic: "dynamic"
    case .broken: "broken"
    case .unknown: "unknown"
    case .exempt: "exempt by .staticgo.toml"
    }
  }
}
