import Bytes
import Config
import Diagnostics
import FileSystem
import GoGraph
import Rules

/// What is judged how: what the command line says goes before the configuration, and that before what is usual.
struct Plan {
  let config: Config
  let build: BuildDepth
  /// Every target that some main is judged on.
  let targets: [Target]
  /// Those of mains that nothing is said about.
  private let general: [Target]
  private let options: CheckOptions

  init(_ options: CheckOptions, _ config: Config) throws(CheckError) {
    self.options = options
    self.config = config
    build = options.build ?? config.build ?? options.defaultBuild
    general = Self.targets(options, config.targets, config.tags, flags: [])
    var targets = general
    var seen = Set(general)
    for main in config.mains {
      targets += Self.targets(options, config, main).filter { seen.insert($0).inserted }
      // Each is a build of its own; the configuration comes from strangers too.
      guard targets.count <= Self.targetLimit else {
        throw CheckError(
          .usage,
          "\(config.file.text) asks for more than \(Self.targetLimit) ways to build (platform, tags and flags together)."
        )
      }
    }
    self.targets = targets
  }

  private static let targetLimit = 64

  private static func targets(_ options: CheckOptions, _ config: Config, _ main: Config.Main) -> [Target] {
    targets(options, main.targets ?? config.targets, main.tags ?? config.tags, flags: main.flags)
  }

  private static func targets(
    _ options: CheckOptions, _ platforms: [Platform]?, _ tags: [String]?, flags: [String]
  ) -> [Target] {
    let asked = options.platforms.isEmpty ? nil : options.platforms
    let tags = options.tags ?? tags ?? []
    var seen: Set<Platform> = []
    return (asked ?? platforms ?? [options.defaultPlatform]).filter { seen.insert($0).inserted }.map {
      Target(platform: $0, tags: tags, flags: flags)
    }
  }

  /// Whether the configuration leaves a main in.
  func includes(_ main: MainName) -> Bool {
    if config.excluded.contains(where: { $0.glob.matches(main) }) { return false }
    return config.included?.contains { $0.glob.matches(main) } ?? true
  }

  /// What to know of patterns in the configuration that name none of the mains that are there.
  func notes(on mains: Set<MainName>) -> [String] {
    let limit = 5
    let idle = config.mainPatterns.filter { pattern in !mains.contains { pattern.glob.matches($0) } }
    let notes = idle.prefix(limit).map {
      "\(config.file.text):\($0.line): \"\($0.text.prefix(60))\" names no main here"
    }
    return notes + (idle.count > limit ? ["\(config.file.text): so do \(idle.count - limit) more patterns"] : [])
  }

  /// What a main is judged on.
  func targets(of main: MainName) -> [Target] {
    guard let entry = config.mains.first(where: { $0.names.contains { $0.glob.matches(main) } }) else { return general }
    return Self.targets(options, config, entry)
  }

  /// Whether a main is judged on a target.
  func judges(_ main: MainName, on target: Target) -> Bool { targets(of: main).contains(target) }

  /// Those of one platform.
  func targets(of main: MainName, on platform: String) -> [Target] {
    targets(of: main).filter { $0.platform.description == platform }
  }

  /// A finding as grave as the configuration has it; nil where that switches its rule off.
  ///
  /// A finding that is less grave than its rule says stays so.
  func weigh(_ finding: Finding) -> Finding? {
    guard let asked = config.severities[finding.rule] else { return finding }
    guard let asked else { return nil }
    let usual = Rule.all.first { $0.id == finding.rule }?.severity
    var finding = finding
    finding.severity = finding.severity == usual ? asked : min(asked, finding.severity)
    return finding
  }

  /// Whether all is judged that the configuration speaks of, on all its targets.
  var isWhole: Bool {
    let narrowsTargets =
      !options.platforms.isEmpty && (config.targets != nil || config.mains.contains { $0.targets != nil })
    let narrowsTags = options.tags != nil && (config.tags != nil || config.mains.contains { $0.tags != nil })
    return !narrowsTargets && !narrowsTags
  }

  /// Whether a rule whose findings are notes is more than that to this team.
  func raises(_ rule: RuleID) -> Bool { (config.severities[rule] ?? .note) ?? .note > .note }

  /// Whether findings that are notes are shown to anybody, or are no notes to this team.
  var wantsNotes: Bool {
    options.wantsNotes || [RuleID.stdCgo, .cgoFallback].contains(where: raises)
  }
}

extension Glob {
  /// Whether a main is meant, by its directory or its import path.
  func matches(_ main: MainName) -> Bool { matches(main.directory) || matches(main.importPath) }
}

extension CheckOptions {
  /// The configuration of a snapshot, or the one in the file that the command line names.
  func config(of snapshot: Snapshot) throws(CheckError) -> Config {
    // What lies in the repository is called as everything in it.
    let file = configFile.map { $0.path.relative(to: snapshot.root) ?? $0.name } ?? Config.fileName
    let content: [UInt8]?
    if let configFile {
      do { content = try readFile(configFile.path, limit: Config.sizeLimit) } catch {
        throw CheckError(.usage, "cannot read the configuration \(configFile.name.text). Name a file with --config.")
      }
    } else {
      content = snapshot.content(Config.fileName)
      guard content != nil || snapshot.file(Config.fileName) == nil else {
        throw CheckError(
          .cannotJudge,
          "cannot read \(file.text): it leads out of the repository, or git does not have its content here.")
      }
      // What is there and is not read would mislead whoever wrote it.
      let path = snapshot.root.appending(Config.fileName)
      if content == nil, subject == .workTree, fileStatus(path, followingLinks: false) != nil {
        throw CheckError(
          .usage,
          "\(file.text) is there, but git ignores it, or it is no file: it cannot be followed. git check-ignore -v "
            + "\(file.text) says why.")
      }
    }
    guard let content else { return Config() }
    do throws(ConfigError) {
      var config = try Config(parsing: content)
      config.file = file
      return config
    } catch {
      throw CheckError(.usage, "\(file.text):\(error.line):\(error.column): \(error.message)")
    }
  }
}

/// Today as `YYYY-MM-DD`, in UTC.
func utcToday() -> String { utcDate(nanosecondsSince1970() / 86_400_000_000_000) }

/// A day as `YYYY-MM-DD`, by its number since 1970-01-01 (the civil calendar of Howard Hinnant's days_from_civil).
func utcDate(_ day: Int) -> String {
  let shifted = day + 719_468
  let era = shifted / 146_097
  let dayOfEra = shifted % 146_097
  let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  let monthFromMarch = (5 * dayOfYear + 2) / 153
  let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
  let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  func padded(_ number: Int, _ width: Int) -> String {
    String(repeating: "0", count: max(0, width - String(number).count)) + String(number)
  }
  return "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfMonth, 2))"
}
