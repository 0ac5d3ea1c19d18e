import Bytes
import Check
package import Diagnostics
import GoBuild
import GoGraph
import Loader
package import Plan
import Rules

/// Returns the import chains from a main of the snapshot to a package: the shortest, or all.
///
/// If `wanted` is nil, returns the chains to each culprit.
package func why(
  _ options: CheckOptions, main pattern: String, package wanted: String?, all: Bool
) throws(CheckError) -> [WhyAnswer] {
  var answers: [WhyAnswer] = []
  try RequestedMain.each(options, pattern) { main in
    let evidence = MainAnalysis(
      main: main.name, graph: main.group.graph, context: main.group.contexts[main.target]!, locations: main.locations)
    for culprit in culprits(evidence, wanted, main) {
      let found = evidence.ways(to: culprit.path, all: all)
      answers.append(
        WhyAnswer(
          main: main.name, target: main.target.platform.description, package: culprit.path,
          name: evidence.name(of: culprit.path).text, rule: culprit.rule, severity: culprit.severity,
          isWithCgoOnly: found.isWithCgoOnly,
          ways: found.ways, isTruncated: found.isTruncated))
    }
  }
  return answers
}

/// Returns the requested package, or each culprit that the rules find, once.
private func culprits(
  _ evidence: MainAnalysis, _ wanted: String?, _ main: RequestedMain
) -> [(path: ByteString, rule: RuleID?, severity: Severity?)] {
  let graph = main.group.graph
  if let wanted {
    let pattern = PackagePattern(wanted)
    if !pattern.isPath, graph.package(pattern.stem) != nil { return [(pattern.stem, nil, nil)] }
    let directory = pattern.directory(from: main.currentDirectory).relative(to: main.root)
    let named = directory.flatMap { directory in
      graph.packages.first { $0.isInRepository && $0.directory.name.path == directory }
    }
    return [(named?.importPath ?? pattern.stem, nil, nil)]
  }
  let source = evidence.judgeSource(main.tree.differences(of: main.group))
  var seen: Set<ByteString> = []
  let found =
    source.findings.map { ($0.culprit, $0.rule, $0.severity) } + source.notes.map { ($0.culprit, $0.rule, .note) }
  return found.filter { seen.insert($0.0).inserted }.map { (path: $0.0, rule: $0.1, severity: $0.2) }
}
