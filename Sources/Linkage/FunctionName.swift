package import Bytes

/// A function of a Go program: its package, its receiver's type and its name.
///
/// A closure counts as the function that contains it; type arguments are omitted.
package struct FunctionName: Sendable, Hashable, Comparable {
  /// The import path; `main` for the main package.
  package let package: ByteString
  package let receiver: ByteString?
  package let name: ByteString

  package init(package: ByteString, receiver: ByteString? = nil, name: ByteString) {
    self.package = package
    self.receiver = receiver
    self.name = name
  }

  package static func < (left: FunctionName, right: FunctionName) -> Bool {
    (left.package, left.receiver ?? "", left.name) < (right.package, right.receiver ?? "", right.name)
  }
}

/// Finds the functions of some packages among the linker's symbols.
package struct SymbolReader {
  /// The beginning of each package's symbols. Before Go 1.22 import paths were escaped in them.
  private let prefixes: [(text: ByteString, package: ByteString)]

  package init(packages: Set<ByteString>) {
    // A path may begin with another path and a dot.
    prefixes = packages.flatMap { package in
      Set([package, Self.escaped(package)]).map { (text: $0 + ".", package: package) }
    }.sorted { ($1.text.count, $0.text) < ($0.text.count, $1.text) }
  }

  /// Returns a symbol as its source spells it: unescaped, without type arguments.
  package static func readable(_ symbol: ByteString) -> String {
    var bytes: [UInt8] = []
    let text = withoutBrackets(symbol).bytes
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "%"), index + 2 < text.endIndex,
        let byte = UInt8(String(decoding: text[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
      {
        bytes.append(byte)
        index += 3
      } else {
        bytes.append(text[index])
        index += 1
      }
    }
    return ByteString(bytes).text
  }

  /// Returns the import path in a symbol that was made readable; `main` for the main package.
  package static func package(of symbol: String) -> ByteString {
    let start = symbol.lastIndex(of: "/").map { symbol.index(after: $0) } ?? symbol.startIndex
    // The last element of a path may have a dot, as gopkg.in/yaml.v3 has.
    var end = symbol[start...].firstIndex(of: ".") ?? symbol.endIndex
    if symbol[end...].hasPrefix(".v"), let next = symbol[symbol.index(after: end)...].firstIndex(of: "."),
      symbol[symbol.index(end, offsetBy: 2)..<next].allSatisfy(\.isNumber), next != symbol.index(end, offsetBy: 2)
    {
      end = next
    }
    return ByteString(String(symbol[..<end]))
  }

  /// Returns the function with this symbol, such as `example.com/a/b.(*T).M` or `example.com/a.F[...].func1`; nil for a
  /// function of another package.
  package func function(_ symbol: ByteString) -> FunctionName? {
    for (prefix, package) in prefixes where symbol.hasPrefix(prefix) {
      let rest = Self.withoutBrackets(symbol.dropFirst(prefix.count))
      if !rest.contains(UInt8(ascii: "/")) { return Self.name(rest, in: package) }
    }
    return nil
  }

  private static func name(_ text: ByteString, in package: ByteString) -> FunctionName? {
    let text = text.hasSuffix("-fm") ? text.dropLast(3) : text
    if text.hasPrefix("(*"), let end = text.firstIndex(of: ").") {
      let receiver = ByteString(text.bytes[2..<end])
      guard let name = text.dropFirst(end + 2).split(UInt8(ascii: ".")).first, !name.isEmpty else { return nil }
      return FunctionName(package: package, receiver: receiver, name: name)
    }
    let parts = text.split(UInt8(ascii: "."))
    guard let first = parts.first, !first.isEmpty else { return nil }
    if parts.count > 1, !isMadeByCompiler(parts[1]) {
      return FunctionName(package: package, receiver: first, name: parts[1])
    }
    return FunctionName(package: package, name: first)
  }

  /// Whether a part of a symbol stands for a closure or a wrapper: `func1`, `gowrap2`, `deferwrap1`, `0`, or nothing.
  private static func isMadeByCompiler(_ part: ByteString) -> Bool {
    let digits = part.bytes.reversed().prefix { (0x30...0x39).contains($0) }.count
    return ["", "func", "gowrap", "deferwrap"].contains(part.dropLast(digits)) && (part.isEmpty || digits > 0)
  }

  private static func withoutBrackets(_ text: ByteString) -> ByteString {
    guard text.contains(UInt8(ascii: "[")) else { return text }
    var depth = 0
    return ByteString(
      text.bytes.filter { byte in
        if byte == UInt8(ascii: "[") { depth += 1 }
        defer { if byte == UInt8(ascii: "]") { depth -= 1 } }
        return depth == 0
      })
  }

  /// Escapes an import path as the linker does (cmd/internal/objabi, PathToPrefix): control characters, `%`, `"`, bytes
  /// from 0x7f on, and dots in the last element.
  private static func escaped(_ path: ByteString) -> ByteString {
    let last = path.bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    var bytes: [UInt8] = []
    for (index, byte) in path.bytes.enumerated() {
      let isDot = byte == UInt8(ascii: ".") && index >= last
      if byte <= 0x20 || isDot || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\"") || byte >= 0x7f {
        let hex = Array("0123456789abcdef".utf8)
        bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
      } else {
        bytes.append(byte)
      }
    }
    return ByteString(bytes)
  }
}
