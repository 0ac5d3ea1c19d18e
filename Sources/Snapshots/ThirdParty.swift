package import Bytes

extension ByteString {
  /// Whether a directory of the repository holds code of others, or data of tests: its build files and configurations are not
  /// those of the repository.
  package var isOfThirdParties: Bool {
    var start = 0
    while start < count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? count
      for name in Self.thirdParty where name.count == end - start && holds(name, at: start) { return true }
      start = end + 1
    }
    return false
  }

  private static let thirdParty: [ByteString] = ["vendor", "testdata", "node_modules"]
}
