import Bytes
import Diagnostics

/// Returns the report as JUnit XML: one suite per target, one case per main, including mains that passed.
///
/// Errors and findings that affect no main have their own suite. A case fails on findings that make the exit code 1;
/// less severe findings are in its output.
func junitReport(_ report: Report) -> String {
  let reach = ReachedMains(report)
  var suites = report.mainsByTarget.map { name, mains in
    Suite(name: name, cases: mains.map { TestCase($0, report, reach) })
  }
  let others = report.countedFindings.filter { $0.mains.isEmpty && $0.severity > .note }
  let own = report.errors.map(TestCase.init) + others.map { TestCase(own: $0, report) }
  if !own.isEmpty || suites.isEmpty {
    suites.append(Suite(name: "staticgo", cases: own.isEmpty ? [TestCase(name: "nothing to judge")] : own))
  }
  let all = Suite(name: "staticgo", cases: suites.flatMap(\.cases))
  let time = report.elapsedNanoseconds == 0 ? nil : "\(Double(report.elapsedNanoseconds / 1_000_000) / 1000)"
  return xmlDeclaration
    + xmlElement("testsuites", all.attributes + [("time", time)], "\n" + suites.map(\.xml).joined()) + "\n"
}

private struct Suite {
  let name: String
  let cases: [TestCase]

  var attributes: [(name: String, value: String?)] {
    [
      ("name", name), ("tests", "\(cases.count)"), ("failures", "\(cases.count { $0.failure != nil })"),
      ("errors", "\(cases.count { $0.error != nil })"),
    ]
  }

  var xml: String {
    xmlElement("testsuite", attributes + [("skipped", "0")], "\n" + cases.map(\.xml).joined()) + "\n"
  }
}

private struct TestCase {
  let name: String
  var className = "staticgo"
  var file: String?
  var line: String?
  var failure: (type: String, message: String, text: String)?
  var error: String?
  var output: String?

  init(name: String) { self.name = name }

  init(_ main: MainResult, _ report: Report, _ reach: ReachedMains) {
    name = main.name.text
    className = main.importPath.text
    let findings = report.countedFindings.filter { reach.holds($0, main.name, main.target) }
    if main.isUnjudged { error = main.reason.isEmpty ? "could not be judged" : main.reason }
    note(
      findings, report, main.verdict.rawValue + (report.remark(on: main).isEmpty ? "" : ": \(report.remark(on: main))"))
  }

  init(_ problem: JudgementError) {
    name = problem.message
    error = problem.message
    file = problem.file?.text
  }

  init(own finding: Finding, _ report: Report) {
    name = "\(finding.rule.rawValue) \(finding.location.text)"
    note([finding], report, "")
  }

  private mutating func note(_ findings: [Finding], _ report: Report, _ verdict: String) {
    let least = (report.failOn ?? .error).severity
    let failing = least.map { least in findings.filter { $0.severity >= least } } ?? []
    let others = findings.filter { finding in !failing.contains(finding) && finding.severity > .note }
    if let first = failing.first {
      (file, line) = (first.location.file.text, "\(first.location.line)")
      failure = (first.rule.rawValue, first.message, failing.map(Self.text).joined(separator: "\n\n"))
    }
    let lines = [verdict] + others.map(Self.text)
    output = lines.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private static func text(_ finding: Finding) -> String {
    "\(finding.location.text): \(finding.severity.rawValue): \(finding.rule.rawValue): \(finding.text)"
  }

  var xml: String {
    var parts: [String] = []
    if let failure {
      parts.append(
        xmlElement("failure", [("message", failure.message), ("type", failure.type)], xmlText(failure.text)))
    }
    if let error { parts.append(xmlElement("error", [("message", error), ("type", "not-judged")], xmlText(error))) }
    if let output, !output.isEmpty { parts.append(xmlElement("system-out", [], xmlText(output))) }
    return xmlElement(
      "testcase", [("name", name), ("classname", className), ("file", file), ("line", line)],
      parts.isEmpty ? nil : "\n" + parts.map { $0 + "\n" }.joined()) + "\n"
  }
}
