package import Bytes
package import FileSystem
package import GoSource

/// What earlier runs have found out about one repository: the facts of its blobs by their ids, and notes on what lies
/// outside of it. Everything in it can be found out again; losing it costs time and nothing else.
///
/// One file, read whole and replaced whole (format: `StoredFacts`). Two runs that save at the same time leave the file of
/// the one that was last: each is complete in itself. It belongs to one thread.
package final class FactStore {
  private struct Key: Hashable {
    let id: ContentID
    let kind: SourceKind
  }

  private var isUsed: [Bool]
  private var usedNotes: Set<ByteString> = []
  private var fresh: [Key: PackedFacts] = [:]
  /// What this run knows and the next one must not.
  private var passing: [Key: PackedFacts] = [:]
  private var freshNotes: [ByteString: [UInt8]] = [:]
  private var lateNotes: [ByteString: @Sendable () -> Packer] = [:]

  /// The strings in all facts of the store, those that are not saved yet among them.
  package let symbols: Symbols
  private let path: ByteString?
  private let stored: StoredFacts
  private let today: Int

  /// A store that begins with what a file holds.
  package init(_ contents: StoreContents) {
    path = contents.path
    stored = contents.stored
    symbols = contents.symbols
    today = nanosecondsSince1970() / 86_400_000_000_000
    isUsed = [Bool](repeating: false, count: stored.count)
  }

  /// Larger files are neither read nor written.
  static let sizeLimit = 256 << 20
  /// A file that is smaller keeps all it has.
  private static let roomySize = 32 << 20
  /// Facts that no run has asked for in as many days are dropped.
  private static let keptDays = 30

  // MARK: Facts

  package func facts(_ id: ContentID, _ kind: SourceKind) -> PackedFacts? {
    if let index = stored.index(of: id, kind) {
      isUsed[index] = true
      return PackedFacts(stored.bytes, in: stored.range(index), symbols: symbols)
    }
    if fresh.isEmpty, passing.isEmpty { return nil }
    let key = Key(id: id, kind: kind)
    return fresh[key] ?? passing[key]
  }

  /// Packs the facts, and keeps them: for this run only unless `isLasting`.
  package func remember(
    _ facts: FileFacts, of id: ContentID, _ kind: SourceKind, isLasting: Bool = true
  ) -> PackedFacts {
    let packed = PackedFacts(facts, symbols: symbols)
    if isLasting { fresh[Key(id: id, kind: kind)] = packed } else { passing[Key(id: id, kind: kind)] = packed }
    return packed
  }

  // MARK: Notes

  /// What was noted under a key.
  package func note(_ key: ByteString) -> Unpacker? {
    if let note = freshNotes[key] { return Unpacker(note) }
    guard let range = stored.notes[key]?.range else { return nil }
    usedNotes.insert(key)
    return Unpacker(stored.bytes, in: range)
  }

  /// Facts that lie in a note, at the place where `unpacker` stands; passes over them.
  package func packedFacts(in unpacker: inout Unpacker) -> PackedFacts {
    let length = unpacker.count()
    let start = unpacker.index
    unpacker.skip(length)
    return PackedFacts(unpacker.bytes, in: start..<unpacker.index, symbols: symbols)
  }

  package func setNote(_ key: ByteString, _ value: Packer) { freshNotes[key] = value.bytes }

  /// Notes what is made only when it is saved, by the thread that does it; until then the note is not to be had.
  package func setNote(_ key: ByteString, making value: @escaping @Sendable () -> Packer) { lateNotes[key] = value }

  // MARK: Saving

  /// Writes the file anew if there is anything new, or if what it holds was last asked for long ago; another thread does
  /// the work. A full disk or a crash at any moment leaves the file that was there.
  package func save() -> Background<Void> {
    let days = stored.days
    let isStale = days.indices.contains { isUsed[$0] && self.today - days[$0] > Self.keptDays / 4 }
    guard let path, !fresh.isEmpty || !freshNotes.isEmpty || !lateNotes.isEmpty || isStale else {
      return Background {}
    }
    let (stored, today, symbols, used) = (stored, today, symbols.strings, isUsed)
    let new = fresh.map { StoredFacts.Record(id: $0.id, kind: $0.kind, day: today, facts: $1) }
    let (usedNotes, freshNotes, lateNotes) = (usedNotes, freshNotes, lateNotes)
    return Background {
      func lastUse(_ index: Int) -> Int { used[index] ? today : days[index] }
      // What nobody has asked for is in nobody's way until the file has grown large.
      let isDropping =
        stored.bytes.count > Self.roomySize && days.indices.contains { today - lastUse($0) > Self.keptDays }
      let content: [UInt8]
      if isDropping {
        // The strings of what is dropped go too, and the symbols in notes with them: they are made again when needed.
        let (before, after) = (Symbols(symbols), Symbols())
        let kept = days.indices.filter { today - lastUse($0) <= Self.keptDays }
          .map { stored.record($0, day: lastUse($0), symbols: before) }
        let repacked = (new + kept).map {
          StoredFacts.Record(
            id: $0.id, kind: $0.kind, day: $0.day, facts: PackedFacts($0.facts.facts, symbols: after))
        }
        content = StoredFacts.empty.adding(repacked, symbols: after.strings, notes: [:]) { _ in today }
      } else {
        var notes: [ByteString: StoredFacts.Note] = [:]
        for (key, note) in stored.notes {
          let day = usedNotes.contains(key) ? today : note.day
          if today - day <= Self.keptDays { notes[key] = StoredFacts.Note(day: day, value: .stored(note.range)) }
        }
        for (key, value) in freshNotes { notes[key] = StoredFacts.Note(day: today, value: .fresh(value)) }
        for (key, value) in lateNotes { notes[key] = StoredFacts.Note(day: today, value: .fresh(value().bytes)) }
        content = stored.adding(new, symbols: symbols, notes: notes, day: lastUse)
      }
      guard content.count <= Self.sizeLimit else { return }
      // A cache that cannot be written is no reason to bother anybody.
      do throws(FileError) {
        try makeDirectories(path.directory, mode: 0o700)
        try replaceFile(path, content)
      } catch {}
      if stored.count == 0 { tidy(path.directory, today: today) }
    }
  }
}

