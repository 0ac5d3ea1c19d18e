package import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoSource

/// Whether a build tag is one that a user may set: not a platform, and not one that the toolchain decides about.
package func isUsersTag(_ tag: ByteString) -> Bool {
  if KnownPlatform.operatingSystems.contains(tag) || KnownPlatform.architectures.contains(tag) { return false }
  return !toolchainTags.contains(tag) && !tag.hasPrefix("go1.") && !tag.hasPrefix("goexperiment.")
}

private let toolchainTags: Set<ByteString> = [
  "cgo", "gc", "gccgo", "unix", "ignore", "race", "msan", "asan", "boringcrypto", "tinygo", "appengine",
]

extension MainAnalysis {
  /// The help about a build tag that removes a culprit, since it leaves out an import on the chain to it; nil without one.
  /// Of several imports, the one nearest to the culprit counts: its tag changes least.
  func tagAdvice(_ sites: [ImportSite], to culprit: ByteString, _ rule: Rule, in closure: Closure) -> String? {
    guard rule.severity > .note, rule.id != .goError else { return nil }
    let context = closure.context
    for site in sites.reversed() {
      guard let importer = package(site.importer), !importer.isStandard,
        let file = importer.directory.files.first(where: { $0.name == site.file }), file.header.hasConstraint,
        let constraint = file.unpackedFacts.constraint
      else { continue }
      let leaving = constraint.tags.first { tag in
        isUsersTag(tag) && !context.tags.contains(tag) && !stays(file, with: tag, context)
      }
      guard let leaving, !reaches(culprit, with: leaving, in: closure) else { continue }
      let place = locations.file(file.name, of: importer).text
      return "the build tag \(leaving.text) leaves out \(place); to see the effect, run: staticgo tags \(main.text)"
    }
    return nil
  }

  /// Whether the main may also reach a package with one more tag: by the imports that stay, or by files that only the tag
  /// brings. True also where that is not known.
  private func reaches(_ culprit: ByteString, with tag: ByteString, in closure: Closure) -> Bool {
    // The files that the tag brings are looked for last: that takes all packages.
    if reaches(culprit, with: tag, [:], in: closure) { return true }
    return importers(gainedBy: tag, of: culprit, in: closure).map { reaches(culprit, with: tag, $0, in: closure) }
      ?? true
  }

  /// Whether the main reaches a package with one more tag, by the imports that stay and those that are gained.
  private func reaches(
    _ culprit: ByteString, with tag: ByteString, _ gained: [ByteString: [ByteString]], in closure: Closure
  ) -> Bool {
    var seen: Set<ByteString> = [culprit]
    var open = [culprit]
    while let path = open.popLast() {
      if path == main.importPath { return true }
      for importer in closure.importers(of: path) where !seen.contains(importer.importPath) {
        let staying = importer.selectFiles(in: closure.context).active.filter { stays($0, with: tag, closure.context) }
        // A package without files is an error of its own.
        if staying.isEmpty { return true }
        let imports = staying.contains { file in
          file.unpackedFacts.imports.contains { resolves($0.path, in: importer, to: path) }
        }
        if imports, seen.insert(importer.importPath).inserted { open.append(importer.importPath) }
      }
      open += (gained[path] ?? []).filter { seen.insert($0).inserted }
    }
    return false
  }

  private func stays(_ file: SourceFile, with tag: ByteString, _ context: BuildContext) -> Bool {
    file.unpackedFacts.constraint?.evaluate { $0 == tag || context.holds($0) } ?? true
  }

  /// Returns the importers of each package that files import which only the tag brings; nil where one of these imports
  /// leads to packages that are not known.
  private func importers(
    gainedBy tag: ByteString, of culprit: ByteString, in closure: Closure
  ) -> [ByteString: [ByteString]]? {
    let context = closure.context
    let isInStandard = package(culprit)?.isStandard ?? true
    var importers: [ByteString: [ByteString]] = [:]
    for package in closure.packages where !package.isStandard {
      for file in package.directory.files where !file.isTest && file.header.hasConstraint {
        guard let constraint = file.unpackedFacts.constraint, constraint.tags.contains(tag),
          !constraint.evaluate(context.holds), stays(file, with: tag, context),
          platformSuffix(file.name).allSatisfy(context.holds)
        else { continue }
        for spec in file.unpackedFacts.imports where spec.path != "C" {
          guard case .package(let path, _)? = graph.resolution(of: spec.path, in: package) else { return nil }
          let isKnown = closure.contains(path) || !isInStandard && self.package(path)?.isStandard ?? false
          guard isKnown || path == culprit else { return nil }
          importers[path, default: []].append(package.importPath)
        }
      }
    }
    return importers
  }

  private func resolves(_ imported: ByteString, in importer: Package, to path: ByteString) -> Bool {
    guard case .package(let found, _)? = graph.resolution(of: imported, in: importer) else { return imported == path }
    return found == path
  }
}
