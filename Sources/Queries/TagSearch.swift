import Bytes
import Check
package import Diagnostics
import GoBuild
import GoGraph
import GoSource
import Loader
import Modules
package import Plan
import Rules

/// Finds the build tags that remove cgo from mains of the snapshot.
package func searchTags(_ options: CheckOptions, main pattern: String) throws(CheckError) -> [TagAnswer] {
  var answers: [TagAnswer] = []
  try RequestedMain.each(options, pattern) { main in
    var search = TagSearch(main)
    answers.append(search.run())
  }
  return answers
}

/// Searches for a smallest set of tags that removes all cgo from a main's closure.
///
/// The tags come from the build constraints of packages on the chains to culprits. The closure is loaded with each set
/// that is considered, so its effect is observed, not guessed.
private struct TagSearch {
  private let main: MainName
  private let target: Target
  private let group: LoadedGroup
  private let tree: JudgedTree
  private let locations: LocationResolver
  private var loaded: [[Set<ByteString>]: Candidate] = [:]

  /// A closure with additional tags.
  private struct Candidate {
    let evidence: MainAnalysis
    let verdict: SourceVerdict
    /// The packages that use cgo, or need a shared library without it.
    let culprits: Set<ByteString>
    /// The verdict; `unknown` if the source cannot tell it.
    let known: Verdict
    /// The packages that do not build for other reasons.
    var broken: Set<ByteString> { Set(verdict.findings.filter { $0.rule == .goError }.map(\.culprit)) }
  }

  /// The maximum number of sets that are loaded.
  private static let limit = 300
  private static let largestSet = 4

  init(_ asked: RequestedMain) {
    (main, target, group, tree, locations) = (asked.name, asked.target, asked.group, asked.tree, asked.locations)
  }

  mutating func run() -> TagAnswer {
    let before = candidate([])
    var candidates = candidates(before)
    // A tag may add packages that another one removes.
    for tag in candidates { candidates.formUnion(self.candidates(candidate([tag]))) }
    // The effect of each tag alone. A tag that breaks the program is skipped.
    var removed: [(tag: ByteString, culprits: Set<ByteString>)] = []
    for tag in candidates.sorted() {
      let after = candidate([tag])
      let gone = before.culprits.subtracting(after.culprits)
      let brings = !after.culprits.isSubset(of: before.culprits)
      if gone.isEmpty || brings || isBroken(after, before) { continue }
      removed.append((tag, gone))
    }
    let reachable = removed.reduce(into: Set<ByteString>()) { $0.formUnion($1.culprits) }
    var chosen = Self.smallestCover(of: reachable, removed)
    // Some tags need each other, others conflict: try small sets one by one.
    if !candidate(Set(chosen)).culprits.isEmpty { chosen = searchSets(candidates.sorted(), before, best: chosen) }
    for tag in chosen {
      let fewer = chosen.filter { $0 != tag }
      if candidate(Set(fewer)).culprits == candidate(Set(chosen)).culprits { chosen = fewer }
    }
    // Tags that work alone may fail together.
    while let last = chosen.last, isBroken(candidate(Set(chosen)), before) {
      let culprit = chosen.first { tag in !isBroken(candidate(Set(chosen).subtracting([tag])), before) } ?? last
      chosen.removeAll { $0 == culprit }
    }
    var brought: [TagAnswer.Brought] = []
    var reached: Set<ByteString> = []
    for tag in target.tags {
      let without = candidate([], without: [ByteString(tag)])
      let gone = before.culprits.subtracting(without.culprits)
      guard !gone.isEmpty, without.culprits.isSubset(of: before.culprits), !isBroken(without, before) else { continue }
      brought.append(
        TagAnswer.Brought(tag: tag, culprits: gone.sorted().map { before.evidence.name(of: $0).text }))
      reached.formUnion(gone)
    }
    let after = candidate(Set(chosen))
    var changes = chosen.map { tag in change(by: tag, with: Set(chosen)) }
    // A culprit that each of two tags removes is reported for the first.
    let told = Set(changes.flatMap(\.removed))
    for culprit in before.culprits.subtracting(after.culprits).sorted() {
      let name = before.evidence.name(of: culprit).text
      guard !told.contains(name) else { continue }
      let first = chosen.firstIndex { tag in removed.contains { $0.tag == tag && $0.culprits.contains(culprit) } } ?? 0
      if changes.indices.contains(first) { changes[first].removed.append(name) }
    }
    return TagAnswer(
      main: main, target: target.platform.description, tags: target.tags, before: before.known, after: after.known,
      tried: candidates.map(\.text).sorted(),
      culprits: before.culprits.sorted().map { before.evidence.name(of: $0).text },
      left: after.culprits.subtracting(reached).sorted().map { after.evidence.name(of: $0).text }, changes: changes,
      brought: brought)
  }

