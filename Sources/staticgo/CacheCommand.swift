import ArgumentParser
import Bytes
import Check
import FileSystem

/// The option by which commands name the cache.
struct CacheOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Where facts are kept from run to run (default: ~/.cache/staticgo).", valueName: "dir"))
  var cacheDir: String?

  func validate() throws {
    if cacheDir?.isEmpty ?? false { throw ValidationError("--cache-dir takes the name of a directory.") }
  }

  /// The directory, where a relative one is meant from `origin`; nil where none is named and there is no default.
  func directory(from origin: ByteString) -> ByteString? {
    guard let cacheDir else { return Cache.defaultDirectory }
    return cacheDir.hasPrefix("/") ? ByteString(cacheDir) : origin.appending(ByteString(cacheDir)).cleaned
  }

  /// The same, where there has to be one.
  fileprivate func directory() throws -> ByteString {
    if let found = directory(from: try currentDirectory()) { return found }
    complain("there is no cache: neither XDG_CACHE_HOME nor HOME is set. Name a directory with --cache-dir.")
    throw Outcome.usage.exit
  }
}

struct CacheCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cache", abstract: "Show or remove what is kept from run to run.",
    subcommands: [Status.self, Clean.self], defaultSubcommand: Status.self)

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show where the cache is, and how large.")

    @OptionGroup var cache: CacheOptions

    func run() throws {
      let directory = try cache.directory()
      let files = Cache.files(in: directory)
      let total = files.reduce(0) { $0 + $1.size }
      var lines = [
        "\(printable(directory)): \(files.count) \(files.count == 1 ? "repository" : "repositories"), \(size(total))"
      ]
      lines += files.map { "  \(printable($0.name))  \(size($0.size))" }
      try deliver(SafeText(lines: lines.joined(separator: "\n") + "\n"))
    }

    private func size(_ bytes: Int) -> String {
      bytes < 1 << 20 ? "\((bytes + 1023) / 1024) KiB" : "\((bytes + (1 << 20) - 1) >> 20) MiB"
    }
  }

  struct Clean: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove the cache; the next runs take longer.")

    @OptionGroup var cache: CacheOptions

    func run() throws {
      let directory = try cache.directory()
      do {
        let count = try Cache.clean(directory)
        try deliver("removed \(count) \(count == 1 ? "file" : "files") from \(directory.text)\n")
      } catch let error as FileError {
        complain("\(error)")
        throw Outcome.notJudged.exit
      }
    }
  }
}
