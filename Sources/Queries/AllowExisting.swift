import Bytes
import Check
import Config
package import Diagnostics
package import Plan
import Snapshots
import System

/// Records today's findings as a baseline in the configuration of the work tree, so that a team that starts late hears
/// only of new findings. Each error and warning gets an entry for the mains that it affects.
///
/// Appends to the file and never rewrites it. Returns the number of entries together with the report.
package func allowExisting(
  _ options: CheckOptions, progress: @escaping (String?) -> Void
) throws(CheckError) -> (count: Int, report: Report) {
  var options = options
  options.subject = .workTree
  options.all = true
  options.wantsNotes = false
  let report = try check(options, progress: progress, report: { $0 })
  let findings = report.findings.filter { $0.severity > .note && $0.rule != .unusedAllow }
  if findings.isEmpty { return (0, report) }
  let today = utcToday()
  try append(findings.map { entry($0, today) }.joined(separator: "\n"), options.rules)
  return (findings.count, report)
}

/// An entry that allows a rule for some mains.
package struct AllowEntry: Sendable {
  package let rule: RuleID
  package let mains: [String]
  package let reason: String
  /// The last day of validity as `YYYY-MM-DD`; nil if the entry does not expire.
  package let expires: String?

  package init(rule: RuleID, mains: [String], reason: String, expires: String?) {
    self.rule = rule
    self.mains = mains
    self.reason = reason
    self.expires = expires
  }
}

/// Adds an entry to the configuration of the work tree.
package func allow(_ entry: AllowEntry, _ options: CheckOptions) throws(CheckError) {
  let mains = entry.mains.map(Config.quoted).joined(separator: ", ")
  var lines = [
    "[[allow]]", "rule = \(Config.quoted(entry.rule.rawValue))", "mains = [\(mains)]",
    "reason = \(Config.quoted(entry.reason))",
  ]
  // The reader of the configuration says what is wrong with a date.
  if let expires = entry.expires { lines.append("expires = \(expires.filter { $0.isNumber || $0 == "-" })") }
  try append(lines.joined(separator: "\n") + "\n", options.rules)
}

/// Returns the allow entries of the work tree's configuration, one line for each.
package func allowEntries(_ options: CheckOptions) throws(CheckError) -> [String] {
  let trees = try RepositoryReader.open()
  var options = options
  options.subject = .workTree
  let config = try options.config(of: try trees.snapshot(.workTree, nil))
  let today = utcToday()
  return config.allowed.map { entry in
    let end = entry.expires.map { $0 < today ? ", expired on \($0)" : ", until \($0)" } ?? ""
    return "\(config.file.text):\(entry.line): \(entry.name)\(end): \(entry.reason)"
  }
}

/// Appends entries to the configuration of the work tree.
private func append(_ entries: String, _ rules: [RuleID]) throws(CheckError) {
  let trees = try RepositoryReader.open()
  guard !trees.isBare else { throw CheckError(.usage, "a bare repository has no work tree to write to.") }
  try refuseIgnored()
  let path = trees.root.appending(Config.fileName)
  let status = fileStatus(path, followingLinks: false)
  guard status == nil || status?.kind == .file else {
    throw CheckError(
      .usage, "\(Config.fileName.text) is not a regular file, so nothing was written. Add the entries to it yourself.")
  }
  let before = status == nil ? [] : try wrap { () throws(FileError) in try readFile(path, limit: Config.sizeLimit) }
  let gap = before.isEmpty ? "" : before.last == UInt8(ascii: "\n") ? "\n" : "\n\n"
  let text = Array((gap + entries).utf8)
  guard before.count + text.count <= Config.sizeLimit else {
    throw CheckError(.usage, "\(Config.fileName.text) would become larger than \(Config.sizeLimit >> 20) MiB.")
  }
  do throws(ConfigError) { _ = try Config(parsing: before + text, rules: rules) } catch {
    throw CheckError(
      .usage,
      "cannot add the entries to \(Config.fileName.text): \(error.message). Write allow as [[allow]] tables, and run "
        + "this again.")
  }
  try wrap { () throws(FileError) in try appendToFile(path, text) }
}

private func entry(_ finding: Finding, _ today: String) -> String {
  let names = finding.mains.map { Config.quoted($0.importPath.text) }
  let mains = names.count == 1 ? "\(names[0])" : "[\n" + names.map { "  \($0),\n" }.joined() + "]"
  var lines = ["[[allow]]", "rule = \"\(finding.rule.rawValue)\"", "package = \(Config.quoted(finding.culprit.text))"]
  if !names.isEmpty { lines.append("mains = \(mains)") }
  lines.append("reason = \"present on \(today)\"")
  return lines.joined(separator: "\n") + "\n"
}

private func wrap<T>(_ body: () throws(FileError) -> T) throws(CheckError) -> T {
  do throws(FileError) { return try body() } catch { throw CheckError(.cannotJudge, "\(error)") }
}
