package import Bytes

/// A comment that allows findings of some rules: `//staticgo:allow RULE[,RULE] -- reason`, on the line of a finding or
/// of an import in its chain, or on the line above.
package struct AllowDirective: Sendable, Hashable {
  package let rules: Set<RuleID>
  /// The reason why the directive is invalid and allows nothing; nil for a valid one.
  package let problem: String?
  package let reason: String

  private static let prefix: ByteString = "//staticgo:allow"

  /// Reads a comment that may name the `known` rules; nil where it is not an allow directive.
  package init?(comment: ByteString, rules known: [RuleID]) {
    guard comment.hasPrefix(Self.prefix) else { return nil }
    let rest = comment.dropFirst(Self.prefix.count)
    guard rest.isEmpty || rest.bytes[0] == UInt8(ascii: " ") || rest.bytes[0] == UInt8(ascii: "\t") else { return nil }
    let text = rest.text.split(separator: "\r").joined()
    let parts = text.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false)
    let names = parts[0].split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
    rules = Set(names.map { RuleID($0) })
    let given = parts.count == 2 ? parts[1] : ""
    reason = given.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    if let unknown = names.first(where: { !known.contains(RuleID($0)) }) {
      let near = nearest(to: unknown, of: known.map(\.rawValue)).map { " (did you mean \($0)?)" } ?? ""
      problem = "it names an unknown rule, \"\(unknown)\"\(near)"
    } else if names.isEmpty {
      problem = "it names no rule. Write: //staticgo:allow RULE -- reason"
    } else if reason.isEmpty {
      problem = "it gives no reason. Add -- and a reason at its end"
    } else {
      problem = nil
    }
  }
}

extension AllowDirective {
  private static let word: ByteString = "staticgo:"
  private static let slashes: ByteString = "//"

  /// Returns the reason why a comment at the end of a line allows nothing, though it looks like a directive; nil for any
  /// other line.
  package static func problem(in line: ByteString, rules known: [RuleID]) -> String? {
    guard let place = line.firstIndex(of: word), let start = ByteString(line.bytes[..<place]).lastIndex(of: slashes)
    else { return nil }
    let between = line.bytes[(start + slashes.count)..<place]
    guard between.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) else { return nil }
    let verb = line.dropFirst(place + word.count).text.prefix { $0.isLetter }
    guard verb == "allow" else { return "staticgo:\(verb.prefix(40)) is unknown; write //staticgo:allow" }
    if !between.isEmpty { return "write it without a space after //" }
    return AllowDirective(comment: line.dropFirst(start), rules: known)?.problem
  }
}

/// Returns the sentence that offers the word most similar to a mistyped one, after a space; empty where none is.
package func suggestion(for word: String, of words: [String]) -> String {
  nearest(to: word, of: words).map { " Did you mean \($0)?" } ?? ""
}

/// Returns the word that is most similar to a mistyped one; nil where none is similar enough.
package func nearest(to word: String, of words: [String]) -> String? {
  // A very long word is not a typing error.
  guard word.count <= 64 else { return nil }
  let near = words.map { ($0, editDistance(word, $0)) }.min { ($0.1, $0.0) < ($1.1, $1.0) }
  return near.flatMap { $0.1 <= max(2, word.count / 3) ? $0.0 : nil }
}
