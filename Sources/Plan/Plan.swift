package import Bytes
package import Config
package import Diagnostics
package import GoBuild
package import Snapshots
import System

/// The targets, build depth and severities of a check. The command line overrides the configuration, which overrides
/// the defaults.
package struct Plan {
  package let config: Config
  package let build: BuildDepth
  package let buildLimit: Duration?
  /// Every target on which at least one main is judged.
  package let targets: [Target]
  /// The targets of mains without a `[[main]]` entry.
  package var generalTargets: [Target] { general }
  private let general: [Target]
  package let options: CheckOptions

  package init(_ options: CheckOptions, _ config: Config) throws(CheckError) {
    self.options = options
    self.config = config
    build = options.build ?? config.build ?? options.defaultBuild
    buildLimit = options.buildLimit ?? config.buildTimeout.map { .seconds($0) } ?? options.defaultBuildLimit
    general = Self.targets(options, config.targets, config.tags, flags: [])
    var targets = general
    var seen = Set(general)
    for main in config.mains {
      targets += Self.targets(options, config, main).filter { seen.insert($0).inserted }
      // Each target is a separate build, and the configuration may come from a stranger.
      guard targets.count <= Self.targetLimit else {
        throw CheckError(
          .usage,
          "\(config.file.text) has more than \(Self.targetLimit) builds (combinations of platform, tags and flags)."
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

  /// Whether the configuration includes a main.
  package func includes(_ main: MainName) -> Bool {
    if config.excluded.contains(where: { $0.glob.matches(main) }) { return false }
    return config.included?.contains { $0.glob.matches(main) } ?? true
  }

  /// Returns notes about patterns of the configuration that match none of `mains`, or only such that an earlier
  /// `[[main]]` entry takes.
  package func notes(on mains: Set<MainName>) -> [String] {
    let limit = 5
    let idle = config.mainPatterns.filter { pattern in !mains.contains { pattern.glob.matches($0) } }
    let notes = idle.map { (pattern: $0, text: "matches no main package") } + hidden(mains)
    let shown = notes.prefix(limit).map { pattern, text in
      "\(config.file.text):\(pattern.line): \"\(pattern.text.prefix(60))\" \(text)"
    }
    return shown + (notes.count > limit ? ["\(config.file.text): more such patterns: \(notes.count - limit)"] : [])
  }

  /// The patterns of `[[main]]` entries that have no effect, because an earlier entry applies to all that they match.
  private func hidden(_ mains: Set<MainName>) -> [(pattern: Config.MainPattern, text: String)] {
    config.mains.enumerated().flatMap { index, entry in
      entry.names.compactMap { pattern in
        let matched = mains.filter { pattern.glob.matches($0) }
        let earlier = config.mains[..<index].flatMap(\.names)
        guard let first = earlier.first(where: { earlier in matched.contains { earlier.glob.matches($0) } }),
          matched.allSatisfy({ main in earlier.contains { $0.glob.matches(main) } })
        else { return nil }
        return (pattern, "has no effect: the entry on line \(first.line) already applies to it")
      }
    }
  }

  /// Returns the targets of a main.
  package func targets(of main: MainName) -> [Target] {
    entry(of: main).map { Self.targets(options, config, $0) } ?? general
  }

  /// Returns the reason why a main is meant to use cgo; nil for one that must be static.
  package func exemption(of main: MainName) -> String? { entry(of: main)?.exemption }

  /// Returns the line of the `[[main]]` entry that applies to a main; nil where none does.
  package func line(of main: MainName) -> Int? {
    entry(of: main)?.names.first { $0.glob.matches(main) }?.line
  }

  /// The first `[[main]]` entry that matches a main.
  private func entry(of main: MainName) -> Config.Main? {
    config.mains.first { $0.names.contains { $0.glob.matches(main) } }
  }

  /// Whether a main is judged on a target.
  package func judges(_ main: MainName, on target: Target) -> Bool { targets(of: main).contains(target) }

  /// Returns the targets of a main on one platform.
  package func targets(of main: MainName, on platform: String) -> [Target] {
    targets(of: main).filter { $0.platform.description == platform }
  }

  /// Whether the command line overrides none of the configured targets and tags.
  package var isWhole: Bool {
    let narrowsTargets =
      !options.platforms.isEmpty && (config.targets != nil || config.mains.contains { $0.targets != nil })
    let narrowsTags = options.tags != nil && (config.tags != nil || config.mains.contains { $0.tags != nil })
    return !narrowsTargets && !narrowsTags
  }
}

extension Glob {
  /// Whether the glob matches a main's directory or import path.
  package func matches(_ main: MainName) -> Bool { matches(main.directory) || matches(main.importPath) }
}

extension CheckOptions {
  /// Returns the configuration of a snapshot, or of the file on the command line.
  package func config(of snapshot: Snapshot) throws(CheckError) -> Config {
    // A file in the repository is named by its path from the root.
    let file = configFile.map { $0.path.relative(to: snapshot.root) ?? $0.name } ?? Config.fileName
    let content: [UInt8]?
    if let configFile {
      do { content = try readFile(configFile.path, limit: Config.sizeLimit) } catch {
        throw CheckError(.usage, "cannot read the configuration \(configFile.name.text). Check the path of --config.")
      }
    } else {
      do throws(UnreadableFile) { content = try snapshot.read(Config.fileName) } catch {
        throw CheckError(.cannotJudge, "\(error.message).")
      }
      // A configuration that exists but is not read would mislead its author.
      let path = snapshot.root.appending(Config.fileName)
      if content == nil, subject == .workTree, let status = fileStatus(path, followingLinks: false) {
        throw CheckError(
          .usage,
          status.kind == .file
            ? "cannot use \(file.text), because git ignores it. To see why, run: git check-ignore -v \(file.text)"
            : "cannot use \(file.text), because it is not a regular file. Replace it with a file.")
      }
    }
    guard let content else { return Config() }
    // Before anything else: a newer version may know other keys.
    let own = Config.versionNumbers(version) ?? []
    if !own.isEmpty, let required = Config.requiredVersion(in: content), own.lexicographicallyPrecedes(required) {
      let name = required.map(String.init).joined(separator: ".")
      throw CheckError(
        .usage, "\(file.text) requires staticgo \(name) or newer, and this is \(version). Update staticgo.")
    }
    var config: Config
    do throws(ConfigError) { config = try Config(parsing: content, rules: rules) } catch {
      throw CheckError(.usage, "\(file.text):\(error.line):\(error.column): \(error.message)")
    }
    config.file = file
    return config
  }
}

/// Returns today's date as `YYYY-MM-DD`, in UTC.
package func utcToday() -> String { utcDate(nanosecondsSince1970() / 86_400_000_000_000) }

/// Returns a day as `YYYY-MM-DD`, from its number since 1970-01-01 (the civil calendar of Howard Hinnant's
/// days_from_civil).
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

extension Plan {
  /// The notes about configurations below the root, which have no effect. `changed` limits them to those of a change, so that
  /// a hook looks at no other directory.
  package func nestedConfigurations(in snapshot: Snapshot, _ changed: Set<ByteString>?) -> [String] {
    let name = Config.fileName
    let places =
      changed?.filter { $0.baseName == name && snapshot.file($0) != nil }
      ?? Set(snapshot.directories.keys.map { $0.appending(name) }.filter { snapshot.file($0) != nil })
    let nested = places.filter { $0 != name && $0 != config.file && !$0.directory.isOfThirdParties }
    return nested.sorted().prefix(3).map {
      "\($0.text) has no effect: the configuration is \(name.text) at the root of the repository"
    }
  }
}
