import ArgumentParser
import Bytes
import Check
import Diagnostics
import Queries

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented .staticgo.toml for this repository.",
    discussion: """
      The file lists the mains. Targets and tags come from Dockerfiles, Makefiles, CI jobs and goreleaser files, where \
      these set them explicitly. An existing .staticgo.toml is not changed.

      Examples:
        staticgo init
      """)

  @OptionGroup var subject: SubjectOptions

  func validate() throws {
    if subject.config != nil { throw ValidationError("--config is not supported: init writes to .staticgo.toml") }
    if subject.staged || subject.from != nil { throw ValidationError("init always reads the work tree") }
    if !subject.target.isEmpty || subject.tags != nil {
      throw ValidationError(
        "init does not take --target and --tags: it finds both in the build files of the repository, such as .goreleaser.yaml "
          + "and Dockerfile. Change them in .staticgo.toml afterwards.")
    }
  }

  func run() throws {
    let options = try subject.enter()
    let written = try orPrintError { () throws(CheckError) in try writeInitialConfig(options) }
    let mains = written.mainCount == 1 ? "1 main" : "\(written.mainCount) mains"
    var text = "staticgo: wrote .staticgo.toml for \(mains)"
    if !written.targets.isEmpty { text += " on \(written.targets.joined(separator: ", "))" }
    if !written.sources.isEmpty { text += ", from \(written.sources.map(\.text).joined(separator: ", "))" }
    if !written.unused.isEmpty {
      let files = written.unused.map(\.text).joined(separator: ", ")
      text +=
        "; took nothing from \(files): its go build commands do not say plainly which main package, platform or "
        + "build tags they use"
    }
    text += ". Next, run: git add .staticgo.toml"
    let shown = written.notFollowed.prefix(5).map { "staticgo: not read: \($0)" }
    let more =
      written.notFollowed.count > 5 ? ["staticgo: not read: \(written.notFollowed.count - 5) more commands"] : []
    try printResult(wrapped(([text] + shown + more).joined(separator: "\n"), width: 80))
  }
}
