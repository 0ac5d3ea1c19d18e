import Bytes
package import Diagnostics

/// The style of the text report: width, colors, characters and amount of detail.
package struct TextStyle: Sendable {
  package var width: Int
  package var isColored: Bool
  /// Whether the terminal can show `…`, `·` and `–`.
  package var isUnicode: Bool
  package var showsNotes: Bool
  /// Whether the number of findings of each rule follows.
  package var showsStatistics: Bool
  package var isQuiet: Bool
  /// Whether staticgo runs in a git hook.
  package var isInHook: Bool
  /// The rules whose findings a team may intend, so that the report shows how to allow them.
  package var allowableRules: Set<RuleID>

  package init(
    width: Int = 80, isColored: Bool = false, isUnicode: Bool = true, showsNotes: Bool = false,
    showsStatistics: Bool = false, isQuiet: Bool = false, isInHook: Bool = false, allowableRules: Set<RuleID> = []
  ) {
    self.width = max(40, width)
    self.isColored = isColored
    self.isUnicode = isUnicode
    self.showsNotes = showsNotes
    self.showsStatistics = showsStatistics
    self.isQuiet = isQuiet
    self.isInHook = isInHook
    self.allowableRules = allowableRules
  }

  fileprivate var separator: String { isUnicode ? " · " : " - " }
  fileprivate var ellipsis: String { isUnicode ? "…" : "..." }

  fileprivate func colored(_ text: String, _ severity: Severity) -> String {
    guard isColored else { return text }
    let code =
      switch severity {
      case .error: "31"
      case .warning: "33"
      case .note: "36"
      }
    return "\u{1b}[1;\(code)m\(text)\u{1b}[0m"
  }
}

/// Returns the report as text: one block per finding, the verdicts, and a summary line.
package func textReport(_ report: Report, style: TextStyle) -> String {
  defused(layOut(report, style: style))
}

private func layOut(_ report: Report, style: TextStyle) -> String {
  let shown = report.countedFindings.filter { $0.severity > .note || style.showsNotes }
  var text = shown.map { block($0, style) }.joined(separator: "\n")
  let isClean = shown.allSatisfy { $0.severity == .note } && report.errors.isEmpty
  if style.isQuiet && isClean { return text }
  if isClean && report.isLimitedToAffected {
    return text + (text.isEmpty ? "" : "\n")
      + wrapText(oneLine(report, width: style.width), width: style.width).joined(separator: "\n")
      + "\n"
  }
  if !text.isEmpty { text += "\n" }
  if !report.mains.isEmpty { text += table(report, style) + "\n" }
  text += wrapText(summary(report, style), width: style.width).joined(separator: "\n") + "\n"
  if style.showsStatistics { text += statistics(shown) }
  if !isClean { text += closing(report, shown, style) }
  return text
}

private func statistics(_ findings: [Finding]) -> String {
  let counts = Dictionary(grouping: findings, by: \.rule.rawValue).mapValues(\.count)
  let width = counts.values.map { String($0).count }.max() ?? 0
  return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { rule, count in
    String(repeating: " ", count: width - String(count).count) + "\(count)  \(rule)\n"
  }.joined()
}

// MARK: A finding

private let gutter = 3

private func block(_ finding: Finding, _ style: TextStyle) -> String {
  let head = "\(finding.severity.rawValue)[\(finding.rule.rawValue)]"
  var lines = wrapText("\(head): \(printable(finding.message))", width: style.width)
  lines[0] = style.colored(head, finding.severity) + String(lines[0].dropFirst(head.count))
  let digits = max(gutter - 1, String(finding.location.line).count + 1)
  let margin = String(repeating: " ", count: digits + 1)
  lines.append("\(String(repeating: " ", count: digits))--> \(place(finding.location))")
  if let excerpt = finding.location.excerpt { lines += quote(excerpt, finding, digits, style) }
  lines.append(margin + "|")
  var first = true
  func section(_ name: String, _ body: [String]) {
    for line in body {
      lines.append(margin + (first ? "= \(pad(name, 6)) " : "         ") + line)
      first = false
    }
    first = true
  }
  let room = style.width - margin.count - 9
  if !finding.chain.isEmpty, !finding.chainRepeatsMessage { section("chain", chain(finding.chain, room, style)) }
  if !finding.calls.isEmpty { section("calls", calls(finding.calls, room, style)) }
  if !finding.related.isEmpty { section("also", also(finding.related, room, style)) }
  if let runtimeError = finding.runtimeError {
    section("error", wrapText("at run time: \"\(printable(runtimeError))\"", width: room))
  }
  let mains = finding.mains.map { printable($0.text) }.joined(separator: ", ")
  if !mains.isEmpty {
    // A chain belongs to one of them.
    let shown =
      finding.mains.count < 2 || finding.chainRepeatsMessage
      ? nil
      : finding.chain.first.flatMap { first in
        finding.mains.first { $0.importPath == first.package }
      }
    let whose = shown.map { "; chain from \(printable($0.text))" } ?? ""
    let targets = finding.targets.joined(separator: ", ")
    section("mains", wrapText("\(mains) (\(targets))\(whose)", width: room))
  }
  for help in finding.help { section("help", wrapText(printable(help), width: room)) }
  if style.allowableRules.contains(finding.rule), !finding.help.isEmpty { section("allow", allowing(finding, room)) }
  return lines.joined(separator: "\n") + "\n"
}

