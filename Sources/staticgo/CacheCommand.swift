import ArgumentParser
import Bytes
import Cache
import Check
import System

/// The option that selects the cache directory.
struct CacheOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Use this cache directory (default: ~/.cache/staticgo).", valueName: "dir"))
  var cacheDir: String?

  func validate() throws {
    if cacheDir?.isEmpty ?? false { throw ValidationError("--cache-dir requires a directory") }
  }

  /// Returns the cache directory; a relative one is relative to `origin`. Nil if it is not given and has no default.
  func directory(from origin: ByteString) -> ByteString? {
    guard let cacheDir else { return CacheDirectory.defaultDirectory }
    return cacheDir.hasPrefix("/") ? ByteString(cacheDir) : origin.appending(ByteString(cacheDir)).cleaned
  }

  /// Returns the cache directory; ends the program with an error if it is unknown.
  fileprivate func directory() throws -> ByteString {
    if let found = directory(from: try currentDirectory()) { return found }
    printError("no cache directory: neither XDG_CACHE_HOME nor HOME is set. Set one with --cache-dir.")
    throw Outcome.usage.exit
  }
}

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Show or remove the cache.",
    subcommands: [Status.self, Clean.self], defaultSubcommand: Status.self)

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show the path and size of the cache.")

    @OptionGroup var cache: CacheOptions

    func run() throws {
      let directory = try cache.directory()
      let files = CacheDirectory.files(in: directory)
      let total = files.reduce(0) { $0 + $1.size }
      var lines = [
        "\(printable(directory)): \(files.count) \(files.count == 1 ? "repository" : "repositories"), \(size(total))"
      ]
      lines += files.map { "  \(printable($0.name))  \(size($0.size))" }
      try printResult(SafeText(lines: lines.joined(separator: "\n") + "\n"))
    }

    private func size(_ bytes: Int) -> String {
      bytes < 1 << 20 ? "\((bytes + 1023) / 1024) KiB" : "\((bytes + (1 << 20) - 1) >> 20) MiB"
    }
  }

  struct Clean: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove the cache. The next run takes longer.")

    @OptionGroup var cache: CacheOptions

    func run() throws {
      let directory = try cache.directory()
      do {
        let count = try CacheDirectory.clean(directory)
        try printResult("removed \(count) \(count == 1 ? "file" : "files") from \(directory.text)\n")
      } catch let error as FileError {
        printError("\(error)")
        throw Outcome.notJudged.exit
      }
    }
  }
}
