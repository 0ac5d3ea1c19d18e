package import Bytes

/// A `#cgo` line that Go rejects, whether cgo is on or off.
package struct CgoFault: Sendable, Hashable {
  /// Build constraints, each in either form. The line applies if one of them holds, or if the list is empty.
  package let conditions: [ByteString]
  package let position: Position
  /// Go's own error message, without the file name.
  package let message: String
  /// Whether the line is at fault only if the path of the package directory has unsafe characters: the line puts that
  /// path into an argument.
  package let isOfDirectory: Bool

  /// Whether the line applies; `isTrue` reports which tags are set (go/build/build.go, matchAuto).
  package func holds(_ isTrue: (ByteString) -> Bool) -> Bool {
    conditions.isEmpty
      || conditions.contains { condition in
        let isExpression = condition.bytes.contains { Array("&|()".utf8).contains($0) }
        let constraint = isExpression ? try? BuildConstraint(goBuild: condition) : BuildConstraint(plusBuild: condition)
        return constraint?.evaluate(isTrue) ?? false
      }
  }
}

/// Returns the faults in the comments of a header's `import "C"` specs, up to the first fault that always applies
/// (go/build/build.go, saveCgo; read.go, readGoInfo).
func scanCgoFaults(_ header: [UInt8]) -> [CgoFault] {
  var reader = CommentReader(header)
  var faults: [CgoFault] = []
  for comment in reader.commentsOfC() {
    for (line, text) in comment {
      for fault in found(in: text, at: line) {
        faults.append(fault)
        if fault.conditions.isEmpty, !fault.isOfDirectory { return faults }
      }
    }
  }
  return faults
}

/// Returns the faults in one line of the comment; empty if it is not a `#cgo` line.
private func found(in written: ByteString, at line: Int) -> [CgoFault] {
  let trimmed = written.trimmed
  guard trimmed.hasPrefix("#cgo ") || trimmed.hasPrefix("#cgo\t") else { return [] }
  func fault(_ message: String, _ conditions: [ByteString] = [], isOfDirectory: Bool = false) -> CgoFault {
    CgoFault(
      conditions: conditions, position: Position(line: line, column: 1), message: message, isOfDirectory: isOfDirectory)
  }
  let words = trimmed.fields
  if words.count == 3, words[1] == "nocallback" || words[1] == "noescape" { return [] }
  let rest = trimmed.dropFirst(4).trimmed
  guard let colon = rest.bytes.firstIndex(of: UInt8(ascii: ":")) else {
    return [fault("invalid #cgo line: \(written.text)")]
  }
  let head = ByteString(rest.bytes[..<colon]).fields
  guard let verb = head.last else { return [fault("invalid #cgo line: \(written.text)")] }
  let conditions = Array(head.dropLast())
  guard let arguments = quotedWords(ByteString(rest.bytes[(colon + 1)...])) else {
    return [fault("invalid #cgo line: \(written.text)", conditions)]
  }
  var faults: [CgoFault] = []
  for argument in arguments {
    let message = "malformed #cgo argument: \(argument.text)"
    guard isSafe(argument) else { return faults + [fault(message, conditions)] }
    guard argument.firstIndex(of: sourceDirectory) != nil else { continue }
    faults.append(fault(message, conditions, isOfDirectory: true))
  }
  let verbs: Set<ByteString> = ["CFLAGS", "CPPFLAGS", "CXXFLAGS", "FFLAGS", "LDFLAGS", "pkg-config"]
  return verbs.contains(verb) ? faults : faults + [fault("invalid #cgo verb: \(written.text)", conditions)]
}

private let sourceDirectory: ByteString = "${SRCDIR}"

/// Whether an argument is not empty and has only characters that are safe in a shell. `${SRCDIR}` is a directory.
private func isSafe(_ argument: ByteString) -> Bool {
  if argument.isEmpty { return false }
  var rest = argument
  while let place = rest.firstIndex(of: sourceDirectory) {
    guard ByteString(rest.bytes[..<place]).isSafeForCgo else { return false }
    rest = rest.dropFirst(place + sourceDirectory.count)
  }
  return rest.isSafeForCgo
}

extension ByteString {
  /// Whether Go allows the text in an argument of the C compiler (go/build/build.go, safeCgoName).
  package var isSafeForCgo: Bool { bytes.allSatisfy { $0 >= 0x80 || Self.safe.contains($0) } }

  private static let safe = Set(
    "+-.,/0123456789=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz:$@%! ~^".utf8)
}

