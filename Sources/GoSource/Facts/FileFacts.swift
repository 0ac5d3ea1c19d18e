package import Bytes

/// A position in a file: line and column, both from 1, the column in UTF-8 bytes.
package struct Position: Sendable, Hashable, Comparable {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: Position, right: Position) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// One import spec of a file's header.
package struct ImportSpec: Sendable, Hashable {
  /// The path, unquoted.
  package let path: ByteString
  /// The start of the spec, which is its name if it has one.
  package let start: Position
  /// The column after the closing quote, on the line of the path.
  package let end: Position
}

/// A `//go:cgo_import_dynamic` line that the compiler accepts.
package struct DynamicImport: Sendable, Hashable {
  package let position: Position
  /// The line as written.
  package let text: ByteString
  /// The library that the program then needs; nil if the line gives none.
  package let library: ByteString?
}

/// A pattern of a `//go:embed` line.
package struct EmbedPattern: Sendable, Hashable {
  /// The pattern, unquoted.
  package let pattern: ByteString
  package let position: Position
}

/// An error in a file's header.
package struct HeaderProblem: Sendable, Hashable {
  package enum Kind: UInt8, Sendable, Hashable {
    /// The header is not valid Go.
    case syntax
    /// An import path has invalid characters.
    case importPath
    /// The part that Go reads contains a NUL byte.
    case binary
    /// The build constraint is malformed.
    case constraint
    /// The file exists but was not read, so that nothing is known of it.
    case unreadable
    /// The file is a symbolic link that leads nowhere.
    case missing
  }
  package let kind: Kind
  package let position: Position
  package let message: String

  /// Whether the package omits the file. A file with a malformed header still counts as a Go file.
  package var dropsFile: Bool { kind != .syntax && kind != .importPath }
}

/// The facts of one file, independent of the target: constraints are not evaluated here.
package struct FileFacts: Sendable, Hashable {
  /// The name in the package clause; empty without a clause and for files that are not Go.
  package var package: ByteString = ""
  package var packagePosition = Position(line: 1, column: 1)
  package var imports: [ImportSpec] = []
  package var constraint: BuildConstraint?
  package var problem: HeaderProblem?
  package var dynamicImports: [DynamicImport] = []
  package var embeds: [EmbedPattern] = []
  package var cgoFaults: [CgoFault] = []
  /// Set for a Go file that cgo includes or excludes, and for a C file with a constructor.
  package var cgoPart: CgoPart?
  /// Whether a file of a main package declares `func main`.
  package var declaresMain = false

  package init() {}

  /// The facts of a file that cannot be read, with the reason.
  package static func unreadable(_ reason: String, _ kind: HeaderProblem.Kind = .unreadable) -> FileFacts {
    var facts = FileFacts()
    facts.problem = HeaderProblem(kind: kind, position: Position(line: 1, column: 1), message: reason)
    return facts
  }

  package var importsC: Bool { imports.contains { $0.path == "C" } }
}
