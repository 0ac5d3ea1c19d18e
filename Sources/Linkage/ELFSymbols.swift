import Bytes

extension ELFReader {
  /// More names than this explain nothing.
  private static let unresolvedLimit = 5

  /// Returns the first symbols that the loader has to find in a library (SHN_UNDEF and not STB_WEAK in .dynsym; System V
  /// ABI, chapter 4, "Symbol Table").
  static func unresolvedSymbols(_ bytes: Span<UInt8>, _ shape: Shape, _ sections: Sections) throws -> [ByteString] {
    guard let table = sections[".dynsym"], let strings = sections[".dynstr"] else { return [] }
    try bytes.require(table.offset, table.size)
    try bytes.require(strings.offset, strings.size)
    let size = shape.is64 ? 24 : 16
    var names: [ByteString] = []
    // The first entry is empty.
    for index in 1..<max(1, table.size / size) where names.count < unresolvedLimit {
      let entry = table.offset + index * size
      let info = bytes[entry + (shape.is64 ? 4 : 12)]
      let home = try bytes.u16(entry + (shape.is64 ? 6 : 14), shape.order)
      guard home == 0, info >> 4 == 1 else { continue }
      let name = Int(try bytes.u32(entry, shape.order))
      guard name < strings.size else { continue }
      names.append(try bytes.cString(strings.offset + name))
    }
    return names
  }

  /// Whether a static program contains glibc and its name service switch: sections that only glibc has, and the pattern of
  /// the libraries' names (nss/nss_module.c). The rest of glibc has neither in a program that looks nothing up.
  static func loadsNameServices(_ bytes: Span<UInt8>, _ sections: Sections) -> Bool {
    let hasGNULibrary = ["__libc_freeres_fn", "__libc_IO_vtables", ".note.ABI-tag"].contains { sections[$0] != nil }
    guard hasGNULibrary else { return false }
    // Strings are in read-only data.
    guard let strings = sections[".rodata"], (try? bytes.require(strings.offset, strings.size)) != nil else {
      return false
    }
    var offset = strings.offset
    let last = strings.offset + strings.size - 12
    while offset <= last {
      if bytes[offset] == UInt8(ascii: "l"), bytes.starts(with: "libnss_%s.so", at: offset) { return true }
      offset += 1
    }
    return false
  }
}
