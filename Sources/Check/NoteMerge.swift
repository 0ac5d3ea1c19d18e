import Bytes
import Diagnostics
import GoBuild
import GoGraph
import Loader
import Plan
import Rules

/// Merges the notes that several mains have about the same culprit.
struct NoteMerge {
  let plan: Plan
  let after: JudgedTree

  /// Returns the notes of several mains, each at the main with the shortest chain to the culprit. If a note is new for
  /// some mains, one of those is chosen.
  func findings(_ caseGroup: CaseGroup, _ known: Baseline?) -> [Finding] {
    guard plan.wantsNotes else { return [] }
    let (cases, group, target) = (caseGroup.cases, caseGroup.group, caseGroup.target)
    var reaching: [ByteString: (note: Note, mains: [Int], new: [Int])] = [:]
    for (index, item) in cases.enumerated() where !item.source.notes.isEmpty {
      let before = known?.noted[item.key] ?? []
      let isAsBefore = before == item.source.notes
      for note in item.source.notes {
        let isNew = known != nil && !isAsBefore && !before.contains(note)
        reaching[note.culprit, default: (note, [], [])].mains.append(index)
        if isNew { reaching[note.culprit]?.new.append(index) }
      }
    }
    if reaching.isEmpty { return [] }
    let context = group.contexts[target]!
    let roots = cases.map(\.key.main.importPath)
    let reaches = Dictionary(
      uniqueKeysWithValues: CgoMode.allCases.map {
        ($0, Closure.reach(of: roots, in: group.graph, context: context.with($0)))
      })
    let chosen = reaching.values.map { note, mains, new in
      let candidates = new.isEmpty ? mains : new
      let distances = Closure.distances(
        to: note.culprit, from: candidates.map { roots[$0] }, in: group.graph, context: context.with(note.cgoMode))
      let nearest = zip(candidates, distances).min {
        ($0.1 ?? .max, cases[$0.0].key.main) < ($1.1 ?? .max, cases[$1.0].key.main)
      }
      return (note: note, mains: mains, isNew: known == nil || !new.isEmpty, index: nearest!.0)
    }
    return chosen.chunked(Closure.batch).flatMap { batch in
      let analyses = MainAnalysis.all(
        of: batch.map { cases[$0.index].key.main }, in: group.graph, context, caseGroup.locations)
      return zip(batch, analyses).compactMap { item, analysis -> Finding? in
        guard case let reach?? = reaches[item.note.cgoMode] else { return nil }
        var finding = analysis.finding(
          item.note, after.differences(of: group), for: item.mains.map { cases[$0].key.main }, reach)
        finding?.isNew = item.isNew
        return finding
      }
    }
  }
}
