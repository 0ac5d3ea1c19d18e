import Bytes
import Diagnostics
import Testing

@testable import Check

/// The stages from a change to a report, over trees without git and Go.
@Suite struct StagesTests {
  private let check: MemoryCheck
  init() throws { check = try MemoryCheck() }

  /// Two mains; only `a` imports `p`, and `p` is pure Go.
  private let files = [
    "go.mod": "module ex.com/m\n\ngo 1.21\n",
    "cmd/a/main.go": "package main\n\nimport _ \"ex.com/m/p\"\n\nfunc main() {}\n",
    "cmd/b/main.go": "package main\n\nfunc main() {}\n",
    "p/p.go": "package p\n",
  ]
  private let cgo = "package p\n\nimport \"C\"\n"

  private func with(_ changes: [String: String]) -> [String: String] { files.merging(changes) { $1 } }

  private func verdicts(_ report: Report) -> [String: Verdict] {
    Dictionary(uniqueKeysWithValues: report.mains.map { ($0.directory.text, $0.verdict) })
  }

  // MARK: Affected

  @Test(
    "a main is affected by a file that it compiles, and by no other",
    arguments: [
      ("p/p.go", "package p // changed\n", ["cmd/a"]), ("cmd/b/main.go", "package main\nfunc main() {}\n", ["cmd/b"]),
      ("p/p_test.go", "package p\n", []), ("p/p_windows.go", "package p\n", []), ("README.md", "text", []),
      ("q/q.go", "package q\n", []), ("go.mod", "module ex.com/m\n\ngo 1.22\n", ["cmd/a", "cmd/b"]),
      ("p/p_cgo.go", "package p\n\nimport \"C\"\n", ["cmd/a"]),
    ])
  func affected(_ file: String, _ content: String, _ expected: [String]) throws {
    let report = try check.run(with([file: content]), base: files, isLimited: true)
    #expect(report.mains.map(\.directory.text) == expected)
    for main in report.mains { #expect(main.because == [ByteString(file)] && main.isAffected == true) }
  }

  @Test("a main that the base lacks is affected, with its own files as the reason")
  func added() throws {
    let report = try check.run(
      with(["cmd/c/main.go": "package main\n\nfunc main() {}\n"]), base: files, isLimited: true)
    #expect(report.mains.map(\.directory) == ["cmd/c"] && report.mains[0].because == ["cmd/c/main.go"])
  }

  @Test("the chain leads from the main to the file that changed")
  func chain() throws {
    let report = try check.run(with(["p/p.go": "package p // changed\n"]), base: files, isLimited: true)
    #expect(report.mains[0].becauseChain.map(\.location.file) == ["cmd/a/main.go"])
  }

  @Test("without a limit every main is judged, and those that the change does not reach say so")
  func unlimited() throws {
    let report = try check.run(with(["p/p.go": "package p // changed\n"]), base: files)
    #expect(report.mains.map(\.directory.text) == ["cmd/a", "cmd/b"])
    #expect(report.mains.map(\.isAffected) == [true, false])
  }

  // MARK: Source and build

  @Test("the source decides; what it leaves open is unknown where nothing is built")
  func verdicts() throws {
    #expect(verdicts(try check.run(files)) == ["cmd/a": .isStatic, "cmd/b": .isStatic])
    #expect(verdicts(try check.run(with(["p/p.go": cgo]))) == ["cmd/a": .blocked, "cmd/b": .isStatic])
    let twin = with(["p/p_cgo.go": cgo])
    #expect(verdicts(try check.run(twin)) == ["cmd/a": .staticWithoutCgo, "cmd/b": .isStatic])
    let broken = try check.run(with(["p/p.go": "package p\n\nimport _ \"no.such/module\"\n"]))
    #expect(verdicts(broken) == ["cmd/a": .unknown, "cmd/b": .isStatic] && broken.errors.count == 1)
  }

  @Test("a module that Go refuses is unknown, with one error")
  func refused() throws {
    let report = try check.run(with(["go.mod": "module ex.com/m\n\ngo x\n"]))
    #expect(!report.errors.isEmpty && report.findings.isEmpty)
  }

  // MARK: Allow

  @Test("an allowed finding is left out, and its directive is used; the verdict stays")
  func allowed() throws {
    let directive = "//staticgo:allow cgo-import -- tests\n"
    let main = "package main\n\nimport (\n\t\(directive)\t_ \"ex.com/m/p\"\n)\n\nfunc main() {}\n"
    let report = try check.run(with(["p/p.go": cgo, "cmd/a/main.go": main]))
    #expect(report.findings.isEmpty && report.allowed.count == 1 && report.unusedAllowances.isEmpty)
    #expect(verdicts(report)["cmd/a"] == .blocked)
    let idle = try check.run(with(["cmd/a/main.go": main]))
    #expect(idle.findings.map(\.rule.rawValue) == ["unused-allow"] && idle.findings[0].location.line == 4)
  }

  @Test("the configuration weighs and silences rules")
  func weighed() throws {
    let files = with(["p/p.go": cgo])
    let warning = try check.run(files, config: "[rules]\ncgo-import = \"warning\"\n")
    #expect(warning.findings.map(\.severity) == [.warning])
    #expect(try check.run(files, config: "[rules]\ncgo-import = \"off\"\n").findings.isEmpty)
  }

  // MARK: Compare

  @Test("a finding is new if the base lacks it, or lacks it for one of its mains")
  func new() throws {
    let bad = with(["p/p.go": cgo])
    func isNew(_ report: Report) -> [Bool] { report.findings.map(\.isNew) }
    #expect(isNew(try check.run(bad, base: files)) == [true])
    let known = try check.run(bad.merging(["README.md": "x"]) { $1 }, base: bad)
    #expect(isNew(known) == [false] && known.mains.allSatisfy { !$0.hasNewFindings })
    let both = bad.merging(["cmd/b/main.go": files["cmd/a/main.go"]!]) { $1 }
    let reached = try check.run(both, base: bad)
    #expect(reached.findings.contains { $0.isNew })
    #expect(reached.mains.filter(\.hasNewFindings).map(\.directory) == ["cmd/b"])
  }

  @Test("a finding that another parent of a merge has is known")
  func merged() throws {
    let bad = with(["p/p.go": cgo])
    #expect(try check.run(bad, base: files, merged: [bad]).findings.map(\.isNew) == [false])
    #expect(try check.run(bad, base: files, merged: [files]).findings.map(\.isNew) == [true])
  }

  @Test("what the base allows and the snapshot does not is new")
  func noLongerAllowed() throws {
    let allowing = "//staticgo:allow cgo-import -- tests\n"
    let main = "package main\n\nimport (\n\t\(allowing)\t_ \"ex.com/m/p\"\n)\n\nfunc main() {}\n"
    let base = with(["p/p.go": cgo, "cmd/a/main.go": main])
    let report = try check.run(with(["p/p.go": cgo]), base: base)
    #expect(report.findings.map(\.isNew) == [true])
  }

  // MARK: Report

  @Test("the same finding of two mains is reported once, with its source line and the hash of that line")
  func finished() throws {
    let report = try check.run(with(["p/p.go": cgo, "cmd/b/main.go": files["cmd/a/main.go"]!]))
    #expect(report.findings.count == 1 && report.parts.count == 2)
    let finding = try #require(report.findings.first)
    #expect(finding.mains.map(\.directory) == ["cmd/a", "cmd/b"])
    #expect(finding.location.excerpt != nil && finding.lineHash != nil)
  }

  @Test("the same error of two mains is reported once")
  func errors() throws {
    let missing = "package main\n\nimport _ \"ex.com/m/p\"\n\nfunc main() {}\n"
    let report = try check.run(
      with(["p/p.go": "package p\n\nimport _ \"no.such/module\"\n", "cmd/b/main.go": missing]))
    #expect(verdicts(report) == ["cmd/a": .unknown, "cmd/b": .unknown] && report.errors.count == 1)
  }

  @Test("Go files without a module are an error, except where the change has none")
  func withoutModule() throws {
    let files = ["a.go": "package main\n"]
    #expect(try check.run(files).errors.count == 1)
    #expect(try check.run(["a.go": "package main\n", "b.txt": ""], base: files, isLimited: true).errors.isEmpty)
  }

  @Test("patterns that the configuration excludes are not judged")
  func excluded() throws {
    let report = try check.run(with(["p/p.go": cgo]), config: "[mains]\ninclude = [\"cmd/b\"]\n")
    #expect(report.mains.map(\.directory) == ["cmd/b"] && report.findings.isEmpty && report.mainCount == 1)
    #expect(throws: CheckError.self) { try check.run(files, config: "[mains]\ninclude = [\"cmd/none\"]\n") }
  }
}
