package import Bytes

/// One error message of the go command, the compiler or the linker.
package struct BuildMessage: Sendable, Hashable {
  /// The package in the `# …` line above, or nil without such a line.
  package let package: ByteString?
  /// The file as printed: relative to the directory of the build, or absolute.
  package let file: ByteString?
  package let line: Int
  package let column: Int
  package let message: String
}

/// Parses the output of `go build` and `go list -e`: `# package` lines, `file:line:column: message` lines, and lines
/// that begin with a tab and continue the line before.
package func readBuildMessages(_ text: ByteString) -> [BuildMessage] {
  var messages: [BuildMessage] = []
  var package: ByteString?
  for line in text.split(UInt8(ascii: "\n"), omittingEmpty: true) {
    if line.hasPrefix("# ") {
      // In "# pkg [pkg.test]" the path is followed by a variant.
      package = line.dropFirst(2).split(UInt8(ascii: " ")).first
    } else if line.hasPrefix("\t"), let last = messages.popLast() {
      messages.append(
        BuildMessage(
          package: last.package, file: last.file, line: last.line, column: last.column,
          message: last.message + "\n" + line.dropFirst(1).text))
    } else if isLinkerReason(line) || line.hasPrefix("go: downloading ") || line.hasPrefix("go: finding ")
      || line.hasSuffix(": too many errors")
      || line == "too many errors"
    {
      continue
    } else {
      messages.append(message(in: line, package: package))
    }
  }
  return messages
}

/// Whether a line is one of those that the linker prints with -dumpdep, `parent -> symbol`.
package func isLinkerReason(_ line: ByteString) -> Bool {
  line.firstIndex(of: " -> ") != nil && line.firstIndex(of: ".go:") == nil
}

private func message(in line: ByteString, package: ByteString?) -> BuildMessage {
  // A file name can contain a colon, so the position is the first ":number" after a known file extension.
  var start = 0
  while let dot = line.firstIndex(of: ".", from: start) {
    start = dot + 1
    for ending in [".go:", ".s:", ".c:", ".h:", ".mod:", ".work:"] as [ByteString]
    where line.bytes[dot...].starts(with: ending.bytes) {
      var rest = line.dropFirst(dot + ending.count)
      guard let row = takeNumber(&rest) else { continue }
      let column = takeNumber(&rest) ?? 1
      guard rest.hasPrefix(" ") else { continue }
      return BuildMessage(
        package: package, file: ByteString(line.bytes[..<(dot + ending.count - 1)]), line: row, column: column,
        message: rest.dropFirst(1).text)
    }
  }
  return BuildMessage(package: package, file: nil, line: 0, column: 0, message: line.text)
}

/// Removes `123:` from the start of the text and returns the number, or nil.
private func takeNumber(_ text: inout ByteString) -> Int? {
  let digits = text.bytes.prefix { (0x30...0x39).contains($0) }
  guard !digits.isEmpty, digits.count < 10, digits.count < text.count, text.bytes[digits.count] == UInt8(ascii: ":")
  else {
    return nil
  }
  text = text.dropFirst(digits.count + 1)
  return Int(String(decoding: digits, as: UTF8.self))
}
