package import Bytes
package import Shell

/// Follows commands that run other files of the repository: make and shell scripts. Nothing is executed.
package struct CalledFiles {
  /// A go command, and where in the called file it is.
  package struct Found {
    package let go: GoCommand
    package let place: Recipe.Place
  }

  /// The files that were read for one file: a Dockerfile may run the same Makefile a hundred times.
  package final class Memory {
    fileprivate struct Call: Hashable {
      let path: ByteString
      let environment: Environment
      let directory: ByteString
      let goals: [String]
      let overrides: [String: Variable]
    }
    fileprivate var known: [Call: [ShellCommand]] = [:]
    fileprivate var size = 0
    /// The number of bytes that are read for one file.
    fileprivate static let limit = 1 << 18

    package init() {}
  }

  /// Returns the content of a file of the repository; nil where it does not exist.
  private let content: (ByteString) -> [UInt8]?
  /// Returns the paths in the repository that a path may have where the commands run.
  private let locate: (ByteString) -> [ByteString]
  private let memory: Memory

  package init(
    content: @escaping (ByteString) -> [UInt8]?, memory: Memory, locate: @escaping (ByteString) -> [ByteString]
  ) {
    (self.content, self.locate, self.memory) = (content, locate, memory)
  }

  /// A script may call itself.
  private static let depthLimit = 4
  private static let commandLimit = 200

  /// Returns the go commands that a command runs in other files; empty where there are none, or where a file is not
  /// understood.
  package func goCommands(of command: ShellCommand) -> [Found] { goCommands(of: command, depth: 0) }

  private func goCommands(of command: ShellCommand, depth: Int) -> [Found] {
    guard depth < Self.depthLimit, let (file, commands) = commands(of: command) else { return [] }
    var found: [Found] = []
    for var inner in commands.prefix(Self.commandLimit) where found.count < Self.commandLimit {
      inner.isConditional = inner.isConditional || command.isConditional
      if let go = GoCommand(inner) {
        found.append(Found(go: go, place: Recipe.Place(file: file, line: go.line)))
      } else {
        found += goCommands(of: inner, depth: depth + 1)
      }
    }
    return found
  }

  /// Returns the file that a command runs and the commands in it; nil for any other command.
  private func commands(of command: ShellCommand) -> (file: ByteString, commands: [ShellCommand])? {
    let texts = command.texts
    guard let directory = command.directory, let first = texts.first, let program = first else { return nil }
    switch ByteString(program).baseName.text {
    case "make", "gmake": return make(command, in: directory)
    case "sh", "bash", "ash", "dash":
      var rest = texts.dropFirst()
      while let first = rest.first, let option = first, option.hasPrefix("-") || option.hasPrefix("+") {
        if option.contains("c") { return nil }
        rest = rest.dropFirst(option.hasSuffix("o") || option.hasSuffix("O") ? 2 : 1)
      }
      guard let second = rest.first, let script = second else { return nil }
      return run(script, isStarted: false, command.environment, in: directory)
    default:
      guard program.contains("/") || program.hasSuffix(".sh") else { return nil }
      return run(program, isStarted: true, command.environment, in: directory)
    }
  }

  private func file(_ path: String, in directory: ByteString) -> (path: ByteString, content: [UInt8])? {
    let absolute = (path.hasPrefix("/") ? ByteString(path) : directory.appending(ByteString(path))).cleaned
    var found: [(path: ByteString, content: [UInt8])] = []
    for place in Set(locate(absolute)) where !place.hasPrefix("..") && !place.hasPrefix("/") {
      if let bytes = content(place) { found.append((place, bytes)) }
    }
    // With one in the root and one beside the Dockerfile, the build context decides.
    return found.count == 1 ? found[0] : nil
  }

  /// Returns the commands of a file, which may be known.
  private func commands(
    _ call: Memory.Call, _ bytes: [UInt8], run: () -> [ShellCommand]
  ) -> (file: ByteString, commands: [ShellCommand])? {
    if let known = memory.known[call] { return (call.path, known) }
    memory.size += bytes.count
    guard memory.size <= Memory.limit else { return nil }
    let commands = run()
    memory.known[call] = commands
    return (call.path, commands)
  }

  /// Runs a script. The system starts one by its first line, a shell any text.
  private func run(
    _ script: String, isStarted: Bool, _ environment: Environment, in directory: ByteString
  ) -> (file: ByteString, commands: [ShellCommand])? {
    guard let (path, bytes) = file(script, in: directory) else { return nil }
    let head = String(decoding: bytes.prefix { $0 != 0x0a }.prefix(100), as: UTF8.self)
    let isShell = head.hasPrefix("#!") ? head.contains("sh") : !isStarted || script.hasSuffix(".sh")
    guard isShell else { return nil }
    let call = Memory.Call(path: path, environment: environment, directory: directory, goals: [], overrides: [:])
    return commands(call, bytes) {
      var shell = ShellRun(environment, in: directory)
      shell.run(ShellLexer.tokens(String(decoding: bytes.filter { $0 != 0x0d }, as: UTF8.self) + "\n", from: 1))
      return shell.commands
    }
  }

  /// Runs make with its words (GNU make manual, 9): goals, variables, and the options that select a file or directory.
  private func make(
    _ command: ShellCommand, in start: ByteString
  ) -> (file: ByteString, commands: [ShellCommand])? {
    // Flags of the environment may be any.
    guard ["", nil].contains(command.environment["MAKEFLAGS"].value.text) else { return nil }
    var (directory, named) = (start, String?.none)
    var goals: [String] = []
    var overrides: [String: Variable] = [:]
    var rest = Array(zip(command.words, command.texts)).dropFirst()
    while let (written, text) = rest.popFirst() {
      if let (name, _) = written.assignment {
        let value = text.map { Setting.known(String($0.drop { $0 != "=" }.dropFirst())) }
        overrides[name] = Variable(value ?? .unknown)
        continue
      }
      guard let word = text else { return nil }
      if ["-C", "--directory", "-f", "--file", "--makefile"].contains(word) {
        guard let next = rest.popFirst(), let value = next.1 else { return nil }
        if word == "-C" || word == "--directory" {
          directory = directory.appending(ByteString(value)).cleaned
        } else {
          named = value
        }
      } else if word == "-j" || word == "-l" {
        if let next = rest.first, Int(next.1 ?? "") != nil { rest = rest.dropFirst() }
      } else if word.hasPrefix("--") {
        if ["--dry-run", "--just-print", "--recon", "--touch", "--question", "--environment-overrides", "--eval"]
          .contains(where: word.hasPrefix)
        {
          return nil
        }
      } else if word.hasPrefix("-") {
        if word.dropFirst().contains(where: { "ntqeI".contains($0) }) { return nil }
      } else if let sign = word.firstIndex(of: "=") {
        let name = word[..<sign].prefix { !":?+!".contains($0) }
        overrides[String(name)] = Variable(.known(String(word[word.index(after: sign)...])))
      } else {
        goals.append(word)
      }
    }
    let names = named.map { [$0] } ?? ["GNUmakefile", "makefile", "Makefile"]
    guard let (path, bytes) = names.lazy.compactMap({ file($0, in: directory) }).first else { return nil }
    let environment = command.environment
    let call = Memory.Call(
      path: path, environment: environment, directory: directory, goals: goals, overrides: overrides)
    return commands(call, bytes) {
      MakeRun(bytes, environment, overrides: overrides, in: directory).run(goals).flatMap(\.shell.commands)
    }
  }
}

extension Recipe {
  /// Makes the line that calls another file that of the recipe. A variable of the called file has no line in this one.
  package mutating func call(_ found: CalledFiles.Found, from line: Int, inheriting environment: Environment) {
    (self.line, called) = (line, found.place)
    func isInherited(_ name: String) -> Bool { found.go.environment[name] == environment[name] }
    if !isInherited("GOARCH") { architectureLine = nil }
    if isInherited("CGO_ENABLED") { return }
    switch cgo {
    case .off: cgo = .off(line: nil)
    case .on: cgo = .on(line: nil)
    default: break
    }
  }
}
