package import Diagnostics

extension Rule {
  /// How a team allows what the rule finds.
  package var allowing: String {
    """
    Write //staticgo:allow \(id.rawValue) -- and why, on the line of the finding or of an import that leads to it, or on \
    the line above; above import "C" leave a blank line between, where it would be C code. Only the team's own files \
    allow anything, not vendored ones.
    """
  }

  /// The rule's page in the documentation.
  package var page: String {
    var text = "# \(id.rawValue)\n\n\(capitalized(summary)).\n\n"
    text += "Severity: \(severity.rawValue). Since \(since).\n\n## Why\n\n\(why)\n\n## What to do\n\n"
    for step in fix { text += "- \(step)\n" }
    text += "\n## How to allow it\n\n\(allowing)\n"
    for example in examples {
      let isFound = example.archive.contains(Self.mark)
      text += "\n## Example: \(example.title)\n\n"
      text += isFound ? "Found where the mark is." : "Nothing is found."
      if !example.steps.isEmpty {
        text +=
          " The lines above the first file are what is run; a number before a command is the code that it ends with."
      }
      text += "\n\n"
      text += "```\n\(example.archive)\n```\n"
    }
    return text
  }

  /// Where the program and its documentation are.
  package static let home = "https://github.com/staticgo/staticgo"

  /// What reports say of the rule.
  package var description: RuleDescription {
    RuleDescription(
      id: id, severity: severity, summary: capitalized(summary),
      why: why.split(separator: "\n").joined(separator: " "),
      help: (fix + [allowing]).joined(separator: "\n"),
      markdown: "## What to do\n\n" + fix.map { "- \($0)\n" }.joined() + "\n## How to allow it\n\n\(allowing)\n",
      address: "\(Self.home)/blob/main/docs/rules/\(id.rawValue).md")
  }

  /// Behind the line at fault of an example.
  package static let mark = "// HERE"

  /// The list of all pages.
  package static var index: String {
    var text = "# Rules\n\n| rule | default | says |\n|---|---|---|\n"
    for rule in all {
      text += "| [\(rule.id.rawValue)](\(rule.id.rawValue).md) | \(rule.severity.rawValue) | \(rule.summary) |\n"
    }
    return text
  }

  private func capitalized(_ sentence: String) -> String {
    // What begins with a directive stays as it is written.
    sentence.first?.isLetter ?? false ? sentence.prefix(1).uppercased() + sentence.dropFirst() : sentence
  }
}
