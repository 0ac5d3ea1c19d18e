import Foundation
import Testing

/// The dialect that messages, comments and docs were once written in does not come back.
@Suite struct WordsTests {
  /// Phrases of the dialect, with the plain words for them.
  static var banned: [(phrase: Regex<Substring>, better: String)] {
    [
      (#/\banew\b/#, "again"),
      (#/\bgravest\b/#, "most severe"),
      (#/\bmend(?:s|ed|ing)?\b/#, "fix"),
      (#/\b[Nn]othing of\b/#, "no … of, or has no files"),
      (#/\bis none\b/#, "does not exist, is not set"),
      (#/\bis no [a-z]+ of (?:ours|others)\b/#, "is not"),
      (#/\b(?:of|by) (?:ours|others wrote)\b/#, "our own, third-party"),
      (#/\bis to be had\b|\bcannot be had\b|\bcan be had\b/#, "is available, is missing"),
      (#/\bis no matter of\b/#, "is ignored"),
      (#/\bbrings? (?:[a-z.\/]+ )?in\b/#, "imports, adds"),
      (#/\btakes? (?:all |some )?cgo out\b/#, "removes cgo"),
      (#/\bas before\b/#, "known"),
      (#/\bso many of\b|\bSo many of\b/#, "the maximum number of"),
      (#/\bthe ways? to (?:a|the) package\b/#, "the import chains"),
      (#/\bfor nothing\b/#, "without effect"),
      (
        #/(?:^|\s)What (?:is|it|a|an|the|of|was|has|does|comes|stands|tells|can|must|users|staticgo)\b[^?]*$/#,
        "a noun phrase: The …, Returns …"
      ),
      (#/\bnames no\b/#, "matches no"),
      (#/\bthere is none\b/#, "none exists; say what is so"),
    ]
  }

  @Test("comments, strings and docs are in plain English", arguments: banned.indices)
  func words(_ index: Int) throws {
    let (phrase, better) = Self.banned[index]
    for (place, text) in try Self.prose() where text.contains(phrase) {
      Issue.record("\(place): “\(text.trimmingCharacters(in: .whitespaces))” — write: \(better)")
    }
  }

  @Test("the list finds what it is for") func listWorks() {
    #expect("git read-tree HEAD makes it anew".contains(Self.banned[0].phrase))
    #expect("nothing of x is left".contains(Self.banned[3].phrase))
    #expect("/// What is left of it".contains(Self.banned[15].phrase))
    #expect(!"What now?".contains(Self.banned[15].phrase))
  }

  /// The lines of prose: comments and string literals of Swift files, and Markdown, each with its place.
  private static func prose() throws -> [(place: String, text: String)] {
    var found: [(place: String, text: String)] = []
    for folder in [
      "Sources", "docs", "hooks", "README.md", "CONTRIBUTING.md", "SECURITY.md", "ARCHITECTURE.md", "CHANGELOG.md",
    ] {
      let url = Room.root.appendingPathComponent(folder)
      let walk = FileManager.default.enumerator(at: url, includingPropertiesForKeys: nil)
      let files = folder.hasSuffix(".md") ? [url] : (walk?.allObjects ?? []).compactMap { $0 as? URL }
      for file in files {
        let name = file.path.replacingOccurrences(of: Room.root.path + "/", with: "")
        guard ["swift", "md"].contains(file.pathExtension), name != "docs/contributing/style.md" else { continue }
        // In Markdown, whether the line is in a code block; in Swift, whether it is in a literal of several lines.
        var isInside = false
        for (number, line) in try Room.lines(file).enumerated() {
          let isMarkdown = file.pathExtension == "md"
          if isMarkdown ? line.hasPrefix("```") : line.contains("\"\"\"") {
            isInside.toggle()
            continue
          }
          let text = isMarkdown ? (isInside ? "" : String(line)) : isInside ? String(line) : prose(of: line)
          found.append(("\(name):\(number + 1)", text))
        }
      }
    }
    return found
  }

  /// The comment of a line of Swift, else the text of its string literals.
  private static func prose(of line: Substring) -> String {
    if let comment = line.range(of: "//") { return String(line[comment.lowerBound...]) }
    return line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }.joined(separator: " ")
  }
}
