package import Bytes
import CShims
import Glibc

/// A standard output stream. The way to write to it depends on what it is connected to.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The width of the terminal in columns, or nil if the stream is not a terminal.
  package var columns: Int? { size(\.ws_col) }

  /// The number of lines of the terminal, or nil if the stream is not a terminal.
  var rows: Int? { size(\.ws_row) }

  private func size(_ direction: (winsize) -> UInt16) -> Int? {
    var size = winsize()
    let result = unsafe withUnsafeMutablePointer(to: &size) { unsafe ioctl(rawValue, UInt(TIOCGWINSZ), $0) }
    return result == 0 && direction(size) > 0 ? Int(direction(size)) : nil
  }

  /// The width to lay text out in: COLUMNS, or the width of the terminal up to `maximum`. Without a terminal nothing is
  /// wrapped or shortened, so that logs and pipes have each message on one line.
  package func layoutWidth(upTo maximum: Int = .max) -> Int {
    if let set = environmentVariable("COLUMNS").flatMap(Int.init), set > 0 { return min(set, maximum) }
    return columns.map { min($0, maximum) } ?? Self.unlimited
  }

  /// Wider than any line, and narrow enough to calculate with.
  package static let unlimited = 1_000_000

  /// Writes the text; returns false if it is lost. A closed pipe (EPIPE) counts as success: its reader has gone.
  @discardableResult
  package func write(_ text: SafeText) -> Bool {
    let failure = writeAll(Array(text.text.utf8), to: rawValue)
    return failure == 0 || failure == EPIPE
  }
}

/// Returns the nanoseconds of a clock that never goes back.
package func monotonicNanoseconds() -> UInt64 {
  var now = timespec()
  guard unsafe clock_gettime(CLOCK_MONOTONIC, &now) == 0 else { return 0 }
  return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
}

/// Returns the value of an environment variable, or nil if it is not set.
package func environmentVariable(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Returns the command-line arguments without the program's own name.
package func programArguments() -> [String] {
  guard let values = unsafe staticgo_argument_values() else { return [] }
  return (0..<Int(staticgo_argument_count())).dropFirst().compactMap { index in
    unsafe values[index].map { unsafe String(cString: $0) }
  }
}

/// Returns all environment variables as `NAME=value`.
package func processEnvironment() -> [ByteString] {
  guard var entry = unsafe staticgo_environment() else { return [] }
  var variables: [ByteString] = []
  while let text = unsafe entry.pointee {
    unsafe variables.append(ByteString(cString: text))
    unsafe entry += 1
  }
  return variables
}

/// Returns the GOARCH of this machine, from uname(2).
package func hostArchitecture() -> String {
  var name = utsname()
  guard unsafe uname(&name) == 0 else { return "" }
  let machine = unsafe withUnsafeBytes(of: &name.machine) { raw in
    unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
  }
  switch machine {
  case "x86_64": return "amd64"
  case "aarch64": return "arm64"
  case "i386", "i486", "i586", "i686": return "386"
  case "loongarch64": return "loong64"
  case let arm where arm.hasPrefix("armv"): return "arm"
  default: return machine
  }
}

/// Makes `directory` the current directory.
package func changeDirectory(to directory: ByteString) throws(FileError) {
  guard !directory.contains(0), unsafe directory.withCString({ unsafe chdir($0) }) == 0 else {
    throw FileError("enter", directory)
  }
}
