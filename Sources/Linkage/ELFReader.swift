import Bytes

/// Reads ELF files of both classes and both byte orders (System V ABI, chapters 4 and 5; gABI for the dynamic section).
enum ELFReader {
  private struct Segment {
    let type: UInt32
    let flags: UInt32
    let offset: Int
    let address: UInt64
    let fileSize: Int
  }

  /// The properties of the file that decide how numbers are read.
  struct Shape {
    let is64: Bool
    let order: Endianness

    func word(_ bytes: Span<UInt8>, _ offset: Int) throws(OutOfBounds) -> UInt64 {
      is64 ? try bytes.u64(offset, order) : UInt64(try bytes.u32(offset, order))
    }
  }

  static func read(_ bytes: Span<UInt8>) throws -> Binary {
    try bytes.require(0, 52)
    guard (1...2).contains(bytes[4]), (1...2).contains(bytes[5]) else {
      throw LinkageError("an ELF file with an unknown class or byte order")
    }
    let shape = Shape(is64: bytes[4] == 2, order: bytes[5] == 1 ? .little : .big)
    let type = try bytes.u16(16, shape.order)
    let machine = try bytes.u16(18, shape.order)
    var binary = Binary(
      format: .elf, type: typeName(type), kind: kind(type), architecture: architecture(machine, shape.is64, shape.order)
    )
    binary.system = systemByABI(bytes[7])
    let segments = try readSegments(bytes, shape)
    if binary.kind == .executable || binary.kind == .sharedObject { try requireContent(of: segments, bytes) }
    for segment in segments where segment.type == 3 && binary.interpreter == nil {
      try bytes.require(segment.offset, segment.fileSize)
      let text = try bytes.byteString(segment.offset, min(segment.fileSize, 4096))
      binary.interpreter = ByteString(text.bytes.prefix { $0 != 0 })
    }
    if let dynamic = segments.first(where: { $0.type == 2 }) {
      binary.hasDynamicSection = true
      try readDynamic(bytes, shape, dynamic, segments, into: &binary)
    }
    let sections = (try? readSections(bytes, shape)) ?? [:]
    if binary.needed.isEmpty {
      binary.unresolved = (try? unresolvedSymbols(bytes, shape, sections)) ?? []
      if binary.interpreter == nil { binary.loadsNameServices = loadsNameServices(bytes, sections) }
    }
    if let note = try noteSystem(bytes, shape, segments) { binary.system = note }
    binary.go = findGoBuild(bytes, sections, segments)
    if let system = binary.go?.setting("GOOS") { binary.system = system }
    if binary.system == nil { binary.system = systemByInterpreter(binary.interpreter) }
    return binary
  }

  /// Throws unless the file contains everything that the kernel would load: a truncated file cannot be judged.
  private static func requireContent(of segments: [Segment], _ bytes: Span<UInt8>) throws {
    let loaded = segments.filter { $0.type == 1 }
    guard !loaded.isEmpty else { throw LinkageError("an ELF file without loadable segments") }
    for segment in loaded { try bytes.require(segment.offset, segment.fileSize) }
  }

  private static func readSegments(_ bytes: Span<UInt8>, _ shape: Shape) throws -> [Segment] {
    let table = Int(clamping: try shape.word(bytes, shape.is64 ? 32 : 28))
    let size = Int(try bytes.u16(shape.is64 ? 54 : 42, shape.order))
    var count = Int(try bytes.u16(shape.is64 ? 56 : 44, shape.order))
    if count == 0xffff {
      // PN_XNUM: the real number is in the first section header.
      let sections = Int(clamping: try shape.word(bytes, shape.is64 ? 40 : 32))
      try bytes.require(sections, shape.is64 ? 64 : 40)
      count = Int(try bytes.u32(sections + (shape.is64 ? 44 : 28), shape.order))
    }
    guard count > 0 else { return [] }
    guard size >= (shape.is64 ? 56 : 32) else { throw LinkageError("an ELF file with damaged program headers") }
    var segments: [Segment] = []
    for index in 0..<count {
      let (header, overflow) = table.addingReportingOverflow(index * size)
      guard !overflow else { throw OutOfBounds(offset: table, length: size) }
      try bytes.require(header, size)
      let type = try bytes.u32(header, shape.order)
      if shape.is64 {
        segments.append(
          Segment(
            type: type, flags: try bytes.u32(header + 4, shape.order),
            offset: Int(clamping: try bytes.u64(header + 8, shape.order)),
            address: try bytes.u64(header + 16, shape.order),
            fileSize: Int(clamping: try bytes.u64(header + 32, shape.order))))
      } else {
        segments.append(
          Segment(
            type: type, flags: try bytes.u32(header + 24, shape.order),
            offset: Int(try bytes.u32(header + 4, shape.order)),
            address: UInt64(try bytes.u32(header + 8, shape.order)),
            fileSize: Int(try bytes.u32(header + 16, shape.order))))
      }
    }
    return segments
  }

