import Bytes
import Diagnostics

/// Returns the report as SARIF 2.1.0 for GitHub's code scanning, with one run per target.
///
/// A run has all findings of the judged mains, each with its state (new or in the base), because GitHub closes an alert
/// that is omitted. GitHub rejects files beyond its limits: the excess is omitted, and a notification reports it.
func sarifReport(_ report: Report, _ tool: ToolDescription) -> String {
  var targets = report.targets.isEmpty ? [""] : report.targets
  var omissions: [String] = []
  if targets.count > Limit.runs {
    omissions.append("\(targets.count - Limit.runs) targets are omitted: a file can have at most \(Limit.runs)")
    targets = Array(targets.prefix(Limit.runs))
  }
  let runs = targets.map { run(report, $0, tool, omissions) }
  let value: JSONValue = [
    "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": .array(runs),
  ]
  return value.line
}

/// GitHub's limits for a SARIF file (docs.github.com, sarif-support-for-code-scanning).
private enum Limit {
  static let runs = 20
  static let results = 25_000
  static let locations = 1_000
  static let description = 1_024
}

private func run(_ report: Report, _ target: String, _ tool: ToolDescription, _ omissions: [String]) -> JSONValue {
  let reach = ReachedMains(report)
  var found = target.isEmpty ? report.findings : report.findings.compactMap { reach.finding($0, on: target) }
  // A finding that counts for one main of the run is no suppressed result as well.
  var shown = Set(found.map(\.fingerprint))
  found += report.allowedFindings.filter {
    (target.isEmpty || $0.targets.contains(target)) && shown.insert($0.fingerprint).inserted
  }
  var omissions = omissions
  if found.count > Limit.results {
    omissions.append("\(found.count - Limit.results) findings are omitted: a run can have at most \(Limit.results)")
    let kept = found.enumerated().sorted { ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset) }
      .prefix(Limit.results).map(\.offset)
    found = kept.sorted().map { found[$0] }
  }
  let notifications =
    report.errors.map { notification("error", $0.message, $0.file) }
    + omissions.map { notification("warning", $0, nil) }
  let category = "staticgo/" + target.split(separator: "/").joined(separator: "-")
  return [
    "tool": [
      "driver": [
        "name": "staticgo", "semanticVersion": "\(tool.version)", "informationUri": "\(tool.address)",
        "rules": .array(tool.rules.map(description)),
      ]
    ],
    "automationDetails": ["id": "\(category)/"], "columnKind": "utf16CodeUnits",
    "originalUriBaseIds": ["%SRCROOT%": ["description": ["text": "the root of the repository"]]],
    "invocations": [
      [
        "executionSuccessful": .boolean(report.errors.isEmpty), "toolExecutionNotifications": .array(notifications),
      ]
    ],
    "results": .array(found.map { result($0, report, tool) }),
  ]
}

private func notification(_ level: String, _ message: String, _ file: ByteString?) -> JSONValue {
  let locations = file.map { JSONValue.array([["physicalLocation": ["artifactLocation": artifact($0)]]]) }
  return ["level": "\(level)", "message": ["text": "\(shown(message))"], "locations": locations]
}

private func description(_ rule: RuleDescription) -> JSONValue {
  let severity = rule.severity == .note ? "recommendation" : rule.severity.rawValue
  return [
    "id": "\(rule.id.rawValue)", "name": "\(camelCase(rule.id.rawValue))",
    "shortDescription": ["text": "\(rule.summary.prefix(Limit.description))"],
    "fullDescription": ["text": "\(rule.why.prefix(Limit.description))"],
    "help": ["text": "\(rule.help)", "markdown": "\(rule.markdown)"], "helpUri": "\(rule.address)",
    "defaultConfiguration": ["level": "\(rule.severity.rawValue)"],
    "properties": [
      "tags": ["static-linking", "cgo", "go"], "precision": "very-high", "problem.severity": "\(severity)",
    ],
  ]
}

private func camelCase(_ name: String) -> String { name.split(separator: "-").map(\.capitalized).joined() }

extension Substring {
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}

