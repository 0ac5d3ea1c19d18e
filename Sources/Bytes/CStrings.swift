/// Conversions between byte strings and C strings: the only code that handles their pointers.
extension ByteString {
  /// Copies the bytes before the terminating NUL.
  package init(cString: UnsafePointer<CChar>) {
    unsafe self.init(UnsafeRawBufferPointer(start: cString, count: Self.length(cString)))
  }

  /// Copies the bytes of a buffer.
  package init(_ buffer: UnsafeRawBufferPointer) {
    unsafe self.init(Array(buffer))
  }

  /// The number of bytes before the NUL.
  package static func length(_ cString: UnsafePointer<CChar>) -> Int {
    var count = 0
    while unsafe cString[count] != 0 { count += 1 }
    return count
  }

  /// Passes the bytes to `body` with a NUL appended. A NUL inside ends the string early, so callers reject such paths.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    try unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
      unsafe bytes.withUnsafeBytes { source in
        if let start = source.baseAddress {
          unsafe UnsafeMutableRawPointer(buffer.baseAddress!).copyMemory(from: start, byteCount: count)
        }
      }
      unsafe buffer[count] = 0
      return try unsafe body(UnsafePointer(buffer.baseAddress!))
    }
  }
}