/// Returns how to allow a finding: at its location or, in third-party code and where several mains reach it, at the chain's
/// last first-party place.
private func allowing(_ finding: Finding, _ room: Int) -> [String] {
  let last = finding.chain.last { $0.location.isOfTeam }?.location
  let place = finding.location.isOfTeam ? finding.location : nil
  let own = finding.mains.count < 2 ? place ?? last : last ?? place
  // Text after a `//go:` directive would become part of it.
  let isGo = own.map { $0.file.hasSuffix(".go") || $0.file.baseName == "go.mod" } ?? true
  let isComment =
    !isGo || own == finding.location && (finding.location.excerpt.map(beginsWithComment) ?? finding.isAtDirective)
  let spot = own.map { "line \($0.line) of \(printable($0.file))" } ?? "the line"
  // Every main reaches the culprit itself, but not each import of it.
  let isForAll = finding.related.isEmpty || finding.chain.last?.location == own && !finding.hasSeveralCauses
  let mains = finding.mains.count < 2 ? "" : isForAll ? ", for all these mains" : ", and to the lines under also"
  let text = "\(isComment ? "write above" : "append to") \(spot)\(mains):"
  return wrapText(text, width: room) + ["\(isGo ? "//" : "# ")staticgo:allow \(finding.rule.rawValue) -- reason"]
}

extension Finding {
  /// Whether the last step of the chain, at the place of the finding, is a `//go:` directive.
  fileprivate var isAtDirective: Bool {
    guard let last = chain.last else { return false }
    return last.location.place == location.place && last.text.hasPrefix("//go:")
  }
}

private func beginsWithComment(_ line: ByteString) -> Bool {
  line.bytes.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.starts(with: Array("//".utf8))
}

private func place(_ location: Location) -> String {
  "\(printable(location.file)):\(location.line):\(location.column)"
}

/// Returns the source line with the finding underlined, cut to fit the width.
private func quote(_ excerpt: ByteString, _ finding: Finding, _ digits: Int, _ style: TextStyle) -> [String] {
  let location = finding.location
  func text(_ bytes: some Sequence<UInt8>) -> String {
    // A tab always takes four columns, so that the underline lines up.
    String(decoding: Array(bytes), as: UTF8.self).split(separator: "\t", omittingEmptySubsequences: false)
      .map { printable(String($0)) }.joined(separator: "    ")
  }
  let bytes = excerpt.bytes
  let start = min(max(0, location.column - 1), bytes.count)
  var end = location.endLine == location.line ? min(max(start, location.endColumn - 1), bytes.count) : bytes.count
  // A compiler error has no end: underline the word at its start.
  if end <= start + 1 { end = max(end, start + bytes[start...].prefix(while: isWordByte).count) }
  var before = text(bytes[..<start].suffix(4 * style.width))
  var marked = text(bytes[start..<end])
  // Text far beyond the width of a line is not processed.
  var after = text(bytes[end...].prefix(4 * style.width))
  let room = style.width - digits - 3
  if columns(before) > room / 2 { before = style.ellipsis + String(before.suffix(room / 4)) }
  if columns(before) + columns(marked) > room {
    marked = String(marked.prefix(max(1, room - columns(before) - 3))) + style.ellipsis
    after = ""
  }
  while columns(before) + columns(marked) + columns(after) > room, !after.isEmpty { after.removeLast() }
  let number = String(location.line)
  let margin = String(repeating: " ", count: digits + 1)
  let indent = String(repeating: " ", count: columns(before))
  let carets = style.colored(String(repeating: "^", count: max(1, columns(marked))), finding.severity)
  var lines = [
    margin + "|",
    String(repeating: " ", count: digits - number.count) + "\(number) | \(before)\(marked)\(after)",
  ]
  // The headline above may already say it.
  let label = finding.message.hasSuffix(finding.label) ? "" : printable(finding.label)
  let used = columns(before) + max(1, columns(marked)) + 1
  if used + columns(label) <= room {
    lines.append("\(margin)| \(indent)\(carets)" + (label.isEmpty ? "" : " \(label)"))
  } else {
    lines.append("\(margin)| \(indent)\(carets)")
    let left = min(columns(before), max(0, room - 40))
    for line in wrapText(label, width: room - left) {
      lines.append("\(margin)| \(String(repeating: " ", count: left))\(line)")
    }
  }
  return lines
}

/// Returns a location in at most `width` columns.
///
/// A module path is cut to its last element, then elements in the middle are dropped. The file name and line stay.
private func short(_ location: Location, width: Int, _ style: TextStyle) -> String {
  var file = printable(location.file)
  if !location.isInRepository, let at = file.firstIndex(of: "@"), let slash = file[..<at].lastIndex(of: "/") {
    file = String(file[file.index(after: slash)...])
  }
  let suffix = ":\(location.line):\(location.column)"
  var elements = file.split(separator: "/").map(String.init)
  guard columns(file + suffix) > width else { return file + suffix }
  // Elements after the first are dropped; the last ones are the most informative.
  while elements.count > 2, columns(elements.joined(separator: "/") + suffix) + 2 > width { elements.remove(at: 1) }
  elements.insert(style.ellipsis, at: min(1, elements.count - 1))
  return elements.joined(separator: "/") + suffix
}

private func chain(_ hops: [Hop], _ room: Int, _ style: TextStyle) -> [String] {
  let places = hops.map { short($0.location, width: room * 3 / 5, style) }
  let widest = places.map(columns).max() ?? 0
  let texts = hops.map { columns(printable($0.text)) }
  let column = widest + 3 + (texts.max() ?? 0) <= room ? widest : min(widest, room / 2)
  var lines: [String] = []
  for (hop, place) in zip(hops, places) {
    let text = printable(hop.text)
    if columns(place) <= column, column + 3 + columns(text) <= room {
      lines.append(pad(place, column) + "   " + text)
    } else if columns(place) + 3 + columns(text) <= room {
      lines.append(place + "   " + text)
    } else {
      lines.append(place)
      lines += wrapText(text, width: room - 2).map { "  " + $0 }
    }
  }
  return lines
}

/// Returns the calls that lead to a function, the middle of a long way omitted.
private func calls(_ calls: [String], _ room: Int, _ style: TextStyle) -> [String] {
  let shown = calls.count > 6 ? Array(calls.prefix(3)) + [style.ellipsis] + Array(calls.suffix(2)) : calls
  let arrow = style.isUnicode ? " → " : " -> "
  // Only the last element of an import path, as in a panic's traceback.
  let names = shown.map { printable($0.split(separator: "/").last.map(String.init) ?? $0) }
  return wrapText(names.joined(separator: arrow) + " (path found by the linker)", width: room)
}

private func also(_ related: [RelatedLocation], _ room: Int, _ style: TextStyle) -> [String] {
  let limit = 3
  var lines = related.prefix(limit).flatMap { item in
    let message = printable(item.message.split(separator: "\n").first.map(String.init) ?? "")
    return chain([Hop(package: "", location: item.location, text: message)], room, style)
  }
  if related.count > limit { lines.append("and \(count(related.count - limit, "more place"))") }
  return lines
}

// MARK: The end

private func table(_ report: Report, _ style: TextStyle) -> String {
  var lines: [String] = []
  // Mains on the same platform may have different tags.
  for (name, mains) in report.mainsByTarget {
    var mains = mains.sorted { ($1.verdict, $0.directory) < ($0.verdict, $1.directory) }
    // A long list of mains about which there is nothing to say hides the others.
    let plain = mains.filter { $0.verdict == .isStatic && remark($0, report).isEmpty }.count
    let isShort = plain > 10 && !style.showsNotes
    if isShort { mains.removeAll { $0.verdict == .isStatic && remark($0, report).isEmpty } }
    defer { if isShort { lines.append("  static  \(plain)\(mains.isEmpty ? "" : " other") mains (-v lists them)") } }
    lines.append(name)
    let verdictWidth = mains.map(\.verdict.rawValue.count).max() ?? 0
    let names = mains.map { printable($0.name.text) }
    let room = style.width - verdictWidth - 4
    let remarks = mains.map { columns(remark($0, report)) }.max() ?? 0
    let nameWidth = min(names.map(columns).max() ?? 0, room - 2 - min(remarks, 20))
    for (main, name) in zip(mains, names) {
      var line = "  \(pad(main.verdict.rawValue, verdictWidth))  "
      let remark = remark(main, report)
      let reason =
        style.isUnicode ? remark : remark.split(separator: "—", omittingEmptySubsequences: false).joined(separator: "-")
      guard !reason.isEmpty else {
        lines.append(line + name)
        continue
      }
      line += columns(name) <= nameWidth ? pad(name, nameWidth) : name
      let left = style.width - columns(line) - 2
      if columns(reason) <= left {
        lines.append(line + "  " + reason)
      } else {
        // The reason is never cut: it goes on below, or begins there.
        let indent = left >= 20 ? columns(line) + 2 : verdictWidth + 6
        let parts = wrapText(reason, width: style.width - indent)
        lines.append(left >= 20 ? line + "  " + parts[0] : line)
        lines += parts.dropFirst(left >= 20 ? 1 : 0).map { String(repeating: " ", count: indent) + $0 }
      }
    }
  }
  return lines.joined(separator: "\n") + "\n"
}

private func remark(_ main: MainResult, _ report: Report) -> String {
  let reason = printable(report.remark(on: main))
  guard [.blocked, .degraded, .dynamic, .broken].contains(main.verdict), report.base != nil, report.isLimitedToNew
  else {
    return reason
  }
  guard main.hasNewFindings else { return reason.isEmpty ? "known" : "known: \(reason)" }
  // New culprits come first, and only they are called new.
  let culprits = report.findings.filter {
    $0.isNew && $0.mains.contains(main.name) && $0.targets.contains(main.target)
  }.map { printable($0.culprit.text) }
  let names = printable(main.reason).split(separator: ", ").map(String.init)
  let new = names.filter { name in culprits.contains { $0 == name || $0.hasSuffix("/" + name) } }
  let known = names.filter { !new.contains($0) }
  if new.isEmpty || known.isEmpty { return reason.isEmpty ? "new" : "new: \(reason)" }
  return "new: \(new.joined(separator: ", ")); known: \(known.joined(separator: ", "))"
}

func seconds(_ report: Report) -> String {
  let hundredths = (report.elapsedNanoseconds + 5_000_000) / 10_000_000
  let fraction = hundredths % 100
  return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
}

func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

private func summary(_ report: Report, _ style: TextStyle) -> String {
  var parts: [String] = []
  let new = report.isLimitedToNew ? "new " : ""
  var counts: [String] = []
  for severity in [Severity.error, .warning] {
    let number = report.countedFindings.filter { $0.severity == severity }.count
    if number > 0 { counts.append(count(number, "\(new)\(severity.rawValue)")) }
  }
  if report.isLimitedToNew {
    let old = report.findings.filter { !$0.isNew && $0.severity > .note }.count
    if old > 0 { counts.append("\(old) known") }
  }
  if report.suppressedCount > 0 { counts.append("\(report.suppressedCount) allowed") }
  if !report.errors.isEmpty { counts.append("\(count(report.errors.count, "thing")) not judged") }
  parts.append(counts.isEmpty ? "nothing found" : counts.joined(separator: ", "))
  let judged = report.judgedCount
  let exempt = report.exemptCount > 0 ? ", \(report.exemptCount) exempt" : ""
  parts.append(
    (report.isLimitedToAffected
      ? "\(judged + report.exemptCount) of \(count(report.mainCount, "main")) affected"
      : "\(count(judged, "main")) judged") + exempt)
  let isLinked = report.mains.contains { $0.build == .link }
  let verb = isLinked ? "linked" : "compiled"
  var work: [String] = []
  if report.triedCount > 0 {
    work.append(
      report.builtCount < report.triedCount
        ? "\(report.builtCount) of \(report.triedCount) \(verb)" : "\(report.builtCount) \(verb)")
  }
  if report.rememberedCount > 0 { work.append("\(report.rememberedCount) \(verb) (cached)") }
  if work.isEmpty { work = ["source only"] }
  // A merged report has no time.
  let time = report.elapsedNanoseconds == 0 ? [] : [seconds(report)]
  parts.append((time + work).joined(separator: ", "))
  return parts.joined(separator: style.separator)
}

private func closing(_ report: Report, _ shown: [Finding], _ style: TextStyle) -> String {
  var parts: [String] = []
  if style.isInHook && (shown.contains { $0.severity == .error } || !report.errors.isEmpty) {
    parts.append("The commit was stopped.")
  }
  let rules = shown.sorted { $0.severity > $1.severity }.map(\.rule.rawValue)
  var seen: Set<String> = []
  let distinct = rules.filter { seen.insert($0).inserted }
  if !distinct.isEmpty { parts.append("More: staticgo explain \(distinct.joined(separator: " "))") }
  return parts.isEmpty ? "" : wrapText(parts.joined(separator: " "), width: style.width).joined(separator: "\n") + "\n"
}