/// Splits at white space outside quotes (go/build/build.go, splitQuoted); nil if a quote or an escape is unterminated.
private func quotedWords(_ text: ByteString) -> [ByteString]? {
  var words: [ByteString] = []
  var word: [UInt8] = []
  var (isEscaped, isQuoted) = (false, false)
  var quote: UInt8?
  for byte in text.bytes {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
      continue
    } else if let open = quote {
      if byte == open {
        quote = nil
        continue
      }
    } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      (isQuoted, quote) = (true, byte)
      continue
    } else if ByteString([byte]).trimmed.isEmpty {
      if isQuoted || !word.isEmpty { words.append(ByteString(word)) }
      (isQuoted, word) = (false, [])
      continue
    }
    word.append(byte)
  }
  if isQuoted || !word.isEmpty { words.append(ByteString(word)) }
  return quote == nil && !isEscaped ? words : nil
}

/// Reads a header, with the comments that go/parser attaches to its import specs.
private struct CommentReader {
  /// The lines of a comment's text, each with its line number in the file.
  typealias Comment = [(line: Int, text: ByteString)]

  private var lexer: CheckedLexer
  private var token = CheckedLexer.Token(offset: 0, kind: .end)
  /// The comment that ends on the line before the token.
  private var lead: Comment?

  init(_ header: [UInt8]) {
    lexer = CheckedLexer(header)
    advance()
  }

  mutating func commentsOfC() -> [Comment] {
    var comments: [Comment] = []
    while token.kind != .end {
      guard token.kind == .word("import") else {
        advance()
        continue
      }
      let declaration = lead
      var specs: [(path: ArraySlice<UInt8>, comment: Comment?)] = []
      advance()
      if token.kind == .word("(") {
        advance()
        while token.kind != .word(")"), token.kind != .end { spec(lead, into: &specs) }
        advance()
      } else {
        spec(nil, into: &specs)
      }
      for (path, comment) in specs where path.dropFirst().dropLast().elementsEqual("C".utf8) {
        if let comment = comment ?? (specs.count == 1 ? declaration : nil) { comments.append(comment) }
      }
    }
    return comments
  }

  private mutating func spec(_ comment: Comment?, into specs: inout [(path: ArraySlice<UInt8>, comment: Comment?)]) {
    while token.kind != .end, token.kind != .word(")") {
      if token.kind == .string { specs.append((token.text, comment)) }
      let isEnd = if case .semicolon = token.kind { true } else { false }
      advance()
      if isEnd { return }
    }
  }

  // MARK: Comments (go/parser/parser.go, next)

  private mutating func line(_ offset: Int) -> Int { lexer.position(offset).line }

  private mutating func advance() {
    lead = nil
    let before = line(token.offset)
    token = lexer.next()
    guard token.kind == .comment else { return }
    // A comment that begins on the line of the previous token belongs to that token.
    if line(token.offset) == before { _ = group(within: 0) }
    var comment: (text: Comment, end: Int)?
    while token.kind == .comment { comment = group(within: 1) }
    if let comment, comment.end + 1 == line(token.offset) { lead = comment.text }
  }

  /// Reads a group of comments, each beginning at most `distance` lines after the end of the previous one. Returns the
  /// text and the line on which the last comment ends.
  private mutating func group(within distance: Int) -> (text: Comment, end: Int) {
    var text: Comment = []
    var end = line(token.offset)
    while token.kind == .comment, line(token.offset) <= end + distance {
      let start = line(token.offset)
      let raw = lexer.source[token.offset..<lexer.end]
      end = start + raw.count { $0 == UInt8(ascii: "\n") }
      text += lines(of: ByteString(raw.filter { $0 != UInt8(ascii: "\r") }), from: start)
      token = lexer.next()
    }
    return (text, end)
  }

  /// The text without comment markers (go/ast/ast.go, CommentGroup.Text); a directive has no text.
  private func lines(of raw: ByteString, from start: Int) -> Comment {
    var content = raw.dropFirst(2)
    if raw.hasPrefix("/*") {
      content = content.dropLast(2)
    } else if content.hasPrefix(" ") {
      content = content.dropFirst(1)
    } else if isDirective(content) {
      return []
    }
    return content.split(UInt8(ascii: "\n")).enumerated().map { (start + $0, $1.withoutTrailingSpace) }
  }

  /// Whether `//` followed by `text` is a directive, such as `//go:noinline` and `//line`.
  private func isDirective(_ text: ByteString) -> Bool {
    if ["line ", "extern ", "export "].contains(where: { text.hasPrefix($0) }) { return true }
    func isPart(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    guard let colon = text.bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 1 < text.count else {
      return false
    }
    return text.bytes[..<colon].allSatisfy(isPart) && isPart(text.bytes[colon + 1])
  }
}

extension ByteString {
  fileprivate var withoutTrailingSpace: ByteString {
    var end = count
    while end > 0,
      [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n")].contains(bytes[end - 1])
    {
      end -= 1
    }
    return dropLast(count - end)
  }
}
