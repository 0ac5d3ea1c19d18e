package import Bytes

/// Returns the facts of a source file, from the kind that its name gives and its content alone.
///
/// The result does not depend on a target, so it stays valid as long as the content is the same. A file with a
/// malformed header has a `problem` and the facts that were read before it.
package func scanFile(kind: SourceKind, _ bytes: [UInt8]) -> FileFacts {
  guard kind != .object else { return FileFacts() }
  guard kind == .go else {
    var facts = FileFacts()
    // Since Go 1.20 a file whose comments cannot be read is kept, and its constraints are not evaluated.
    if let header = HeaderScanner.leadingComments(bytes) { facts.constraint = try? scanConstraint(header) }
    if [.c, .cxx, .objectiveC].contains(kind), contains(bytes, "__attribute__"), contains(bytes, "constructor") {
      facts.cgoPart = CgoPart(ofC: bytes)
    }
    return facts
  }
  var (facts, headerEnd) = HeaderScanner.scan(bytes)
  do throws(ConstraintError) {
    facts.constraint = try scanConstraint(
      bytes.dropFirst(bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0)[..<headerEnd])
  } catch {
    facts.problem = HeaderProblem(kind: .constraint, position: Position(line: 1, column: 1), message: error.message)
  }
  if facts.importsC, facts.problem == nil {
    facts.cgoFaults = scanCgoFaults(Array(bytes[(bytes.starts(with: HeaderScanner.byteOrderMark) ? 3 : 0)..<headerEnd]))
  }
  if facts.mentionsCgo, !(facts.problem?.dropsFile ?? false) {
    facts.cgoPart = CgoPart(bytes, headerEnd: headerEnd, importsC: facts.importsC)
  }
  if facts.package == "main", facts.problem == nil { facts.declaresMain = declaresMain(bytes, facts.cgoPart) }
  let mayImportDynamically = contains(bytes, "go:cgo_import_dynamic")
  let embeds = facts.imports.contains { $0.path == "embed" }
  if mayImportDynamically || embeds { scanDirectives(bytes, embeds: embeds, into: &facts) }
  return facts
}

/// Whether a file declares `func main`. For nearly all files the bytes decide: the declaration begins a line, and no
/// raw string or block comment before it could contain that line. Otherwise the declarations decide.
private func declaresMain(_ bytes: [UInt8], _ part: CgoPart?) -> Bool {
  let line = Array("\nfunc main()".utf8)
  var start = 0
  while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
    if bytes.count - end >= line.count, bytes[end + 1] == UInt8(ascii: "f"),
      bytes[end..<(end + line.count)].elementsEqual(line)
    {
      let before = Array(bytes[..<end])
      if !before.contains(UInt8(ascii: "`")), !contains(before, "/*") { return true }
      break
    }
    start = end + 1
  }
  let declarations = part?.declarations ?? scanDeclarations(bytes)
  return declarations.contains { $0.kind == .function && $0.name == "main" }
}

/// Whether `needle` occurs, found in one pass over the occurrences of one of its bytes.
private func contains(_ bytes: [UInt8], _ needle: StaticString) -> Bool {
  let word = needle.withUTF8Buffer { unsafe Array($0) }
  // Searching for a byte that is rare in Go source is faster than searching for the first byte.
  let rare = word.count - 1 - (word.reversed().firstIndex(of: UInt8(ascii: "_")) ?? 0)
  var index = rare
  while index < bytes.count, let hit = bytes[index...].firstIndex(of: word[rare]) {
    let start = hit - rare
    if start + word.count <= bytes.count, bytes[start..<(start + word.count)].elementsEqual(word) { return true }
    index = hit + 1
  }
  return false
}

/// Returns the `//` comments of a file that begin with `prefix`. Text within strings does not count.
package func scanLineComments(
  _ bytes: [UInt8], startingWith prefix: ByteString
) -> [(text: ByteString, position: Position, isTrailing: Bool)] {
  guard ByteString(bytes).firstIndex(of: prefix) != nil else { return [] }
  var lexer = Lexer(bytes)
  var found: [(text: ByteString, position: Position, isTrailing: Bool)] = []
  while true {
    let token = lexer.nextOrComment()
    switch token {
    case .end: return found
    case .lineComment, .trailingComment:
      let text = lexer.text
      if text.hasPrefix(prefix) { found.append((text, lexer.position, token == .trailingComment)) }
    default: break
    }
  }
}

private func scanDirectives(_ bytes: [UInt8], embeds: Bool, into facts: inout FileFacts) {
  var lexer = Lexer(bytes)
  while true {
    let token = lexer.nextOrComment()
    if token == .end { return }
    guard token == .lineComment || token == .trailingComment else { continue }
    let text = lexer.text
    if token == .lineComment { noteDynamicImport(text, lexer.position, &facts) }
    // Since Go 1.26 a directive counts anywhere on its line.
    guard embeds, text.hasPrefix("//go:embed"), let first = text.dropFirst(10).fields.first,
      !text.dropFirst(10).hasPrefix(first)
    else { continue }
    facts.embeds += embedPatterns(text.dropFirst(10), from: lexer.position.column + 10).map {
      EmbedPattern(pattern: $0.pattern, position: Position(line: lexer.position.line, column: $0.column))
    }
  }
}

private func noteDynamicImport(_ text: ByteString, _ position: Position, _ facts: inout FileFacts) {
  guard text.hasPrefix("//go:cgo_import_dynamic") else { return }
  let fields = text.fields
  // The compiler rejects the directive without a name.
  guard fields.first == "//go:cgo_import_dynamic", fields.count > 1 else { return }
  // //go:cgo_import_dynamic local remote "library", or with _ _ "library" (cmd/cgo/doc.go).
  let library = fields.count > 3 ? fields[3].split(UInt8(ascii: "\""), omittingEmpty: true).first : nil
  facts.dynamicImports.append(DynamicImport(position: position, text: text.trimmed, library: library))
}

/// The patterns of a `//go:embed` line, each bare or quoted, with their columns (go/build/read.go, parseGoEmbed).
private func embedPatterns(_ line: ByteString, from start: Int) -> [(pattern: ByteString, column: Int)] {
  let bytes = line.bytes
  var patterns: [(pattern: ByteString, column: Int)] = []
  var index = 0
  func skipSpace() -> Bool {
    let before = index
    while index < bytes.count, case let length = ByteString.spaceLength(bytes[index...]), length > 0 { index += length }
    return index > before
  }
  _ = skipSpace()
  while index < bytes.count {
    let begin = index
    let first = bytes[begin]
    if first == UInt8(ascii: "`") || first == UInt8(ascii: "\"") {
      index += 1
      while index < bytes.count, bytes[index] != first {
        index += first == UInt8(ascii: "\"") && bytes[index] == UInt8(ascii: "\\") ? 2 : 1
      }
      // A line with a malformed string is skipped entirely.
      guard index < bytes.count, let pattern = stringValue(of: bytes[begin...index]) else { return [] }
      patterns.append((pattern, start + begin))
      index += 1
      guard skipSpace() || index == bytes.count else { return [] }
    } else {
      while index < bytes.count, ByteString.spaceLength(bytes[index...]) == 0 { index += 1 }
      patterns.append((ByteString(bytes[begin..<index]), start + begin))
      _ = skipSpace()
    }
  }
  return patterns
}
