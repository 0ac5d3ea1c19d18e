import Bytes
import GoSource

/// The bytes of a fact store, held in memory.
///
/// ```
/// "sgfacts\n"            8 bytes
/// version                8 bytes, big-endian: of this layout and of the packed facts
/// checksum               8 bytes, big-endian: of everything that follows
/// symbols                their number, then each as length and bytes
/// records                their number, then 31 bytes for each, sorted by id and kind:
///                        id 20, kind 1, day of the last use 2, offset of the facts 4, length 4
/// facts                  their size, then the packed facts in sequence
/// notes                  their number, then each as key, day, length and bytes
/// ```
/// Numbers without a size are LEB128 (`Packer`), those with a size are big-endian. Days count from 1970.
struct StoredFacts: Sendable {
  struct Record: Sendable {
    let id: ContentID
    let kind: SourceKind
    let day: Int
    let facts: PackedFacts
  }

  struct Note: Sendable {
    enum Value: Sendable {
      /// The range of the note in the old store, from which it is copied.
      case stored(Range<Int>)
      case fresh([UInt8])
    }
    let day: Int
    let value: Value

    var size: Int {
      switch value {
      case .stored(let range): range.count
      case .fresh(let bytes): bytes.count
      }
    }

    func bytes(in store: [UInt8]) -> ArraySlice<UInt8> {
      switch value {
      case .stored(let range): store[range]
      case .fresh(let bytes): bytes[...]
      }
    }
  }

  enum Reading {
    case facts(StoredFacts)
    case otherVersion, damaged
  }

  let bytes: [UInt8]
  private(set) var symbols: [ByteString] = []
  private(set) var count = 0
  private(set) var notes: [ByteString: (day: Int, range: Range<Int>)] = [:]
  /// The offsets of the first record and the first fact.
  private var recordsStart = 0
  private var factsStart = 0
  private var factsEnd = 0
  /// The number of records whose first byte is less than the index.
  private var fanOut: [Int] = []

  private static let magic = Array("sgfacts\n".utf8)
  private static let version = UInt64(1) << 32 | UInt64(PackedFacts.formatVersion)
  private static let headerSize = 24
  private static let recordSize = 31

  static let empty = StoredFacts(bytes: [])

  private init(bytes: [UInt8]) { self.bytes = bytes }

  static func read(_ bytes: [UInt8]) -> Reading {
    guard bytes.starts(with: magic), bytes.count >= headerSize else { return .damaged }
    guard bigEndian(bytes, at: 8) == version else { return .otherVersion }
    guard bigEndian(bytes, at: 16) == checksum(bytes[headerSize...]) else { return .damaged }
    var stored = StoredFacts(bytes: bytes)
    return stored.parse() ? .facts(stored) : .damaged
  }

  private mutating func parse() -> Bool {
    var unpacker = Unpacker(bytes, in: Self.headerSize..<bytes.count)
    let symbolCount = unpacker.count()
    symbols.reserveCapacity(symbolCount)
    for _ in 0..<symbolCount { symbols.append(unpacker.text()) }
    count = unpacker.count()
    recordsStart = unpacker.index
    guard count <= (bytes.count - recordsStart) / Self.recordSize else { return false }
    fanOut = [Int](repeating: 0, count: 257)
    for index in 0..<count { fanOut[Int(bytes[recordsStart + index * Self.recordSize]) + 1] += 1 }
    for byte in 0..<256 { fanOut[byte + 1] += fanOut[byte] }
    unpacker.skip(count * Self.recordSize)
    let size = unpacker.count()
    factsStart = unpacker.index
    unpacker.skip(size)
    factsEnd = unpacker.index
    let noteCount = unpacker.count()
    notes.reserveCapacity(noteCount)
    for _ in 0..<noteCount {
      let key = unpacker.text()
      let day = unpacker.number()
      let length = unpacker.count()
      let start = unpacker.index
      unpacker.skip(length)
      notes[key] = (day, start..<unpacker.index)
    }
    return !unpacker.isBroken && unpacker.isAtEnd
  }

  // MARK: Records

  var days: [Int] {
    (0..<count).map { index in
      let offset = recordsStart + index * Self.recordSize + 21
      return Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
    }
  }

