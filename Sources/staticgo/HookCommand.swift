import ArgumentParser
import Bytes
import Git
import System

struct HookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hook", abstract: "Install the git hook that checks every commit.",
    discussion: """
      Examples:
        staticgo hook install             before each commit
        staticgo hook install --pre-push  before each push
        staticgo hook uninstall
      """,
    subcommands: [Install.self, Uninstall.self, Status.self])

  struct Install: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Install the hooks for commits and merges. An existing hook is kept and runs first.")
    @OptionGroup var options: HookOptions

    func run() throws {
      let hooks = try Hook.all(options)
      for hook in hooks { try hook.refuseSecond() }
      for hook in hooks {
        try hook.install()
        StandardStream.output.write("staticgo: the hook is installed: \(hook.path.text)\n")
        if isFile(hook.earlier) {
          StandardStream.output.write("Your existing hook is kept and runs first: \(hook.earlier.text)\n")
        }
      }
      let (cost, step, depth) =
        options.prePush
        ? ("The first push links the programs, which may take minutes; later ones take less.", "link", "link")
        : ("The first commit that needs the compiler may take 20 seconds, later ones less.", "compile", "auto")
      StandardStream.output.write(
        """
        \(cost)
        To \(step) now, run: staticgo check --build \(depth)
        To remove \(hooks.count == 1 ? "the hook" : "the hooks"): staticgo hook uninstall

        """)
    }
  }

  struct Uninstall: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Remove the hook and restore the previous one.")
    @OptionGroup var options: HookOptions

    func run() throws {
      let removed = try Hook.installed(options).filter { try $0.uninstall() }
      for hook in removed { StandardStream.output.write("staticgo: the hook is removed: \(hook.path.text)\n") }
      if removed.isEmpty { StandardStream.output.write("staticgo: no hook of staticgo is installed here\n") }
    }
  }

  struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show whether the hook is installed. Exit code 1 if not.")
    @OptionGroup var options: HookOptions

    func run() throws {
      let hooks = try Hook.installed(options, isWriting: false)
      for hook in hooks where hook.isOurs {
        StandardStream.output.write("staticgo: the hook is installed: \(hook.path.text)\n")
      }
      for hook in hooks where !hook.isOurs {
        StandardStream.output.write("staticgo: the hook is not installed: \(hook.path.text)\n")
      }
      if !hooks.allSatisfy(\.isOurs) { throw Outcome.findings.exit }
    }
  }
}

struct HookOptions: ParsableArguments {
  @Option(name: .customShort("C"), help: ArgumentHelp("Run as if started in DIR.", valueName: "dir"))
  var directory: String?

  @Flag(help: "Use the pre-push hook, which links binaries, instead of the hooks for commits.")
  var prePush = false

  @Flag(help: "Write to a core.hooksPath outside the repository, which other repositories may share.")
  var outside = false
}

/// A git hook of a repository.
private struct Hook {
  let path: ByteString
  private let text: String
  /// The path where an existing hook that is not ours is kept.
  var earlier: ByteString { path + ".before-staticgo" }

  /// Returns the hooks for the options. git runs one for a commit and another for a merge without conflicts.
  static func all(_ options: HookOptions, isWriting: Bool = true) throws -> [Hook] {
    let directory = try directory(options, isWriting: isWriting)
    return (options.prePush ? [pushName] : commitNames).map { Hook(in: directory, $0) }
  }

  /// Returns the hooks to remove or to show: with --pre-push only that one, else also an installed pre-push hook.
  static func installed(_ options: HookOptions, isWriting: Bool = true) throws -> [Hook] {
    let hooks = try all(options, isWriting: isWriting)
    guard !options.prePush, let directory = hooks.first?.path.directory else { return hooks }
    return hooks + [Hook(in: directory, pushName)].filter(\.isOurs)
  }

  private static let commitNames: [ByteString] = ["pre-commit", "pre-merge-commit"]
  private static let pushName: ByteString = "pre-push"

  private init(in directory: ByteString, _ name: ByteString) {
    path = directory.appending(name)
    text = name == Self.pushName ? pushHookScript : commitHookScript
  }

  private static func directory(_ options: HookOptions, isWriting: Bool) throws -> ByteString {
    if let directory = options.directory { try changeDirectory(to: ByteString(directory)) }
    let found: (directory: ByteString, isInside: Bool)?
    do {
      let repository = try Repository()
      let common = repository.commonDirectory
      // git runs hooks at the top of the work tree, so a relative path is relative to that.
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
      printError("\(error.message). Run staticgo in a git repository, or set one with -C DIR.")
      throw Outcome.notJudged.exit
    }
    guard let found else {
      printError("this repository is bare, so it needs no commit hook")
      throw Outcome.usage.exit
    }
    guard found.isInside || options.outside || !isWriting else {
      printError(
        "core.hooksPath is \(found.directory.text), outside this repository. To change the hooks there, use "
          + "--outside.")
      throw Outcome.usage.exit
    }
    return found.directory
  }

  var isOurs: Bool { Self.isOurs(path) }

  private static func isOurs(_ path: ByteString) -> Bool {
    guard let content = try? readFile(path, limit: 1 << 20) else { return false }
    return ByteString(content).firstIndex(of: "# `staticgo hook install") != nil
  }

  /// Ends the program with an error if two existing hooks that are not ours would have to be kept.
  func refuseSecond() throws {
    guard fileStatus(path, followingLinks: false) != nil, !isOurs, fileStatus(earlier, followingLinks: false) != nil
    else { return }
    printError("cannot keep two existing hooks: \(path.text) and \(earlier.text). Remove one of them.")
    throw Outcome.usage.exit
  }

  func install() throws {
    do {
      try makeDirectories(path.directory)
      if fileStatus(path, followingLinks: false) != nil, !isOurs { try moveFile(path, to: earlier) }
      try replaceFile(path, Array(script().utf8), executable: true)
    } catch {
      printError("\(error)")
      throw Outcome.notJudged.exit
    }
  }

  /// Removes the hook if it is ours; returns whether it was.
  func uninstall() throws -> Bool {
    guard isOurs else { return false }
    do {
      if fileStatus(earlier, followingLinks: false) != nil { try moveFile(earlier, to: path) } else { removeTree(path) }
    } catch {
      printError("\(error)")
      throw Outcome.notJudged.exit
    }
    return true
  }

  /// Returns the text of the hook, with the path of this program if PATH does not find it.
  private func script() -> String {
    guard let program = realPath("/proc/self/exe") else { return text }
    let onPath = (environmentVariable("PATH") ?? "").split(separator: ":").lazy
      .compactMap { realPath(ByteString(String($0)).appending("staticgo")) }.first
    if onPath == program { return text }
    let quoted = program.text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0 == "program=staticgo" ? "program='\(quoted)'" : String($0) }.joined(separator: "\n")
  }
}
