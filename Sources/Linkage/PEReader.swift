import Bytes

/// Reads the import table of PE files (Microsoft PE format specification).
enum PEReader {
  private static let maximumImports = 4096

  static func read(_ bytes: Span<UInt8>) throws -> Binary {
    let header = Int(try bytes.u32(0x3c, .little))
    guard bytes.starts(with: "PE\0\0", at: header) else { throw LinkageError("a DOS program, not a PE file") }
    let machine = try bytes.u16(header + 4, .little)
    let sectionCount = Int(try bytes.u16(header + 6, .little))
    let optionalSize = Int(try bytes.u16(header + 20, .little))
    let flags = try bytes.u16(header + 22, .little)
    let isLibrary = flags & 0x2000 != 0
    var binary = Binary(
      format: .pe, type: isLibrary ? "DLL" : "EXE", kind: isLibrary ? .sharedObject : .executable,
      architecture: architecture(machine))
    binary.system = "windows"
    let optional = header + 24
    let is64 = optionalSize >= 2 ? try bytes.u16(optional, .little) == 0x20b : false
    var sections: [(address: Int, size: Int, offset: Int, length: Int, flags: UInt32)] = []
    for index in 0..<sectionCount {
      let section = optional + optionalSize + index * 40
      sections.append(
        (
          Int(try bytes.u32(section + 12, .little)), Int(try bytes.u32(section + 8, .little)),
          Int(try bytes.u32(section + 20, .little)), Int(try bytes.u32(section + 16, .little)),
          try bytes.u32(section + 36, .little)
        ))
    }
    func offset(of address: Int) throws -> Int {
      for section in sections where address >= section.address && address - section.address < section.length {
        return section.offset + address - section.address
      }
      throw LinkageError("a PE file whose import table is outside the file")
    }
    let directories = optional + (is64 ? 112 : 96)
    let directoryCount = Int(try bytes.u32(optional + (is64 ? 108 : 92), .little))
    // Entry 1 is the import table, entry 13 the delay-load import table (libraries loaded on first use).
    for (index, size, nameAt) in [(1, 20, 12), (13, 32, 4)] where index < directoryCount {
      let table = Int(try bytes.u32(directories + index * 8, .little))
      guard table != 0 else { continue }
      var entry = try offset(of: table)
      for _ in 0..<maximumImports {
        let name = Int(try bytes.u32(entry + nameAt, .little))
        if name == 0 { break }
        binary.needed.append(try bytes.cString(try offset(of: name)))
        entry += size
      }
    }
    for section in sections.lazy.filter({ $0.flags & 0xc000_0040 == 0xc000_0040 }).prefix(4) {
      if let build = GoBuild.find(in: bytes, start: section.offset, length: section.length) {
        binary.go = build
        break
      }
    }
    return binary
  }

  private static func architecture(_ machine: UInt16) -> String {
    switch machine {
    case 0x14c: "i386"
    case 0x1c0, 0x1c4: "arm"
    case 0x8664: "x86-64"
    case 0xaa64: "aarch64"
    default: "machine \(machine)"
    }
  }
}

/// The GOARCH of a COFF object file, or nil if the bytes do not begin with the header of one: machine, sections, and no
/// optional header.
package func coffMachine(_ bytes: [UInt8]) -> String? {
  guard bytes.count >= 20, bytes[16] == 0, bytes[17] == 0, bytes[2] != 0 || bytes[3] != 0 else { return nil }
  switch UInt16(bytes[0]) | UInt16(bytes[1]) << 8 {
  case 0x14c: return "386"
  case 0x8664: return "amd64"
  case 0xaa64: return "arm64"
  case 0x1c0, 0x1c4: return "arm"
  default: return nil
  }
}
