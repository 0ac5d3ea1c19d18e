package import Bytes

extension ByteString {
  /// Whether a directory of the repository holds code of others, or data of tests: its build files and configurations are not
  /// those of the repository.
  package var isOfThirdParties: Bool { split(UInt8(ascii: "/")).contains(where: Self.thirdParty.contains) }

  private static let thirdParty: Set<ByteString> = ["vendor", "testdata", "node_modules"]
}
