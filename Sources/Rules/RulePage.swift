package import Diagnostics

extension Rule {
  /// How a team allows a finding of the rule.
  package var allowing: String {
    phase == .recipe
      ? "Write # staticgo:allow \(id.rawValue) -- reason on the line above the finding. Or add an `[[allow]]` entry with the "
        + "rule, the path of the file and a reason to .staticgo.toml."
      : """
      Write //staticgo:allow \(id.rawValue) -- reason. Put it on the line of the finding, on the line of an import in \
      its chain, or on the line above one of them. Above import "C", leave a blank line between: directly above, it is C \
      code. Directives in vendored files are ignored.
      """
  }

  /// The rule's page in the documentation.
  package var page: String {
    var text = "# \(id.rawValue)\n\n\(capitalized(summary)).\n\n"
    text += "Severity: \(severity.rawValue). Since \(since).\n\n## Why it matters\n\n\(why)\n\n## How to fix it\n\n"
    for step in fix { text += "- \(step)\n" }
    text += "\n## How to allow it\n\n\(allowing)\n"
    for example in examples {
      let isFound = example.archive.contains(Self.mark)
      text += "\n## Example: \(example.title)\n\n"
      text += isFound ? "Reported on the line marked // HERE." : "Not reported."
      if !example.steps.isEmpty {
        text +=
          " The lines above the first file are commands; a number before a command is its expected exit code."
      }
      text += "\n\n"
      text += "```\n\(example.archive)\n```\n"
    }
    return text
  }

  /// The repository of staticgo and its documentation.
  package static let home = "https://github.com/staticgo/staticgo"

  /// The rule as reports describe it.
  package var description: RuleDescription {
    RuleDescription(
      id: id, severity: severity, summary: capitalized(summary),
      why: why.split(separator: "\n").joined(separator: " "),
      help: (fix + [allowing]).joined(separator: "\n"),
      markdown: "## How to fix it\n\n" + fix.map { "- \($0)\n" }.joined() + "\n## How to allow it\n\n\(allowing)\n",
      address: "\(Self.home)/blob/main/docs/rules/\(id.rawValue).md")
  }

  /// The comment at the end of the line that an example reports.
  package static let mark = "// HERE"

  /// The list of all pages.
  package static var index: String {
    var text = "# Rules\n\n| rule | default | reports |\n|---|---|---|\n"
    for rule in all {
      text += "| [\(rule.id.rawValue)](\(rule.id.rawValue).md) | \(rule.severity.rawValue) | \(rule.summary) |\n"
    }
    return text
  }

  private func capitalized(_ sentence: String) -> String {
    // A summary that begins with a directive keeps its spelling.
    sentence.first?.isLetter ?? false ? sentence.prefix(1).uppercased() + sentence.dropFirst() : sentence
  }
}
