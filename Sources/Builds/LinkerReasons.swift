import Bytes
import GoToolchain
import Linkage

/// The output of the linker with -dumpdep: a line `parent -> symbol` for each symbol, when it is first reached
/// (cmd/link/internal/ld/deadcode.go, mark).
struct LinkerReasons {
  private let lines: [ByteString]

  init(_ output: ByteString) {
    lines = output.split(UInt8(ascii: "\n")).filter { isLinkerReason($0) }
  }

  /// Returns the symbols from `main.main`, or from the first function of the program, to one of the functions; empty
  /// where the linker does not mention them. Types and tables on the way are omitted.
  func calls(to functions: Set<FunctionName>, _ reader: SymbolReader) -> [String] {
    var calls: [String] = []
    // A symbol is reached before it is a parent, so one pass from the end finds all parents.
    var wanted: ByteString?
    for line in lines.reversed() {
      guard let arrow = line.firstIndex(of: " -> ") else { continue }
      let symbol = Self.symbol(line.dropFirst(arrow + 4))
      if let wanted {
        if symbol != wanted { continue }
      } else {
        guard Self.isCode(symbol), let function = reader.function(symbol), functions.contains(function) else {
          continue
        }
        calls.append(SymbolReader.readable(symbol))
      }
      let parent = Self.symbol(ByteString(line.bytes[..<arrow]))
      if parent == "_" || parent == "runtime.main" { break }
      let name = SymbolReader.readable(parent)
      if Self.isCode(parent), calls.last != name { calls.append(name) }
      wanted = parent
      guard calls.count < Self.limit else { break }
    }
    return calls.reversed()
  }

  /// Returns the symbols from `main.main`, or from the first function of the program, to each of the functions that the
  /// linker mentions, in one pass.
  ///
  /// A chain `isDirect` if no type is on the way: the methods of a type may be kept for an interface or for reflection.
  func calls(toEach functions: Set<ByteString>) -> [ByteString: (calls: [String], isDirect: Bool)] {
    var chains: [ByteString: [String]] = [:]
    var indirect: Set<ByteString> = []
    /// The functions whose chains continue at a symbol.
    var waiting: [ByteString: [ByteString]] = [:]
    for line in lines.reversed() {
      guard let arrow = line.firstIndex(of: " -> ") else { continue }
      let symbol = Self.symbol(line.dropFirst(arrow + 4))
      var continued = waiting.removeValue(forKey: symbol) ?? []
      if functions.contains(symbol), chains[symbol] == nil {
        chains[symbol] = [SymbolReader.readable(symbol)]
        continued.append(symbol)
      }
      if continued.isEmpty { continue }
      let parent = Self.symbol(ByteString(line.bytes[..<arrow]))
      if parent == "_" || parent == "runtime.main" { continue }
      let name = SymbolReader.readable(parent)
      let isType = parent.hasPrefix("type:") || parent.hasPrefix("type.")
      for function in continued {
        if isType { indirect.insert(function) }
        if Self.isCode(parent), chains[function]?.last != name { chains[function]?.append(name) }
        if chains[function]?.count ?? 0 < Self.limit { waiting[parent, default: []].append(function) }
      }
    }
    return Dictionary(
      uniqueKeysWithValues: chains.map { ($0.key, ($0.value.reversed(), !indirect.contains($0.key))) })
  }

  private static let limit = 200

  /// The symbol without the attributes that follow it, as in `main.T <UsedInIface>`.
  private static func symbol(_ text: ByteString) -> ByteString {
    text.firstIndex(of: " <").map { ByteString(text.bytes[..<$0]) } ?? text
  }

  private static func isCode(_ symbol: ByteString) -> Bool {
    !["type:", "type.", "go:", "go.", "runtime."].contains { symbol.hasPrefix($0) }
      && ![".arginfo1", ".argliveinfo", "·f", "..inittask"].contains { symbol.hasSuffix($0) }
      // A table of initial values.
      && symbol.firstIndex(of: "..stmp_") == nil
  }
}
