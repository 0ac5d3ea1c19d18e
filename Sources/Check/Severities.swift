import Config
import Diagnostics
import Plan
import Rules

/// The severities of the configuration, applied to findings.
extension Plan {
  /// Returns the finding with the severity from the configuration; nil if the configuration turns its rule off.
  ///
  /// A finding that is less severe than its rule's default is never raised.
  func weigh(_ finding: Finding) -> Finding? {
    if options.ignored.contains(finding.rule) { return nil }
    if !options.selected.isEmpty, !options.selected.contains(finding.rule) { return nil }
    guard let asked = config.severities[finding.rule] else { return finding }
    guard let asked else { return nil }
    let usual = Rule.named(finding.rule).severity
    var finding = finding
    finding.severity = finding.severity == usual ? asked : min(asked, finding.severity)
    return finding
  }

  /// Whether the configuration makes a rule's notes more severe than notes.
  func raises(_ rule: RuleID) -> Bool { (config.severities[rule] ?? .note) ?? .note > .note }

  /// Whether notes are shown, or the configuration makes them more severe.
  var wantsNotes: Bool {
    options.wantsNotes || Rule.all.contains { $0.isInformational && raises($0.id) }
  }
}
