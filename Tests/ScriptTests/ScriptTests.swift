import Foundation
import TestSupport
import Testing

/// One archive of Tests/Scripts, named by its file.
struct ScriptFile: Sendable, CustomTestStringConvertible {
  let url: URL
  var testDescription: String { name }
  /// The subject and the name, as in `hook/merge.txtar`.
  var name: String { "\(url.deletingLastPathComponent().lastPathComponent)/\(url.lastPathComponent)" }

  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scripts")

  static let isLimited = ProcessInfo.processInfo.environment["STATICGO_TEST_SCRIPT"] != nil

  static let all: [ScriptFile] = {
    let walk = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
    let files = (walk?.allObjects ?? []).compactMap { $0 as? URL }.filter { $0.pathExtension == "txtar" }
    // One subject or one script alone, for whoever works on it: `hook`, `hook/merge`.
    let only = ProcessInfo.processInfo.environment["STATICGO_TEST_SCRIPT"]
    return files.map(ScriptFile.init).filter { only.map($0.name.hasPrefix) ?? true }.sorted { $0.name < $1.name }
  }()
}

@Suite struct ScriptTests {
  @Test("the scripts are found") func thereAreScripts() {
    #expect(ScriptFile.all.count > (ScriptFile.isLimited ? 0 : 100))
  }

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
