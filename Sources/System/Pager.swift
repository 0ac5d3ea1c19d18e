package import Bytes
import Glibc

extension StandardStream {
  /// Writes a text to standard output; on a terminal with fewer lines, through the pager of the user (PAGER, else less).
  ///
  /// The program becomes the pager, with the text in a pipe as its input, so a text that does not fit a pipe is written without
  /// one. PAGER is split at spaces, and no shell runs. Returns false if the text is lost.
  package static func page(_ text: SafeText) -> Bool {
    let bytes = Array(text.text.utf8)
    let lines = bytes.count { $0 == UInt8(ascii: "\n") }
    // A pipe holds 64 KiB (pipe(7)).
    if let rows = output.rows, lines >= rows, bytes.count < 1 << 16, environmentVariable("TERM") != "dumb" {
      become(environmentVariable("PAGER") ?? "less", input: bytes)
    }
    return output.write(text)
  }

  /// Replaces the program by a command that reads `input`. Returns only if the command cannot be run.
  private static func become(_ command: String, input: [UInt8]) {
    let words = command.split(separator: " ").map(String.init)
    var ends: [Int32] = [-1, -1]
    guard let program = words.first, program != "cat", unsafe pipe(&ends) == 0 else { return }
    let old = dup(0)
    guard old >= 0, writeAll(input, to: ends[1]) == 0, dup2(ends[0], 0) == 0 else { return }
    for end in ends { close(end) }
    // As git: less ends where the text fits, keeps colors, and does not clear the screen.
    _ = unsafe setenv("LESS", "FRX", 0)
    var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { unsafe strdup($0) } + [nil]
    _ = unsafe execvp(program, &arguments)
    for index in unsafe arguments.indices { unsafe free(arguments[index]) }
    dup2(old, 0)
    close(old)
  }
}
