package import Bytes
import System

/// The `git` on PATH, for indexes that libgit2 cannot read: split and sparse ones (`git update-index --split-index`,
/// `git sparse-checkout set --sparse-index`).
///
/// It runs in our own environment, which is git's own in a hook. It starts no program that the repository's
/// configuration names, fetches nothing and writes nothing.
package struct GitProgram {
  private let executable: ByteString
  private let directory: ByteString

  package init(in directory: ByteString) throws(GitError) {
    guard let found = firstProgram(called: "git") else {
      throw GitError(
        operation: "read the index", message: "it is split or sparse, and git is not on PATH. Install git")
    }
    executable = found
    self.directory = directory
  }

  /// Returns the best common ancestor of two commits.
  package func mergeBase(_ one: ObjectID, _ two: ObjectID) throws(GitError) -> ObjectID {
    let output = try run(["merge-base", ByteString(one.hexadecimal), ByteString(two.hexadecimal)])
    guard let id = ContentID(hexadecimal: ByteString(output.bytes.prefix(40))) else { throw Self.unexpected }
    return ObjectID(id)
  }

  /// Returns the index, with sparse directories expanded.
  package func index() throws(GitError) -> IndexContent {
    let output = try run(["ls-files", "--stage", "--debug", "-z"])
    var entries: [(path: ByteString, mode: UInt32, id: ContentID, stage: Int, isSkipped: Bool)] = []
    // "100644 0123… 0\tpath\0  ctime: …\n … size: 12\tflags: 40000000\n" for each; flags as in git's cache.h.
    var rest = output.bytes[...]
    while let tab = rest.firstIndex(of: UInt8(ascii: "\t")), let zero = rest[tab...].firstIndex(of: 0) {
      let words = ByteString(rest[..<tab]).split(UInt8(ascii: " "))
      let label: ByteString = "flags: "
      let after = ByteString(rest[(zero + 1)...].prefix(1 << 10))
      guard words.count == 3, let mode = UInt32(words[0].text, radix: 8), let id = ContentID(hexadecimal: words[1]),
        let stage = Int(words[2].text), let start = after.firstIndex(of: label)
      else { throw Self.unexpected }
      let digits = after.bytes[(start + label.count)...].prefix { $0 != UInt8(ascii: "\n") }
      guard let flags = UInt32(String(decoding: digits, as: UTF8.self), radix: 16) else { throw Self.unexpected }
      let isOnlyAnnounced = flags & 1 << 29 != 0
      if !isOnlyAnnounced {
        entries.append((ByteString(rest[(tab + 1)..<zero]), mode, id, stage, flags & 1 << 30 != 0))
      }
      rest = rest[(zero + 1)...].dropFirst(start + label.count + digits.count + 1)
    }
    guard rest.isEmpty, let content = IndexContent(entries: entries) else { throw Self.unexpected }
    return content
  }

  /// Returns the files that differ between work tree and index.
  package func workTreeChanges(includingIgnored: Bool) throws(GitError) -> [Repository.WorkTreeChange] {
    var arguments: [ByteString] = ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"]
    arguments += ["--ignore-submodules=all", includingIgnored ? "--ignored=traditional" : "--ignored=no"]
    var changes: [Repository.WorkTreeChange] = []
    for line in try run(arguments).split(0, omittingEmpty: true) {
      // "1 .M N... 100644 100644 100644 ID ID path", "u UU …" with two more modes and ids, "? path", "! path".
      let kind = line.bytes[0]
      if kind == UInt8(ascii: "?") || kind == UInt8(ascii: "!") {
        let path = line.dropFirst(2)
        if path.hasSuffix("/") {
          if kind == UInt8(ascii: "?") {
            changes.append(Repository.WorkTreeChange(path: path.dropLast(1), status: .repository))
          }
          continue
        }
        changes.append(Repository.WorkTreeChange(path: path, status: kind == UInt8(ascii: "?") ? .untracked : .ignored))
        continue
      }
      let fields = kind == UInt8(ascii: "u") ? 10 : 8
      let words = line.split(UInt8(ascii: " "))
      guard words.count > fields, words[1].count == 2 else { continue }
      let path = words[fields...].joined(separator: " ")
      switch words[1].bytes[1] {
      case UInt8(ascii: "."): continue
      case UInt8(ascii: "D"): changes.append(Repository.WorkTreeChange(path: path, status: .deleted))
      case UInt8(ascii: "A"): changes.append(Repository.WorkTreeChange(path: path, status: .untracked))
      default: changes.append(Repository.WorkTreeChange(path: path, status: .modified))
      }
    }
    return changes
  }

  private func run(_ arguments: [ByteString]) throws(GitError) -> ByteString {
    let output: ProcessOutput
    do throws(ProcessError) { output = try start(arguments, settings: try filterSettings()) } catch {
      throw GitError(operation: error.operation, message: error.message)
    }
    // git omits files that it cannot read, and still exits with 0.
    let hasFailed = output.error.split(UInt8(ascii: "\n")).contains {
      $0.hasPrefix("error: ") || $0.hasPrefix("fatal: ")
    }
    if output.isSuccess, !hasFailed { return output.output }
    if output.error.firstIndex(of: "lazy fetching disabled") != nil {
      throw GitError(
        operation: "read the index", reason: .notFound,
        message: "it is a sparse index, and the tree of one of its directories is missing from the repository")
    }
    throw GitError(
      operation: "run git \(arguments[0].text)", message: output.error.isEmpty ? output.status : output.error.text)
  }

  /// Returns the settings that empty every filter that the configuration defines; otherwise `git status` would run
  /// `filter.X.clean`.
  private func filterSettings() throws(ProcessError) -> [(name: ByteString, value: ByteString)] {
    let pattern: ByteString = "^filter\\..*\\.(clean|smudge|process|required)$"
    // Exit code 1 means that no name matched.
    let names = try start(["config", "--null", "--name-only", "--get-regexp", pattern], settings: []).output
    return Set(names.split(0, omittingEmpty: true)).sorted().map { ($0, $0.hasSuffix(".required") ? "false" : "") }
  }

  /// Starts git so that no setting of the repository runs a program, fetches an object, or writes.
  private func start(
    _ arguments: [ByteString], settings: [(name: ByteString, value: ByteString)]
  ) throws(ProcessError) -> ProcessOutput {
    let safe: [ByteString] = [
      "--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false", "-c",
      "core.hooksPath=/dev/null", "-c", "protocol.allow=never", "-c", "core.attributesFile=/dev/null", "-c",
      "fetch.recurseSubmodules=false", "-c", "submodule.recurse=false",
    ]
    let replaced: Set<ByteString> = [
      "GIT_ALLOW_PROTOCOL", "GIT_NO_LAZY_FETCH", "GIT_TERMINAL_PROMPT", "GIT_CONFIG_COUNT", "LC_ALL",
    ]
    var environment = processEnvironment().filter { variable in
      !replaced.contains(ByteString(variable.bytes.prefix { $0 != UInt8(ascii: "=") }))
    }
    // An empty list allows no protocol, whatever protocol.NAME.allow is.
    environment += ["GIT_ALLOW_PROTOCOL=", "GIT_NO_LAZY_FETCH=1", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C"]
    // Not -c, since a filter's name may contain "=". Appended after the user's own, such as safe.directory in a
    // container.
    let own = environmentVariable("GIT_CONFIG_COUNT").flatMap { Int($0) }.map { max(0, $0) } ?? 0
    environment.append(ByteString("GIT_CONFIG_COUNT=\(own + settings.count)"))
    for (index, setting) in settings.enumerated() {
      environment.append(ByteString("GIT_CONFIG_KEY_\(own + index)=") + setting.name)
      environment.append(ByteString("GIT_CONFIG_VALUE_\(own + index)=") + setting.value)
    }
    return try runProcess(executable, safe + arguments, in: directory, environment: environment)
  }

  private static let unexpected = GitError(operation: "read the output of git", message: "unexpected output")
}
