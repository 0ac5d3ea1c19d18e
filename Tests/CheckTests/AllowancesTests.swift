import Bytes
import Config
import Diagnostics
import Testing

@testable import Check

/// Allow directives and entries, from values.
@Suite struct AllowancesTests {
  private let rules = [RuleID("cgo-stub"), RuleID("cgo-import")]

  private func allowances(_ files: [ByteString: String] = [:], _ config: String = "") throws -> Allowances {
    let entries = try Config(parsing: Array(config.utf8), rules: rules).allowed
    return Allowances(
      content: { files[$0].map { Array($0.utf8) } }, entries: entries, of: Config.fileName, rules: rules)
  }

  private func finding(_ rule: String, _ file: ByteString, _ line: Int, chain: [(ByteString, Int)] = []) -> Finding {
    Finding(
      rule: RuleID(rule), severity: .error, culprit: "ex.com/c", predicate: "does not build", label: "",
      location: Location(file: file, line: line, column: 1, isInRepository: true),
      chain: chain.map {
        Hop(
          package: "p", location: Location(file: $0.0, line: $0.1, column: 1, isInRepository: true), text: "imports c")
      }, mains: [MainName(importPath: "ex.com/m", directory: "")], targets: ["linux/amd64"], help: [])
  }

  @Test(
    "a directive counts on the line of the finding or above it, with a known rule and a reason",
    arguments: [
      ("import \"c\" //staticgo:allow cgo-stub -- tests only", 1, true),
      ("//staticgo:allow cgo-stub -- tests only\nimport \"c\"", 2, true),
      ("//staticgo:allow cgo-stub,cgo-import -- tests only\nimport \"c\"", 2, true),
      ("//staticgo:allow cgo-stub\nimport \"c\"", 2, false), ("//staticgo:allow -- why\nimport \"c\"", 2, false),
      ("//staticgo:allow cgo-import -- why\nimport \"c\"", 2, false),
      ("// staticgo:allow cgo-stub -- why\nimport \"c\"", 2, false),
      ("//staticgo:allow cgo-stubs -- why\nimport \"c\"", 2, false),
      ("//staticgo:allow cgo-stub -- why\n\nimport \"c\"", 3, false),
      ("x() //staticgo:allow cgo-stub -- why\nimport \"c\"", 2, false),
      ("var s = `\n//staticgo:allow cgo-stub -- why\n`", 3, false),
      ("//staticgo:allow cgo-import -- why\nimport \"C\"", 2, false),
      ("//staticgo:allow cgo-stub -- why\n\nimport \"C\"", 3, true),
    ])
  func directives(_ text: String, _ line: Int, _ isAllowed: Bool) throws {
    let match = try allowances(["a.go": text]).match(finding("cgo-stub", "a.go", line))
    #expect(match.isEmpty != isAllowed)
  }

  @Test("a directive at an import of the chain counts, one in a vendored file does not")
  func chains() throws {
    let text = "//staticgo:allow cgo-stub -- why\nimport \"c\""
    let allowances = try allowances(["a.go": text, "vendor/x/a.go": text])
    #expect(!allowances.match(finding("cgo-stub", "b.go", 9, chain: [("a.go", 2)])).isEmpty)
    #expect(allowances.match(finding("cgo-stub", "b.go", 9, chain: [("vendor/x/a.go", 2)])).isEmpty)
  }

  @Test(
    "an entry allows what all of its patterns match",
    arguments: [
      ("package = \"ex.com/c\"", true), ("package = \"ex.com/*\"", true), ("package = \"ex.com/d\"", false),
      ("mains = \"ex.com/m\"", true), ("mains = \"ex.com/other\"", false), ("path = \"internal/...\"", true),
      ("path = \"cmd/...\"", false), ("package = \"ex.com/c\"\nexpires = 2001-02-03", false),
      ("package = \"ex.com/c\"\nexpires = 2999-02-03", true), ("package = \"ex.com/c\"\nmains = \"x\"", false),
    ])
  func entries(_ keys: String, _ isAllowed: Bool) throws {
    let allowances = try allowances([:], "[[allow]]\nrule = \"cgo-stub\"\nreason = \"r\"\n\(keys)\n")
    #expect(allowances.match(finding("cgo-stub", "internal/db/db.go", 3)).isEmpty != isAllowed)
    #expect(allowances.match(finding("cgo-import", "internal/db/db.go", 3)).isEmpty)
  }

  @Test("matching changes nothing: what was used is what the caller keeps")
  func unused() throws {
    let allowances = try allowances(["a.go": "//staticgo:allow cgo-stub -- why\nimport \"c\"\n"])
    let match = allowances.match(finding("cgo-stub", "a.go", 2))
    #expect(allowances.unused(in: ["a.go"], match, besides: []).isEmpty)
    #expect(allowances.unused(in: ["a.go"], Allowances.Match(), besides: []).count == 1)
    #expect(allowances.unused(in: ["a.go"], Allowances.Match(), besides: [RuleID("cgo-stub")]).isEmpty)
  }
}
