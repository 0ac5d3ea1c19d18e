import Bytes
import Check
import Config
package import Diagnostics
import GoBuild
import GoToolchain
import Loader
package import Plan
import Rules
import Snapshots

/// The configuration that a check would use: each value with the place where it is set.
package struct ConfigurationInForce: Sendable {
  package struct Row: Sendable, Hashable {
    package let name: String
    package let value: String
    package let origin: String
  }

  package private(set) var settings: [Row] = []
  /// One row for each main: its targets and flags, or the reason why it is exempt or excluded.
  package private(set) var mains: [Row] = []

  /// Reads the configuration of the snapshot and finds its mains.
  package init(_ options: CheckOptions) throws(CheckError) {
    var options = options
    options.patterns = []
    let trees = try RepositoryReader.open()
    let snapshot = try trees.snapshot(options.subject, try trees.commits(options.subject).snapshot)
    let config = try options.config(of: snapshot)
    let plan = try Plan(options, config)
    let file = config.file.text
    func add(_ name: String, _ value: String, _ isConfigured: Bool, _ isOnCommandLine: Bool = false) {
      let origin = isOnCommandLine ? "command line" : isConfigured ? file : "default"
      settings.append(Row(name: name, value: value, origin: origin))
    }
    if !config.requiredVersion.isEmpty {
      add("required-version", config.requiredVersion.map(String.init).joined(separator: "."), true)
    }
    let general = plan.generalTargets
    add(
      "targets", general.map(\.platform.description).joined(separator: ", "), config.targets != nil,
      !options.platforms.isEmpty)
    let tags = general.first?.tags ?? []
    add("tags", tags.isEmpty ? "none" : tags.joined(separator: ","), config.tags != nil, options.tags != nil)
    add("build", plan.build.rawValue, config.build != nil)
    let limit = plan.buildLimit.map { "\($0.components.seconds) s" } ?? "none"
    add("build-timeout", limit, config.buildTimeout != nil)
    add("fail-on", (config.failOn ?? .error).rawValue, config.failOn != nil)
    for (name, patterns) in [("mains.include", config.included), ("mains.exclude", config.excluded)] {
      if let patterns, !patterns.isEmpty { add(name, patterns.map(\.text).joined(separator: ", "), true) }
    }
    for rule in Rule.all {
      guard let severity = config.severities[rule.id] else { continue }
      add("rules.\(rule.id.rawValue)", severity?.rawValue ?? "off", true)
    }
    for entry in config.allowed {
      settings.append(
        Row(
          name: "allow",
          value:
            "\(entry.name): \(entry.reason)\(entry.expires.map { $0 < utcToday() ? ", expired \($0)" : ", until \($0)" } ?? "")",
          origin: "\(file):\(entry.line)"))
    }
    try addMains(options, plan)
  }

  private mutating func addMains(_ options: CheckOptions, _ plan: Plan) throws(CheckError) {
    var toolchain: Toolchain?
    var known: Set<MainName> = []
    try RequestedMain.each(options, "./...", named: true) { (main) throws(CheckError) in
      toolchain = main.group.toolchain
      known.insert(main.name)
    }
    if let toolchain {
      settings.append(Row(name: "go", value: "\(toolchain.version.text)", origin: toolchain.executable.text))
      let kept = toolchain.flags.kept
      if !kept.isEmpty {
        let isSet = toolchain.flags.origin == .environment
        settings.append(
          Row(name: "GOFLAGS", value: kept.joined(separator: " "), origin: isSet ? "environment" : "go env -w"))
      }
    }
    mains = known.sorted().map { main in
      let line = plan.line(of: main).map { "\(plan.config.file.text):\($0)" }
      if !plan.includes(main) {
        return Row(name: main.text, value: "not checked: [mains] excludes it", origin: plan.config.file.text)
      }
      if let reason = plan.exemption(of: main) {
        return Row(name: main.text, value: "exempt: \(reason)", origin: line ?? "default")
      }
      let targets = plan.targets(of: main).map { target in
        ([target.platform.description] + (target.tags.isEmpty ? [] : ["-tags=" + target.tags.joined(separator: ",")])
          + target.flags).joined(separator: " ")
      }
      return Row(name: main.text, value: targets.joined(separator: ", "), origin: line ?? "the settings above")
    }
  }
}
