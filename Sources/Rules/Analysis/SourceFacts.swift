import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoSource

/// The facts about a main that several rules look at, each found once.
final class SourceFacts {
  typealias PackageDifference = (package: Package, difference: CgoDifference)

  let analysis: MainAnalysis
  let differences: CgoDifferences

  /// The findings about packages that the configuration forbids.
  let forbidden: [Finding]

  init(_ analysis: MainAnalysis, _ differences: CgoDifferences, forbidding forbidden: [ForbiddenPackages] = []) {
    self.analysis = analysis
    self.differences = differences
    self.forbidden = forbidden.isEmpty ? [] : analysis.findings(about: forbidden)
  }

  /// The files that were not read, and the modules that are missing or cannot be loaded: the main cannot be judged.
  private(set) lazy var obstacles = analysis.unreadableFiles + analysis.missingModules
  /// The packages that keep some files without cgo but differ.
  private(set) lazy var present: [PackageDifference] = differences.differences(
    of: analysis.packagesWithoutCgo(having: .differs) { !$0.isEmpty }, analysis.off.context)
  /// Whether packages outside the standard library differ between the cgo modes.
  private(set) lazy var differs = !present.isEmpty || !analysis.packagesWithoutCgo(having: .differs).isEmpty
  /// The packages that use cgo in the closure with cgo.
  private(set) lazy var cgoUsers = analysis.packagesThatUseCgo
  private(set) lazy var dynamicImports = analysis.dynamicImports()
  private lazy var headerErrors = analysis.headerErrors()
  private lazy var lost: [Finding] =
    analysis.lostPackages(differences) + analysis.runtimeCgo() + analysis.lostNames(of: present, differences)
  /// The lost `func main`, unless its package is reported already.
  private lazy var lostMain: Finding? =
    analysis.lacksFuncMain
    ? analysis.lostFuncMain().flatMap { finding in lost.contains { $0.culprit == finding.culprit } ? nil : finding }
    : nil

  /// The findings for which the main does not build without cgo. A package is in one of them only.
  private(set) lazy var blocking: [Finding] =
    lost + [lostMain].compactMap { $0 } + headerErrors.filter { $0.rule != .goError }

  /// The findings for which the main does not build in either cgo mode.
  private(set) lazy var broken: [Finding] = {
    let errors = headerErrors.filter { $0.rule == .goError }
    let isMainMissing = analysis.lacksFuncMain && analysis.lostFuncMain() == nil
    guard isMainMissing, lost.isEmpty, headerErrors.isEmpty else { return errors }
    return [analysis.goCommandError([MainAnalysis.noFuncMain])]
  }()

  /// The packages that build without cgo and work differently, with the findings of the most severe rule that each
  /// breaks. A package that another finding blames is omitted.
  private lazy var changed: [(package: Package, difference: CgoDifference, findings: [Finding])] = {
    let blamed = Set((lost + [lostMain].compactMap { $0 } + dynamicImports).map(\.culprit))
    let others = present + differences.differences(of: analysis.standardStubs, analysis.off.context)
    return others.filter { blamed.isEmpty || !blamed.contains($0.package.importPath) }.map { package, difference in
      let stub = difference.isFallback ? nil : analysis.stub(package, difference, differences)
      let findings = stub.map { [$0] } ?? analysis.lostRegistrations(package, difference, differences)
      return (package, difference, findings)
    }
  }()

  /// The findings about packages that lose a feature without cgo.
  private(set) lazy var degrading: [Finding] = changed.flatMap(\.findings)
  /// The packages that have a pure Go implementation for builds without cgo.
  private(set) lazy var fallbacks: [Package] = changed.filter { $0.findings.isEmpty && $0.difference.hasFallback }
    .map(\.package)

  /// Returns the strongest verdict that a finding proves, with its culprits; without such a finding, whether a package
  /// uses cgo.
  func verdict(of findings: [Finding]) -> (verdict: Verdict, reason: String) {
    if let first = obstacles.first { return (.unknown, first.message) }
    let proofs = findings.compactMap { finding in Rule.named(finding.rule).verdict.map { (verdict: $0, finding) } }
    if let strongest = proofs.map(\.verdict).max() {
      let culprits = proofs.filter { $0.verdict == strongest }.map { analysis.name(of: $0.1.culprit).text }
      return (strongest, culprits.joined(separator: ", "))
    }
    if cgoUsers.isEmpty { return (.isStatic, "") }
    let locations = analysis.locations
    let names = differences.names(of: cgoUsers) {
      cgoUsers.map { locations.name(of: $0).text }.joined(separator: ", ")
    }
    return (.staticWithoutCgo, names)
  }
}

extension MainAnalysis {
  /// Predicts, without a build, the compiler errors about names that packages lose without cgo: the lost names that
  /// importers select from packages that keep some files.
  func lostNames(
    of packages: [(package: Package, difference: CgoDifference)], _ differences: CgoDifferences
  ) -> [Finding] {
    var errors: [CompilerError] = []
    for (package, difference) in packages where !difference.missingNames.isEmpty {
      let names = difference.missingNames
      for importer in off.importers(of: package.importPath)
      where differences.mentions(names, of: package, in: importer, off.context) {
        for use in differences.uses(of: package, by: importer, self) ?? [] where names.contains(use.name) {
          errors.append(CompilerError(use, in: importer, lacking: package))
        }
      }
    }
    errors += packages.filter { $0.difference.hasSwig }.flatMap { namesMadeBySwig($0.package, differences) }
    errors += packages.flatMap { undeclaredNames(in: $0.package, $0.difference, differences.inspector) }
    return errors.isEmpty ? [] : compilerFindings(errors, differences.inspector)
  }

  /// The errors about exported names that importers select and no remaining file declares: SWIG makes them.
  private func namesMadeBySwig(_ package: Package, _ differences: CgoDifferences) -> [CompilerError] {
    let files = package.selectFiles(in: off.context).go
    let left = Set(files.flatMap { differences.inspector.declarations(package, $0) }.map(\.name))
    return off.importers(of: package.importPath).flatMap { importer in
      (differences.uses(of: package, by: importer, self) ?? []).filter { !left.contains($0.name) }.map { use in
        CompilerError(use, in: importer, lacking: package)
      }
    }
  }
}

extension CompilerError {
  /// The error that the compiler reports for a name that `package` lacks.
  fileprivate init(_ use: CgoDifferences.Use, in importer: Package, lacking package: Package) {
    self.init(
      package: importer.importPath, file: use.file.name, position: use.position, message: "undefined: \(use.text)",
      complaint: .undefined(use.text), lacking: package.importPath)
  }
}
