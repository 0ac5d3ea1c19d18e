import ArgumentParser
import Bytes
import Check

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented .staticgo.toml that fits the repository.",
    discussion: """
      It names the mains, and has the platforms and tags of Dockerfiles and goreleaser files, where they say them plainly. \
      A file that is there stays as it is.
      """)

  @OptionGroup var subject: SubjectOptions

  func validate() throws {
    if subject.config != nil { throw ValidationError("what is written is .staticgo.toml, at the repository's root.") }
    if subject.staged || subject.from != nil { throw ValidationError("the files on disk are what is looked at.") }
    if !subject.target.isEmpty || subject.tags != nil {
      throw ValidationError("targets and tags come from the release's files; change them in what is written.")
    }
  }

  func run() throws {
    let options = try subject.enter()
    let written = try orComplain { () throws(CheckError) in try writeInitialConfig(options) }
    let mains = written.mainCount == 1 ? "1 main" : "\(written.mainCount) mains"
    var text = "staticgo: .staticgo.toml written, with \(mains)"
    if !written.targets.isEmpty { text += " on \(written.targets.joined(separator: ", "))" }
    if !written.sources.isEmpty { text += ", as in \(written.sources.map(\.text).joined(separator: ", "))" }
    try deliver(wrapped(text + "; git add it", width: 80))
  }
}
