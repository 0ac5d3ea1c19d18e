package import Bytes

/// An edit that solves a finding for certain: it replaces one line of a file of the repository.
package struct Fix: Sendable, Hashable {
  package let file: ByteString
  package let line: Int
  /// The text of the line that is replaced.
  package let original: ByteString
  /// One or more lines, without the last line end.
  package let replacement: ByteString

  package init(file: ByteString, line: Int, original: ByteString, replacement: ByteString) {
    self.file = file
    self.line = line
    self.original = original
    self.replacement = replacement
  }

  /// Returns the fixes of findings that can be applied together: the first for each line, in the order of the file.
  package static func compatible(_ findings: [Finding]) -> [Fix] {
    var seen: Set<Location.Place> = []
    return findings.flatMap(\.fixes).filter {
      seen.insert(Location.Place(file: $0.file, line: $0.line, column: 1)).inserted
    }
    .sorted { ($0.file, $0.line) < ($1.file, $1.line) }
  }

  /// The edit as a hunk of a unified diff.
  package var hunk: String {
    let lines = replacement.split(UInt8(ascii: "\n"))
    let count = lines.count == 1 ? "" : ",\(lines.count)"
    return "@@ -\(line) +\(line)\(count) @@\n-\(original.text)\n" + lines.map { "+\($0.text)\n" }.joined()
  }
}
