package import Bytes
package import GoSource
package import System

/// The cache of one repository: the facts of its blobs by id, and notes about things outside the repository. Everything
/// in it can be computed again; losing it costs only time.
///
/// The file is read and replaced as a whole (format: `StoredFacts`). If two runs save at the same time, the later file
/// remains; each is complete. A store belongs to one thread.
package final class FactStore {
  private struct Key: Hashable {
    let id: ContentID
    let kind: SourceKind
  }

  private var isUsed: [Bool]
  private var usedNotes: Set<ByteString> = []
  private var fresh: [Key: PackedFacts] = [:]
  /// Facts that are valid only in this run and are not saved.
  private var transient: [Key: PackedFacts] = [:]
  private var freshNotes: [ByteString: [UInt8]] = [:]
  private var lateNotes: [ByteString: @Sendable () -> Packer] = [:]

  /// The strings in all facts of the store, including facts that are not saved yet.
  package let symbols: Symbols
  private let path: ByteString?
  private let stored: StoredFacts
  private let today: Int

  /// Creates a store with the content of a file.
  package init(_ contents: StoreContents) {
    path = contents.path
    stored = contents.stored
    symbols = contents.symbols
    today = nanosecondsSince1970() / 86_400_000_000_000
    isUsed = [Bool](repeating: false, count: stored.count)
  }

  /// The size limit in bytes: larger files are neither read nor written.
  static let sizeLimit = Limit.cacheFile
  /// The size in bytes up to which unused facts are kept.
  private static let roomySize = 32 << 20
  /// The number of days after which unused facts and notes are dropped.
  private static let keptDays = 30

  // MARK: Facts

  package func facts(_ id: ContentID, _ kind: SourceKind) -> PackedFacts? {
    if let index = stored.index(of: id, kind) {
      isUsed[index] = true
      return PackedFacts(stored.bytes, in: stored.range(index), symbols: symbols)
    }
    if fresh.isEmpty, transient.isEmpty { return nil }
    let key = Key(id: id, kind: kind)
    return fresh[key] ?? transient[key]
  }

  /// Packs the facts and stores them; unless `isLasting`, only for this run.
  package func remember(
    _ facts: FileFacts, of id: ContentID, _ kind: SourceKind, isLasting: Bool = true
  ) -> PackedFacts {
    let packed = PackedFacts(facts, symbols: symbols)
    if isLasting { fresh[Key(id: id, kind: kind)] = packed } else { transient[Key(id: id, kind: kind)] = packed }
    return packed
  }

  // MARK: Notes

  /// Returns the note with a key, or nil.
  package func note(_ key: ByteString) -> Unpacker? {
    if let note = freshNotes[key] { return Unpacker(note) }
    guard let range = stored.notes[key]?.range else { return nil }
    usedNotes.insert(key)
    return Unpacker(stored.bytes, in: range)
  }

  /// Reads packed facts at the current position of `unpacker` in a note.
  package func packedFacts(in unpacker: inout Unpacker) -> PackedFacts {
    let length = unpacker.count()
    let start = unpacker.index
    unpacker.skip(length)
    return PackedFacts(unpacker.bytes, in: start..<unpacker.index, symbols: symbols)
  }

  package func setNote(_ key: ByteString, _ value: Packer) { freshNotes[key] = value.bytes }

  /// Sets a note whose value is computed only when the store is saved, on the saving thread. Until then `note` does
  /// not return it.
  package func setNote(_ key: ByteString, making value: @escaping @Sendable () -> Packer) { lateNotes[key] = value }

  // MARK: Saving

  /// Rewrites the file on another thread if there are new facts or notes, or if the stored day of last use of a used
  /// fact is out of date. A full disk or a crash at any moment leaves the old file.
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
      // Unused facts do no harm until the file has grown large.
      let isDropping =
        stored.bytes.count > Self.roomySize && days.indices.contains { today - lastUse($0) > Self.keptDays }
      let content: [UInt8]
      if isDropping {
        // The strings of dropped facts are dropped too. Notes refer to symbols, so all notes are dropped; they are made
        // again when needed.
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
      // A cache that cannot be written is ignored without a message.
      do throws(FileError) {
        try makeDirectories(path.directory, mode: 0o700)
        try replaceFile(path, content)
      } catch {}
      if stored.count == 0 { tidy(path.directory, today: today) }
    }
  }
}

/// The content of a store's file. Any thread can read it.
package struct StoreContents: Sendable {
  let path: ByteString?
  let stored: StoredFacts
  let symbols: Symbols
  /// The reason why the file is not used, or nil.
  package let warning: String?

  /// Reads a file, which may be missing; with a nil path nothing is saved. A file that is damaged or belongs to another
  /// user counts as empty, with a warning.
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
    self.init(of: bytes, from: path)
  }

  /// Reads the bytes of a file; with a nil path nothing is saved.
  package init(of bytes: [UInt8], from path: ByteString? = nil) {
    switch StoredFacts.read(bytes) {
    case .facts(let stored): self.init(path, stored)
    case .otherVersion: self.init(path, .empty)
    case .damaged: self.init(path, .empty, warning: "the cache \(path?.text ?? "") was damaged and is rebuilt")
    }
  }

  /// An empty store that is not saved, with the reason.
  package static func refused(_ warning: String) -> StoreContents { StoreContents(nil, .empty, warning: warning) }

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

/// Limits the size of a directory of stores, whenever a store is created. Removes stores that were not used for two
/// months, then the oldest until at most 1 GiB remains, and partial files of runs that were killed.
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
