package import Bytes
package import Diagnostics
package import GoBuild
import GoGraph
import GoSource
import GoToolchain
package import Linkage
package import Loader
import Modules
package import Rules
import System

/// A message without a file.
package struct GoMessage {
  package let text: String
  package let kind: Complaint

  package init(_ text: String, _ kind: Complaint) {
    self.text = text
    self.kind = kind
  }
}

/// The result of building one main.
package struct BuiltMain {
  package var errors: [CompilerError] = []
  /// The messages of the go command that are not compiler errors.
  package var complaints: [GoMessage] = []
  /// Whether the linker wrote a file, whatever its format.
  package var isLinked = false
  package var binary: Binary?

  package init(errors: [CompilerError] = [], complaints: [GoMessage] = [], binary: Binary? = nil) {
    self.errors = errors
    self.complaints = complaints
    self.binary = binary
  }
  package var isTimedOut = false
  /// The answers to the questions about stubs.
  package var stubs: [StubAnswer] = []
  /// The needs of the program at run time; nil where nobody asked, or where it has no table of functions.
  package var needs: [RuntimeNeed.Reached]?
  /// Whether the linker kept methods that nothing may call; known with the needs.
  package var usesReflection = false
  /// Whether the result is from an earlier run with the same inputs.
  package var isRemembered = false

  package var isBuilt: Bool { errors.isEmpty && complaints.isEmpty && !isTimedOut }
}

