import Bytes
package import Diagnostics
import Diagrams

/// Returns the report in Markdown, for a step summary or a comment on a pull request.
///
/// It has the verdicts, then each error and warning with its chain, a long one folded and as a diagram, then the notes,
/// folded. GitHub accepts at most 1 MiB: findings beyond that are counted and omitted.
package func markdownReport(_ report: Report) -> String {
  var text = "## staticgo\n\n" + sentence(report) + "\n"
  let errorLimit = 50
  for error in report.errors.prefix(errorLimit) {
    text += "\n**Not judged:** \(markdownProse(error.message, limit: 2_000))\n"
  }
  if report.errors.count > errorLimit { text += "\n… and \(report.errors.count - errorLimit) more not judged\n" }
  if !report.mains.isEmpty { text += "\n" + table(report) }
  let sorted = report.findings.enumerated().sorted { one, other in
    let (left, right) = (one.element, other.element)
    let keys = (left: (counts(left, report) ? 0 : 1, one.offset), right: (counts(right, report) ? 0 : 1, other.offset))
    if keys.left.0 != keys.right.0 { return keys.left.0 < keys.right.0 }
    return left.severity != right.severity ? left.severity > right.severity : keys.left.1 < keys.right.1
  }.map(\.element)
  let limit = 900_000
  let findings = sorted.filter { $0.severity > .note }
  for (index, finding) in findings.enumerated() {
    let section = "\n" + section(finding, report)
    guard text.utf8.count + section.utf8.count <= limit else {
      return text + "\n… and \(findings.count - index) more findings, omitted to stay below GitHub's size limit\n"
    }
    text += section
  }
  return text + notes(sorted.filter { $0.severity == .note }, report, room: limit - text.utf8.count)
}

private func counts(_ finding: Finding, _ report: Report) -> Bool { finding.isNew || !report.isLimitedToNew }

/// Returns the notes as a folded list.
private func notes(_ notes: [Finding], _ report: Report, room: Int) -> String {
  if notes.isEmpty { return "" }
  var text = "\n<details><summary>\(notes.count) \(notes.count == 1 ? "note" : "notes")</summary>\n"
  for (index, note) in notes.enumerated() {
    let item = "\n- \(place(note.location, report)) \(note.rule.rawValue): \(markdownProse(note.message))"
    guard text.utf8.count + item.utf8.count < room else {
      text += "\n- … and \(notes.count - index) more"
      break
    }
    text += item
  }
  return text + "\n\n</details>\n"
}

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
  var text = "| verdict | main | target | findings | reason |\n|---|---|---|---|---|\n"
  let rows = report.mainsByTarget.flatMap { name, mains in
    mains.sorted { (rank($0.verdict), $0.directory) < (rank($1.verdict), $1.directory) }.map { (name, $0) }
  }
  for (name, main) in rows.prefix(limit) {
    let cells = [
      main.verdict.rawValue, markdownCode(main.name.text, limit: 500), name, findings(of: main, report),
      markdownProse(report.remark(on: main), limit: 500),
    ]
    text += "| \(cells.map(markdownCell).joined(separator: " | ")) |\n"
  }
  if rows.count > limit { text += "\n… and \(rows.count - limit) more\n" }
  return text
}

/// The order of verdicts in the table: what does not ship first.
private func rank(_ verdict: Verdict) -> Int {
  let order: [Verdict] = [
    .blocked, .broken, .dynamic, .degraded, .unknown, .staticWithoutCgo, .isStatic, .notApplicable,
  ]
  return order.firstIndex(of: verdict) ?? order.count
}

/// The numbers of new, known and allowed findings of a main, without notes.
private func findings(of main: MainResult, _ report: Report) -> String {
  func reaches(_ finding: Finding) -> Bool {
    finding.severity > .note && finding.mains.contains(main.name) && finding.targets.contains(main.target)
  }
  let found = report.findings.filter(reaches)
  // A finding that is new for one main may be known for another.
  let own = Dictionary(grouping: report.parts.filter(reaches), by: \.fingerprint)
  func isNew(_ finding: Finding) -> Bool { own[finding.fingerprint]?.contains(where: \.isNew) ?? finding.isNew }
  let new = report.base == nil ? 0 : found.filter(isNew).count
  let allowed = report.allowedFindings.filter(reaches).count
  let known = (found.count - new, report.base == nil ? "" : " known")
  return [(new, " new"), known, (allowed, " allowed")].filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined(
    separator: ", ")
}

/// Returns a place as a link, where the site that hosts the repository is known.
private func place(_ location: Location, _ report: Report) -> String {
  let text = markdownCode("\(location.file.text):\(location.line)")
  return report.source?.address(of: location).map { "[\(text)](\($0))" } ?? text
}

private func section(_ finding: Finding, _ report: Report) -> String {
  let state = finding.isNew || report.base == nil ? "" : ", known"
  var text = "### \(finding.severity.rawValue): \(finding.rule.rawValue)\(state)\n\n"
  let label = finding.message.hasSuffix(finding.label) ? "" : " — " + markdownProse(finding.label)
  text += "**\(finding.severity.rawValue.capitalizedFirst):** \(markdownProse(finding.message))\n\n"
  text += "At \(place(finding.location, report))\(label)\n"
  if finding.chain.count > 3 {
    let title = "chain of \(finding.chain.count) steps"
    text += "\n<details><summary>\(title)</summary>\n\n```mermaid\n\(chain(finding))```\n\n</details>\n"
  } else if !finding.chain.isEmpty, !finding.chainRepeatsMessage {
    for (index, hop) in finding.chain.enumerated() {
      text += "\n\(index + 1). \(place(hop.location, report)) \(markdownProse(hop.text))"
    }
    text += "\n"
  }
  for related in finding.related.prefix(5) {
    let message = related.message.split(separator: "\n").joined(separator: " ")
    text += "\n- \(place(related.location, report)) \(markdownProse(message))"
  }
  if finding.related.count > 5 { text += "\n- and \(count(finding.related.count - 5, "more place"))" }
  if !finding.related.isEmpty { text += "\n" }
  if let error = finding.runtimeError { text += "\nAt run time: \(markdownCode(error))\n" }
  let mains = finding.mains.prefix(20).map { markdownCode($0.text) }.joined(separator: ", ")
  let more = finding.mains.count > 20 ? " and \(finding.mains.count - 20) more" : ""
  if !mains.isEmpty { text += "\nMains: \(mains)\(more) (\(finding.targets.joined(separator: ", ")))\n" }
  for help in finding.help { text += "\nHelp: \(markdownProse(help))\n" }
  return text
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
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