  /// Returns the offset of a virtual address in a file of `size` bytes, or nil if no segment in the file contains it.
  private static func offset(of address: UInt64, _ segments: [Segment], size: Int) -> Int? {
    for segment in segments where segment.type == 1 && address >= segment.address && segment.offset < size {
      let distance = address - segment.address
      if distance < UInt64(min(segment.fileSize, size - segment.offset)) { return segment.offset + Int(distance) }
    }
    return nil
  }

  /// The size up to which a note can name a system.
  private static let noteNameLimit = 32

  private static func readDynamic(
    _ bytes: Span<UInt8>, _ shape: Shape, _ dynamic: Segment, _ segments: [Segment], into binary: inout Binary
  ) throws {
    let size = shape.is64 ? 16 : 8
    var needed: [UInt64] = []
    var strings: UInt64?
    var versions: UInt64?
    var versionCount = 0
    // The loader takes the section from memory, so its address counts.
    let start = offset(of: dynamic.address, segments, size: bytes.count) ?? dynamic.offset
    try bytes.require(start, dynamic.fileSize)
    for index in 0..<(dynamic.fileSize / size) {
      let entry = start + index * size
      let tag = try shape.word(bytes, entry)
      let value = try shape.word(bytes, entry + size / 2)
      switch tag {
      case 0: break
      case 1:
        needed.append(value)
        guard needed.count <= Limit.libraries else { throw LinkageError("an ELF file that needs too many libraries") }
      case 5: strings = value
      case 0x6fff_fffb: binary.isPositionIndependent = value & 0x0800_0000 != 0
      case 0x6fff_fffe: versions = value
      case 0x6fff_ffff: versionCount = Int(clamping: value)
      default: break
      }
      if tag == 0 { break }
    }
    guard let strings else {
      guard needed.isEmpty else { throw LinkageError("an ELF file that needs libraries but has no string table") }
      return
    }
    guard let table = offset(of: strings, segments, size: bytes.count) else {
      throw LinkageError("an ELF file whose string table is outside the file")
    }
    func string(_ index: UInt64) throws -> ByteString {
      let (start, overflow) = table.addingReportingOverflow(Int(clamping: index))
      guard !overflow else { throw OutOfBounds(offset: table, length: 0) }
      return try bytes.cString(start)
    }
    for index in needed { binary.needed.append(try string(index)) }
    guard let versions, let start = offset(of: versions, segments, size: bytes.count) else { return }
    binary.glibcVersion = try glibcVersion(bytes, shape, at: start, count: versionCount, string: string)
  }

  /// Returns the highest glibc version in the version needs (SHT_GNU_verneed), as in `2.34`; nil if there is no such need.
  private static func glibcVersion(
    _ bytes: Span<UInt8>, _ shape: Shape, at start: Int, count: Int, string: (UInt64) throws -> ByteString
  ) throws -> String? {
    var highest: [Int] = []
    var entry = start
    // More entries than any program has. In a crafted file the lists can overlap.
    var budget = 65_536
    for _ in 0..<min(count, 4096) {
      let count = Int(try bytes.u16(entry + 2, shape.order))
      var auxiliary = entry + Int(try bytes.u32(entry + 8, shape.order))
      for _ in 0..<count {
        budget -= 1
        guard budget > 0 else { throw LinkageError("an ELF file with damaged version tables") }
        let name = try string(UInt64(try bytes.u32(auxiliary + 8, shape.order)))
        if name.hasPrefix("GLIBC_") {
          let numbers = name.dropFirst(6).split(UInt8(ascii: ".")).compactMap { Int($0.text) }
          if !numbers.isEmpty, highest.lexicographicallyPrecedes(numbers) { highest = numbers }
        }
        let next = Int(try bytes.u32(auxiliary + 12, shape.order))
        if next == 0 { break }
        auxiliary += next
      }
      let next = Int(try bytes.u32(entry + 12, shape.order))
      if next == 0 { break }
      entry += next
    }
    return highest.isEmpty ? nil : highest.map(String.init).joined(separator: ".")
  }

  /// Returns the system that owns a PT_NOTE, or nil: the BSDs and Android mark their programs with one.
  private static func noteSystem(_ bytes: Span<UInt8>, _ shape: Shape, _ segments: [Segment]) throws -> String? {
    // Notes of a crafted file may overlap.
    var left = Limit.notes
    for segment in segments where segment.type == 4 {
      var offset = segment.offset
      let (end, overflow) = segment.offset.addingReportingOverflow(segment.fileSize)
      guard !overflow, end <= bytes.count else { continue }
      while offset + 12 <= end, left > 0 {
        left -= 1
        let nameSize = Int(try bytes.u32(offset, shape.order))
        let contentSize = Int(try bytes.u32(offset + 4, shape.order))
        guard nameSize <= end - offset - 12 else { break }
        let text = try bytes.byteString(offset + 12, min(nameSize, noteNameLimit))
        let name = ByteString(text.bytes.prefix { $0 != 0 })
        switch name {
        case "FreeBSD": return "freebsd"
        case "NetBSD": return "netbsd"
        case "OpenBSD": return "openbsd"
        case "DragonFly": return "dragonfly"
        case "Android": return "android"
        default: break
        }
        offset += 12 + (nameSize + 3) & ~3
        guard contentSize <= end - offset else { break }
        offset += (contentSize + 3) & ~3
      }
    }
    return nil
  }

