import Bytes

/// Finds the build constraint in a file's header, as go/build/build.go (parseFileHeader, shouldBuild) does.
///
/// A `//go:build` line counts anywhere before the first text that is not a comment. A `// +build` line counts only
/// without a `//go:build` line, and only in the leading run of line comments and blank lines. A blank line must end
/// that run.
func scanConstraint(_ header: ArraySlice<UInt8>) throws(ConstraintError) -> BuildConstraint? {
  var goBuild: ByteString?
  var plusBuildEnd = header.startIndex
  var leadingRunEnded = false
  var inBlockComment = false
  var start = header.startIndex
  lines: while start < header.endIndex {
    let newline = header[start...].firstIndex(of: UInt8(ascii: "\n"))
    var line = ByteString(header[start..<(newline ?? header.endIndex)]).trimmed
    start = newline.map { $0 + 1 } ?? header.endIndex
    if line.isEmpty && !leadingRunEnded {
      plusBuildEnd = start
      continue
    }
    if !line.hasPrefix("//") { leadingRunEnded = true }
    if !inBlockComment, line.hasPrefix("//go:build") {
      let rest = line.dropFirst(10)
      let text = rest.trimmed
      if rest.isEmpty || text != rest {
        if goBuild != nil { throw ConstraintError(message: "multiple //go:build comments") }
        goBuild = text
      }
    }
    while !line.isEmpty {
      if inBlockComment {
        guard let end = line.firstIndex(of: "*/") else { break }
        inBlockComment = false
        line = line.dropFirst(end + 2).trimmed
      } else if line.hasPrefix("//") {
        break
      } else if line.hasPrefix("/*") {
        inBlockComment = true
        line = line.dropFirst(2).trimmed
      } else {
        break lines
      }
    }
  }
  if let goBuild {
    do throws(ConstraintError) {
      return try BuildConstraint(goBuild: goBuild)
    } catch {
      throw ConstraintError(message: "parsing //go:build line: \(error.message)")
    }
  }
  var plusBuild: [BuildConstraint] = []
  for raw in header[..<plusBuildEnd].split(separator: UInt8(ascii: "\n")) {
    let line = ByteString(raw).trimmed
    guard line.hasPrefix("//") else { continue }
    let text = line.dropFirst(2).trimmed
    guard text.hasPrefix("+build") else { continue }
    let rest = text.dropFirst(6)
    guard rest.isEmpty || rest.trimmed != rest else { continue }
    if let constraint = BuildConstraint(plusBuild: rest) { plusBuild.append(constraint) }
  }
  return BuildConstraint.all(plusBuild)
}
