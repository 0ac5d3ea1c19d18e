import Bytes

/// Returns why a version does not fit its module's path, in the words of golang.org/x/mod/module (SplitPathVersion and
/// CheckPathMajor).
///
/// Nil if it fits, or if it is not a version but a name that Go looks up.
package func versionProblem(of module: ModuleVersion) -> String? {
  guard let pathMajor = PathMajor(of: module.path) else { return "malformed module path \"\(module.path.text)\"" }
  guard let major = module.version.completeVersionMajor else { return nil }
  switch pathMajor {
  case .none:
    if ["v0", "v1"].contains(major) || module.version.hasSuffix("+incompatible") { return nil }
    return "should be v0 or v1, not \(major.text)"
  case .number(let number):
    if number == major { return nil }
    // gopkg.in/check.v1 has such pseudo-versions.
    if number == "v1", module.path.hasPrefix("gopkg.in/"), module.version.hasPrefix("v0.0.0-") { return nil }
    return "should be \(number.text), not \(major.text)"
  }
}

/// The major version in a module path.
private enum PathMajor {
  case none
  /// A major version, as in `v2`.
  case number(ByteString)

  /// Nil if the path is not a valid module path.
  init?(of path: ByteString) {
    let isGopkg = path.hasPrefix("gopkg.in/")
    let stem = isGopkg && path.hasSuffix("-unstable") ? path.dropLast("-unstable".utf8.count) : path
    let digits = stem.bytes.reversed().prefix { isDigit($0) || (!isGopkg && $0 == UInt8(ascii: ".")) }
    let rest = ByteString(stem.bytes.dropLast(digits.count))
    guard rest.hasSuffix(isGopkg ? ".v" : "/v"), !digits.isEmpty else {
      if isGopkg { return nil }
      self = .none
      return
    }
    let number = ByteString(digits.reversed())
    let isVersion =
      !number.hasPrefix("0") && (isGopkg || number != "1") || (isGopkg && number == "0" && stem == path)
    guard isVersion, !number.contains(UInt8(ascii: ".")) else { return nil }
    self = .number("v" + number)
  }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

/// Whether a version has the form `v1.2.3`, with or without a pre-release.
func isCompleteVersion(_ version: ByteString) -> Bool { version.completeVersionMajor != nil }

extension ByteString {
  /// The major version, as in `v2`; nil if the version does not have all three numbers.
  fileprivate var completeVersionMajor: ByteString? {
    guard hasPrefix("v") else { return nil }
    let core = ByteString(bytes.prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }).dropFirst(1)
    let numbers = core.split(UInt8(ascii: "."))
    guard numbers.count == 3, isSemanticVersion(self) else { return nil }
    return "v" + numbers[0]
  }
}
