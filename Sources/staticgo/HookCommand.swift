import ArgumentParser
import Bytes
import FileSystem
import Git

struct HookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "Install the git hook that judges every commit.",
    subcommands: [Install.self, Uninstall.self, Status.self])

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Install the pre-commit hook; one that is there already is kept, and runs first.")
    @OptionGroup var options: HookOptions

    func run() throws {
      let hook = try Hook(options)
      try hook.install()
      StandardStream.output.write("staticgo: installed as \(hook.path.text)\n")
      if isFile(hook.earlier) {
        StandardStream.output.write("The hook that was there runs first: \(hook.earlier.text)\n")
      }
    }
  }

  struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove the hook, and put back the one that was there.")
    @OptionGroup var options: HookOptions

    func run() throws {
      let hook = try Hook(options)
      StandardStream.output.write(
        try hook.uninstall() ? "staticgo: removed from \(hook.path.text)\n" : "staticgo: it was not installed\n")
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Say whether the hook is installed; exit code 1 if not.")
    @OptionGroup var options: HookOptions

    func run() throws {
      let hook = try Hook(options, isWriting: false)
      guard hook.isOurs else {
        StandardStream.output.write("staticgo: not installed in \(hook.path.directory.text)\n")
        throw Outcome.findings.exit
      }
      StandardStream.output.write("staticgo: installed as \(hook.path.text)\n")
    }
  }
}

struct HookOptions: ParsableArguments {
  @Option(name: .customShort("C"), help: ArgumentHelp("Run as if started in DIR.", valueName: "dir"))
  var directory: String?

  @Flag(help: "Write to a core.hooksPath outside the repository, where other repositories may use it too.")
  var outside = false
}

/// The pre-commit hook of a repository.
private struct Hook {
  let path: ByteString
  /// Where an earlier hook of another author is kept.
  var earlier: ByteString { path + ".before-staticgo" }

  init(_ options: HookOptions, isWriting: Bool = true) throws {
    if let directory = options.directory { try changeDirectory(to: ByteString(directory)) }
    let found: (directory: ByteString, isInside: Bool)?
    do {
      let repository = try Repository()
      let common = repository.commonDirectory
      // git runs hooks at the top of the work tree, so a relative path is meant from there.
      let configured = try repository.configuredPath("core.hooksPath")
      if let top = repository.workTree {
        var directory = common.appending("hooks")
        if let configured, !configured.isEmpty {
          directory = (configured.hasPrefix("/") ? configured : top.appending(configured)).cleaned
        }
        let real = realPath(directory) ?? directory
        found = (directory, [top, common].contains { real.isWithin(realPath($0) ?? $0) })
      } else {
        found = nil
      }
    } catch {
      complain("\(error.message). Run staticgo in a git repository, or name one with -C DIR.")
      throw Outcome.notJudged.exit
    }
    guard let found else {
      complain("this repository is bare: nobody commits in it, so it needs no hook.")
      throw Outcome.usage.exit
    }
    guard found.isInside || options.outside || !isWriting else {
      complain(
        "core.hooksPath leads to \(found.directory.text), outside this repository. If its hooks may be changed, say so "
          + "with --outside.")
      throw Outcome.usage.exit
    }
    path = found.directory.appending("pre-commit")
  }

  var isOurs: Bool { Self.isOurs(path) }

  private static func isOurs(_ path: ByteString) -> Bool {
    guard let content = try? readFile(path, limit: 1 << 20) else { return false }
    return ByteString(content).firstIndex(of: "`staticgo hook install` writes this file") != nil
  }

  func install() throws {
    do {
      try makeDirectories(path.directory)
      if fileStatus(path, followingLinks: false) != nil, !isOurs {
        guard fileStatus(earlier, followingLinks: false) == nil else {
          complain(
            "there is a hook of somebody else's at \(path.text), and one kept at \(earlier.text). Remove one of them.")
          throw Outcome.usage.exit
        }
        try moveFile(path, to: earlier)
      }
      try replaceFile(path, Array(script().utf8), executable: true)
    } catch let error as FileError {
      complain("\(error)")
      throw Outcome.notJudged.exit
    }
  }

  /// Removes the hook if it is ours; true if it was.
  func uninstall() throws -> Bool {
    guard isOurs else { return false }
    do {
      if fileStatus(earlier, followingLinks: false) != nil { try moveFile(earlier, to: path) } else { removeTree(path) }
    } catch {
      complain("\(error)")
      throw Outcome.notJudged.exit
    }
    return true
  }

  /// The text of hooks/pre-commit, with the path of this program where PATH does not lead to it.
  private func script() -> String {
    guard let program = realPath("/proc/self/exe") else { return hookScript }
    let onPath = (environmentVariable("PATH") ?? "").split(separator: ":").lazy
      .compactMap { realPath(ByteString(String($0)).appending("staticgo")) }.first
    if onPath == program { return hookScript }
    let quoted = program.text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    return hookScript.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0 == "program=staticgo" ? "program='\(quoted)'" : String($0) }.joined(separator: "\n")
  }
}

/// What hooks/pre-commit holds; a test compares the two.
private let hookScript = """
  #!/bin/sh
  # staticgo: stops a commit after which a Go program could not be linked statically any more.
  # `staticgo hook install` writes this file; a hook that stood here before runs first.
  program=staticgo
  before="$(dirname "$0")/pre-commit.before-staticgo"
  if [ -x "$before" ]; then
    "$before" "$@" || exit $?
  fi
  if ! command -v "$program" >/dev/null 2>&1; then
    echo "staticgo: $program cannot be found, so this commit was not judged." >&2
    echo "Install it, or commit with --no-verify." >&2
    exit 3
  fi
  exec "$program" check --staged

  """
