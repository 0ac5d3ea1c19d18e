import Foundation
import TestSupport

/// A step of a script that failed.
struct ScriptFailure: Error, CustomStringConvertible {
  let description: String
}

/// Runs the comment of an archive as a script in a directory with the archive's files, in the manner of cmd/go's
/// testdata/script: one command a line; `stdout` and `stderr` check the output of the last command.
///
///     staticgo ARGS…, git ARGS…, go ARGS…, exec PROGRAM ARGS…     must end with 0
///     ! COMMAND                                                   must fail
///     N COMMAND                                                   must end with exit code N
///     stdout REGEX, stderr REGEX, grep REGEX FILE                 must match, with `!` must not
///     cmp stdout|stderr|FILE FILE                                 must be equal; STATICGO_RECORD=1 updates the archive
///     cd DIR, mkdir DIR, rm FILE, cp FILE FILE, mv, chmod MODE FILE, append FILE TEXT
///     env NAME=VALUE, unset NAME, exists FILE, commit MESSAGE
///     [PROGRAM] COMMAND, [!PROGRAM] COMMAND                       only if the program is installed, or is not
///     skip                                                        ends the script
final class Script {
  private let url: URL
  private var archive: Archive
  private let work: URL
  private var directory: URL
  private var environment: [String: String]
  /// The output of the last step.
  private(set) var output = ""
  private var errorOutput = ""
  private var isRecorded = false
  /// Whether the script has ended early because something is not installed.
  private(set) var isSkipped = false