private func result(_ finding: Finding, _ report: Report, _ tool: ToolDescription) -> JSONValue {
  let related = finding.related.prefix(Limit.locations).enumerated().map { index, related in
    location(related.location, related.message, id: index + 1)
  }
  let state: JSONValue? = report.base == nil ? nil : finding.isNew ? "new" : "unchanged"
  return [
    "ruleId": "\(finding.rule.rawValue)",
    "ruleIndex": tool.rules.firstIndex { $0.id == finding.rule }.map { .number($0) },
    "level": "\((finding.maxSeverity ?? finding.severity).rawValue)", "message": ["text": "\(shown(finding.text))"],
    "locations": [location(finding.location, nil, isPrimary: true)],
    "relatedLocations": related.isEmpty ? nil : .array(related),
    "codeFlows": finding.chain.isEmpty ? nil : [["threadFlows": [["locations": .array(steps(finding))]]]],
    "partialFingerprints": [
      "primaryLocationLineHash": finding.lineHash.map { "\($0)" }, "staticgo/v1": "\(finding.fingerprint)",
    ],
    "baselineState": state,
    "fixes": finding.fixes.isEmpty ? nil : .array(finding.fixes.map(fix)),
    "suppressions": finding.allowance == nil ? nil : .array(suppressions(of: finding, report)),
  ]
}

private func fix(_ fix: Fix) -> JSONValue {
  [
    "description": ["text": "replace line \(fix.line)"],
    "artifactChanges": [
      [
        "artifactLocation": artifact(fix.file),
        "replacements": [
          [
            "deletedRegion": ["startLine": .number(fix.line), "endLine": .number(fix.line)],
            "insertedContent": ["text": "\(fix.replacement.text)"],
          ]
        ],
      ]
    ],
  ]
}

/// Returns one suppression for each reason: the mains of a finding may be allowed by different directives.
private func suppressions(of finding: Finding, _ report: Report) -> [JSONValue] {
  let alike = report.allowedFindings.filter {
    $0.fingerprint == finding.fingerprint && !Set($0.targets).isDisjoint(with: finding.targets)
  }
  return alike.compactMap(\.allowance).map { allowance in
    let isInSource = allowance.file.hasSuffix(".go") || allowance.file.baseName == "go.mod"
    return ["kind": "\(isInSource ? "inSource" : "external")", "justification": "\(shown(allowance.text))"]
  }
}

/// Returns the chain as steps.
///
/// GitHub cannot show a location outside the repository. The text of such a hop goes to the last hop inside it.
private func steps(_ finding: Finding) -> [JSONValue] {
  var last = finding.location
  return finding.chain.prefix(Limit.locations).map { hop in
    if hop.location.isInRepository { last = hop.location }
    // The text of the line is needed to convert columns. Only the finding's own location has it.
    if last.place == finding.location.place { last = finding.location }
    let place = hop.location.isInRepository ? "" : "\(hop.location.text) "
    return ["location": location(last, place + hop.text)]
  }
}

private func location(_ location: Location, _ message: String?, id: Int? = nil, isPrimary: Bool = false) -> JSONValue {
  var region: [String: JSONValue] = ["startLine": .number(location.line), "endLine": .number(location.endLine)]
  // Columns in bytes would be wrong here. They are used only for the primary location if its line cannot be read,
  // because GitHub requires a complete region there.
  if let columns = location.columnsInUTF16 ?? (isPrimary ? (location.column, location.endColumn) : nil) {
    region["startColumn"] = .number(columns.start)
    region["endColumn"] = .number(max(columns.start, columns.end))
  }
  if let excerpt = location.excerpt { region["snippet"] = ["text": "\(excerpt.text)"] }
  return [
    "id": id.map { .number($0) },
    "physicalLocation": ["artifactLocation": artifact(location.file), "region": .object(region)],
    "message": message.map { ["text": "\(shown($0))"] },
  ]
}

private func artifact(_ file: ByteString) -> JSONValue {
  ["uri": "\(uri(file))", "uriBaseId": "%SRCROOT%"]
}

/// Returns a path as a URI reference (RFC 3986), with reserved and non-ASCII bytes escaped.
private func uri(_ path: ByteString) -> String {
  path.bytes.map { byte in
    let scalar = Unicode.Scalar(byte)
    let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte))
    if isPlain || "/-._~!$&'()*+,;=@".unicodeScalars.contains(scalar) { return String(scalar) }
    let digits = String(byte, radix: 16, uppercase: true)
    return "%" + (digits.count == 1 ? "0" : "") + digits
  }.joined()
}

/// Returns a message of one or more lines without terminal escape sequences and without SARIF links, `[text](target)`.
private func shown(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    printable(String(line)).split(separator: "](", omittingEmptySubsequences: false).joined(separator: "] (")
  }.joined(separator: "\n")
}