  /// Returns the set of two or three tags that leaves the fewest culprits, or `known` if no set leaves fewer.
  ///
  /// The first of the smallest sets wins. The search ends at the limit.
  private mutating func searchSets(_ tags: [ByteString], _ before: Candidate, best known: [ByteString]) -> [ByteString]
  {
    var best = (tags: known, left: candidate(Set(known)).culprits.count)
    func better(_ set: [ByteString], _ search: inout TagSearch) {
      guard search.loaded.count < Self.limit else { return }
      let after = search.candidate(Set(set))
      if after.culprits.count < best.left, !search.isBroken(after, before) { best = (set, after.culprits.count) }
    }
    for (i, first) in tags.enumerated() { for second in tags.dropFirst(i + 1) { better([first, second], &self) } }
    if best.left == 0 || tags.count > 12 { return best.tags }
    for (i, first) in tags.enumerated() {
      for (j, second) in tags.enumerated().dropFirst(i + 1) {
        for third in tags.dropFirst(j + 1) { better([first, second, third], &self) }
      }
    }
    return best.tags
  }

  private func isBroken(_ after: Candidate, _ before: Candidate) -> Bool {
    // The main itself must still be a program.
    let context = after.evidence.off.context
    let files = after.evidence.off.package(main.importPath).map { package in
      package.selectFiles(in: context).go.map { tree.tree.inspector.declarations(package, $0) }
    }
    let isProgram = files?.joined().contains { $0.name == "main" && $0.receiver == nil } ?? false
    if !isProgram || !after.broken.isSubset(of: before.broken) { return true }
    switch after.verdict.verdict {
    case .broken, .unknown: return before.verdict.verdict != after.verdict.verdict
    case .blocked: return before.verdict.verdict != .blocked
    default: return false
    }
  }

  // MARK: Loading

  private mutating func candidate(_ tags: Set<ByteString>, without: Set<ByteString> = []) -> Candidate {
    if let known = loaded[[tags, without]] { return known }
    let base = group.contexts[target]!
    let context = BuildContext(
      platform: base.platform, tags: base.tags.subtracting(without).union(tags), cgoMode: .off)
    let graph = PackageGraph(
      roots: [(main.importPath, DirectoryName(.repository, main.directory))],
      contexts: CgoMode.allCases.map(context.with), scope: group.group.scope, tree: tree.tree.source)
    let evidence = MainAnalysis(main: main, graph: graph, context: context, locations: locations)
    let differences = CgoDifferences(tree.differences(of: group).inspector)
    let verdict = evidence.judgeSource(differences)
    let isOpen = ![.unknown, .blocked, .broken].contains(verdict.verdict) && verdict.differs
    let isUndecided = isOpen && differences.undecided(evidence, losing: verdict.losing) != nil
    let candidate = Candidate(
      evidence: evidence, verdict: verdict, culprits: Set(evidence.cgoUsers),
      known: isUndecided ? .unknown : verdict.verdict)
    loaded[[tags, without]] = candidate
    return candidate
  }

