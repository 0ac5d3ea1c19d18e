/// Byte strings as C has them: the one place where they meet pointers.
extension ByteString {
  /// The bytes up to the NUL that ends them.
  package init(cString: UnsafePointer<CChar>) {
    var bytes: [UInt8] = []
    var next = unsafe cString
    while unsafe next.pointee != 0 {
      unsafe bytes.append(UInt8(bitPattern: next.pointee))
      unsafe next += 1
    }
    self.init(bytes)
  }

  /// Lends the bytes with a NUL behind them; one within ends the string early, so callers refuse paths that hold one.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    let terminated = bytes.map { CChar(bitPattern: $0) } + [0]
    return try unsafe terminated.withUnsafeBufferPointer { try unsafe body($0.baseAddress!) }
  }
}
