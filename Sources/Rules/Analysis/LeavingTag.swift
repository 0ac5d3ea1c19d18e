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
  /// The help about a build tag that leaves out an import on the chain to a culprit; nil without one. Of several imports,
  /// the one nearest to the culprit counts: its tag changes least.
  func tagAdvice(_ sites: [ImportSite], _ rule: Rule, in context: BuildContext) -> String? {
    guard rule.severity > .note, rule.id != .goError else { return nil }
    for site in sites.reversed() {
      guard let importer = package(site.importer), !importer.isStandard,
        let file = importer.directory.files.first(where: { $0.name == site.file }), file.header.hasConstraint,
        let constraint = file.unpackedFacts.constraint
      else { continue }
      let leaving = constraint.tags.first { tag in
        isUsersTag(tag) && !context.tags.contains(tag)
          && !constraint.evaluate { $0 == tag || context.holds($0) }
      }
      guard let leaving else { continue }
      let place = locations.file(file.name, of: importer).text
      return "the build tag \(leaving.text) leaves out \(place); staticgo tags \(main.text) shows the effect"
    }
    return nil
  }
}
