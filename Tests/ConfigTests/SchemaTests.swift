import Config
import Foundation
import Rules
import Testing

/// docs/staticgo.schema.json is generated from the keys of the configuration.
@Suite struct SchemaTests {
  private let rules = Rule.all.map(\.id)

  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("docs/staticgo.schema.json")
  private static let renewal = "STATICGO_RENEW=1 swift test --filter SchemaTests"

  @Test("the schema in docs matches the keys")
  func schema() throws {
    if ProcessInfo.processInfo.environment["STATICGO_RENEW"] != nil {
      try Config.schema(rules: rules).write(to: Self.file, atomically: true, encoding: .utf8)
    }
    let text = try? String(contentsOf: Self.file, encoding: .utf8)
    #expect(text == Config.schema(rules: rules), "docs/staticgo.schema.json is stale. Renew it: \(Self.renewal)")
  }
}