  /// Returns the index of the record of a content, or nil; a binary search.
  func index(of id: ContentID, _ kind: SourceKind) -> Int? {
    guard count > 0 else { return nil }
    let first = Int(id.high >> 56)
    var (low, high) = (fanOut[first], fanOut[first + 1])
    while low < high {
      let middle = (low + high) / 2
      let (other, otherKind) = key(middle, comparedTo: id)
      if (other, otherKind) < (id, kind.rawValue) { low = middle + 1 } else { high = middle }
    }
    guard low < count, key(low, comparedTo: id) == (id, kind.rawValue) else { return nil }
    return low
  }

  /// Returns the key of a record; only its first eight bytes if they already differ from those of `id`.
  private func key(_ index: Int, comparedTo id: ContentID) -> (ContentID, UInt8) {
    let offset = recordsStart + index * Self.recordSize
    let high = bigEndian(bytes, at: offset)
    guard high == id.high else { return (ContentID(high: high, middle: 0, low: 0), 0) }
    return (ContentID(bytes, at: offset), bytes[offset + 20])
  }

  func range(_ index: Int) -> Range<Int> {
    let place = bigEndian(bytes, at: recordsStart + index * Self.recordSize + 23)
    let start = min(factsStart + Int(place >> 32), factsEnd)
    return start..<min(start + Int(place & 0xffff_ffff), factsEnd)
  }

  private func id(_ index: Int) -> ContentID {
    ContentID(bytes, at: recordsStart + index * Self.recordSize)
  }

  func record(_ index: Int, day: Int, symbols: Symbols) -> Record {
    Record(
      id: id(index), kind: SourceKind(rawValue: bytes[recordsStart + index * Self.recordSize + 20]) ?? .go, day: day,
      facts: PackedFacts(bytes, in: range(index), symbols: symbols))
  }

  // MARK: Writing

  /// Returns the bytes of a store with the content of this one and the new records. Existing facts keep their offsets,
  /// so most of the work is copying.
  func adding(
    _ fresh: [Record], symbols: [ByteString], notes: [ByteString: Note], day: (_ index: Int) -> Int
  ) -> [UInt8] {
    let fresh = fresh.sorted { ($0.id, $0.kind.rawValue) < ($1.id, $1.kind.rawValue) }
    var packer = Packer()
    packer.reserve(bytes.count + fresh.count * 256 + notes.values.reduce(0) { $0 + $1.size + 64 })
    packer.append(Self.magic[...])
    packer.bigEndian(Self.version, size: 8)
    packer.bigEndian(0, size: 8)
    packer.number(symbols.count)
    for symbol in symbols { packer.text(symbol) }
    packer.number(count + fresh.count)
    var offset = factsEnd - factsStart
    var next = 0
    func write(_ record: Record) {
      packer.content(record.id)
      packer.byte(record.kind.rawValue)
      packer.bigEndian(UInt64(clamping: record.day), size: 2)
      packer.bigEndian(UInt64(offset), size: 4)
      packer.bigEndian(UInt64(record.facts.stored.count), size: 4)
      offset += record.facts.stored.count
    }
    for index in 0..<count {
      let start = recordsStart + index * Self.recordSize
      while next < fresh.count, (fresh[next].id, fresh[next].kind.rawValue) < (id(index), bytes[start + 20]) {
        write(fresh[next])
        next += 1
      }
      packer.append(bytes[start..<(start + 21)])
      packer.bigEndian(UInt64(clamping: day(index)), size: 2)
      packer.append(bytes[(start + 23)..<(start + Self.recordSize)])
    }
    while next < fresh.count {
      write(fresh[next])
      next += 1
    }
    packer.number(offset)
    packer.append(bytes[factsStart..<factsEnd])
    for record in fresh { packer.append(record.facts.stored) }
    packer.number(notes.count)
    for (key, note) in notes {
      packer.text(key)
      packer.number(note.day)
      packer.number(note.size)
      packer.append(note.bytes(in: bytes))
    }
    packer.overwrite(checksum(packer.bytes[Self.headerSize...]), at: 16)
    return packer.bytes
  }
}
