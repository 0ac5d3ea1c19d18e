import Bytes

/// An error in a go.mod or go.work file: its line and Go's message.
package struct ModuleFileError: Error, Sendable, Equatable {
  package let line: Int
  package let message: String

  package init(line: Int, message: String) {
    self.line = line
    self.message = message
  }
}

/// One directive of a go.mod or go.work file, blocks unfolded.
struct Directive {
  let verb: ByteString
  /// The arguments, unquoted.
  let arguments: [ByteString]
  let comment: ByteString
  let line: Int
  /// The column of the directive's first byte, in a block that of its first argument; 1-based, in bytes.
  let column: Int
  /// The column after the last byte of the directive, without a comment.
  let endColumn: Int
  let isInBlock: Bool
}

/// Reads the lexical structure that go.mod and go.work share (golang.org/x/mod/modfile/read.go).
func readDirectives(_ bytes: [UInt8]) throws(ModuleFileError) -> [Directive] {
  var directives: [Directive] = []
  var block: (verb: ByteString, line: Int)?
  var number = 0
  for raw in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
    number += 1
    var content = ByteString(raw)
    if content.bytes.last == UInt8(ascii: "\r") { content = content.dropLast(1) }
    let (words, comment, column, endColumn) = try splitWords(content, line: number)
    guard var verb = words.first else { continue }
    var arguments = Array(words.dropFirst())
    if let open = block {
      if words == [")"] {
        block = nil
        continue
      }
      verb = open.verb
      arguments = words
    } else if arguments.last == "(" {
      guard arguments.count == 1 else {
        throw ModuleFileError(
          line: number, message: "unknown block type: \(words.dropLast().map(\.text).joined(separator: " "))")
      }
      block = (verb, number)
      continue
    }
    directives.append(
      Directive(
        verb: verb, arguments: arguments, comment: comment, line: number, column: column, endColumn: endColumn,
        isInBlock: block != nil))
  }
  if let block { throw ModuleFileError(line: block.line, message: "unterminated block: \(block.verb.text)") }
  return directives
}

private func splitWords(
  _ line: ByteString, line number: Int
) throws(ModuleFileError) -> (words: [ByteString], comment: ByteString, column: Int, endColumn: Int) {
  var words: [ByteString] = []
  var comment: ByteString = ""
  var index = 0
  var column = 1
  var endColumn = 1
  let bytes = line.bytes
  scanning: while index < bytes.count {
    switch bytes[index] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): index += 1
    case UInt8(ascii: "/") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "/"):
      comment = ByteString(bytes[(index + 2)...])
      break scanning
    case let byte:
      if words.isEmpty { column = index + 1 }
      let start = index
      if byte == UInt8(ascii: "`") { throw quoteError(number) }
      if byte == UInt8(ascii: "\"") {
        index += 1
        while index < bytes.count, bytes[index] != byte {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < bytes.count else { throw ModuleFileError(line: number, message: "unterminated string") }
        index += 1
        words.append(ByteString(bytes[(start + 1)..<(index - 1)]))
      } else if isMark(byte) {
        index += 1
        words.append(ByteString([byte]))
      } else {
        while index < bytes.count, !isSpace(bytes[index]), !isMark(bytes[index]),
          !(bytes[index] == UInt8(ascii: "/") && index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "/"))
        {
          index += 1
        }
        let word = ByteString(bytes[start..<index])
        if let strange = word.text.unicodeScalars.first(where: { !isIdentifierScalar($0) }) {
          throw ModuleFileError(
            line: number, message: "unexpected input character U+\(String(strange.value, radix: 16))")
        }
        if word.bytes.contains(where: { Array("\"'`".utf8).contains($0) }) { throw quoteError(number) }
        words.append(word)
      }
      endColumn = index + 1
    }
  }
  return (words, comment, column, endColumn)
}

private func quoteError(_ line: Int) -> ModuleFileError {
  ModuleFileError(
    line: line, message: "a quote inside a word without quotes: quote the whole word, or remove the quote")
}

private func isSpace(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
}

private func isMark(_ byte: UInt8) -> Bool {
  byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "[")
    || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
}

/// Whether a character can be part of a word: those that Go prints (unicode.IsPrint, read.go's isIdent).
private func isIdentifierScalar(_ scalar: Unicode.Scalar) -> Bool {
  if scalar.isASCII { return (0x21...0x7e).contains(scalar.value) }
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
    return false
  default: return true
  }
}
