package import Bytes
package import Diagnostics
package import GoBuild

/// The configuration that `staticgo init` writes: every key with its description.
///
/// Keys that the repository's release files determine are set.
package struct InitialConfig: Sendable {
  /// The build settings of a main that is built differently from the others.
  package struct Main: Sendable {
    package let directory: ByteString
    package let targets: [Platform]
    package let tags: [String]
    /// The reason why it is meant to use cgo; nil for a main that must be static.
    package let exemption: String?

    package init(directory: ByteString, targets: [Platform], tags: [String], exemption: String?) {
      self.exemption = exemption
      self.directory = directory
      self.targets = targets
      self.tags = tags
    }
  }

  /// The targets of the release; empty if the release files do not name them.
  package var targets: [Platform] = []
  package var tags: [String] = []
  package var mains: [Main] = []
  /// The directories of all mains.
  package var all: [ByteString] = []
  /// The release files that the settings come from.
  package var sources: [ByteString] = []
  /// The release files with builds from which nothing was taken. It is not written.
  package var unused: [ByteString] = []

  package init() {}

  /// Returns the file; `rules` are the rules that exist.
  package func text(rules: [RuleID]) -> String {
    let from = sources.isEmpty ? "" : "From \(sources.map { Config.plain($0.text) }.joined(separator: ", "))."
    var blocks: [String] = [
      """
      #:schema \(Config.schemaAddress)
      # The staticgo configuration of this repository: what to check, how, and which findings to allow.
      # staticgo reads it from the snapshot that it checks. Keys after "#" are examples: uncomment to enable.
      """
    ]
    for setting in Setting.all(rules: rules) {
      var lines = ["# \(setting.summary)"]
      switch setting.name {
      case "targets" where !targets.isEmpty:
        lines += ["# \(from)", "targets = \(Self.list(targets.map(\.description)))"]
      case "tags" where !tags.isEmpty: lines += ["# \(from)", "tags = \(Self.list(tags))"]
      case "main" where !mains.isEmpty: lines += ["# \(from)"] + mains.map(entry)
      case "mains": lines += ["# Mains found (all are checked by default):"] + present + example(of: setting)
      default: lines += example(of: setting)
      }
      blocks.append(lines.joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private var present: [String] {
    let limit = 40
    let names = all.prefix(limit).map { "#   " + Config.plain($0.isEmpty ? "." : $0.text) }
    return names + (all.count > limit ? ["#   and \(all.count - limit) more (staticgo check --all lists them)"] : [])
  }

  private func entry(_ main: Main) -> String {
    var lines = ["[[main]]", "main = \(Config.quoted(main.directory.isEmpty ? "." : main.directory.text))"]
    if main.targets != targets { lines.append("targets = \(Self.list(main.targets.map(\.description)))") }
    if main.tags != tags { lines.append("tags = \(Self.list(main.tags))") }
    if let reason = main.exemption {
      lines += ["linkage = \"dynamic\"", "reason = \(Config.quoted(reason))"]
    }
    return lines.joined(separator: "\n")
  }

  private static func list(_ items: [String]) -> String {
    "[\(items.map(Config.quoted).joined(separator: ", "))]"
  }

  /// Returns an example of a setting, commented out.
  private func example(of setting: Setting) -> [String] {
    func lines(_ settings: [Setting]) -> [String] {
      settings.compactMap { setting in
        setting.example.map { "# \(setting.name) = \($0)".padded(to: 44) + "# \(setting.summary)" }
      }
    }
    switch setting.kind {
    case .table(let settings): return ["# [\(setting.name)]"] + lines(settings)
    case .tables(let settings): return ["# [[\(setting.name)]]"] + lines(settings)
    default: return setting.example.map { ["# \(setting.name) = \($0)"] } ?? []
    }
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, width - count))
  }
}

extension Config {
  /// Returns text as a TOML basic string.
  package static func quoted(_ text: String) -> String { "\"\(escaped(text, besides: ["\"", "\\"]))\"" }

  /// Returns text for a TOML comment, with characters escaped that could end the comment.
  static func plain(_ text: String) -> String { escaped(text, besides: []) }

  private static func escaped(_ text: String, besides special: Set<UnicodeScalar>) -> String {
    text.unicodeScalars.map { scalar -> String in
      if special.contains(scalar) { return "\\\(scalar)" }
      let hidden: [Unicode.GeneralCategory] = [.control, .format, .lineSeparator, .paragraphSeparator]
      guard hidden.contains(scalar.properties.generalCategory) else { return String(scalar) }
      let digits = String(scalar.value, radix: 16)
      let width = digits.count > 4 ? 8 : 4
      return (width == 8 ? "\\U" : "\\u") + String(repeating: "0", count: width - digits.count) + digits
    }.joined()
  }
}
