package import Bytes
import CShims
import Glibc

/// A standard stream, as far as what it is connected to decides how we write to it.
package enum StandardStream: Int32, Sendable {
  case output = 1
  case error = 2

  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The width of the terminal, or nil where there is none.
  package var columns: Int? {
    let columns = Int(staticgo_terminal_columns(rawValue))
    return columns > 0 ? columns : nil
  }

  /// Writes the text; false where it is lost. A reader that has gone away has lost nothing that it wanted.
  @discardableResult
  package func write(_ text: SafeText) -> Bool {
    let failure = writeAll(Array(text.text.utf8), to: rawValue)
    return failure == 0 || failure == EPIPE
  }
}

/// Nanoseconds of a clock that never goes back.
package func monotonicNanoseconds() -> UInt64 { staticgo_monotonic_nanoseconds() }

/// The value of an environment variable, or nil where it is not set.
package func environmentVariable(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// What the program was called with, without its own name.
package func programArguments() -> [String] {
  guard let values = unsafe staticgo_argument_values() else { return [] }
  return (0..<Int(staticgo_argument_count())).dropFirst().compactMap { index in
    unsafe values[index].map { unsafe String(cString: $0) }
  }
}

/// All environment variables as `NAME=value`.
package func processEnvironment() -> [ByteString] {
  guard var entry = unsafe staticgo_environment() else { return [] }
  var variables: [ByteString] = []
  while let text = unsafe entry.pointee {
    unsafe variables.append(ByteString(cString: text))
    unsafe entry += 1
  }
  return variables
}

/// GOARCH of this machine, by uname(2).
package func hostArchitecture() -> String {
  var buffer = [CChar](repeating: 0, count: 65)
  let machine = unsafe buffer.withUnsafeMutableBufferPointer { buffer -> String in
    guard let name = unsafe staticgo_machine(buffer.baseAddress!, buffer.count) else { return "" }
    return unsafe String(cString: name)
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

/// Makes `directory` the current one.
package func changeDirectory(to directory: ByteString) throws(FileError) {
  guard !directory.contains(0), unsafe directory.withCString({ unsafe chdir($0) }) == 0 else {
    throw FileError("enter", directory)
  }
}

/// SIGINT and SIGTERM, which are noted rather than obeyed, so that what we have made can be removed first.
package enum Interruption {
  package static func startNoting() { staticgo_note_signals() }

  package static var isNoted: Bool { staticgo_noted_signal() != 0 }
}
