/// Returns text for XML: special characters are escaped, and characters that XML 1.0 forbids are written as codes.
package func xmlText(_ text: String) -> String {
  let safe = printable(
    text,
    escaping: [
      "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "\n": "&#10;", "\u{fffe}": "\\u{fffe}",
      "\u{ffff}": "\\u{ffff}",
    ])
  // Standard output may be the log of Azure or TeamCity, which execute a command after `##`.
  return safe.split(separator: "##", omittingEmptySubsequences: false).joined(separator: "#&#35;")
}

/// Returns an element with its attributes, without those that are nil. Without content it is `<name/>`.
package func xmlElement(_ name: String, _ attributes: [(name: String, value: String?)], _ content: String? = nil)
  -> String
{
  let list = attributes.compactMap { name, value in value.map { " \(name)=\"\(xmlText($0))\"" } }.joined()
  return content.map { "<\(name)\(list)>\($0)</\(name)>" } ?? "<\(name)\(list)/>"
}

package let xmlDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
