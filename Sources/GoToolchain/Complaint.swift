import Bytes
import Diagnostics

extension Complaint {
  /// Classifies a message about a file of a package: of the compiler, or of the go command about an import.
  package init(ofFile message: String) {
    let text = ByteString(message)
    if text.contains(anyOf: moduleMarkers) {
      self = .module
    } else if text.hasPrefix(undefinedMarker) {
      self = .undefined(String(message.dropFirst(undefinedMarker.count).prefix { $0 != "\n" && $0 != " " }))
    } else if let member = MissingMember(parsing: text) {
      self = .missingMember(member)
    } else {
      self = .other
    }
  }

  /// Classifies a message without a file: of the go command, or of the linker.
  package init(ofPackage message: String) {
    let text = ByteString(message)
    self =
      text.contains(anyOf: linkMarkers)
      ? .link : text.contains(anyOf: codeMarkers) ? .code : text.contains(anyOf: moduleMarkers) ? .module : .other
  }
}

private let undefinedMarker: ByteString = "undefined: "

/// Parts of messages about modules that are missing or cannot be loaded.
private let moduleMarkers: [ByteString] = [
  "go.sum entry", "module lookup disabled", "no required module provides", "cannot find module providing",
  "updates to go.mod needed", "import lookup disabled", "replacement directory", "cannot load module",
]

/// Parts of messages in which the go command or the linker rejects the code. Any other message (about modules, caches,
/// the network, the command's own flags) means that nothing can be judged.
private let codeMarkers: [ByteString] = [
  "import cycle not allowed", "use of internal package", "is a program, not an importable package",
  "use of cgo in test", "build constraints exclude all Go files", "no matching files found", "cannot embed",
  "found packages", "is not in std", "invalid #cgo", "malformed #cgo", "malformed import path",
  "source files not allowed", "use of vendored package", "function main is undeclared", "case-insensitive",
  "no Go files in", "no non-test Go files", "undefined reference",
]

/// Parts of messages in which the linker refuses a symbol of the code (cmd/link/internal/loader, cmd/link/internal/ld).
private let linkMarkers: [ByteString] = [
  "duplicated definition of symbol", "relocation target", "invalid reference to", "duplicate symbol",
  "missing section for",
  "unresolved inter-package jump", "unreachable sym in relocation", "unhandled relocation", "redefinition of symbol",
]

extension ByteString {
  fileprivate func contains(anyOf markers: [ByteString]) -> Bool { markers.contains { firstIndex(of: $0) != nil } }

  /// The parts between white space.
  fileprivate var words: [ByteString] { bytes.split { " \n\t".utf8.contains($0) }.map { ByteString($0) } }
}

extension Complaint.MissingMember {
  /// Parses a message of go/types; nil for other messages.
  fileprivate init?(parsing message: ByteString) {
    let name: ByteString
    let type: Complaint.TypeReference?
    if let marker = message.firstIndex(of: Self.undefined) {
      // x.Close undefined (type *db.Conn has no field or method Close)
      let rest = message.dropFirst(marker + Self.undefined.count)
      name = ByteString(rest.bytes.prefix { !"),\n".utf8.contains($0) })
      let subject = ByteString(message.bytes[..<marker])
      type = subject.lastIndex(of: "(type ").flatMap { Self.typeName(subject.dropFirst($0 + 6)) }
    } else if message.hasPrefix(Self.unknown), let marker = message.firstIndex(of: Self.literal) {
      // unknown field Handle in struct literal of type db.Conn
      name = ByteString(message.bytes[Self.unknown.count..<marker])
      type = Self.typeName(message.dropFirst(marker + Self.literal.count).words.first ?? "")
    } else if let marker = message.firstIndex(of: Self.unmet) ?? message.firstIndex(of: Self.unsatisfied),
      let method = Self.method(message.dropFirst(marker))
    {
      // cannot use x (variable of type db.Conn) as io.Closer value in argument: db.Conn does not implement io.Closer
      // (missing method Close)
      name = method
      let words = message.bytes[..<marker].split { " \n\t".utf8.contains($0) }
      type = words.last.flatMap { Self.typeName(ByteString($0)) }
    } else {
      return nil
    }
    self.init(name: name, type: type, isLiteral: message.firstIndex(of: "(type struct{") != nil)
  }

  private static let undefined: ByteString = " has no field or method "
  private static let unknown: ByteString = "unknown field "
  private static let literal: ByteString = " in struct literal of type "
  private static let unmet: ByteString = " does not implement "
  private static let unsatisfied: ByteString = " does not satisfy "

  /// Returns the name in `(missing method Close)`, which Go 1.19 writes as `(missing Close method)`; nil without one.
  private static func method(_ reason: ByteString) -> ByteString? {
    let marker: ByteString = "(missing "
    guard let start = reason.firstIndex(of: marker) else { return nil }
    let words = ByteString(reason.dropFirst(start + marker.count).bytes.prefix { $0 != UInt8(ascii: ")") }).words
    guard words.count == 2, let name = words.first(where: { $0 != "method" }) else { return nil }
    return name
  }

  /// Returns a type such as `*db.Conn[int]` without pointers and type arguments; nil where it has no name or no
  /// members.
  private static func typeName(_ text: ByteString) -> Complaint.TypeReference? {
    // A pointer to a pointer has no members.
    if text.hasPrefix("**") { return nil }
    let bare = ByteString(text.bytes.drop { $0 == UInt8(ascii: "*") }.prefix { $0 != UInt8(ascii: "[") })
    // The qualifier is a quoted import path where two packages have the same name.
    let dot = bare.bytes.lastIndex(of: UInt8(ascii: "."))
    let name = dot.map { bare.dropFirst($0 + 1) } ?? bare
    guard !name.isEmpty, !name.bytes.contains(where: { " ({\"".utf8.contains($0) }) else { return nil }
    return Complaint.TypeReference(qualifier: dot.map { ByteString(bare.bytes[..<$0]) }, name: name)
  }
}
