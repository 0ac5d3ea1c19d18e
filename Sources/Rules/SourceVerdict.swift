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
}

extension Evidence {
  /// Judges the main by its source, rule by rule.
  package func judgeSource() -> SourceVerdict {
    let lost = lostPackages() + runtimeCgo()
    let broken = headerErrors()
    let dynamic = dynamicImports()
    let standard = standardPackages()
    let missing = missingModules
    let findings = lost + broken + dynamic + standard
    let differing = packagesWithoutCgo { $0.contains(.differs) }
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
    let users = packagesThatUseCgo
    guard !users.isEmpty else { return verdict(.isStatic, "") }
    return verdict(.staticWithoutCgo, users.map { places.name(of: $0).text }.joined(separator: ", "))
  }

  private func names(_ findings: [Finding]) -> String {
    findings.map { name(of: $0.culprit).text }.joined(separator: ", ")
  }

  /// The first package outside the standard library of which the source cannot say whether what is left of it does: it
  /// reads the files in question, so it is asked only where the compiler is not.
  package func undecided(
    declarations: (Package, SourceFile) -> [Declaration],
    identifiers: (Package, SourceFile) -> Set<ByteString>
  ) -> ByteString? {
    packagesWithoutCgo { $0.contains(.differs) }.first { !isReplacedInFull($0, declarations, identifiers) }?.importPath
  }

  /// Whether the source shows that nothing misses what a package loses without cgo: every lost name is declared again,
  /// or nothing that is left in the package, and no package that imports it, uses the name.
  ///
  /// A lost method of a type that stays may be missed without being named, so it leaves the question open.
  private func isReplacedInFull(
    _ package: Package, _ declarations: (Package, SourceFile) -> [Declaration],
    _ identifiers: (Package, SourceFile) -> Set<ByteString>
  ) -> Bool {
    struct Name: Hashable {
      let receiver: ByteString?
      let name: ByteString
    }
    func names(_ files: [SourceFile]) -> Set<Name> {
      Set(files.flatMap { declarations(package, $0) }.map { Name(receiver: $0.receiver, name: $0.name) })
        .subtracting([Name(receiver: nil, name: "init"), Name(receiver: nil, name: "_")])
    }
    let lost = names(package.filesLostWithoutCgo(in: off.context))
      .subtracting(names(package.filesGainedWithoutCgo(in: off.context)))
    guard !lost.isEmpty else { return true }
    let lostTypes = Set(lost.filter { $0.receiver == nil }.map(\.name))
    guard lost.allSatisfy({ $0.receiver.map(lostTypes.contains) ?? true }) else { return false }
    return (off.importers(of: package.importPath) + [package]).allSatisfy { user in
      user.files(in: off.context).go.allSatisfy { identifiers(user, $0).isDisjoint(with: lostTypes) }
    }
  }
}
