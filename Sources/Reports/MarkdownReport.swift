import Bytes
package import Diagnostics

/// Returns the report in Markdown, for a step summary or a comment on a pull request.
///
/// It has the verdicts, and each finding with its chain as a diagram, folded if it is long. GitHub accepts at most
/// 1 MiB: findings beyond that are counted and omitted.
package func markdownReport(_ report: Report) -> String {
  var text = "## staticgo\n\n" + sentence(report) + "\n"
  let errorLimit = 50
  for error in report.errors.prefix(errorLimit) {
    text += "\n**Not judged:** \(code(error.message, limit: 2_000))\n"
  }
  if report.errors.count > errorLimit { text += "\n… and \(report.errors.count - errorLimit) more not judged\n" }
  if !report.mains.isEmpty { text += "\n" + table(report) }
  let findings = report.findings.enumerated().sorted { one, other in
    let (left, right) = (one.element, other.element)
    let keys = (left: (counts(left, report) ? 0 : 1, one.offset), right: (counts(right, report) ? 0 : 1, other.offset))
    if keys.left.0 != keys.right.0 { return keys.left.0 < keys.right.0 }
    return left.severity != right.severity ? left.severity > right.severity : keys.left.1 < keys.right.1
  }.map(\.element)
  let limit = 900_000
  for (index, finding) in findings.enumerated() {
    let section = "\n" + section(finding, report)
    guard text.utf8.count + section.utf8.count <= limit else {
      return text + "\n… and \(findings.count - index) more findings, omitted to stay below GitHub's size limit\n"
    }
    text += section
  }
  return text
}

private func counts(_ finding: Finding, _ report: Report) -> Bool { finding.isNew || !report.isLimitedToNew }

private func sentence(_ report: Report) -> String {
  let counts = [Severity.error, .warning].compactMap { severity -> String? in
    let number = report.countedFindings.filter { $0.severity == severity }.count
    let new = report.isLimitedToNew ? "new " : ""
    return number == 0 ? nil : "\(number) \(new)\(severity.rawValue)\(number == 1 ? "" : "s")"
  }
  let mains =
    report.isLimitedToAffected
    ? "\(report.judgedCount + report.exemptCount) of \(report.mainCount) mains affected"
    : "\(report.judgedCount) \(report.judgedCount == 1 ? "main" : "mains") judged"
  let found =
    counts.isEmpty
    ? report.errors.isEmpty ? "Nothing found" : "Not everything was judged" : counts.joined(separator: ", ")
  let allowed = report.suppressedCount > 0 ? ", \(report.suppressedCount) allowed" : ""
  let exempt = report.exemptCount > 0 ? ", \(report.exemptCount) exempt" : ""
  return "\(found)\(allowed): \(mains)\(exempt)."
}

private func table(_ report: Report) -> String {
  // The verdicts of 1000 mains would leave no room for the findings.
  let limit = 200
  var text = "| verdict | main | target | reason |\n|---|---|---|---|\n"
  let rows = report.mainsByTarget.flatMap { name, mains in
    mains.sorted { ($1.verdict, $0.directory) < ($0.verdict, $1.directory) }.map { (name, $0) }
  }
  for (name, main) in rows.prefix(limit) {
    text += "| \(main.verdict.rawValue) | \(cell(main.name.text)) | \(name) | \(cell(report.remark(on: main))) |\n"
  }
  if rows.count > limit { text += "\n… and \(rows.count - limit) more\n" }
  return text
}

private func section(_ finding: Finding, _ report: Report) -> String {
  let state = finding.isNew || report.base == nil ? "" : ", known"
  var text = "### \(finding.severity.rawValue): \(finding.rule.rawValue)\(state)\n\n"
  text += "\(code(finding.message))\n\n\(code(finding.location.text)): \(code(finding.label))\n"
  if !finding.chain.isEmpty {
    let picture = "```mermaid\n\(chain(finding))```\n"
    let isLong = finding.chain.count > 3
    let title = "chain of \(finding.chain.count) steps"
    text += isLong ? "\n<details><summary>\(title)</summary>\n\n\(picture)\n</details>\n" : "\n\(picture)"
  }
  for related in finding.related.prefix(5) {
    text += "\n- \(code(related.location.text)) \(code(related.message.split(separator: "\n").joined(separator: " ")))"
  }
  if finding.related.count > 5 { text += "\n- and \(finding.related.count - 5) more places" }
  if !finding.related.isEmpty { text += "\n" }
  let mains = finding.mains.prefix(20).map { code($0.text) }.joined(separator: ", ")
  let more = finding.mains.count > 20 ? " and \(finding.mains.count - 20) more" : ""
  if !mains.isEmpty { text += "\nMains: \(mains)\(more) (\(finding.targets.joined(separator: ", ")))\n" }
  for help in finding.help { text += "\nHelp: \(code(help))\n" }
  return text
}

/// Returns the chain as a Mermaid diagram from package to package; the last step is the cause of the finding.
private func chain(_ finding: Finding) -> String {
  var picture = Mermaid(direction: "TD")
  for (index, hop) in finding.chain.enumerated() {
    let next = index + 1 < finding.chain.count ? finding.chain[index + 1].package.text : ""
    // Steps within one package get separate nodes.
    let to = next.isEmpty || next == hop.package.text ? hop.text : next
    picture.connect(hop.package.text, to: to, label: "\(hop.location.file.text):\(hop.location.line)")
  }
  return picture.text
}

/// Returns text as a Markdown code span that nothing in the text can end.
private func code(_ text: String, limit: Int = 10_000) -> String {
  guard !text.isEmpty else { return "" }
  let safe = defused(printable(text.utf8.count > limit ? text.prefix(limit) + "…" : text))
  var (longest, run) = (0, 0)
  for character in safe {
    run = character == "`" ? run + 1 : 0
    longest = max(longest, run)
  }
  let fence = String(repeating: "`", count: longest + 1)
  return longest == 0 ? "`\(safe)`" : "\(fence) \(safe) \(fence)"
}

/// Returns text as a code span for a table cell, with `|` escaped because it would end the cell.
private func cell(_ text: String) -> String {
  code(text, limit: 500).split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
}
