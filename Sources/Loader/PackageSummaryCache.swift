import Bytes
import Cache
import Git
import GoGraph
import GoSource

/// The summaries of packages from earlier runs, for one list of build contexts.
///
/// An summary depends on the directory's files and on the contexts. Both are compared in full: a directory of the
/// repository by the names, kinds and ids of its files, one of the standard library or the module cache by its name.
struct PackageSummaryCache {
  private let store: FactStore
  private let key: ByteString
  private let contextCount: Int
  /// The byte range of each directory's entry in the note.
  private var places: [ByteString: Range<Int>] = [:]
  private var note: Unpacker?
  /// The new entries that are not in the note yet, packed.
  private var fresh: [ByteString: Packer] = [:]

  init(_ store: FactStore, _ contexts: [BuildContext]) {
    self.store = store
    contextCount = contexts.count
    let names = contexts.map { context in
      ByteString("\(context.platform) \(context.cgoMode) ") + context.tags.sorted().joined(separator: ",")
    }
    key = "summaries " + names.joined(separator: ";")
    guard var note = store.note(key) else { return }
    self.note = note
    let count = note.count()
    places.reserveCapacity(count)
    for _ in 0..<count {
      let directory = note.text()
      let length = note.count()
      let start = note.index
      note.skip(length)
      places[directory] = start..<note.index
    }
    if note.isBroken { places = [:] }
  }

  /// The summaries of a directory with exactly these files; nil if they are not cached.
  func summaries(_ directory: ByteString, _ files: [TreeFile]) -> [PackageSummary]? {
    guard let place = places[directory], let note else { return nil }
    var entry = Unpacker(note.bytes, in: place)
    guard entry.count() == files.count else { return nil }
    for file in files {
      guard entry.content() == file.id.content, entry.byte() == file.kind.rawValue, entry.matches(file.name) else {
        return nil
      }
    }
    var summaries: [PackageSummary] = []
    for _ in 0..<contextCount {
      let traits = PackageSummary.Traits(rawValue: UInt16(truncatingIfNeeded: entry.number()))
      let count = entry.count()
      // A list that equals the previous one is stored empty, with a mark.
      if entry.byte() == 1, let last = summaries.last {
        summaries.append(PackageSummary(traits: traits, imports: last.imports))
        continue
      }
      var imports: [Symbol] = []
      imports.reserveCapacity(count)
      for _ in 0..<count { imports.append(Symbol(index: entry.number())) }
      summaries.append(PackageSummary(traits: traits, imports: imports))
    }
    return entry.isBroken ? nil : summaries
  }

  mutating func remember(_ directory: ByteString, _ files: [TreeFile], _ summaries: [PackageSummary]) {
    var entry = Packer()
    entry.number(files.count)
    for file in files {
      entry.content(file.id.content)
      entry.byte(file.kind.rawValue)
      entry.text(file.name)
    }
    for (index, summary) in summaries.enumerated() {
      entry.number(Int(summary.traits.rawValue))
      let isSame = index > 0 && summary.imports == summaries[index - 1].imports
      entry.number(isSame ? 0 : summary.imports.count)
      entry.byte(isSame ? 1 : 0)
      if !isSame { for path in summary.imports { entry.number(path.index) } }
    }
    fresh[directory] = entry
  }

  /// Saves the new entries for later runs.
  func save() {
    guard !fresh.isEmpty else { return }
    let (places, fresh, note) = (places, fresh, note)
    store.setNote(key) {
      var packer = Packer()
      let kept = places.filter { fresh[$0.key] == nil }
      packer.number(kept.count + fresh.count)
      for (directory, place) in kept {
        guard let note else { continue }
        packer.text(directory)
        packer.number(place.count)
        packer.append(note.bytes[place])
      }
      for (directory, entry) in fresh {
        packer.text(directory)
        packer.number(entry.bytes.count)
        packer.append(entry.bytes[...])
      }
      return packer
    }
  }
}
