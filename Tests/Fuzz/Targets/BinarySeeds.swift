import Bytes
import Cache
import FoundationEssentials
import GoSource
import System

/// Small binary files, made by their specifications.
enum BinarySeeds {
  static let all: [[UInt8]] = [elf(is64: true), elf(is64: false), machO, pe, Array("#!/bin/sh\n".utf8)]

  private static func bytes(_ values: [(UInt64, Int)]) -> [UInt8] {
    values.flatMap { value, size in (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) } }
  }

  /// The function table of a program with `main.main` and an escaped import path, in each byte order and pointer size.
  static let functionTables: [[UInt8]] = [true, false].flatMap { isLittle in
    [4, 8].map { size in
      func number(_ value: Int, _ count: Int) -> [UInt8] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return isLittle ? bytes : bytes.reversed()
      }
      let names = Array("main.main\0example%2ecom/a%2eb.(*T[...]).M.func1\0".utf8)
      let start = 8 + 8 * size
      let end = start + names.count
      let words = [2, 1, 0, start, end, end, end, end].flatMap { number($0, size) }
      return number(0xffff_fff1, 4) + [0, 0, 1, UInt8(size)] + words + names + [UInt8](repeating: 0, count: 16)
    }
  }

  /// An ELF executable with PT_LOAD, PT_INTERP, PT_DYNAMIC and PT_NOTE (System V ABI, chapter 5).
  private static func elf(is64: Bool) -> [UInt8] {
    let word = is64 ? 8 : 4
    let headerSize = is64 ? 64 : 52
    let segmentSize = is64 ? 56 : 32
    let start = headerSize + 4 * segmentSize
    let interpreter = Array("/lib/ld-musl-x86_64.so.1\0".utf8)
    let names = Array("\0libc.so\0libm.so.6\0".utf8)
    let namesAt = start + interpreter.count
    let dynamicAt = namesAt + names.count
    let tags: [(Int, Int)] = [(5, namesAt), (10, names.count), (1, 1), (1, 9), (0x6fff_fffb, 0x800_0000), (0, 0)]
    let dynamic = bytes(tags.flatMap { [(UInt64($0.0), word), (UInt64($0.1), word)] })
    let note = bytes([(4, 4), (4, 4), (4, 4)]) + Array("Go\0\0abcd".utf8)
    let noteAt = dynamicAt + dynamic.count
    let end = noteAt + note.count
    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
    file += bytes([(2, 2), (is64 ? 62 : 3, 2), (1, 4), (0, word), (UInt64(headerSize), word), (0, word), (0, 4)])
    file += bytes([(UInt64(headerSize), 2), (UInt64(segmentSize), 2), (4, 2), (0, 2), (0, 2), (0, 2)])
    for (type, offset, size) in [
      (1, 0, end), (3, start, interpreter.count), (2, dynamicAt, dynamic.count), (4, noteAt, note.count),
    ] {
      let (offset, size) = (UInt64(offset), UInt64(size))
      file += bytes([(UInt64(type), 4)] + (is64 ? [(4, 4)] : []))
      file += bytes([(offset, word), (offset, word), (offset, word), (size, word), (size, word)])
      file += bytes((is64 ? [] : [(4, 4)]) + [(4, word)])
    }
    return file + interpreter + names + dynamic + note
  }

  /// A Mach-O executable with LC_LOAD_DYLINKER and LC_LOAD_DYLIB (mach-o/loader.h).
  private static let machO: [UInt8] = {
    func command(_ code: UInt64, _ header: [(UInt64, Int)], _ name: String) -> [UInt8] {
      let text = Array(name.utf8) + [0]
      return bytes([(code, 4), (UInt64(8 + header.count * 4 + text.count), 4)] + header) + text
    }
    let commands =
      command(0x0e, [(12, 4)], "/usr/lib/dyld")
      + command(0x0c, [(24, 4), (0, 4), (0, 4), (0, 4)], "/usr/lib/libSystem.B.dylib")
    let header: [(UInt64, Int)] = [
      (0xfeed_facf, 4), (0x0100_0007, 4), (3, 4), (2, 4), (2, 4), (UInt64(commands.count), 4), (0x20_0085, 4), (0, 4),
    ]
    return bytes(header) + commands
  }()

  /// A PE executable with an import of kernel32.dll (Microsoft PE format).
  private static let pe: [UInt8] = {
    var file: [UInt8] = Array("MZ".utf8) + [UInt8](repeating: 0, count: 58) + bytes([(64, 4)])
    file += Array("PE\0\0".utf8) + bytes([(0x8664, 2), (1, 2), (0, 4), (0, 4), (0, 4), (240, 2), (0x22, 2)])
    file += bytes([(0x20b, 2)]) + [UInt8](repeating: 0, count: 106) + bytes([(16, 4)])
    file += bytes([(0, 8), (0x1000, 4), (40, 4)]) + [UInt8](repeating: 0, count: 112)
    let contentAt = file.count + 40
    file += Array(".idata\0\0".utf8) + bytes([(64, 4), (0x1000, 4), (64, 4), (UInt64(contentAt), 4)])
    file += bytes([(0, 8), (0, 4), (0xc000_0040, 4)])
    file += bytes([(0, 4), (0, 4), (0, 4), (0x1028, 4), (0, 4)]) + [UInt8](repeating: 0, count: 20)
    return file + Array("kernel32.dll\0".utf8) + [UInt8](repeating: 0, count: 11)
  }()

  /// An index of version 2 with two files and a conflict (gitformat-index(5)).
  static let index: [UInt8] = {
    func big(_ value: Int, _ size: Int) -> [UInt8] { (0..<size).map { UInt8(value >> (8 * (size - 1 - $0)) & 0xff) } }
    var file = Array("DIRC".utf8) + big(2, 4) + big(3, 4)
    for (path, stage) in [("a/x.go", 0), ("b.go", 1), ("b.go", 2)] {
      file += [UInt8](repeating: 0, count: 24) + big(0o100644, 4) + [UInt8](repeating: 0, count: 12)
      file += [UInt8](repeating: 0xab, count: 20) + big(stage << 12 | path.utf8.count, 2) + Array(path.utf8)
      file += [UInt8](repeating: 0, count: 8 - (62 + path.utf8.count) % 8)
    }
    return file + [UInt8](repeating: 0, count: 20)
  }()

  /// The sources whose facts are in the cache, by the id of their content.
  static let cached: [(id: ContentID, source: String)] = goSeeds.enumerated().map {
    (ContentID(high: UInt64($0) << 56, middle: 1, low: 1), $1)
  }

  /// A cache as the program writes it.
  static let cache: [UInt8] = {
    let path = ByteString("\(FileManager.default.temporaryDirectory.path)/staticgo-seed-\(UUID().uuidString).facts")
    defer { try? removeFile(path) }
    let store = FactStore(StoreContents(reading: path))
    for (id, source) in cached { _ = store.remember(scanFile(kind: .go, Array(source.utf8)), of: id, .go) }
    var note = Packer()
    note.number(3)
    note.text("text")
    store.setNote("key", note)
    store.save().value()
    return (try? readFile(path)) ?? []
  }()
}