  private static func findGoBuild(_ bytes: Span<UInt8>, _ sections: Sections, _ segments: [Segment]) -> GoBuild? {
    if let (offset, size) = sections[".go.buildinfo"] {
      if let build = GoBuild.find(in: bytes, start: offset, length: size) { return build }
    }
    // The linker writes it into the first writable segment. A crafted file may have thousands that overlap.
    for segment in segments.lazy.filter({ $0.type == 1 && $0.flags & 3 == 2 }).prefix(4) {
      if let build = GoBuild.find(in: bytes, start: segment.offset, length: segment.fileSize) { return build }
    }
    return nil
  }

  /// The offset and size of each section, by name.
  typealias Sections = [ByteString: (offset: Int, size: Int)]

  private static func readSections(_ bytes: Span<UInt8>, _ shape: Shape) throws -> Sections {
    let table = Int(clamping: try shape.word(bytes, shape.is64 ? 40 : 32))
    let size = Int(try bytes.u16(shape.is64 ? 58 : 46, shape.order))
    let count = Int(try bytes.u16(shape.is64 ? 60 : 48, shape.order))
    let names = Int(try bytes.u16(shape.is64 ? 62 : 50, shape.order))
    guard table > 0, count > 0, names < count, size >= (shape.is64 ? 64 : 40) else { return [:] }
    try bytes.require(table, count * size)
    func range(_ index: Int) throws -> (offset: Int, size: Int) {
      let header = table + index * size
      return (
        Int(clamping: try shape.word(bytes, header + (shape.is64 ? 24 : 16))),
        Int(clamping: try shape.word(bytes, header + (shape.is64 ? 32 : 20)))
      )
    }
    let strings = try range(names)
    try bytes.require(strings.offset, strings.size)
    var sections: Sections = [:]
    for index in 0..<count {
      let name = Int(try bytes.u32(table + index * size, shape.order))
      guard name < strings.size, let text = try? bytes.cString(strings.offset + name, limit: 64) else { continue }
      if sections[text] == nil { sections[text] = try range(index) }
    }
    return sections
  }

  private static func kind(_ type: UInt16) -> Binary.Kind {
    switch type {
    case 1: .object
    case 2: .executable
    case 3: .sharedObject
    case 4: .core
    default: .other("ELF type \(type)")
    }
  }

  private static func typeName(_ type: UInt16) -> String {
    switch type {
    case 0: "ET_NONE"
    case 1: "ET_REL"
    case 2: "ET_EXEC"
    case 3: "ET_DYN"
    case 4: "ET_CORE"
    default: "ET_\(type)"
    }
  }

  private static func systemByABI(_ code: UInt8) -> String? {
    switch code {
    case 2: "netbsd"
    case 6: "solaris"
    case 7: "aix"
    case 9: "freebsd"
    case 12: "openbsd"
    case 3: "linux"
    default: nil
    }
  }

  private static func systemByInterpreter(_ interpreter: ByteString?) -> String? {
    guard let interpreter else { return nil }
    if interpreter.hasPrefix("/system/bin/linker") { return "android" }
    if interpreter.hasPrefix("/libexec/ld-elf") { return "freebsd" }
    switch interpreter {
    case "/usr/libexec/ld.so": return "openbsd"
    case "/usr/libexec/ld.elf_so", "/libexec/ld.elf_so": return "netbsd"
    case "/usr/libexec/ld-elf.so.2": return "dragonfly"
    case "/lib/amd64/ld.so.1", "/usr/lib/ld.so.1", "/lib/64/ld.so.1": return "solaris"
    default: return "linux"
    }
  }

  private static func architecture(_ machine: UInt16, _ is64: Bool, _ order: Endianness) -> String {
    switch machine {
    case 2, 18: "sparc"
    case 3: "i386"
    case 8: "mips\(is64 ? "64" : "")\(order == .little ? "el" : "")"
    case 20: "ppc"
    case 21: order == .little ? "ppc64le" : "ppc64"
    case 22: is64 ? "s390x" : "s390"
    case 40: order == .little ? "arm" : "armeb"
    case 43: "sparc64"
    case 50: "ia64"
    case 62: is64 ? "x86-64" : "x32"
    case 183: order == .little ? "aarch64" : "aarch64_be"
    case 243: is64 ? "riscv64" : "riscv32"
    case 258: is64 ? "loongarch64" : "loongarch32"
    default: "machine \(machine)"
    }
  }
}
