import Builds
package import Bytes
import Cache
import Check
package import Diagnostics
import GoBuild
import Images
import Linkage
import Loader
package import Plan
import Rules
import Snapshots
import System

/// Returns the needs at run time of mains of the snapshot, which are linked without cgo, and whether an image has them.
package func needs(
  _ options: CheckOptions, main pattern: String, image: ByteString?, progress: @escaping (String?) -> Void
) throws(CheckError) -> [NeedsAnswer] {
  var answers: [NeedsAnswer] = []
  try RequestedMain.each(options, pattern) { (main) throws(CheckError) in
    let analysis = MainAnalysis(
      main: main.name, graph: main.group.graph, context: main.group.contexts[main.target]!, locations: main.locations)
    let builder = Builder(
      depth: .link, limit: nil, cache: VerdictCache(store: FactStore(StoreContents(reading: nil))),
      workTree: WorkTreeQueries(ofRepositoryAt: main.root), progress: progress)
    let path = main.name.importPath
    let built = try builder.build([analysis], main.target, main.group, in: main.tree.tree, needsOf: [path])
    progress(nil)
    guard let result = built[path], result.isBuilt, let found = result.needs else {
      let first = built[path].flatMap { $0.errors.first?.message ?? $0.complaints.first?.text }
      throw CheckError(
        .cannotJudge,
        "\(main.name.text) does not build without cgo for \(main.target.platform), so its needs are not known"
          + (first.map { ": \($0)" } ?? ""))
    }
    let platform = main.target.platform
    let read = try image.map { (image) throws(CheckError) in
      try open(image, (platform.system.text, platform.architecture.text))
    }
    answers.append(
      answer(
        main.name.text, platform.description, found, usesReflection: result.usesReflection, read, trimsPaths: nil))
  }
  return answers
}

/// Returns the needs at run time of the program in a file, whoever built it; nil if the file is no binary.
package func needs(ofFile file: ByteString, image: ByteString?) throws(CheckError) -> NeedsAnswer? {
  guard isFile(file) else { return nil }
  var binary: Binary?
  var functions: Set<ByteString>?
  do throws(FileError) {
    try withBinary(file) { bytes in
      binary = (try? Binary.read(bytes))?.first
      functions = FunctionTable(bytes, withInlined: false).map { Set($0.names) }
    }
  } catch { throw CheckError(.cannotJudge, "cannot read \(file.text): \(error.reason)") }
  guard let binary else { throw CheckError(.usage, "\(file.text) is not a program: neither ELF nor Mach-O nor PE") }
  guard let functions else {
    throw CheckError(
      .cannotJudge, "\(file.text) has no table of Go functions: Go 1.18 or newer did not build it, or it was packed")
  }
  let target = "\(binary.system ?? "unknown")/\(binary.goArchitecture)"
  let read = try image.map { (image) throws(CheckError) in
    try open(image, (binary.system ?? "linux", binary.goArchitecture))
  }
  let trims = binary.go.map { $0.setting("-trimpath") == "true" }
  return answer(
    file.text, target, RuntimeNeed.all(of: functions), usesReflection: RuntimeNeed.usesReflection(functions), read,
    trimsPaths: trims)
}

private func open(
  _ image: ByteString, _ platform: (system: String, architecture: String)
) throws(CheckError) -> ContainerImage {
  do throws(ArchiveError) { return try ContainerImage(image, platform: platform) } catch {
    throw CheckError(.cannotJudge, "cannot read the image \(image.text): \(error.message)")
  }
}

private func answer(
  _ name: String, _ target: String, _ found: [RuntimeNeed.Reached], usesReflection: Bool, _ image: ContainerImage?,
  trimsPaths: Bool?
) -> NeedsAnswer {
  let system = String(target.prefix { $0 != "/" })
  let needs = found.filter { $0.need.exists(on: system) }.map { reached in
    let answer = image.map { ImageAnswer(reached, in: $0, trimsPaths: trimsPaths) }
    let state = answer.map { answer in
      let state: NeedsAnswer.InImage.State =
        switch answer.state {
        case .there: .there
        case .missing: .missing
        case .open: .open
        }
      return NeedsAnswer.InImage(state: state, reason: answer.reason)
    }
    return NeedsAnswer.Need(
      need: reached.need.rawValue, summary: reached.need.summary,
      functions: reached.functions.map(SymbolReader.readable),
      calls: reached.calls, embedded: reached.replacement.map(SymbolReader.readable), image: state)
  }
  var platform: NeedsAnswer.InImage?
  if let configuration = image?.configuration, let system = configuration.os,
    let architecture = configuration.architecture
  {
    let own = "\(system)/\(architecture)"
    platform = NeedsAnswer.InImage(
      state: own == target ? .there : .missing,
      reason: own == target ? own : "it is for \(own), and the program for \(target)")
  }
  return NeedsAnswer(name: name, target: target, needs: needs, usesReflection: usesReflection, platform: platform)
}
