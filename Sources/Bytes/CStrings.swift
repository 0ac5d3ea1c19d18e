/// Byte strings as C has them: the one place where they meet pointers.
extension ByteString {
  /// The bytes up to the NUL that ends them.
  package init(cString: UnsafePointer<CChar>) {
    unsafe self.init(UnsafeRawBufferPointer(start: cString, count: Self.length(cString)))
  }

  /// The bytes of a buffer.
  package init(_ buffer: UnsafeRawBufferPointer) {
    unsafe self.init(Array(buffer))
  }

  /// The number of bytes before the NUL.
  package static func length(_ cString: UnsafePointer<CChar>) -> Int {
    var count = 0
    while unsafe cString[count] != 0 { count += 1 }
    return count
  }

  /// Lends the bytes with a NUL behind them; one within ends the string early, so callers refuse paths that hold one.
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