  /// The directory of the built products, which has the program.
  static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  init(_ url: URL) throws {
    self.url = url
    archive = Archive(try String(contentsOf: url, encoding: .utf8))
    work = FileManager.default.temporaryDirectory.appendingPathComponent("staticgo-script-\(UUID().uuidString)")
      .resolvingSymlinksInPath()
    directory = work.appendingPathComponent("repo")
    let home = work.appendingPathComponent("home")
    for place in [directory, home, work.appendingPathComponent("tmp")] {
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }
    try
      "[user]\n\tname = Test\n\temail = test@example.com\n[init]\n\tdefaultBranch = main\n[core]\n\tautocrlf = false\n"
      .write(to: home.appendingPathComponent(".gitconfig"), atomically: true, encoding: .utf8)
    let inherited = ProcessInfo.processInfo.environment
    environment = [
      "PATH": "\(Self.products.path):\(inherited["PATH"] ?? "")", "HOME": home.path, "LANG": "C.UTF-8", "COLUMNS": "80",
      "TMPDIR": work.appendingPathComponent("tmp").path, "WORK": work.path, "GOPROXY": "off", "GOTOOLCHAIN": "local",
      "GONOSUMDB": "*", "GONOSUMCHECK": "1", "GOFLAGS": "", "GOPATH": work.appendingPathComponent("gopath").path,
      "GIT_CONFIG_NOSYSTEM": "1",
      // One cache for all scripts, so that the standard library is compiled once.
      "GOCACHE": inherited["STATICGO_TEST_GOCACHE"] ?? "\(Self.products.path)/script-gocache",
    ]
    for (name, content) in archive.files {
      let file = directory.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: file, atomically: true, encoding: .utf8)
    }
  }

  deinit {
    // The module cache is read-only.
    _ = try? execute("/bin/sh", ["-c", "chmod -R u+w \"$WORK\" 2>/dev/null; rm -rf \"$WORK\""])
  }

  func run() throws {
    for (index, line) in archive.comment.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = Self.words(String(line)).map(expand)
      guard !words.isEmpty, !isSkipped else { continue }
      do {
        try step(words)
      } catch {
        throw ScriptFailure(
          description:
            "\(url.lastPathComponent):\(index + 1): \(line)\n\(error)\n--- stdout\n\(output)--- stderr\n\(errorOutput)")
      }
    }
    if isRecorded {
      try archive.text.write(to: url, atomically: true, encoding: .utf8)
      throw ScriptFailure(description: "\(url.lastPathComponent): updated the archive; review the diff")
    }
  }

  // MARK: Steps

  private func step(_ words: [String]) throws {
    var words = words
    if words[0].hasPrefix("["), words[0].hasSuffix("]") {
      let name = words[0].dropFirst().dropLast()
      guard (find(String(name.drop { $0 == "!" })) == nil) == name.hasPrefix("!") else { return }
      words.removeFirst()
    }
    var expectation: (Int32) -> Bool = { $0 == 0 }
    var isNegated = false
    if words[0] == "!" {
      isNegated = true
      expectation = { $0 != 0 }
      words.removeFirst()
    } else if let code = Int32(words[0]) {
      expectation = { $0 == code }
      words.removeFirst()
    }
    let arguments = Array(words.dropFirst())
    switch words[0] {
    case "staticgo", "git", "go": try command(words[0], arguments, expectation)
    case "exec": try command(arguments[0], Array(arguments.dropFirst()), expectation)
    case "commit":
      try command("git", ["add", "-A"], expectation)
      try command("git", ["commit", "-q", "-m", arguments.joined(separator: " ")], expectation)
    case "stdout": try match(output, arguments[0], isNegated)
    case "stderr": try match(errorOutput, arguments[0], isNegated)
    case "grep": try match(try read(arguments[1]), arguments[0], isNegated)
    case "cmp": try compare(arguments[0], arguments[1])
    case "skip": isSkipped = true
    case "cd": directory = resolve(arguments[0])
    case "mkdir": try FileManager.default.createDirectory(at: resolve(arguments[0]), withIntermediateDirectories: true)
    case "rm": try FileManager.default.removeItem(at: resolve(arguments[0]))
    case "cp":
      let isStream = ["stdout", "stderr"].contains(arguments[0])
      let content = isStream ? Data(try read(arguments[0]).utf8) : try Data(contentsOf: resolve(arguments[0]))
      try content.write(to: resolve(arguments[1]))
    case "mv": try FileManager.default.moveItem(at: resolve(arguments[0]), to: resolve(arguments[1]))
    case "chmod": try command("chmod", arguments, expectation)
    case "append":
      let text = try read(arguments[0]) + arguments.dropFirst().joined(separator: " ") + "\n"
      try text.write(to: resolve(arguments[0]), atomically: true, encoding: .utf8)
    case "env":
      let pair = arguments[0].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      environment[pair[0]] = expanded(pair[1])
    case "unset": environment[arguments[0]] = nil
    case "rev":
      // rev NAME REVISION: sets a variable to a commit.
      try command("git", ["rev-parse", arguments[1]], expectation)
      environment[arguments[0]] = output.trimmingCharacters(in: .whitespacesAndNewlines)
    case "expand":
      // Expands variables in a file, as $NAME.
      try expanded(try read(arguments[0])).write(to: resolve(arguments[0]), atomically: true, encoding: .utf8)
    case "exists":
      guard FileManager.default.fileExists(atPath: resolve(arguments[0]).path) != isNegated else {
        throw ScriptFailure(description: isNegated ? "the file exists" : "the file does not exist")
      }
    default: throw ScriptFailure(description: "unknown step \(words[0])")
    }
  }

  private func command(_ name: String, _ arguments: [String], _ expectation: (Int32) -> Bool) throws {
    guard let program = name.hasPrefix("/") ? name : name.contains("/") ? resolve(name).path : find(name) else {
      throw ScriptFailure(description: "\(name) is not installed")
    }
    let code = try execute(program, arguments)
    guard expectation(code) else { throw ScriptFailure(description: "exit code \(code)") }
  }

  private func execute(_ program: String, _ arguments: [String]) throws -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = FileManager.default.fileExists(atPath: directory.path) ? directory : work
    // Files instead of pipes: a full pipe would block the program.
    let files = ["stdout", "stderr"].map { work.appendingPathComponent(".\($0)") }
    for file in files { try Data().write(to: file) }
    let handles = try files.map { try FileHandle(forWritingTo: $0) }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    for handle in handles { try handle.close() }
    output = try String(decoding: Data(contentsOf: files[0]), as: UTF8.self)
    errorOutput = try String(decoding: Data(contentsOf: files[1]), as: UTF8.self)
    return process.terminationStatus
  }

  private func match(_ text: String, _ pattern: String, _ isNegated: Bool) throws {
    let expression = try NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines])
    let found = expression.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    guard found != isNegated else {
      throw ScriptFailure(description: isNegated ? "the output matches" : "the output does not match")
    }
  }

  private func compare(_ left: String, _ right: String) throws {
    let actual = normalized(try read(left))
    let expected = normalized(try read(right))
    guard actual != expected else { return }
    if ProcessInfo.processInfo.environment["STATICGO_RECORD"] == "1",
      let index = archive.files.firstIndex(where: { $0.name == right })
    {
      archive.files[index].content = actual
      isRecorded = true
      return
    }
    throw ScriptFailure(description: "they differ.\n--- expected\n\(expected)--- actual\n\(actual)")
  }

  /// Replaces times and versions, which differ between machines and runs.
  private func normalized(_ text: String) -> String {
    var text = text.replacingOccurrences(of: work.path, with: "$WORK")
    text = text.replacingOccurrences(of: #"\d+\.\d\d s"#, with: "0.00 s", options: .regularExpression)
    return text.replacingOccurrences(of: #"go1\.\d+(\.\d+|rc\d+)?"#, with: "go1.N", options: .regularExpression)
  }

  /// Replaces variables in a text with their values, as $NAME; the longest known name wins.
  private func expanded(_ text: String) -> String {
    environment.sorted { $0.key.count > $1.key.count }.reduce(text) {
      $0.replacingOccurrences(of: "$" + $1.key, with: $1.value)
    }
  }

  private func read(_ name: String) throws -> String {
    switch name {
    case "stdout": return output
    case "stderr": return errorOutput
    default: return try String(decoding: Data(contentsOf: resolve(name)), as: UTF8.self)
    }
  }

  private func resolve(_ path: String) -> URL {
    path.hasPrefix("/") ? URL(fileURLWithPath: path) : directory.appendingPathComponent(path).standardizedFileURL
  }

  private func find(_ name: String) -> String? {
    (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private func expand(_ word: String) -> String {
    var word = word
    for (name, value) in environment { word = word.replacingOccurrences(of: "${\(name)}", with: value) }
    return word
  }

  /// Splits a line into words: quoted with '…'; a `#` at the start of a word ends the line.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var current: String?
    var isQuoted = false
    for character in line {
      if isQuoted {
        if character == "'" { isQuoted = false } else { current?.append(character) }
      } else if character == "'" {
        isQuoted = true
        current = current ?? ""
      } else if character == " " || character == "\t" {
        if let word = current { words.append(word) }
        current = nil
      } else if character == "#", current == nil {
        return words
      } else {
        current = (current ?? "") + String(character)
      }
    }
    if let word = current { words.append(word) }
    return words
  }
}
