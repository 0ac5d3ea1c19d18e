package import Bytes

/// The functions in a Go binary, by the table with which the runtime prints tracebacks (runtime/symtab.go, pcHeader;
/// cmd/link/internal/ld/pcln.go). Every Go binary has it, stripped or not.
package struct FunctionTable: Sendable {
  /// The names of the functions that are linked, and of those that the compiler inlined into one of them, as the linker
  /// spells them, such as `net/http.(*Client).do`.
  package let names: [ByteString]

  /// Finds the table by its header, which no section names in PE files; nil if the file has none of Go 1.18 or newer. With
  /// `withInlined` false, the names of functions are omitted of which no code of its own is left.
  package init?(_ bytes: Span<UInt8>, withInlined: Bool = true) {
    var offset = 0
    while offset + 8 <= bytes.count {
      // The magic number in either byte order, two zeros, the instruction size and the pointer size.
      if bytes[offset + 4] == 0, bytes[offset + 5] == 0, [4, 8].contains(bytes[offset + 7]),
        let order = Self.order(bytes, offset),
        let names = try? withInlined ? Self.names(bytes, offset, order) : Self.functions(bytes, offset, order)
      {
        self.names = names
        return
      }
      offset += Self.alignment
    }
    return nil
  }

  /// The import paths of the packages whose C functions the program calls (cmd/cgo/out.go: the prefixes of Go's names for
  /// them), sorted.
  package var cgoPackages: [ByteString] {
    let marks: [ByteString] = ["._Cfunc_", "._C2func_"]
    let paths = names.compactMap { name in
      marks.lazy.compactMap { name.firstIndex(of: $0) }.first.map { ByteString(name.bytes[..<$0]) }
    }
    return Set(paths).map { ByteString(SymbolReader.readable($0)) }.sorted()
  }

  private static let alignment = 4

  /// The byte order by the magic number of Go 1.18 (0xfffffff0) or 1.20 (0xfffffff1).
  private static func order(_ bytes: Span<UInt8>, _ offset: Int) -> Endianness? {
    func isMagic(_ first: UInt8, _ last: UInt8) -> Bool { (0xf0...0xf1).contains(first) && last == 0xff }
    guard bytes[offset + 1] == 0xff, bytes[offset + 2] == 0xff else { return nil }
    if isMagic(bytes[offset], bytes[offset + 3]) { return .little }
    return isMagic(bytes[offset + 3], bytes[offset]) ? .big : nil
  }

  /// The number of functions, and the offsets of tables from the start of the header.
  private struct Header {
    let count: Int
    let names: Int
    let namesEnd: Int
    let functions: Int

    /// Nil if the tables are not in their order, or not in the file.
    init?(_ bytes: Span<UInt8>, _ start: Int, _ order: Endianness) throws(OutOfBounds) {
      let size = Int(bytes[start + 7])
      func word(_ index: Int) throws(OutOfBounds) -> Int {
        let offset = start + 8 + index * size
        return size == 8 ? Int(clamping: try bytes.u64(offset, order)) : Int(try bytes.u32(offset, order))
      }
      // nfunc, nfiles, textStart, then the offsets of the names, units, files, line tables and functions.
      count = try word(0)
      let offsets = [try word(3), try word(4), try word(5), try word(6), try word(7)]
      (names, namesEnd, functions) = (offsets[0], offsets[1], offsets[4])
      let isOrdered = zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }
      guard count > 0, isOrdered, names >= 8 * (size + 1), functions <= bytes.count - start else { return nil }
      try bytes.require(start + functions, 8)
    }
  }

  /// The names of the functions in the function table: pairs of an address and the offset of a function, whose second field
  /// is the offset of its name (runtime/runtime2.go, _func).
  private static func functions(
    _ bytes: Span<UInt8>, _ start: Int, _ order: Endianness
  ) throws(OutOfBounds) -> [ByteString]? {
    guard let header = try Header(bytes, start, order) else { return nil }
    let (count, names, end, table) = (header.count, header.names, header.namesEnd, header.functions)
    // Each function has a pair of four bytes each, so the file limits their number.
    guard count <= (bytes.count - start) / 8 else { return nil }
    var found: [ByteString] = []
    var total = 0
    for index in 0..<count {
      let function = Int(try bytes.u32(start + table + index * 8 + 4, order))
      let name = Int(try bytes.u32(start + table + function + 4, order))
      guard name < end - names else { return nil }
      var last = start + names + name
      while last < start + end, bytes[last] != 0 { last += 1 }
      // In a damaged file all functions may share one long name.
      total += last - (start + names + name)
      if total > bytes.count { return nil }
      found.append(ByteString(((start + names + name)..<last).map { bytes[$0] }))
    }
    return found
  }

  /// The name table, which lies between its offset and that of the next table. Its size limits what is read.
  private static func names(
    _ bytes: Span<UInt8>, _ start: Int, _ order: Endianness
  ) throws(OutOfBounds) -> [ByteString]? {
    guard let header = try Header(bytes, start, order) else { return nil }
    var names: [ByteString] = []
    var name: [UInt8] = []
    for index in (start + header.names)..<(start + header.namesEnd) {
      let byte = bytes[index]
      if byte != 0 {
        name.append(byte)
      } else if !name.isEmpty {
        names.append(ByteString(name))
        name.removeAll(keepingCapacity: true)
      }
    }
    return names.isEmpty ? nil : names
  }
}
