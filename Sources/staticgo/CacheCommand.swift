import ArgumentParser
import Bytes
import Check
import FileSystem

/// The option by which commands name the cache.
struct CacheOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The cache (default: ~/.cache/staticgo).", valueName: "dir"))
  var cacheDir: String?

  func directory() throws -> ByteString {
    if let cacheDir { return try absolutePath(ByteString(cacheDir)) }
    guard let found = Cache.defaultDirectory else {
      complain("there is no cache: neither XDG_CACHE_HOME nor HOME is set. Name a directory with --cache-dir.")
      throw Outcome.usage.exit
    }
    return found
  }

  func validate() throws {
    if cacheDir?.isEmpty ?? false { throw ValidationError("--cache-dir takes the name of a directory.") }
  }

  private func absolutePath(_ path: ByteString) throws -> ByteString {
    path.hasPrefix("/") ? path : try currentDirectory().appending(path).cleaned
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
        "\(directory.text): \(files.count) \(files.count == 1 ? "repository" : "repositories"), \(size(total))"
      ]
      lines += files.map { "  \($0.name.text)  \(size($0.size))" }
      try deliver(lines.joined(separator: "\n") + "\n")
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
