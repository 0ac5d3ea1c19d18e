import Foundation
import TestSupport
import Testing

/// One archive of Tests/Scripts, named by its file.
struct ScriptFile: Sendable, CustomTestStringConvertible {
  let url: URL
  var testDescription: String { url.lastPathComponent }

  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scripts")

  static let all: [ScriptFile] = {
    let files = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
    // A single script, for development.
    let only = ProcessInfo.processInfo.environment["STATICGO_TEST_SCRIPT"]
    return files.filter { $0.pathExtension == "txtar" && (only.map($0.lastPathComponent.hasPrefix) ?? true) }.sorted {
      $0.path < $1.path
    }.map(ScriptFile.init)
  }()
}

@Suite struct ScriptTests {
  @Test("the scripts are found") func thereAreScripts() { #expect(ScriptFile.all.count > 20) }

  @Test("script", arguments: ScriptFile.all) func script(_ file: ScriptFile) throws {
    try Script(file.url).run()
  }

  @Test(
    "installed hooks are the files in hooks/",
    arguments: [("pre-commit", "pre-commit"), ("pre-commit", "pre-merge-commit"), ("pre-push", "pre-push")])
  func hookIsOne(_ name: String, _ installed: String) throws {
    let source = try String(
      contentsOf: ScriptFile.directory.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("hooks/\(name)"), encoding: .utf8)
    let flag = name == "pre-push" ? " --pre-push" : ""
    let archive = Archive(
      "git init -q\nstaticgo hook install\(flag)\ncmp .git/hooks/\(installed) want\n-- want --\n\(source)")
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("hook-\(UUID().uuidString).txtar")
    try archive.text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    try Script(file).run()
  }
}
