package import Bytes

/// The content of vendor/modules.txt: the module that each vendored package comes from.
package struct VendorModules: Sendable, Hashable {
  package struct Module: Sendable, Hashable {
    package let path: ByteString
    package let version: ByteString
    /// The header line and its `##` line, as written.
    package var text: ByteString
    package var isExplicit = false
    /// Whether the list has packages of the module.
    package var hasPackages = false
    /// The module's `go` line; nil if the list does not have it.
    package var go: ByteString?
    /// The module's replacement: a directory as written, or a module; nil if it is not replaced.
    package var replacement: Replacement.Target?
    package var line: Int
  }
  package private(set) var modules: [Module] = []
  /// Index into `modules` by package path.
  private var moduleOfPackage: [ByteString: Int] = [:]
  package private(set) var isWorkspace = false

  /// Reads the file; unknown lines are skipped, as in Go.
  package init(parsing bytes: [UInt8]) {
    var number = 0
    var start = 0
    // Nearly every line is a package, and the list of a large repository has thousands.
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      number += 1
      var line = ByteString(bytes[start..<end])
      start = end + 1
      if line.bytes.last == UInt8(ascii: "\r") { line = line.dropLast(1) }
      if line.bytes.first != UInt8(ascii: "#") {
        // A package of the module above, as nearly all lines are.
        if !line.isEmpty, !modules.isEmpty {
          moduleOfPackage[line] = modules.count - 1
          modules[modules.count - 1].hasPackages = true
        }
      } else if line == "## workspace" {
        isWorkspace = true
      } else if line.hasPrefix("## ") {
        guard !modules.isEmpty else { continue }
        modules[modules.count - 1].text = modules[modules.count - 1].text + "\n" + line
        // "## explicit; go 1.17"
        for note in line.dropFirst(3).split(UInt8(ascii: ";")) {
          let words = note.split(UInt8(ascii: " "), omittingEmpty: true)
          if words == ["explicit"] { modules[modules.count - 1].isExplicit = true }
          if words.count == 2, words[0] == "go" { modules[modules.count - 1].go = words[1] }
        }
      } else if line.hasPrefix("# ") {
        let words = line.dropFirst(2).split(UInt8(ascii: " "), omittingEmpty: true)
        guard let path = words.first else { continue }
        let version = words.count > 1 && words[1] != "=>" ? words[1] : ""
        var replacement: Replacement.Target?
        if let arrow = words.firstIndex(of: "=>"), arrow + 1 < words.count {
          let target = words[arrow + 1]
          replacement =
            arrow + 2 < words.count
            ? .module(ModuleVersion(path: target, version: words[arrow + 2])) : .directory(target)
        }
        modules.append(
          Module(path: path, version: version, text: line, replacement: replacement, line: number))
      }
    }
  }

  package func module(of package: ByteString) -> Module? { moduleOfPackage[package].map { modules[$0] } }
}

/// Returns the lines of a go.sum file by module and version, each with single spaces, and the number of the first
/// malformed line (modfetch/fetch.go, readGoSum).
package func readGoSum(_ bytes: [UInt8]) -> (lines: [ModuleVersion: [ByteString]], malformed: Int?) {
  var lines: [ModuleVersion: [ByteString]] = [:]
  var malformed: Int?
  for (index, raw) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
    let words = raw.split { [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains($0) }.map {
      ByteString($0)
    }
    guard words.count == 3 else {
      if !words.isEmpty, malformed == nil { malformed = index + 1 }
      continue
    }
    // Go once wrote the hash of an empty go.mod by mistake; such a line does not count.
    if words[2] == "h1:G7mAYYxgmS0lVkHyy2hEOLQCFB0DlQFTMLWggykrydY=" { continue }
    let version = words[1].hasSuffix("/go.mod") ? words[1].dropLast(7) : words[1]
    lines[ModuleVersion(path: words[0], version: version), default: []].append(words.joined(separator: " "))
  }
  return (lines, malformed)
}
