package import Bytes
package import Diagnostics
package import GoGraph
import GoSource

/// The verdict on a main from its source alone.
package struct SourceVerdict: Sendable {
  package let verdict: Verdict
  package let reason: String
  package let findings: [Finding]
  /// The notes, which do not affect the verdict.
  package let notes: [Note]
  package let errors: [JudgementError]
  /// Whether packages outside the standard library, in the closure without cgo, differ between the cgo modes. The
  /// compiler can then tell whether their remaining files suffice.
  package let differs: Bool
  /// The packages that differ and lose names.
  package let losing: [ByteString]
}

/// A reference to a note about a package that a main reaches. The note itself is made once for all mains that reach the
/// package, since a thousand mains may reach a hundred such packages.
package struct Note: Sendable, Equatable {
  package let rule: RuleID
  package let culprit: ByteString

  init(_ rule: RuleID, _ package: Package) {
    self.rule = rule
    culprit = package.importPath
  }

  /// The cgo mode of the closure that contains the culprit.
  package var cgoMode: CgoMode { rule == .stdCgo ? .on : .off }

  package var fingerprint: String { Finding.identity(rule, culprit) }
}

extension MainAnalysis {
  /// Judges the main by its source, rule by rule.
  package func judgeSource(_ differences: CgoDifferences) -> SourceVerdict {
    let missing = missingModules
    var broken = headerErrors()
    let dynamic = dynamicImports()
    let present = differences.differences(of: packagesWithoutCgo(having: .differs) { !$0.isEmpty }, off.context)
    let differs = !present.isEmpty || !packagesWithoutCgo(having: .differs).isEmpty
    // A package is reported under one rule, the most severe that it breaks.
    var lost = lostPackages() + runtimeCgo()
    lost += lostNames(of: present, differences)
    if lacksFuncMain {
      if let finding = lostFuncMain() {
        if !lost.contains(where: { $0.culprit == finding.culprit }) { lost.append(finding) }
      } else if lost.isEmpty, broken.isEmpty {
        broken.append(goCommandError(["function main is undeclared in the main package"]))
      }
    }
    let blamed = Set((lost + dynamic).map(\.culprit))
    let others = present + differences.differences(of: standardStubs, off.context)
    var degrading: [Finding] = []
    var notes: [Note] = []
    for (package, difference) in others where blamed.isEmpty || !blamed.contains(package.importPath) {
      if let finding = degradation(of: package, difference, differences) {
        degrading.append(finding)
      } else if difference.hasFallback {
        notes.append(Note(.cgoFallback, package))
      }
    }
    let users = packagesThatUseCgo
    notes += users.filter(isNoted).map { Note(.stdCgo, $0) }
    let findings = lost + broken + dynamic + degrading + strangeSources()
    func verdict(_ verdict: Verdict, _ reason: String) -> SourceVerdict {
      var verdict = verdict
      if !platform.hasStaticBinaries && verdict < .degraded { verdict = .notApplicable }
      return SourceVerdict(
        verdict: verdict, reason: reason, findings: findings, notes: notes, errors: missing,
        differs: differs,
        losing: present.filter { !$0.difference.missing.isEmpty }.map(\.package.importPath))
    }
    if let first = missing.first { return verdict(.unknown, first.message) }
    lost += broken.filter { $0.rule != .goError }
    if !lost.isEmpty { return verdict(.blocked, names(lost)) }
    if !broken.isEmpty { return verdict(.broken, names(broken)) }
    if !dynamic.isEmpty { return verdict(.dynamic, names(dynamic)) }
    if !degrading.isEmpty { return verdict(.degraded, names(degrading)) }
    guard !users.isEmpty else { return verdict(.isStatic, "") }
    let names = differences.names(of: users) { users.map { locations.name(of: $0).text }.joined(separator: ", ") }
    return verdict(.staticWithoutCgo, names)
  }

  private func names(_ findings: [Finding]) -> String {
    findings.map { name(of: $0.culprit).text }.joined(separator: ", ")
  }

  /// The finding about a package that exists without cgo but loses a feature; nil where it loses none.
  private func degradation(
    of package: Package, _ difference: CgoDifference, _ differences: CgoDifferences
  ) -> Finding? {
    (difference.isFallback ? nil : stub(package, difference, differences))
      ?? lostRegistration(package, difference, differences)
  }

  /// Returns the finding of a note for this main.
  package func finding(_ note: Note, _ differences: CgoDifferences) -> Finding? {
    guard let package = package(note.culprit) else { return nil }
    return note.cgoMode == .on ? standardPackage(package) : fallback(package, differences)
  }

  /// Predicts, without a build, the compiler errors about names that packages lose without cgo: the lost names that
  /// importers select from packages that keep some files.
  private func lostNames(
    of packages: [(package: Package, difference: CgoDifference)], _ differences: CgoDifferences
  ) -> [Finding] {
    var errors: [CompilerError] = []
    for (package, difference) in packages where !difference.missingNames.isEmpty {
      let names = difference.missingNames
      for importer in off.importers(of: package.importPath)
      where differences.mentions(names, of: package, in: importer, off.context) {
        for use in differences.uses(of: package, by: importer, self) ?? [] where names.contains(use.name) {
          errors.append(
            CompilerError(
              package: importer.importPath, file: use.file.name, position: use.position,
              message: "undefined: \(use.text)", lacking: package.importPath))
        }
      }
    }
    return errors.isEmpty ? [] : compilerFindings(errors, differences.inspector)
  }
}
