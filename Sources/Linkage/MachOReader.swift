import Bytes

/// Reads Mach-O files, including universal ones (mach-o/loader.h, mach-o/fat.h).
enum MachOReader {
  private static let maximumSlices = 64

  static func readUniversal(_ bytes: Span<UInt8>) throws -> [Binary] {
    let is64 = try bytes.u32(0, .big) == 0xcafe_babf
    let count = Int(try bytes.u32(4, .big))
    // A Java class file starts with the same magic and has its version in place of the number of architectures.
    guard (1...maximumSlices).contains(count) else { throw LinkageError("neither ELF nor Mach-O nor PE") }
    if !is64, try bytes.u32(4, .big) >= 43, bytes.count < 8 + count * 20 { throw LinkageError("a Java class file") }
    var binaries: [Binary] = []
    for index in 0..<count {
      let entry = 8 + index * (is64 ? 32 : 20)
      let offset = is64 ? Int(clamping: try bytes.u64(entry + 8, .big)) : Int(try bytes.u32(entry + 8, .big))
      try bytes.require(offset, 28)
      binaries.append(try read(bytes, at: offset))
    }
    return binaries
  }

  /// Reads the image that starts at `base`.
  static func read(_ bytes: Span<UInt8>, at base: Int) throws -> Binary {
    let magic = try bytes.u32(base, .big)
    let order: Endianness = magic == 0xcefa_edfe || magic == 0xcffa_edfe ? .little : .big
    let is64 = magic == 0xfeed_facf || magic == 0xcffa_edfe
    guard is64 || magic == 0xfeed_face || magic == 0xcefa_edfe else { throw LinkageError("a damaged Mach-O file") }
    let type = try bytes.u32(base + 12, order)
    var binary = Binary(
      format: .machO, type: typeName(type), kind: kind(type), architecture: architecture(try bytes.u32(base + 4, order))
    )
    binary.system = "darwin"
    binary.isPositionIndependent = try bytes.u32(base + 24, order) & 0x20_0000 != 0
    let count = Int(try bytes.u32(base + 16, order))
    var command = base + (is64 ? 32 : 28)
    var data: [(offset: Int, size: Int)] = []
    for _ in 0..<count {
      let code = try bytes.u32(command, order)
      let size = Int(try bytes.u32(command + 4, order))
      guard size >= 8 else { throw LinkageError("a Mach-O file with damaged load commands") }
      try bytes.require(command, size)
      switch code {
      case 0x0c, 0x8000_0018, 0x8000_001f, 0x20, 0x8000_0023:
        // LC_LOAD_DYLIB and its weak, re-exported, lazy and upward variants.
        binary.needed.append(try name(bytes, command, size, order))
      case 0x0e: binary.interpreter = try name(bytes, command, size, order)
      case 0x01, 0x19: data += try goSections(bytes, command, is64: code == 0x19, order, base)
      default: break
      }
      command += size
    }
    for (offset, size) in data.prefix(4) {
      if let build = GoBuild.find(in: bytes, start: offset, length: size) {
        binary.go = build
        break
      }
    }
    return binary
  }

  private static func name(
    _ bytes: Span<UInt8>, _ command: Int, _ size: Int, _ order: Endianness
  ) throws -> ByteString {
    let offset = Int(try bytes.u32(command + 8, order))
    guard offset < size else { throw LinkageError("a Mach-O file with damaged load commands") }
    return ByteString(try bytes.byteString(command + offset, size - offset).bytes.prefix { $0 != 0 })
  }

  /// Returns the sections that can hold the Go build information: `__go_buildinfo`, else the `__data` of `__DATA`.
  private static func goSections(
    _ bytes: Span<UInt8>, _ command: Int, is64: Bool, _ order: Endianness, _ base: Int
  ) throws -> [(offset: Int, size: Int)] {
    guard try bytes.byteString(command + 8, 16).hasPrefix("__DATA") else { return [] }
    let count = Int(try bytes.u32(command + (is64 ? 64 : 48), order))
    let (first, size) = is64 ? (command + 72, 80) : (command + 56, 68)
    var found: [(offset: Int, size: Int)] = []
    for index in 0..<min(count, 256) {
      let section = first + index * size
      let name = ByteString(try bytes.byteString(section, 16).bytes.prefix { $0 != 0 })
      let length = is64 ? Int(clamping: try bytes.u64(section + 40, order)) : Int(try bytes.u32(section + 36, order))
      let range = (base + Int(try bytes.u32(section + (is64 ? 48 : 40), order)), length)
      if name == "__go_buildinfo" { found.insert(range, at: 0) } else if name == "__data" { found.append(range) }
    }
    return found
  }

  private static func kind(_ type: UInt32) -> Binary.Kind {
    switch type {
    case 1: .object
    case 2: .executable
    case 4: .core
    case 6, 8: .sharedObject
    default: .other("Mach-O type \(type)")
    }
  }

  private static func typeName(_ type: UInt32) -> String {
    switch type {
    case 1: "MH_OBJECT"
    case 2: "MH_EXECUTE"
    case 4: "MH_CORE"
    case 6: "MH_DYLIB"
    case 8: "MH_BUNDLE"
    default: "MH_\(type)"
    }
  }

  private static func architecture(_ code: UInt32) -> String {
    switch code {
    case 7: "i386"
    case 0x0100_0007: "x86-64"
    case 12: "arm"
    case 0x0100_000c: "arm64"
    case 18: "ppc"
    case 0x0100_0012: "ppc64"
    default: "cpu \(code)"
    }
  }
}