  /// Returns the tags that a user may set, from the build constraints of packages on the chains to culprits.
  private func candidates(_ candidate: Candidate) -> Set<ByteString> {
    let graph = candidate.evidence.graph
    let onTheWay = graph.reaching(candidate.culprits)
    var tags: Set<ByteString> = []
    for package in graph.packages where onTheWay.contains(package.importPath) {
      for file in package.directory.files where !file.isTest && file.header.hasConstraint {
        for tag in file.unpackedFacts.constraint?.tags ?? [] where isUsers(tag, package) { tags.insert(tag) }
      }
    }
    return Set(tags.sorted().prefix(Self.limit))
  }

  private func isUsers(_ tag: ByteString, _ package: Package) -> Bool {
    // The standard library also has tags for building Go itself.
    if package.isStandard { return tag == "netgo" || tag == "osusergo" }
    return isUsersTag(tag) && !group.contexts[target]!.tags.contains(tag)
  }

  /// Returns a smallest set of tags that removes all of `wanted`; of several sets, the first in order.
  private static func smallestCover(
    of wanted: Set<ByteString>, _ removed: [(tag: ByteString, culprits: Set<ByteString>)]
  ) -> [ByteString] {
    if wanted.isEmpty { return [] }
    func search(_ start: Int, _ left: Set<ByteString>, _ room: Int) -> [ByteString]? {
      if left.isEmpty { return [] }
      guard room > 0 else { return nil }
      for index in start..<max(start, removed.count) where !removed[index].culprits.isDisjoint(with: left) {
        let rest = search(index + 1, left.subtracting(removed[index].culprits), room - 1)
        if let rest { return [removed[index].tag] + rest }
      }
      return nil
    }
    for size in 1...largestSet { if let found = search(0, wanted, size) { return found } }
    // For larger sets, repeatedly take the tag that removes most.
    var left = wanted
    var chosen: [ByteString] = []
    while let best = removed.max(by: { $0.culprits.intersection(left).count < $1.culprits.intersection(left).count }),
      !best.culprits.isDisjoint(with: left)
    {
      chosen.append(best.tag)
      left.subtract(best.culprits)
    }
    return chosen.sorted()
  }

  // MARK: The effect of a tag

  /// Returns the effect of one tag of a set on the build without cgo: files added and removed, exported names removed,
  /// and packages no longer imported.
  private mutating func change(by tag: ByteString, with all: Set<ByteString>) -> TagAnswer.Change {
    let (with, without) = (candidate(all), candidate(all.subtracting([tag])))
    let removed = without.culprits.subtracting(with.culprits).sorted().map { without.evidence.name(of: $0).text }
    var (lost, gained, names): ([ByteString], [ByteString], Set<String>) = ([], [], [])
    for package in without.evidence.off.packages {
      guard let now = with.evidence.off.package(package.importPath) else { continue }
      let before = package.selectFiles(in: without.evidence.on.context).active
      let after = now.selectFiles(in: with.evidence.on.context).active
      let (old, new) = (Set(before.map(\.name)), Set(after.map(\.name)))
      if old == new { continue }
      let gone = before.filter { !new.contains($0.name) }
      let come = after.filter { !old.contains($0.name) }
      lost += gone.map { locations.file($0.name, of: package) }
      gained += come.map { locations.file($0.name, of: package) }
      func exported(_ files: [SourceFile]) -> Set<String> {
        Set(
          files.flatMap { tree.tree.inspector.declarations(package, $0) }.filter { $0.isExported && $0.receiver == nil }
            .map { "\(locations.name(of: package).text).\($0.name.text)" })
      }
      names.formUnion(exported(gone).subtracting(exported(after)))
    }
    let unimported = without.evidence.off.packages.filter {
      !$0.isStandard && !with.evidence.off.contains($0.importPath)
    }
    return TagAnswer.Change(
      tag: tag.text, removed: removed, lostFiles: lost.sorted().map(\.text), gainedFiles: gained.sorted().map(\.text),
      lostNames: names.sorted(), unimported: unimported.map { locations.name(of: $0).text }.sorted())
  }
}