/// What the file of a store holds, as read by any thread.
package struct StoreContents: Sendable {
  let path: ByteString?
  let stored: StoredFacts
  let symbols: Symbols
  /// Why the file is not used as it is.
  package let warning: String?

  /// Reads a file that need not be there; nil keeps nothing. One that is damaged, or that belongs to somebody else,
  /// counts as empty, with a warning.
  package init(reading path: ByteString?) {
    guard let path, let status = fileStatus(path) else {
      self.init(path, .empty)
      return
    }
    guard status.isOurs else {
      self.init(nil, .empty, warning: "the cache \(path.text) belongs to another user and is not used")
      return
    }
    guard let bytes = try? readFile(path, limit: FactStore.sizeLimit) else {
      self.init(path, .empty)
      return
    }
    switch StoredFacts.read(bytes) {
    case .facts(let stored): self.init(path, stored)
    case .otherVersion: self.init(path, .empty)
    case .damaged: self.init(path, .empty, warning: "the cache \(path.text) was damaged, and is made anew")
    }
  }

  private init(_ path: ByteString?, _ stored: StoredFacts, warning: String? = nil) {
    self.path = path
    self.stored = stored
    symbols = Symbols(stored.symbols)
    self.warning = warning
  }

  package func note(_ key: ByteString) -> Unpacker? {
    stored.notes[key].map { Unpacker(stored.bytes, in: $0.range) }
  }
}

/// Keeps a directory of stores from growing without end: when one is made anew, those go that nobody has used for two
/// months, then the oldest until a gibibyte is left, and what a run that was killed has left half written.
private func tidy(_ directory: ByteString, today: Int) {
  var kept: [(path: ByteString, day: Int, size: Int)] = []
  for entry in (try? listDirectory(directory)) ?? [] where entry.kind == .file {
    let path = directory.appending(entry.name)
    guard let status = fileStatus(path, followingLinks: false) else { continue }
    let age = today - status.modified / 86_400_000_000_000
    if entry.name.hasSuffix(".facts") {
      if age > 60 { try? removeFile(path) } else { kept.append((path, -age, status.size)) }
    } else if entry.name.firstIndex(of: ".facts.staticgo-") != nil, age > 1 {
      try? removeFile(path)
    }
  }
  var total = kept.reduce(0) { $0 + $1.size }
  for file in kept.sorted(by: { $0.day < $1.day }) where total > 1 << 30 {
    try? removeFile(file.path)
    total -= file.size
  }
}
