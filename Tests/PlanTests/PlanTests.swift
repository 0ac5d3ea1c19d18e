import Bytes
import Config
import Diagnostics
import GoBuild
import Plan
import Snapshots
import Testing

@Suite struct PlanTests {
  private let options: CheckOptions = {
    CheckOptions(
      subject: .workTree, defaultPlatform: Platform("linux/amd64")!, currentDirectory: "/r/sub",
      rules: [RuleID("cgo-stub")])
  }()

  private func plan(_ config: String, _ change: (inout CheckOptions) -> Void = { _ in }) throws -> Plan {
    var options = options
    change(&options)
    return try Plan(options, try Config(parsing: Array(config.utf8), rules: options.rules))
  }

  private func main(_ directory: String) -> MainName {
    MainName(importPath: ByteString("ex.com/m/" + directory), directory: ByteString(directory))
  }

  private func names(_ targets: [Target]) -> [String] {
    targets.map { ([$0.platform.description] + $0.tags).joined(separator: " ") }
  }

  @Test("the command line goes before the configuration, and that before the default")
  func precedence() throws {
    #expect(names(try plan("").targets) == ["linux/amd64"])
    let config = "targets = [\"linux/arm64\"]\ntags = [\"a\"]\nbuild = \"compile\"\n"
    #expect(names(try plan(config).targets) == ["linux/arm64 a"])
    #expect(try plan(config).build == .compile)
    let asked = try plan(config) { options in
      options.platforms = [Platform("freebsd/amd64")!, Platform("freebsd/amd64")!]
      options.tags = ["b"]
      options.build = .link
    }
    #expect(names(asked.targets) == ["freebsd/amd64 b"] && asked.build == .link)
  }

  @Test("the first entry that matches a main says how it is built")
  func entries() throws {
    let plan = try plan(
      """
      [[main]]
      main = "cmd/a"
      targets = ["linux/arm64"]
      tags = ["x"]
      [[main]]
      main = "cmd/..."
      tags = ["y"]
      """)
    #expect(names(plan.targets(of: main("cmd/a"))) == ["linux/arm64 x"])
    #expect(names(plan.targets(of: main("cmd/b"))) == ["linux/amd64 y"])
    #expect(names(plan.targets(of: main("tool"))) == ["linux/amd64"])
    #expect(names(plan.targets) == ["linux/amd64", "linux/arm64 x", "linux/amd64 y"])
    #expect(!plan.judges(main("cmd/a"), on: Target(platform: Platform("linux/amd64")!, tags: [])))
  }

  @Test("mains are included and excluded by directory or import path; a pattern without a main is a note")
  func mains() throws {
    let plan = try plan("[mains]\ninclude = [\"cmd/*\", \"ex.com/m/tool\"]\nexclude = [\"cmd/x\", \"gone/...\"]\n")
    #expect(plan.includes(main("cmd/a")) && plan.includes(main("tool")))
    #expect(!plan.includes(main("cmd/x")) && !plan.includes(main("other")))
    #expect(
      plan.notes(on: [main("cmd/a"), main("cmd/x"), main("tool")]) == [
        ".staticgo.toml:3: \"gone/...\" matches no main package"
      ])
  }

  @Test("a configuration cannot ask for endless builds")
  func limit() {
    let entries = (0..<70).map { "[[main]]\nmain = \"m\($0)\"\ntags = [\"t\($0)\"]\n" }.joined()
    #expect(throws: CheckError.self) { try plan(entries) }
  }

  @Test(
    "patterns of the command line",
    arguments: [
      ("./...", "sub/a", true), ("./...", "a", false), ("../a", "a", true), ("/r/a", "a", true), ("...", "a", true),
      ("./a", "sub/a", true), ("./a", "sub/a/b", false), ("./a/...", "sub/a/b", true), ("ex.com/m/a", "a", true),
      ("ex.com/m/...", "a/b", true), ("ex.com/other/...", "a", false), ("/...", "a", true), ("..", "", true),
    ])
  func patterns(_ pattern: String, _ directory: String, _ matches: Bool) {
    var options = options
    options.patterns = [pattern]
    #expect(Patterns(options, root: "/r").match(main(directory)) == matches)
  }

  @Test("shards split the mains, each in one part", arguments: [1, 2, 3, 7])
  func shards(_ count: Int) throws {
    let mains = (0..<200).map { main("cmd/\($0)") }
    let parts = (1...count).map { index in mains.filter { Shard("\(index)/\(count)")!.holds($0) } }
    #expect(parts.flatMap { $0 }.sorted() == mains.sorted())
    #expect(parts.allSatisfy { $0.count > 200 / count / 2 })
    for text in ["0/2", "3/2", "1/0", "1", "a/b", "1/2/3", "-1/2"] { #expect(Shard(text) == nil) }
  }
}
