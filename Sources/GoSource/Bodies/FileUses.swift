package import Bytes

/// The names that a Go file uses from the packages it imports, found from its tokens.
package struct FileUses: Sendable {
  /// A name after a qualifier, such as `NewProducer` in `kafka.NewProducer`.
  package struct Selection: Sendable {
    package let name: ByteString
    package let position: Position
  }

  /// The names selected from each identifier that has no `.` before it.
  package private(set) var selections: [ByteString: [Selection]] = [:]
  /// Identifiers that occur somewhere without a `.` on either side. The file can only declare one of these.
  package private(set) var loose: Set<ByteString> = []
  /// The names that import specs give each path, including `_` and `.`; nil for a spec without a name.
  package private(set) var importNames: [ByteString: [ByteString?]] = [:]
  /// Reads only the import declarations.
  init(headerOf bytes: [UInt8]) {
    var lexer = Lexer(bytes)
    while true {
      switch lexer.next() {
      case .identifier("import"): scanImports(&lexer)
      case .end, .identifier("func"), .identifier("type"), .identifier("var"), .identifier("const"): return
      default: break
      }
    }
  }

  package init(_ bytes: [UInt8]) {
    var lexer = Lexer(bytes)
    var depth = 0
    // A possible qualifier, and the number of dots after it.
    var held: ByteString?
    var dots = 0
    func letGo() {
      if let held { loose.insert(held) }
      (held, dots) = (nil, 0)
    }
    while true {
      let token = lexer.next()
      switch token {
      case .end:
        letGo()
        return
      case .lineComment, .trailingComment, .blockComment: continue
      case .identifier("import") where depth == 0 && held == nil && dots == 0: scanImports(&lexer)
      case .identifier("package") where depth == 0 && held == nil && dots == 0: _ = lexer.next()
      case .identifier(let name):
        if dots == 1 {
          if let held { selections[held, default: []].append(Selection(name: name, position: lexer.position)) }
          (held, dots) = (nil, 0)
        } else {
          letGo()
          held = name
        }
      case .mark(UInt8(ascii: ".")):
        dots += 1
        // An ellipsis.
        if dots == 3 { letGo() }
      case .mark(let byte):
        letGo()
        if "([{".utf8.contains(byte) { depth += 1 }
        if ")]}".utf8.contains(byte) { depth -= 1 }
      case .literal, .illegal, .semicolon: letGo()
      }
    }
  }

  private mutating func scanImports(_ lexer: inout Lexer) {
    var name: ByteString?
    var isGroup = false
    while true {
      switch lexer.next() {
      case .end: return
      case .identifier(let written): name = written
      case .mark(UInt8(ascii: ".")): name = "."
      case .mark(UInt8(ascii: "(")): isGroup = true
      case .mark(UInt8(ascii: ")")): isGroup = false
      case .literal:
        if let path = stringValue(of: lexer.text.bytes[...]) { importNames[path, default: []].append(name) }
        name = nil
      case .semicolon: if !isGroup { return }
      default: break
      }
    }
  }

  /// Returns the names that the file selects from an imported package. Nil if the tokens cannot tell: the package's
  /// name also means something else in the file, or a dot import adds all names of the package.
  package func selections(
    from path: ByteString, named name: ByteString
  ) -> [(qualifier: ByteString, selection: Selection)]? {
    var found: [(qualifier: ByteString, selection: Selection)] = []
    for written in Set((importNames[path] ?? []).map { $0 ?? name }).sorted() where written != "_" {
      if written == "." || loose.contains(written) { return nil }
      found += (selections[written] ?? []).map { (written, $0) }
    }
    return found
  }
}
