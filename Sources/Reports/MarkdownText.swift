import Bytes

/// Returns text as a Markdown code span that nothing in the text can end.
func markdownCode(_ text: String, limit: Int = 10_000) -> String {
  guard !text.isEmpty else { return "" }
  let safe = defused(printable(text.utf8.count > limit ? text.prefix(limit) + "…" : text))
  var (longest, run) = (0, 0)
  for character in safe {
    run = character == "`" ? run + 1 : 0
    longest = max(longest, run)
  }
  let fence = String(repeating: "`", count: longest + 1)
  return longest == 0 ? "`\(safe)`" : "\(fence) \(safe) \(fence)"
}

/// Returns a sentence as Markdown: plain words stay, and everything that could mean something to Markdown or to the site
/// (a path, a mention, an address) becomes a code span.
func markdownProse(_ text: String, limit: Int = 10_000) -> String {
  let cut = text.utf8.count > limit ? String(text.prefix(limit)) + "…" : text
  return printable(cut).split(separator: " ", omittingEmptySubsequences: false).map { word in
    let head = word.prefix { $0 == "(" || $0 == "\"" }
    var rest = word.dropFirst(head.count)
    var tail = ""
    while let last = rest.last, ",:;.)\"".contains(last) {
      // A bracket or a colon may belong to the name itself.
      let isOwn =
        last == ")" && rest.contains("(") || last == ":" && rest.first == ":" || last == ";" && rest.contains("&")
      if isOwn { break }
      tail = String(last) + tail
      rest.removeLast()
    }
    // A word of dots and quotes only.
    if rest.isEmpty { return word.allSatisfy { "(\",:;.)".contains($0) } ? String(word) : markdownCode(String(word)) }
    return head + (isPlainWord(rest) ? String(rest) : markdownCode(String(rest))) + tail
  }.joined(separator: " ")
}

private func isPlainWord(_ word: Substring) -> Bool {
  let isPlain = word.unicodeScalars.allSatisfy { scalar in
    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      || "'-…".unicodeScalars.contains(scalar)
  }
  return isPlain && word.first != "-" && word.last != "-" && word.first != "'"
}

/// Returns Markdown for a table cell, in which `|` ends the cell even within a code span.
func markdownCell(_ markdown: String) -> String {
  markdown.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
}
