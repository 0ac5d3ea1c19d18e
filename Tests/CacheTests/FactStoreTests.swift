import Bytes
import Cache
import Foundation
import GoSource
import System
import TestSupport
import Testing

@Suite struct FactStoreTests {
  private let scratch: Scratch
  private var path: ByteString { ByteString(scratch.url.path).appending("cache/repository.facts") }

  init() throws { scratch = try Scratch() }

  private func id(_ number: Int) -> ContentID {
    ContentID(high: UInt64(number) &* 0x9e37_79b9_7f4a_7c15, middle: UInt64(number), low: UInt32(number))
  }

  private func facts(_ source: String) -> FileFacts { scanFile(kind: .go, Array(source.utf8)) }

  private func open() -> FactStore { FactStore(StoreContents(reading: path)) }

  static let sources = [
    "package p\n", "package documentation\n", "//go:build linux && (cgo || !arm64)\n\npackage p\n\nimport \"C\"\n",
    "// +build a,!b c\n\npackage größe\nimport (\n\t_ \"embed\"\n\t. \"x/y\"\n)\n//go:embed a \"b c\"\nvar x string\n",
    "package p\n//go:cgo_import_dynamic _ _ \"libm.so.6\"\n", "package p\nimport fmt\n", "package p\0", "",
    "//go:build a b\n",
  ]

  @Test("packed facts unpack to the same facts", arguments: sources) func packing(_ source: String) {
    let symbols = Symbols()
    let facts = facts(source)
    #expect(PackedFacts(facts, symbols: symbols).facts == facts)
  }

  @Test("a packed constraint evaluates to the same result", arguments: sources) func constraint(_ source: String) {
    let symbols = Symbols()
    let facts = facts(source)
    let packed = PackedFacts(facts, symbols: symbols)
    for tags in [[], ["linux"], ["linux", "cgo"], ["arm64"], ["a"], ["c"], ["a", "b"]] as [Set<ByteString>] {
      #expect(packed.isAdmitted { tags.contains(symbols[$0]) } == (facts.constraint?.evaluate(tags.contains) ?? true))
    }
  }

  @Test("facts are found in the next run, and facts added then are found too") func keeping() throws {
    for round in 0..<3 {
      let store = open()
      for number in 0..<(round * 100) {
        #expect(store.facts(id(number), .go)?.facts == facts("package p\(number % 7)\nimport \"m\(number)\"\n"))
        #expect(store.facts(id(number), .c) == nil)
      }
      for number in (round * 100)..<(round * 100 + 100) {
        #expect(store.facts(id(number), .go) == nil)
        _ = store.remember(facts("package p\(number % 7)\nimport \"m\(number)\"\n"), of: id(number), .go)
      }
      var note = Packer()
      note.text("round \(round)")
      store.setNote("key", note)
      store.save().value()
      var kept = try #require(open().note("key"))
      #expect(kept.text() == "round \(round)")
    }
  }

  @Test("a truncated or damaged file is ignored with a warning") func damage() throws {
    let store = open()
    for number in 0..<20 { _ = store.remember(facts("package p\nimport \"m\(number)\"\n"), of: id(number), .go) }
    store.save().value()
    let whole = try readFile(path)
    for length in stride(from: 0, to: whole.count, by: 7) {
      try replaceFile(path, Array(whole[..<length]))
      let contents = StoreContents(reading: path)
      #expect(contents.warning != nil)
      #expect(FactStore(contents).facts(id(3), .go) == nil)
    }
    for index in stride(from: 24, to: whole.count, by: 5) {
      var changed = whole
      changed[index] ^= 0x41
      try replaceFile(path, changed)
      let contents = StoreContents(reading: path)
      #expect(contents.warning != nil)
      #expect(FactStore(contents).facts(id(3), .go) == nil)
    }
    // The next run writes it again.
    let store2 = open()
    _ = store2.remember(facts("package p\n"), of: id(1), .go)
    store2.save().value()
    #expect(StoreContents(reading: path).warning == nil)
  }

  @Test("a store that somebody forged, with a right checksum, ends no run") func forged() throws {
    let store = open()
    for (number, source) in Self.sources.enumerated() { _ = store.remember(facts(source), of: id(number), .go) }
    var note = Packer()
    note.number(3)
    note.text("text")
    store.setNote("key", note)
    store.save().value()
    let whole = try readFile(path)
    var noise = Noise(state: 7)
    var read = 0
    for round in 0..<4_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...5, using: &noise) {
        let place = Int.random(in: 24..<bytes.count, using: &noise)
        bytes[place] = [0, 1, 0x3f, 0x7f, 0x80, 0xff, bytes[place] ^ 1].randomElement(using: &noise)!
      }
      if round % 7 == 0 { bytes.insert(contentsOf: [UInt8](repeating: 0xff, count: 9) + [0x01], at: bytes.count / 2) }
      let sum = checksum(bytes[24...])
      for index in 0..<8 { bytes[16 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(56 - 8 * index)) }
      try replaceFile(path, bytes)
      let forged = open()
      for number in Self.sources.indices {
        guard let packed = forged.facts(id(number), .go) else { continue }
        read += 1
        let facts = packed.facts
        #expect(facts.imports.allSatisfy { $0.end.column &+ 1 > 0 })
        _ = packed.isAdmitted { $0.index > 3 }
        packed.forEachImport { _ = forged.symbols[$0] }
        _ = facts.constraint?.evaluate { $0 == "linux" }
      }
      if var note = forged.note("key") { _ = (note.number(), note.text(), note.content(), note.count()) }
    }
    #expect(read > 1_000)
  }

  @Test("another version of the format is not damage") func version() throws {
    let store = open()
    _ = store.remember(facts("package p\n"), of: id(1), .go)
    store.save().value()
    var bytes = try readFile(path)
    bytes[8] ^= 1
    try replaceFile(path, bytes)
    let contents = StoreContents(reading: path)
    #expect(contents.warning == nil)
    #expect(FactStore(contents).facts(id(1), .go) == nil)
  }

  @Test("a directory that cannot be written only costs speed") func unwritable() throws {
    let blocked = ByteString(scratch.url.path).appending("file")
    try writeNewFile(blocked, [])
    let store = FactStore(StoreContents(reading: blocked.appending("below/x.facts")))
    _ = store.remember(facts("package p\n"), of: id(1), .go)
    store.save().value()
    #expect(store.facts(id(1), .go) != nil)
  }

  @Test("damaged numbers and strings read as empty, and never beyond the end") func unpacking() {
    var unpacker = Unpacker([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f])
    #expect(unpacker.count() == 0 && unpacker.isBroken)
    unpacker = Unpacker([5, 1, 2])
    #expect(unpacker.text() == "" && unpacker.isBroken)
    unpacker = Unpacker([])
    #expect(unpacker.number() == 0 && unpacker.isBroken)
    unpacker = Unpacker([1, 2, 3])
    _ = unpacker.content()
    #expect(unpacker.isBroken)
    unpacker = Unpacker([2, 0x61, 0x62, 9])
    #expect(unpacker.matches("ab") && !unpacker.isAtEnd)
  }
}
