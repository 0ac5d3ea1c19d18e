import Foundation
import TestSupport
import Testing

/// Compares the loader with `go list`: a linter that sees other packages than the compiler gives wrong verdicts
/// silently.
@Suite struct GoConformanceTests {
  /// An empty module, from which the toolchain's own packages are listed, and a cache for all runs.
  final class Workplace: Sendable {
    let directory: URL
    let cache: URL

    init() throws {
      let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("staticgo-conformance-\(UUID())")
        .resolvingSymlinksInPath()
      directory = scratch.appendingPathComponent("module")
      cache = scratch.appendingPathComponent("cache")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try "module example.com/empty\n\ngo 1.19\n".write(
        to: directory.appendingPathComponent("go.mod"), atomically: true, encoding: .utf8)
      try #require(outputOf("git", ["init", "-q"], in: directory) != nil)
    }

    deinit { try? FileManager.default.removeItem(at: directory.deletingLastPathComponent()) }
  }

  private func compare(
    _ toolchain: TestedToolchain, _ targets: [String], tags: String = "", environment: [String: String] = [:]
  ) throws {
    let place = try Workplace()
    let recorder = try Recorder(toolchain)
    for target in targets {
      for cgo in [true, false] {
        let comparison = Comparison(
          toolchain: toolchain, recorder: recorder, directory: place.directory, target: target, cgo: cgo, tags: tags,
          patterns: ["std", "cmd"], environment: environment, cache: place.cache)
        let (count, differences) = try comparison.run()
        #expect(count > 300)
        #expect(differences.isEmpty, "\(toolchain.version) \(target) cgo \(cgo): \(differences.prefix(10))")
      }
    }
    // The log has refused calls too, which were answered with an error.
    #expect(!recorder.calls.isEmpty)
    #expect(recorder.calls.allSatisfy { $0.hasPrefix("env ") || $0.hasPrefix("list -f {{join context.") })
  }

  @Test("std and cmd on every platform", arguments: TestedToolchain.newest.platforms)
  func newest(_ target: String) throws { try compare(.newest, [target]) }

  @Test("std and cmd of other toolchains", arguments: TestedToolchain.others)
  func others(_ toolchain: TestedToolchain) throws {
    let all = ProcessInfo.processInfo.environment["STATICGO_TEST_ALL_PLATFORMS"] != nil
    try compare(toolchain, all ? toolchain.platforms : ["linux/amd64", "darwin/arm64", "windows/amd64"])
  }

  @Test(
    "std and cmd with tags",
    arguments: [
      ("netgo", [:]), ("osusergo,netgo", [:]), ("windows", [:]), ("purego,ignore", [:]), ("faketime,race", [:]),
      ("", ["GOEXPERIMENT": "boringcrypto"]), ("", ["GOAMD64": "v3"]), ("", ["GOFLAGS": "-tags=netgo,timetzdata"]),
    ] as [(String, [String: String])])
  func tags(_ tags: String, _ environment: [String: String]) throws {
    try compare(.newest, ["linux/amd64"], tags: tags, environment: environment)
  }

  /// A module for one rule of file selection or module resolution: an archive in Tests/Conformance. Its comment
  /// describes the rule; a line `list: PATTERN…` is a query, `env: NAME=VALUE` applies to all queries; setup.sh runs
  /// first.
  struct Module: Sendable, CustomTestStringConvertible {
    let url: URL
    var testDescription: String { url.lastPathComponent }

    static let all: [Module] = {
      let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Conformance")
      let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
      return files.filter { $0.pathExtension == "txtar" }.sorted { $0.path < $1.path }.map(Module.init)
    }()
  }

  @Test("small modules, one for each rule", arguments: Module.all) func modules(_ module: Module) throws {
    let archive = Archive(try String(contentsOf: module.url, encoding: .utf8))
    let scratch = try Scratch()
    let root = scratch.url.resolvingSymlinksInPath().appendingPathComponent("module")
    for (name, content) in archive.files {
      let file = root.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: file, atomically: true, encoding: .utf8)
    }
    var environment = ["GOPATH": scratch.url.appendingPathComponent("gopath").path]
    var directory = root
    var questions: [[String]] = []
    for line in archive.comment.split(separator: "\n") {
      if line.hasPrefix("list: ") { questions.append(line.dropFirst(6).split(separator: " ").map(String.init)) }
      if line.hasPrefix("in: ") { directory = root.appendingPathComponent(String(line.dropFirst(4))) }
      if line.hasPrefix("env: "), let equals = line.firstIndex(of: "=") {
        environment[String(line[line.index(line.startIndex, offsetBy: 5)..<equals])] = String(
          line[line.index(after: equals)...])
      }
    }
    if archive.files.contains(where: { $0.name == "setup.sh" }) {
      try #require(
        outputOf("sh", ["-e", "setup.sh"], in: root, environment: environment) != nil, "setup.sh failed")
      try FileManager.default.removeItem(at: root.appendingPathComponent("setup.sh"))
    }
    // go uses its index of a directory, which treats malformed excluded files in another way, when the last change is
    // two seconds old.
    try #require(outputOf("find", [".", "-exec", "touch", "-h", "-d", "1 hour ago", "{}", "+"], in: root) != nil)
    try #require(outputOf("git", ["init", "-q"], in: root) != nil)
    try #require(outputOf("git", ["add", "-A"], in: root) != nil)
    let recorder = try Recorder(.newest)
    for patterns in questions {
      for (target, cgo) in [("linux/amd64", true), ("linux/amd64", false), ("windows/arm64", false)] {
        let comparison = Comparison(
          toolchain: .newest, recorder: recorder, directory: directory, target: target, cgo: cgo, patterns: patterns,
          environment: environment)
        let (count, differences) = try comparison.run()
        #expect(count > 0)
        #expect(differences.isEmpty, "\(patterns) \(target) cgo \(cgo):\n\(differences.joined(separator: "\n"))")
      }
    }
    #expect(!questions.isEmpty)
    // The module cache is read-only.
    _ = outputOf("chmod", ["-R", "u+w", scratch.url.path])
  }
}
