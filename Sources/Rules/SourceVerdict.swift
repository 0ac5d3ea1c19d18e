package import Bytes
package import Diagnostics
import GoGraph
import GoSource

/// What the source alone says of a main.
package struct SourceVerdict: Sendable {
  package let verdict: Verdict
  package let reason: String
  package let findings: [Finding]
  package let errors: [JudgementError]
  /// The packages outside the standard library, in the closure without cgo, that are not the same without it: the
  /// compiler can say whether what is left of them does.
  package let differing: [ByteString]
}

extension Evidence {
  /// Judges the main by its source, rule by rule.
  package func judgeSource() -> SourceVerdict {
    let lost = lostPackages() + runtimeCgo()
    let broken = headerErrors()
    let dynamic = dynamicImports()
    let users = packagesThatUseCgo
    let standard = standardPackages(users)
    let missing = missingModules
    let findings = lost + broken + dynamic + standard
    let differing = packagesWithoutCgo { $0.has(.differs) }
    func verdict(_ verdict: Verdict, _ reason: String) -> SourceVerdict {
      var verdict = verdict
      if !platform.hasStaticBinaries && verdict < .degraded { verdict = .notApplicable }
      return SourceVerdict(
        verdict: verdict, reason: reason, findings: findings, errors: missing,
        differing: differing.map(\.importPath))
    }
    if let first = missing.first { return verdict(.unknown, first.message) }
    if !lost.isEmpty { return verdict(.blocked, names(lost)) }
    if !broken.isEmpty { return verdict(.broken, names(broken)) }
    if !dynamic.isEmpty { return verdict(.dynamic, names(dynamic)) }
    guard !users.isEmpty else { return verdict(.isStatic, "") }
    return verdict(.staticWithoutCgo, users.map { places.name(of: $0).text }.joined(separator: ", "))
  }

  private func names(_ findings: [Finding]) -> String {
    findings.map { name(of: $0.culprit).text }.joined(separator: ", ")
  }
}
