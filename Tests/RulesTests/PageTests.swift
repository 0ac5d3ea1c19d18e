import Diagnostics
import Foundation
import Rules
import Testing

/// docs/rules is generated from the rules.
@Suite struct PageTests {
  private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("docs/rules")
  private static let renewal = "STATICGO_RENEW=1 swift test --filter PageTests"

  @Test("docs/rules has exactly the pages of the rules")
  func pages() throws {
    var wanted = ["README.md": Rule.index]
    for rule in Rule.all { wanted["\(rule.id.rawValue).md"] = rule.page }
    if ProcessInfo.processInfo.environment["STATICGO_RENEW"] != nil {
      try? FileManager.default.removeItem(at: Self.directory)
      try FileManager.default.createDirectory(at: Self.directory, withIntermediateDirectories: true)
      for (name, text) in wanted {
        try text.write(to: Self.directory.appendingPathComponent(name), atomically: true, encoding: .utf8)
      }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.directory.path)
    #expect(Set(names) == Set(wanted.keys), "renew them: \(Self.renewal)")
    for (name, text) in wanted {
      let page = try? String(contentsOf: Self.directory.appendingPathComponent(name), encoding: .utf8)
      #expect(page == text, "docs/rules/\(name) is stale. Renew it: \(Self.renewal)")
    }
  }
}
