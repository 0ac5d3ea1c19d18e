package import Bytes

/// A comment that allows what rules find: `//staticgo:allow RULE[,RULE] -- reason`, on the line of a finding, or of an
/// import that leads to it, or on the line above.
package struct AllowDirective: Sendable, Hashable {
  package let rules: Set<RuleID>
  /// Why it allows nothing.
  package let problem: String?

  private static let prefix: ByteString = "//staticgo:allow"

  /// Reads a comment; nil where it is no such directive.
  package init?(comment: ByteString) {
    guard comment.hasPrefix(Self.prefix) else { return nil }
    let rest = comment.dropFirst(Self.prefix.count)
    guard rest.isEmpty || rest.bytes[0] == UInt8(ascii: " ") || rest.bytes[0] == UInt8(ascii: "\t") else { return nil }
    let text = rest.text.split(separator: "\r").joined()
    let parts = text.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
    rules = Set(names.compactMap(RuleID.init))
    let reason = parts.count == 2 ? parts[1].filter { $0 != " " && $0 != "\t" } : ""
    if let unknown = names.first(where: { RuleID(rawValue: $0) == nil }) {
      let near = nearest(to: unknown, of: RuleID.allCases.map(\.rawValue)).map { "; \($0) is one" } ?? ""
      problem = "\(unknown) is no rule\(near)"
    } else if names.isEmpty {
      problem = "it names no rule: //staticgo:allow RULE -- reason"
    } else if reason.isEmpty {
      problem = "it gives no reason: write -- and why"
    } else {
      problem = nil
    }
  }
}

/// The word that a mistyped one was likely meant to be; nil where none is near.
package func nearest(to word: String, of words: [String]) -> String? {
  func distance(_ one: [Character], _ other: [Character]) -> Int {
    var row = Array(0...other.count)
    for (i, left) in one.enumerated() {
      var last = row[0]
      row[0] = i + 1
      for (j, right) in other.enumerated() {
        let next = min(row[j] + 1, row[j + 1] + 1, last + (left == right ? 0 : 1))
        last = row[j + 1]
        row[j + 1] = next
      }
    }
    return row[other.count]
  }
  // Whoever writes a thousand letters has not mistyped one of ours.
  guard word.count <= 64 else { return nil }
  let near = words.map { ($0, distance(Array(word), Array($0))) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
  return near.flatMap { $0.1 <= max(2, word.count / 3) ? $0.0 : nil }
}
