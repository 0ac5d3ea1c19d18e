package import Bytes

/// The declarations of a file that cgo includes or excludes, and what the file does at program start. It is stored with
/// the file's facts because every run needs it.
package struct CgoPart: Sendable, Hashable {
  package let declarations: [Declaration]
  /// The packages that the file imports as `_`, only for their initialization, sorted by path.
  package let blankImports: [ByteString]
  /// Whether the file contains C code that runs before the program starts.
  package let hasConstructor: Bool

  /// Reads a C file; nil if no code in it runs before the program starts.
  init?(ofC bytes: [UInt8]) {
    guard Self.hasConstructor(ByteString(withoutCComments(bytes))) else { return nil }
    (declarations, blankImports, hasConstructor) = ([], [], true)
  }

  /// Reads a Go file; `headerEnd` is the offset where its imports end.
  init(_ bytes: [UInt8], headerEnd: Int, importsC: Bool) {
    // The build without cgo never has a file that imports "C".
    declarations = importsC ? scanDeclarations(bytes).map(\.asTwin) : scanDeclarations(bytes)
    blankImports = FileUses(headerOf: bytes).importNames.filter { $0.value.contains("_") }.map(\.key).sorted()
    hasConstructor = Self.hasConstructor(ByteString(bytes[..<min(headerEnd, bytes.count)]))
  }

  /// Whether the text has `__attribute__((constructor))`, also with white space or other attributes in the list. At
  /// most 200 bytes of each list are searched.
  private static func hasConstructor(_ text: ByteString) -> Bool {
    let (marker, listLimit): (ByteString, Int) = ("__attribute__", 200)
    var start = 0
    while let place = text.firstIndex(of: marker, from: start) {
      start = place + marker.count
      let list = ByteString(text.bytes[start..<min(start + listLimit, text.count)])
      if let end = list.firstIndex(of: "))"), ByteString(list.bytes[..<end]).firstIndex(of: "constructor") != nil {
        return true
      }
    }
    return false
  }

  // MARK: Packing

  init(unpacking unpacker: inout Unpacker) {
    declarations = (0..<unpacker.count()).map { _ in Declaration(unpacking: &unpacker) }
    blankImports = (0..<unpacker.count()).map { _ in unpacker.text() }
    hasConstructor = unpacker.byte() == 1
  }

  func pack(into packer: inout Packer) {
    packer.number(declarations.count)
    for declaration in declarations { declaration.pack(into: &packer) }
    packer.number(blankImports.count)
    for path in blankImports { packer.text(path) }
    packer.byte(hasConstructor ? 1 : 0)
  }
}

/// Returns C source without its comments and quoted text (C11, 5.1.1.2 and 6.4.9).
private func withoutCComments(_ bytes: [UInt8]) -> [UInt8] {
  let (slash, star, newline, backslash) = (UInt8(ascii: "/"), UInt8(ascii: "*"), UInt8(ascii: "\n"), UInt8(ascii: "\\"))
  var code: [UInt8] = []
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    let next = index + 1 < bytes.count ? bytes[index + 1] : 0
    if byte == slash, next == slash {
      index = bytes[index...].firstIndex(of: newline) ?? bytes.count
    } else if byte == slash, next == star {
      // The star that begins the comment cannot also end it.
      index += 3
      while index < bytes.count, bytes[index] != slash || bytes[index - 1] != star { index += 1 }
      index += 1
    } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      index += 1
      while index < bytes.count, bytes[index] != byte, bytes[index] != newline {
        index += bytes[index] == backslash ? 2 : 1
      }
      index += 1
    } else {
      code.append(byte)
      index += 1
    }
  }
  return code
}

extension FileFacts {
  /// Whether cgo decides if the file is active: it imports "C", or its constraint contains `cgo`.
  var mentionsCgo: Bool { importsC || constraint?.tags.contains("cgo") ?? false }
}
