package import Bytes

/// The error for a file that cannot be read as a binary; the message describes the file.
package struct LinkageError: Error, Sendable, Equatable, CustomStringConvertible {
  package let message: String

  package init(_ message: String) { self.message = message }

  package var description: String { message }
}

/// The linkage of a binary, read from its headers. No program is run, and no library is searched for.
package struct Binary: Sendable, Equatable {
  package enum Format: String, Sendable {
    case elf = "ELF"
    case machO = "Mach-O"
    case pe = "PE"
  }

  /// The kind of file according to its header.
  package enum Kind: Sendable, Equatable {
    case executable, sharedObject, object, core
    case other(String)
  }

  package var format: Format
  /// The type by its name in the format's specification, such as `ET_EXEC`, `MH_EXECUTE` or `EXE`.
  package var type: String
  package var kind: Kind
  package var architecture: String
  /// The GOOS of the binary, or nil if the file does not show it.
  package var system: String?
  /// Whether the header marks the binary as position-independent: DF_1_PIE, MH_PIE.
  package var isPositionIndependent = false
  /// The loader: PT_INTERP, LC_LOAD_DYLINKER.
  package var interpreter: ByteString?
  /// The shared libraries (DT_NEEDED, LC_LOAD_DYLIB, the import table), in the file's order.
  package var needed: [ByteString] = []
  /// Whether an ELF file has PT_DYNAMIC.
  package var hasDynamicSection = false
  /// The highest GLIBC_x version that .gnu.version_r requires, such as "2.34".
  package var glibcVersion: String?
  /// The symbols of a shared library that it uses without naming a library, at most a few.
  package var unresolved: [ByteString] = []
  /// Whether it is linked statically with glibc, and glibc loads its name service libraries (NSS) when the program looks
  /// up hosts, users or groups.
  package var loadsNameServices = false
  package var go: GoBuild?
  /// The packages whose C functions a Go program calls; empty where nobody asked for them.
  package var cgoPackages: [ByteString] = []

  /// The GOARCH that its header stands for; for other architectures the name that `architecture` has.
  package var goArchitecture: String {
    switch architecture {
    case "x86-64": "amd64"
    case "i386": "386"
    case "aarch64": "arm64"
    case "mipsel": "mipsle"
    case "mips64el": "mips64le"
    case "loongarch64": "loong64"
    default: architecture
    }
  }

  package init(format: Format, type: String, kind: Kind, architecture: String) {
    self.format = format
    self.type = type
    self.kind = kind
    self.architecture = architecture
  }

  /// Returns the binaries in a file: one, or one for each architecture of a universal Mach-O file.
  package static func read(_ bytes: Span<UInt8>) throws(LinkageError) -> [Binary] {
    do {
      if bytes.starts(with: "\u{7f}ELF") { return [try ELFReader.read(bytes)] }
      if bytes.starts(with: "MZ") { return [try PEReader.read(bytes)] }
      if bytes.count >= 4 {
        switch try bytes.u32(0, .big) {
        case 0xfeed_face, 0xfeed_facf, 0xcefa_edfe, 0xcffa_edfe: return [try MachOReader.read(bytes, at: 0)]
        case 0xcafe_babe, 0xcafe_babf: return try MachOReader.readUniversal(bytes)
        default: break
        }
      }
    } catch let error as LinkageError {
      throw error
    } catch {
      throw LinkageError("the file is cut short or its headers are damaged")
    }
    throw LinkageError(describeUnknown(bytes))
  }

  private static func describeUnknown(_ bytes: Span<UInt8>) -> String {
    if bytes.isEmpty { return "the file is empty" }
    if bytes.starts(with: "#!") { return "a script, not a binary" }
    if bytes.starts(with: "!<arch>\n") { return "an archive, not a program (built from a package that is not main?)" }
    if bytes.starts(with: "\0asm") { return "WebAssembly, which is neither static nor dynamic" }
    return "neither ELF nor Mach-O nor PE"
  }
}
