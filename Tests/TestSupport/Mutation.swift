/// A change of the line of an example that ends in `// HERE`, or of its file.
package enum Mutation: String, CaseIterable, Sendable {
  case carriageReturns, byteOrderMark, blankLinesBefore
  case comment, blockComment, rawString, falseConstraint, otherSystem

  /// Whether the change must silence the finding.
  package var isSilent: Bool { ![.carriageReturns, .byteOrderMark, .blankLinesBefore].contains(self) }

  package func apply(to content: String) -> String {
    let lines = content.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    func changingLine(_ change: (String) -> String) -> String {
      lines.map { $0.contains("// HERE") ? change($0) : $0 }.joined(separator: "\n")
    }
    switch self {
    case .carriageReturns: return lines.joined(separator: "\r\n")
    case .byteOrderMark: return "\u{feff}" + content
    case .blankLinesBefore: return "\n\n// größe\n\n" + content
    case .comment: return changingLine { "// " + $0 }
    case .blockComment: return changingLine { "/*\n\($0)\n*/" }
    case .rawString:
      // The line moves below the header, into a string.
      return changingLine { _ in "" } + "\nvar text = `\n\(lines.first { $0.contains("// HERE") }!)\n`\n"
    case .falseConstraint: return "//go:build never\n\n" + content
    case .otherSystem: return "//go:build windows\n\n" + content
    }
  }
}
