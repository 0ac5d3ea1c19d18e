package import Foundation

/// A text archive as in golang.org/x/tools/txtar: a comment, then files, each after a line `-- name --`.
package struct Archive {
  package var comment = ""
  package var files: [(name: String, content: String)] = []

  package init(_ text: String) {
    var current: String? = nil
    // Splits bytes, not characters: as characters, a carriage return and newline are one.
    for bytes in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let line = String(decoding: bytes, as: UTF8.self)
      if line.hasPrefix("-- "), line.hasSuffix(" --"), line.count > 6 {
        current = line.dropFirst(3).dropLast(3).trimmingCharacters(in: .whitespaces)
        files.append((current!, ""))
      } else if current != nil {
        files[files.count - 1].content += line + "\n"
      } else {
        comment += line + "\n"
      }
    }
    // The last newline ends the last line, and does not begin an empty one.
    if files.isEmpty { comment = withoutLastNewline(comment) }
    for index in files.indices.suffix(1) { files[index].content = withoutLastNewline(files[index].content) }
  }

  package var text: String {
    comment + files.map { "-- \($0.name) --\n\($0.content)" }.joined()
  }
}

private func withoutLastNewline(_ text: String) -> String {
  String(decoding: text.utf8.dropLast(), as: UTF8.self)
}

/// Runs a program that tests compare with; returns its standard output, or nil if it fails or is not installed.
package func outputOf(
  _ program: String, _ arguments: [String], in directory: URL? = nil, environment: [String: String] = [:]
)
  -> String?
{
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [program] + arguments
  // Some tests change the current directory of the process, and remove it.
  process.currentDirectoryURL = directory ?? FileManager.default.temporaryDirectory
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let file = FileManager.default.temporaryDirectory.appendingPathComponent("output-\(UUID().uuidString)")
  defer { try? FileManager.default.removeItem(at: file) }
  guard (try? Data().write(to: file)) != nil, let handle = try? FileHandle(forWritingTo: file) else { return nil }
  process.standardOutput = handle
  process.standardError = FileHandle.nullDevice
  process.standardInput = FileHandle.nullDevice
  guard (try? process.run()) != nil else { return nil }
  process.waitUntilExit()
  guard process.terminationStatus == 0, let data = try? Data(contentsOf: file) else { return nil }
  return String(decoding: data, as: UTF8.self)
}

/// A temporary directory of a test, removed with the value.
package final class Scratch {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("staticgo-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  /// Writes a program. A process of its own does it: while this one has the file open, a test in another thread may
  /// start a program, which inherits that, and the system starts no file that is open for writing.
  package func writeProgram(_ path: String, _ text: String) throws {
    try write(path + ".text", text)
    let place = url.appendingPathComponent(path).path
    _ = outputOf("sh", ["-c", "cat \"$0.text\" > \"$0\" && chmod +x \"$0\"", place], in: url)
  }

  package func write(_ name: String, _ content: String) throws {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try content.write(to: file, atomically: true, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
