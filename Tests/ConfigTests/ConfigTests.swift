import Bytes
import Diagnostics
import GoBuild
import Rules
import Testing

@testable import Config

private let rules = [RuleID("cgo-import"), RuleID("cgo-stub"), RuleID("std-cgo"), RuleID("cgo-lost-registration")]

@Suite struct ConfigTests {
  @Test("every key")
  func reading() throws {
    let config = try Config(
      parsing: Array(
        """
        targets = ["linux/amd64", "linux/arm64"]
        tags = "netgo"
        build = "compile"
        fail-on = "never"
        [mains]
        exclude = "tools/..."
        [[main]]
        main = ["cmd/a"]
        flags = ["-trimpath", "-ldflags=-s -w -X main.v=1"]
        [rules]
        std-cgo = "off"
        cgo-stub = "warning"
        [[allow]]
        rule = ["cgo-stub", "cgo-import"]
        package = "github.com/x/*"
        reason = "tests"
        expires = 2027-01-31
        """.utf8), rules: rules)
    #expect(config.targets?.map(\.description) == ["linux/amd64", "linux/arm64"])
    #expect(config.tags == ["netgo"])
    #expect(config.build == .compile)
    #expect(config.failOn == .never)
    #expect(config.mains.map(\.flags) == [["-trimpath", "-ldflags=-s -w -X=main.v=1"]])
    #expect(config.severities[.stdCgo] == .some(nil))
    #expect(config.severities[.cgoStub] == .some(.warning))
    #expect(config.allowed.map(\.expires) == ["2027-01-31"])
    #expect(config.allowed.map(\.rules) == [[.cgoStub, .cgoImport]])
  }

  /// Texts that could exhaust the stack or take very long: a text repeated between two others, and the expected
  /// message.
  static let hostile: [(start: String, part: String, count: Int, end: String, message: String)] = [
    ("", "a.", 400_000, "a = 1", "dots; split it into several lines"),
    ("[", "a.", 400_000, "a]", "dots; split it into several lines"),
    ("a = [\n", "{ " + String(repeating: "a.", count: 900) + "a = [\n", 200, "", "nested value depth"),
    ("tags = ", "[", 300_000, "", "nested value depth"),
    ("tags = [", "\"é\",", 100_000, "\"-\"]", "invalid build tag"),
  ]

  @Test("hostile configurations are refused", arguments: 0..<5)
  func hostility(index: Int) {
    let (start, part, count, end, message) = Self.hostile[index]
    let text = start + String(repeating: part, count: count) + end
    let error = #expect(throws: ConfigError.self) { try Config(parsing: Array(text.utf8), rules: rules) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "no error")")
  }

  @Test(
    "a flag that starts a program or writes a file is refused, however it is written",
    arguments: [
      "-toolexec=./evil", "-o=x", "-overlay=x", "--toolexec=x", "-ldflags=-s -extld=./evil", "-ldflags=-extld ./evil",
      "-ldflags= --linkmode  external -extld ./evil.sh -buildid=-s", "-ldflags= -cpuprofile x -buildid=-s",
      "-ldflags=-X 'a.b=c'-cpuprofile=x", "-ldflags=-X=a.b=c\u{600} -cpuprofile=x", "-ldflags=-X=a\t-cpuprofile=x",
      "-ldflags=-X=a\u{a0}-cpuprofile=x", "-ldflags=-X=a\n-o=x", "-ldflags=-buildid -X -extld=./evil", "-ldflags=-X",
      "-ldflags=-extldflags=-fplugin=x", "-ldflags=-extldflags '-static -fplugin=x'", "-gcflags=-cpuprofile=x",
      "-gcflags= -cpuprofile x -buildid=-N", "-ldflags=\"-o\" x", "-ldflags=a -o x=-s", "-ldflags=./...= -o x",
      "-ldflags==-o", "-gcflags==-N",
      "-ldflags=-s=1 -o x", "-ldflags", "-ldflags=", "- ldflags=-s", "ldflags=-s", "---ldflags=-s", "-", "", "-pgo=x",
      "-buildmode=plugin", "-trimpath=x", "-ldflags=-linkmode=x", "-ldflags=-buildmode=pie", "-gcflags=-spectre=x",
    ])
  func evilFlags(flag: String) {
    #expect(throws: ConfiguredFlagError.self) { try configuredFlag(flag) }
  }

