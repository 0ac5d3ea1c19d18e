import Bytes
package import Cache
import Diagnostics
import Git
import GoBuild
import GoGraph
import GoModule
import GoSource
import GoToolchain
import Linkage
import Loader
import Modules
import Rules
import Snapshots
import System

/// The inputs of a build of a main.
struct BuildInputs {
  let main: MainAnalysis
  let target: Target
  let group: LoadedGroup
  let tree: LoadedTree
  let linking: Bool
  /// The questions about stubs, for the linker.
  let questions: [StubQuestion]
  let asksNeeds: Bool
}

/// Caches the results of builds by all their inputs: a main whose inputs are the same is not built again.
///
/// The key is a digest of every file and module in the closure without cgo, the module files, the toolchain, the target
/// with its tags, the variables that Go reads, and whether the main was linked. In the key of a build that succeeded, files
/// count by their tokens, so that comments and white space do not change it; in that of a build with errors, by their
/// content, since the errors have lines. Errors of the go command about modules, caches or the network are not cached,
/// since they may be different next time.
package final class VerdictCache {
  private let store: FactStore
  private let tokens: TokenDigests
  /// Whether there is something to save.
  package private(set) var isChanged = false

  package init(store: FactStore) {
    self.store = store
    tokens = TokenDigests(store: store)
  }

  /// The criterion by which two inputs are equal.
  private enum Precision {
    /// Every file has the same content.
    case content
    /// The compiler sees the same: Go files have the same tokens and directives, module files the same lines for the main.
    case tokens
  }

  /// The cache key of a main's verdict; nil if it depends on something without an identity.
  private func key(of build: BuildInputs, by precision: Precision) -> ByteString? {
    let (main, target, group, tree) = (build.main, build.target, build.group, build.tree)
    // The effect of a flag that takes a file depends on the file's content.
    let named = ["overlay", "pgo", "toolexec", "modfile"]
    let flags = group.toolchain.flags.kept.map { $0.drop { $0 == "-" } }
    if flags.contains(where: { flag in named.contains { flag.hasPrefix($0 + "=") } }) { return nil }
    var digest = Packer()
    digest.reserve(1 << 20)
    digest.text(precision == .content ? "verdict 5" : "verdict 5 by tokens")
    digest.byte(build.linking ? 1 : 0)
    digest.byte(build.linking && build.asksNeeds ? 1 : 0)
    digest.text(main.main.importPath)
    digest.text(ByteString("\(target.platform) \(target.tags.joined(separator: ","))"))
    for question in build.linking ? build.questions : [] {
      digest.text(question.culprit)
      for name in question.stubs { digest.text(name.package + "." + (name.receiver ?? "") + "." + name.name) }
    }
    for flag in target.flags { digest.text(ByteString(flag)) }
    digest.text(ToolchainCache.identity(group.toolchain))
    digest.text(ByteString(group.toolchain.flags.value))
    // Go treats an empty variable as unset.
    for variable in processEnvironment().sorted() where variable.hasPrefix("GO") && !variable.hasSuffix("=") {
      digest.text(variable)
    }
    digest.text(ToolchainCache.userSettingsStamp)
    guard addModuleFiles(of: main, group, tree, precision, to: &digest) else { return nil }
    if let profile = tree.source.snapshot.resolve(main.main.directory.appending(profileName))?.file {
      digest.text(profileName)
      digest.content(profile.id.content)
    }
    for package in main.off.packages {
      digest.text(package.importPath)
      switch package.directory.name.root {
      case .standardLibrary: continue
      case .module(let module): digest.text(module.path + "@" + module.version)
      case .outside: return nil
      case .repository: guard add(package, main.off.context, tree, precision, to: &digest) else { return nil }
      }
    }
    return blobID(of: digest.bytes).map { "verdict " + ByteString(ObjectID($0).hexadecimal) }
  }

  /// Adds the module files to the digest. Returns false if one has no identity.
  private func addModuleFiles(
    of main: MainAnalysis, _ group: LoadedGroup, _ tree: LoadedTree, _ precision: Precision, to digest: inout Packer
  ) -> Bool {
    let snapshot = tree.source.snapshot
    if precision == .tokens {
      let inputs = Inputs(of: [main.off], suspects: [], withModuleFiles: true, group: group.group, tree: tree)
      for (path, lines) in inputs.contents.sorted(by: { $0.key < $1.key }) {
        digest.text(path)
        digest.text(lines)
      }
      return true
    }
    for (directory, files) in snapshot.moduleFiles.sorted(by: { $0.key < $1.key }) {
      for path in files.map({ directory.appending($0.name) }) where group.group.decides(path) {
        guard let file = snapshot.resolve(path)?.file else { return false }
        digest.text(path)
        digest.content(file.id.content)
      }
    }
    return true
  }

  /// Adds the files of a package of the repository to the digest. Returns false if one has no identity.
  private func add(
    _ package: Package, _ context: BuildContext, _ tree: LoadedTree, _ precision: Precision, to digest: inout Packer
  ) -> Bool {
    let directory = package.directory.name.path
    digest.text(directory)
    switch precision {
    case .tokens:
      guard tokens.add(package, of: tree, to: &digest) else { return false }
    case .content:
      // Test files count too: one that imports "C" or is malformed stops the build of the package.
      for (name, content) in tree.source.contents(of: package.directory.name) {
        guard let content else { return false }
        digest.text(name)
        digest.content(content)
      }
    }
    for pattern in package.embedPatterns(in: context) {
      guard let names = try? tree.embeds.files(pattern, in: directory).get() else { return false }
      for name in names {
        guard let file = tree.source.snapshot.file(directory.appending(name)) else { return false }
        digest.text(name)
        digest.content(file.id.content)
      }
    }
    return true
  }

  // MARK: Cached verdicts

  /// Returns the result of an earlier build of the same.
  func verdict(of build: BuildInputs) -> BuiltMain? {
    if let built = key(of: build, by: .tokens).flatMap(verdict), built.isBuilt { return built }
    return key(of: build, by: .content).flatMap(verdict)
  }

  private func verdict(_ key: ByteString) -> BuiltMain? {
    guard var note = store.note(key) else { return nil }
    var built = BuiltMain()
    for _ in 0..<note.count() {
      let (package, file) = (note.text(), note.text())
      let position = Position(line: note.number(), column: note.number())
      let message = note.text().text
      built.errors.append(
        CompilerError(
          package: package, file: file, position: position, message: message, complaint: Complaint(ofFile: message)))
    }
    built.isLinked = note.byte() == 1
    if note.byte() == 1 { built.binary = binary(&note) }
    built.stubs = (0..<note.count()).map { _ in Self.answer(&note) }
    if note.byte() == 1 {
      built.needs = (0..<note.count()).compactMap { _ in Self.need(&note) }
      built.usesReflection = note.byte() == 1
    }
    built.isRemembered = true
    return note.isBroken || !note.isAtEnd ? nil : built
  }

  func remember(_ built: BuiltMain, of build: BuildInputs) {
    guard built.complaints.isEmpty, !built.isTimedOut else { return }
    guard let key = key(of: build, by: built.isBuilt ? .tokens : .content) else { return }
    if let binary = built.binary, binary.kind != .executable, binary.kind != .sharedObject { return }
    var note = Packer()
    note.number(built.errors.count)
    for error in built.errors {
      note.text(error.package)
      note.text(error.file)
      note.number(error.position.line)
      note.number(error.position.column)
      note.text(ByteString(error.message))
    }
    note.byte(built.isLinked ? 1 : 0)
    note.byte(built.binary == nil ? 0 : 1)
    if let binary = built.binary { pack(binary, into: &note) }
    note.number(built.stubs.count)
    for answer in built.stubs { Self.pack(answer, into: &note) }
    note.byte(built.needs == nil ? 0 : 1)
    if let needs = built.needs {
      note.number(needs.count)
      for need in needs { Self.pack(need, into: &note) }
      note.byte(built.usesReflection ? 1 : 0)
    }
    store.setNote(key, note)
    isChanged = true
  }

  private static func pack(_ answer: StubAnswer, into note: inout Packer) {
    note.text(answer.culprit)
    for functions in [answer.linked, answer.possible] {
      note.number(functions.count)
      for function in functions {
        note.text(function.package)
        note.text(function.receiver ?? "")
        note.text(function.name)
      }
    }
    note.number(answer.calls.count)
    for call in answer.calls { note.text(ByteString(call)) }
  }

  private static func pack(_ reached: RuntimeNeed.Reached, into note: inout Packer) {
    note.text(ByteString(reached.need.rawValue))
    note.text(reached.replacement ?? "")
    note.number(reached.functions.count)
    for function in reached.functions { note.text(function) }
    note.number(reached.calls.count)
    for call in reached.calls { note.text(ByteString(call)) }
    note.byte(reached.mayBeReflection ? 1 : 0)
  }

  private static func need(_ note: inout Unpacker) -> RuntimeNeed.Reached? {
    let (name, replacement) = (note.text().text, note.text())
    let functions = (0..<note.count()).map { _ in note.text() }
    let calls = (0..<note.count()).map { _ in note.text().text }
    let mayBeReflection = note.byte() == 1
    return RuntimeNeed(rawValue: name).map {
      var reached = RuntimeNeed.Reached(
        need: $0, functions: functions, replacement: replacement.isEmpty ? nil : replacement, calls: calls)
      reached.mayBeReflection = mayBeReflection
      return reached
    }
  }

  private static func answer(_ note: inout Unpacker) -> StubAnswer {
    let culprit = note.text()
    func functions() -> [FunctionName] {
      (0..<note.count()).map { _ in
        let (package, receiver) = (note.text(), note.text())
        return FunctionName(package: package, receiver: receiver.isEmpty ? nil : receiver, name: note.text())
      }
    }
    let (linked, possible) = (functions(), functions())
    let calls = (0..<note.count()).map { _ in note.text().text }
    return StubAnswer(culprit: culprit, linked: linked, possible: possible, calls: calls)
  }

  private func pack(_ binary: Binary, into note: inout Packer) {
    note.text(ByteString(binary.format.rawValue))
    note.text(ByteString(binary.type))
    note.byte(binary.kind == .executable ? 1 : 0)
    note.text(ByteString(binary.architecture))
    note.text(ByteString(binary.system ?? ""))
    note.byte(binary.isPositionIndependent ? 1 : 0)
    note.byte(binary.interpreter == nil ? 0 : 1)
    note.text(binary.interpreter ?? "")
    note.number(binary.needed.count)
    for library in binary.needed { note.text(library) }
    note.byte(binary.hasDynamicSection ? 1 : 0)
    note.text(ByteString(binary.glibcVersion ?? ""))
  }

  private func binary(_ note: inout Unpacker) -> Binary? {
    let (format, type) = (Binary.Format(rawValue: note.text().text), note.text().text)
    let isExecutable = note.byte() == 1
    let architecture = note.text().text
    guard let format else { return nil }
    var binary = Binary(
      format: format, type: type, kind: isExecutable ? .executable : .sharedObject, architecture: architecture)
    let system = note.text().text
    binary.system = system.isEmpty ? nil : system
    binary.isPositionIndependent = note.byte() == 1
    let (hasInterpreter, interpreter) = (note.byte() == 1, note.text())
    binary.interpreter = hasInterpreter ? interpreter : nil
    binary.needed = (0..<note.count()).map { _ in note.text() }
    binary.hasDynamicSection = note.byte() == 1
    let version = note.text().text
    binary.glibcVersion = version.isEmpty ? nil : version
    return binary
  }
}
