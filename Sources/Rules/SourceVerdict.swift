package import Bytes
package import Diagnostics
package import GoGraph
package import GoSource

/// What the source alone says of a main.
package struct SourceVerdict: Sendable {
  package let verdict: Verdict
  package let reason: String
  package let findings: [Finding]
  package let errors: [JudgementError]
  /// The packages outside the standard library, in the closure without cgo, that are not the same without it: the
  /// compiler can say whether what is left of them does.
  package let differing: [ByteString]
  /// Those of them whose names are not all declared again without cgo: the source alone cannot say.
  package let undecided: [ByteString]
}

extension Evidence {
  /// Judges the main by its source, rule by rule; `declarations` tells what files declare.
  package func judgeSource(
    declarations: (Package, SourceFile) -> [Declaration]
  ) -> SourceVerdict {
    let lost = lostPackages() + runtimeCgo()
    let broken = headerErrors()
    let dynamic = dynamicImports()
    let standard = standardPackages()
    let missing = missingModules
    let findings = lost + broken + dynamic + standard
    let differing = packagesWithoutCgo.filter { $0.differs(in: off.context) }
    func verdict(_ verdict: Verdict, _ reason: String) -> SourceVerdict {
      var verdict = verdict
      if !platform.hasStaticBinaries && verdict < .degraded { verdict = .notApplicable }
      return SourceVerdict(
        verdict: verdict, reason: reason, findings: findings, errors: missing,
        differing: differing.map(\.importPath),
        undecided: differing.filter { !isReplacedInFull($0, declarations) }.map(\.importPath))
    }
    if let first = missing.first { return verdict(.unknown, first.message) }
    if !lost.isEmpty { return verdict(.blocked, names(lost)) }
    if !broken.isEmpty { return verdict(.broken, names(broken)) }
    if !dynamic.isEmpty { return verdict(.dynamic, names(dynamic)) }
    let users = packagesThatUseCgo
    guard !users.isEmpty else { return verdict(.isStatic, "") }
    return verdict(.staticWithoutCgo, users.map { places.name(of: $0).text }.joined(separator: ", "))
  }

  private func names(_ findings: [Finding]) -> String {
    findings.map { name(of: $0.culprit).text }.joined(separator: ", ")
  }

  /// Whether the files for builds without cgo declare every name that the files for cgo do: then whatever compiles
  /// with cgo finds its names without it.
  private func isReplacedInFull(_ package: Package, _ declarations: DeclarationLookup) -> Bool {
    struct Name: Hashable {
      let receiver: ByteString?
      let name: ByteString
    }
    func names(_ files: [SourceFile]) -> Set<Name> {
      Set(files.flatMap { declarations(package, $0) }.map { Name(receiver: $0.receiver, name: $0.name) })
        .subtracting([Name(receiver: nil, name: "init"), Name(receiver: nil, name: "_")])
    }
    let lost = names(package.filesLostWithoutCgo(in: off.context))
    return lost.isSubset(of: names(package.filesGainedWithoutCgo(in: off.context)))
  }
}
