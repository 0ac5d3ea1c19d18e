import Bytes
package import Diagnostics
import FactStore
import FileSystem
import Git
import GoGraph
import GoToolchain
import Rules

/// The ways from a main of the snapshot to a package, or to each culprit where none is named: the shortest, or all.
package func why(
  _ options: CheckOptions, main pattern: String, package wanted: String?, all: Bool
) throws(CheckError) -> [WhyAnswer] {
  let trees = try Trees.open()
  var options = options
  if trees.isBare { options.currentDirectory = trees.root }
  options.patterns = [pattern]
  let root = trees.root
  let memory = Memory(store: StoreContents(reading: options.cacheFile(of: trees.repository.commonDirectory)))
  let loader = TreeLoader(
    options, root: root, store: FactStore(memory.store), listings: Background { memory.listings(root: root) })
  let tree = try loader.load(try trees.snapshot(options.subject, try trees.commits(options.subject).snapshot))
  loader.save().value()
  let patterns = Patterns(options, root: root)
  var answers: [WhyAnswer] = []
  var isMet = false
  for group in tree.groups {
    for target in options.targets {
      let mains = (group.mains[target] ?? []).filter(patterns.match)
      if mains.isEmpty { continue }
      isMet = true
      if let failure = group.group.failure { throw CheckError(.cannotJudge, failure.message) }
      let places = Places(
        goVersion: group.toolchain.version, directory: group.group.directory, requirements: group.requirements,
        base: nil)
      for main in mains {
        let evidence = Evidence(main: main, graph: group.graph, context: group.contexts[target]!, places: places)
        for culprit in try culprits(evidence, wanted, group, options, root) {
          let found = evidence.ways(to: culprit.path, all: all)
          answers.append(
            WhyAnswer(
              main: main, target: target.platform.description, package: culprit.path,
              name: evidence.name(of: culprit.path).text, rule: culprit.rule,
              isWithCgoOnly: found.isWithCgoOnly, ways: found.ways, isCut: found.isCut))
        }
      }
    }
  }
  if let error = tree.errors.first, !isMet { throw CheckError(.cannotJudge, error.message) }
  guard isMet else {
    throw CheckError(.usage, "no main package matches \"\(pattern)\". staticgo list shows what is here.")
  }
  return answers
}

/// The package that is asked about, or what rules find, each culprit once.
private func culprits(
  _ evidence: Evidence, _ wanted: String?, _ group: LoadedGroup, _ options: CheckOptions, _ root: ByteString
) throws(CheckError) -> [(path: ByteString, rule: RuleID?)] {
  if let wanted {
    let pattern = PackagePattern(wanted)
    if !pattern.isPath, group.graph.package(pattern.stem) != nil { return [(pattern.stem, nil)] }
    let directory = pattern.directory(from: options.currentDirectory).relative(to: root)
    let named = directory.flatMap { directory in
      group.graph.packages.first { $0.isInRepository && $0.directory.name.path == directory }
    }
    return [(named?.importPath ?? pattern.stem, nil)]
  }
  let source = evidence.judgeSource(group.differences)
  var seen: Set<ByteString> = []
  return (source.findings.map { ($0.culprit, $0.rule) } + source.notes.map { ($0.culprit, $0.rule) })
    .filter { seen.insert($0.0).inserted }.map { (path: $0.0, rule: $0.1) }
}
