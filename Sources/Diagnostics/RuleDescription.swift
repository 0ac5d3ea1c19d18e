/// The description of a rule in reports, made from its page.
package struct RuleDescription: Sendable {
  package let id: RuleID
  package let severity: Severity
  /// One line.
  package let summary: String
  /// A paragraph.
  package let why: String
  /// The help, as plain sentences and as Markdown.
  package let help: String
  package let markdown: String
  /// The URL of the rule's page.
  package let address: String

  package init(
    id: RuleID, severity: Severity, summary: String, why: String, help: String, markdown: String, address: String
  ) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.why = why
    self.help = help
    self.markdown = markdown
    self.address = address
  }
}

/// The program that made a report.
package struct ToolDescription: Sendable {
  package let version: String
  package let address: String
  package let rules: [RuleDescription]

  package init(version: String, address: String, rules: [RuleDescription]) {
    self.version = version
    self.address = address
    self.rules = rules
  }

  package func rule(_ id: RuleID) -> RuleDescription? { rules.first { $0.id == id } }
}