/// Builds the mains of one group for one target, all in one run of `go`, and assigns its messages to the mains.
package struct Building {
  package let group: LoadedGroup
  package let target: Target
  /// The root of the tree that holds the snapshot's files: the work tree, or a side directory.
  package var root: ByteString
  var isInPlace: Bool
  package let limit: Duration?
  package let progress: (String?) -> Void
  /// The questions to the linker, by import path of the main.
  package var questions: [ByteString: [StubQuestion]] = [:]
  /// The mains whose needs at run time are asked for, by import path.
  var needing: Set<ByteString> = []

  package init(
    group: LoadedGroup, target: Target, root: ByteString, isInPlace: Bool, limit: Duration?,
    progress: @escaping (String?) -> Void
  ) {
    self.group = group
    self.target = target
    self.root = root
    self.isInPlace = isInPlace
    self.limit = limit
    self.progress = progress
  }

  private var settings: Build {
    var build = Build(
      directory: root.appending(group.group.directory), system: target.platform.system,
      architecture: target.platform.architecture)
    build.tags = target.tags
    build.flags = target.flags
    build.workspace = group.group.workspace.map { root.appending($0).text } ?? "off"
    build.trimsPaths = !isInPlace
    build.limit = limit
    return build
  }

  /// Compiles the mains, or with `linking` links them and reads the binaries.
  package func run(_ mains: [MainAnalysis], linking: Bool) throws(CheckError) -> [ByteString: BuiltMain] {
    var results: [ByteString: BuiltMain] = [:]
    for batch in batches(mains, linking: linking) {
      results.merge(try run(batch: batch, linking: linking, total: mains.count, done: results.count)) { $1 }
    }
    return results
  }

  /// Splits the mains into runs of `go`. The binaries of one run go into one directory, named after the last element of
  /// their import paths, so mains of the same name are linked one after the other.
  private func batches(_ mains: [MainAnalysis], linking: Bool) -> [[MainAnalysis]] {
    guard linking else { return [mains] }
    var batches: [(names: Set<ByteString>, mains: [MainAnalysis])] = []
    // The linker's reasons are those of one program.
    let asking = mains.filter {
      !(questions[$0.main.importPath] ?? []).isEmpty || needing.contains($0.main.importPath)
    }
    for main in mains where !asking.contains(where: { $0.main == main.main }) {
      let name = Toolchain.binaryName(of: main.main.importPath, system: target.platform.system)
      if let index = batches.firstIndex(where: { !$0.names.contains(name) }) {
        batches[index].names.insert(name)
        batches[index].mains.append(main)
      } else {
        batches.append(([name], [main]))
      }
    }
    return batches.map(\.mains) + asking.map { [$0] }
  }

  private func run(
    batch: [MainAnalysis], linking: Bool, total: Int, done: Int
  ) throws(CheckError) -> [ByteString: BuiltMain] {
    do throws(ToolchainError) {
      return try build(batch, linking: linking, total: total, done: done)
    } catch {
      throw CheckError(.cannotJudge, "cannot \(error.operation): \(error.message)")
    }
  }

  private func build(
    _ batch: [MainAnalysis], linking: Bool, total: Int, done: Int
  ) throws(ToolchainError) -> [ByteString: BuiltMain] {
    let paths = batch.map(\.main.importPath)
    // Files that go leaves behind when it is stopped are removed with this directory.
    let scratch = try directory()
    var settings = settings
    settings.temporaryDirectory = scratch.path
    let outcome: BuildOutcome
    var linked: [ByteString: Binary?] = [:]
    var stubs: [StubAnswer] = []
    var needs: (reached: [RuntimeNeed.Reached], usesReflection: Bool)?
    let questions = batch.count == 1 ? questions[paths[0]] ?? [] : []
    let asksNeeds = batch.count == 1 && needing.contains(paths[0])
    if linking {
      let output = try directory()
      settings.givesReasons = !questions.isEmpty || asksNeeds
      outcome = try link(paths, into: output.path, settings) {
        let ready = ((try? listDirectory(output.path)) ?? []).count
        report(batch, "linking", done: done + min(ready, batch.count), total: total, in: scratch.path)
      }
      for path in paths {
        let file = output.path.appending(Toolchain.binaryName(of: path, system: target.platform.system))
        guard isFile(file) else { continue }
        let read = try? withBinary(file) { (bytes) -> Binary? in
          if !questions.isEmpty { stubs = Self.answers(questions, bytes, outcome.reasons) }
          if asksNeeds { needs = Self.needs(bytes, outcome.reasons) }
          return (try? Binary.read(bytes))?.first
        }
        linked[path] = .some(read ?? nil)
      }
    } else {
      outcome = try group.toolchain.compile(paths, settings) {
        report(batch, "compiling", done: done, total: total, in: scratch.path)
      }
    }
    var results = try sort(outcome, batch, linked, linking: linking, total: total, done: done)
    if !stubs.isEmpty {
      if results[paths[0]]?.isBuilt == true { try askWithoutInlining(&stubs, batch[0], settings) }
      results[paths[0]]?.stubs = stubs
    }
    if let needs {
      results[paths[0]]?.needs = needs.reached
      results[paths[0]]?.usesReflection = needs.usesReflection
    }
    return results
  }

  /// Links a main again without inlining on the way to the stubs, where a stub has no symbol of its own or the linker
  /// gives no calls: a call that is inlined has no symbol, and leaves no trace at all if nobody needs its result.
  private func askWithoutInlining(
    _ answers: inout [StubAnswer], _ main: MainAnalysis, _ settings: Build
  ) throws(ToolchainError) {
    let questions = (self.questions[main.main.importPath] ?? []).filter { question in
      answers.contains {
        $0.culprit == question.culprit && ($0.calls.isEmpty || $0.linked.count < question.stubs.count)
      }
    }
    guard !questions.isEmpty else { return }
    let output = try directory()
    var settings = settings
    settings.flags += Set(questions.flatMap(\.inlining)).sorted().map { "-gcflags=\($0.text)=-l" }
    let path = main.main.importPath
    let outcome = try link([path], into: output.path, settings) {
      report([main], "linking without inlining", done: 0, total: 1)
    }
    let file = output.path.appending(Toolchain.binaryName(of: path, system: target.platform.system))
    let found = try? withBinary(file) { Self.answers(questions, $0, outcome.reasons) }
    for index in answers.indices {
      guard let question = questions.first(where: { $0.culprit == answers[index].culprit }) else { continue }
      // Without an answer every stub may be called.
      let answer = found?.first { $0.culprit == question.culprit }
      answers[index].possible = question.stubs.filter { stub in
        answers[index].linked.contains(stub) || answer?.linked.contains(stub) ?? true
      }
      if answers[index].calls.isEmpty { answers[index].calls = answer?.calls ?? [] }
    }
  }

  /// Links the mains. The linker's reasons for a very large program are longer than the output that is read; it is then
  /// linked without them.
  private func link(
    _ paths: [ByteString], into directory: ByteString, _ settings: Build, whileWaiting: () -> Void
  ) throws(ToolchainError) -> BuildOutcome {
    do throws(ToolchainError) {
      return try group.toolchain.link(paths, into: directory, settings, whileWaiting: whileWaiting)
    } catch {
      guard settings.givesReasons, !Interruption.isNoted else { throw error }
      var settings = settings
      settings.givesReasons = false
      return try group.toolchain.link(paths, into: directory, settings, whileWaiting: whileWaiting)
    }
  }

  /// Answers questions about stubs from a binary and the linker's reasons.
  private static func answers(
    _ questions: [StubQuestion], _ bytes: Span<UInt8>, _ reasons: ByteString
  ) -> [StubAnswer] {
    guard let table = FunctionTable(bytes) else { return [] }
    let reader = SymbolReader(packages: Set(questions.flatMap(\.stubs).map(\.package)))
    let linked = Set(table.names.compactMap(reader.function))
    let reasons = LinkerReasons(reasons)
    return questions.map { question in
      let stubs = question.contained(linked)
      return StubAnswer(
        culprit: question.culprit, linked: stubs, possible: stubs, calls: reasons.calls(to: Set(stubs), reader))
    }
  }

  /// The needs of a program at run time, with the calls that lead to each.
  private static func needs(
    _ bytes: Span<UInt8>, _ reasons: ByteString
  ) -> (reached: [RuntimeNeed.Reached], usesReflection: Bool)? {
    guard let table = FunctionTable(bytes, withInlined: false) else { return nil }
    let functions = Set(table.names).intersection(RuntimeNeed.knownFunctions)
    let found = RuntimeNeed.all(of: functions)
    let chains = LinkerReasons(reasons).calls(toEach: Set(found.flatMap(\.functions)))
    let reached = found.map { reached in
      var reached = reached
      // The chain in which code outside the standard library comes last is the most telling.
      let own = reached.functions.compactMap { chains[$0] }
      let best = own.min { RuntimeNeed.distance(of: $0.calls) < RuntimeNeed.distance(of: $1.calls) }
      reached.calls = best?.calls ?? []
      reached.mayBeReflection = best?.isDirect == false && RuntimeNeed.usesReflection(functions)
      return reached
    }
    return (reached, RuntimeNeed.usesReflection(functions))
  }

  private func directory() throws(ToolchainError) -> TemporaryDirectory {
    do throws(FileError) { return try TemporaryDirectory(prefix: "staticgo") } catch {
      throw ToolchainError("create a directory for the binaries", "\(error)")
    }
  }

  /// Reports the progress. `go` makes a directory for each package that it compiles in its directory for temporary files.
  private func report(
    _ batch: [MainAnalysis], _ verb: String, done: Int, total: Int, in scratch: ByteString? = nil
  ) {
    let name = batch[min(max(0, done), batch.count - 1)].main.text
    let what = total == 1 ? name : "\(total) mains, \(total - done) left"
    let work = scratch.flatMap { try? listDirectory($0).first { $0.name.hasPrefix("go-build") } }
    let packages = work.flatMap { work in scratch.flatMap { try? listDirectory($0.appending(work.name)).count } } ?? 0
    progress("\(verb) \(what) for \(target.platform)" + (packages > 1 ? ", \(packages) packages compiled" : ""))
  }

  /// Gives each main the messages about the packages in its closure.
  private func sort(
    _ outcome: BuildOutcome, _ batch: [MainAnalysis], _ linked: [ByteString: Binary?], linking: Bool, total: Int,
    done: Int
  ) throws(ToolchainError) -> [ByteString: BuiltMain] {
    var results: [ByteString: BuiltMain] = [:]
    var errors: [CompilerError] = []
    var complaints: [(package: ByteString?, message: GoMessage)] = []
    for message in outcome.messages {
      if let error = compilerError(message) {
        errors.append(error)
      } else {
        // A message about a file outside every package, such as a profile, applies to the whole run.
        let package = message.package.flatMap { group.graph.package($0) == nil ? nil : $0 }
        let subject = package == nil ? message.package.map { $0.text + ": " } ?? "" : ""
        // Do not show paths of this machine: paths in the tree are relative to its root.
        let text = (subject + message.message).split(separator: root.text + "/", omittingEmptySubsequences: false)
          .joined().split(separator: root.text, omittingEmptySubsequences: false).joined(separator: ".")
        complaints.append((package, GoMessage(text, Complaint(ofPackage: text))))
      }
    }
    let general = complaints.filter { $0.package == nil }.map(\.message)
    for evidence in batch {
      var result = BuiltMain()
      result.errors = errors.filter { evidence.off.contains($0.package) }
      result.complaints = complaints.filter { $0.package.map(evidence.off.contains) ?? false }.map(\.message)
      result.isLinked = linked[evidence.main.importPath] != nil
      result.binary = linked[evidence.main.importPath] ?? nil
      result.isTimedOut = outcome.isTimedOut && !result.isLinked
      let isDone = linking ? result.isLinked : outcome.isSuccess
      // A message about a main that was built is only a warning, such as the linker's about a missing runtime/cgo.
      if isDone { (result.errors, result.complaints) = ([], []) }
      let isExplained = !result.errors.isEmpty || !result.complaints.isEmpty || outcome.isTimedOut
      if !isDone && !isExplained && batch.count > 1 && (linking || !general.isEmpty) {
        // An error stopped the whole run: build this main alone to get its own result.
        results.merge(try build([evidence], linking: linking, total: total, done: done)) { $1 }
        continue
      }
      if !isDone && !isExplained && batch.count == 1 { result.complaints = general }
      if linking, result.isBuilt, !result.isLinked {
        result.complaints = [GoMessage("go build wrote no binary and printed no error", .other)]
      } else if result.isLinked, result.binary == nil, target.platform.hasStaticBinaries {
        result.complaints = [GoMessage("cannot read the binary", .other)]
      }
      results[evidence.main.importPath] = result
    }
    return results
  }

  /// Converts a message to a compiler error in a file of a package; nil if it is about a module, or about a file
  /// outside the known packages.
  private func compilerError(_ message: BuildMessage) -> CompilerError? {
    guard let file = message.file else { return nil }
    let complaint = Complaint(ofFile: message.message)
    if complaint == .module { return nil }
    let package: ByteString?
    if let named = message.package, group.graph.package(named) != nil {
      package = named
    } else {
      let directory = group.group.directory.appending(file).cleaned.directory
      package =
        group.graph.packages.first { $0.directory.name == DirectoryName(.repository, directory) }?.importPath
    }
    guard let package else { return nil }
    return CompilerError(
      package: package, file: file.baseName, position: Position(line: message.line, column: message.column),
      message: message.message, complaint: complaint)
  }
}