  @Test(
    "a flag is rewritten with each argument after an equals sign",
    arguments: [
      ("--trimpath", "-trimpath"), ("-ldflags=-s  --w -X main.v=-o", "-ldflags=-s -w -X=main.v=-o"),
      ("-ldflags=all=-linkmode external -extldflags -static", "-ldflags=all=-linkmode=external -extldflags=-static"),
      ("-gcflags=./...=-N -l=4", "-gcflags=./...=-N -l=4"), ("-buildmode=pie", "-buildmode=pie"),
      ("-pgo=off", "-pgo=off"),
      ("-ldflags=-buildid -X", "-ldflags=-buildid=-X"),
    ])
  func flags(flag: String, written: String) throws { #expect(try configuredFlag(flag) == written) }

  @Test(
    "errors have a position",
    arguments: [
      ("target = [\"linux/amd64\"]", 1, 1, "unknown key \"target\" (did you mean targets?)"),
      ("tags = [\"a\"]\nbuild = \"links\"", 2, 9, "invalid build \"links\" (did you mean link?)"),
      ("targets = [\"linux/amd46\"]", 1, 12, "unknown target"),
      ("[rules]\n\"é\" = \"off\"", 2, 1, "in [rules]"),
      ("[mains]\ninclude = 3", 2, 11, "include must be a string, not a number"),
      ("[[allow]]\nrule = \"cgo-stub\"\nreason = \"x\"", 1, 1, "allows its rule everywhere"),
      ("[[allow]]\nrule = \"cgo-stub\"\npackage = \"x\"", 1, 1, "[[allow]] lacks the required key \"reason\""),
      (
        "[[allow]]\nrule = \"cgo-stub\"\npackage = \"x\"\nreason = \"y\"\nexpires = \"2027-02-30\"", 5, 11,
        "invalid date"
      ),
      ("build = \"é\" x", 1, 14, ""), ("a = [", 1, 6, ""),
      ("[[main]]\nmain = \"a\"\nflags = \"-toolexec=./evil\"", 3, 9, "is not allowed in .staticgo.toml"),
      ("targets = []", 1, 11, "targets is empty"), ("[[main]]\nmain = []", 2, 8, "main is empty"),
      ("[=]", 1, 2, ""), ("[", 1, 2, ""), ("[[[a]]]", 1, 3, ""), ("[é]", 1, 2, ""), ("[.a]", 1, 2, ""),
      // A byte order mark takes columns too; columns are bytes.
      ("\u{feff}build = \"é\" x", 1, 17, ""), ("\u{feff}target = 1", 1, 4, "did you mean targets?"),
    ] as [(String, Int, Int, String)])
  func errors(text: String, line: Int, column: Int, message: String) {
    do throws(ConfigError) {
      _ = try Config(parsing: Array(text.utf8), rules: rules)
      Issue.record("\(text) is taken")
    } catch {
      #expect(error.line == line, "\(error.message)")
      #expect(error.column == column, "\(error.message)")
      #expect(message.isEmpty || error.message.contains(message), "\(error.message)")
    }
  }

  @Test("deep nesting and bytes that are not text are errors")
  func hostile() {
    let texts: [[UInt8]] = [
      Array(("tags = " + String(repeating: "[", count: 100_000)).utf8), [0xff, 0xfe, 0x00], Array("tags = \"\0\"".utf8),
      Array(String(repeating: "[a.", count: 10_000).utf8),
    ]
    for text in texts { #expect(throws: ConfigError.self) { try Config(parsing: text, rules: rules) } }
  }

  @Test("the initial configuration is valid, as it is and with every example uncommented")
  func initial() throws {
    var initial = InitialConfig()
    initial.targets = [Platform("linux/arm64")!]
    initial.tags = ["netgo"]
    initial.mains = [
      .init(directory: "cmd/a\n\"b\"", targets: initial.targets, tags: ["x"], exemption: "a \"plugin\"\n[rules]")
    ]
    initial.all = ["", "cmd/a\n[[allow]]\u{1b}[31m\u{85}", "cmd/é"]
    initial.sources = ["Docker\nfile\n= 3"]
    let config = try Config(parsing: Array(initial.text(rules: rules).utf8), rules: rules)
    #expect(config.targets?.map(\.description) == ["linux/arm64"])
    #expect(config.tags == ["netgo"])
    #expect(config.mains.map(\.tags) == [["x"]])
    #expect(config.mains.first?.names.map(\.glob) == [Glob("cmd/a\n\"b\"")])
    #expect(
      !initial.text(rules: rules).unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })

    let empty = InitialConfig().text(rules: rules)
    #expect(try Config(parsing: Array(empty.utf8), rules: rules).targets == nil)
    let lines = empty.split(separator: "\n").map { line in
      line.hasPrefix("# [") || line.split(separator: " ").dropFirst(2).first == "=" ? line.dropFirst(2) : line
    }
    let full = try Config(parsing: Array(lines.joined(separator: "\n").utf8), rules: rules)
    #expect(full.targets?.count == 2)
    #expect(full.build == .compile)
    #expect(full.failOn == .warning)
    #expect(full.excluded.map(\.glob) == [Glob("hack/...")])
    #expect(full.mains.map(\.flags) == [["-trimpath"]])
    #expect(full.allowed.map(\.expires) == ["2027-01-31"])
    #expect(full.severities[.stdCgo] == .some(nil))
  }
}
