import GoBuild
package import Linkage

/// The platform and the CPU level that a binary must have, beside being static.
package struct BinaryExpectation: Sendable {
  private let system: String
  private let architecture: String
  /// The highest level of the CPU, such as `v2` for GOAMD64.
  private let level: String?

  /// Reads `GOOS/GOARCH` or `GOOS/GOARCH/LEVEL`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count), Platform(parts.prefix(2).joined(separator: "/")) != nil else { return nil }
    if parts.count > 2, !(Self.levels[parts[1]] ?? []).contains(parts[2]) { return nil }
    (system, architecture, level) = (parts[0], parts[1], parts.count > 2 ? parts[2] : nil)
  }

  /// The values of GOAMD64 and GOARM, lowest first.
  private static let levels = ["amd64": ["v1", "v2", "v3", "v4"], "arm": ["5", "6", "7"]]

  /// The reason why a binary is not what is expected; nil if it is.
  package func objection(to binary: Binary) -> String? {
    let own = "\(binary.system ?? "unknown")/\(binary.goArchitecture)"
    if own != "\(system)/\(architecture)" { return "it is for \(own), not for \(system)/\(architecture)" }
    guard let level else { return nil }
    let variable = "GO\(architecture.uppercased())"
    guard let built = binary.go?.setting(variable) else { return "its build information does not say \(variable)" }
    return built > level ? "it needs a CPU of \(variable)=\(built), above \(level)" : nil
  }

  /// The reason why a binary requires a newer glibc than `limit`; nil if it does not.
  package static func objection(to binary: Binary, glibc limit: String) -> String? {
    guard let needed = binary.glibcVersion else { return nil }
    func numbers(_ text: String) -> [Int] { text.split(separator: ".").map { Int($0) ?? 0 } }
    return numbers(limit).lexicographicallyPrecedes(numbers(needed))
      ? "it requires glibc \(needed), newer than \(limit)" : nil
  }
}
