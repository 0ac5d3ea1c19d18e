import Bytes

/// Text as XML's: what means something there is escaped, and what no XML 1.0 may hold is written out.
func xmlText(_ text: String) -> String {
  let safe = printable(
    text,
    escaping: [
      "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "\n": "&#10;", "\u{fffe}": "\\u{fffe}",
      "\u{ffff}": "\\u{ffff}",
    ])
  // Standard output may be the log of Azure or TeamCity, which obey what follows the two signs.
  return safe.split(separator: "##", omittingEmptySubsequences: false).joined(separator: "#&#35;")
}

/// An element with its attributes, those that are nil left out; without content it ends at once.
func xmlElement(_ name: String, _ attributes: [(name: String, value: String?)], _ content: String? = nil) -> String {
  let list = attributes.compactMap { name, value in value.map { " \(name)=\"\(xmlText($0))\"" } }.joined()
  return content.map { "<\(name)\(list)>\($0)</\(name)>" } ?? "<\(name)\(list)/>"
}

let xmlDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
