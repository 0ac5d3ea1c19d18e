package import Bytes

/// The content of an error message of the go command, the compiler or the linker, as far as staticgo uses it.
///
/// `GoToolchain` makes it from the text; the rules read only these values.
package enum Complaint: Sendable, Hashable {
  /// A name that is not declared, as written: `x` or `pkg.x`.
  case undefined(String)
  /// A type lacks a field or method.
  case missingMember(MissingMember)
  /// The go command rejects the code itself, as in an import cycle.
  case code
  /// The linker refuses a symbol.
  case link
  /// A module is missing or cannot be loaded, so nothing can be judged.
  case module
  case other

  /// A field or method that a type lacks.
  package struct MissingMember: Sendable, Hashable {
    package let name: ByteString
    /// The type without pointers and type arguments; nil if it has no name or cannot have members.
    package let type: TypeReference?
    /// Whether the type is an unnamed struct.
    package let isLiteral: Bool

    package init(name: ByteString, type: TypeReference?, isLiteral: Bool) {
      self.name = name
      self.type = type
      self.isLiteral = isLiteral
    }
  }

  /// A type as a message writes it.
  package struct TypeReference: Sendable, Hashable {
    /// The package's name, or its import path in quotes; nil for a type of the package itself.
    package let qualifier: ByteString?
    package let name: ByteString

    package init(qualifier: ByteString?, name: ByteString) {
      self.qualifier = qualifier
      self.name = name
    }
  }
}
