package import Bytes

/// A place in a file: line and column, both from 1, the column in UTF-8 bytes.
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
  /// Where the spec starts, at its name if it has one.
  package let start: Position
  /// The column behind the closing quote, on the line where the path stands.
  package let end: Position
}

/// A `//go:cgo_import_dynamic` line that the compiler obeys.
package struct DynamicImport: Sendable, Hashable {
  package let position: Position
  /// The line as it stands.
  package let text: ByteString
  /// The library that it makes the program need, where it names one.
  package let library: ByteString?
}

/// A pattern of a `//go:embed` line.
package struct EmbedPattern: Sendable, Hashable {
  /// Unquoted.
  package let pattern: ByteString
  package let position: Position
}

/// What is wrong with a file's header.
package struct HeaderProblem: Sendable, Hashable {
  package enum Kind: UInt8, Sendable, Hashable {
    /// The header is no Go.
    case syntax
    /// An import path has characters that none may have.
    case importPath
    /// A NUL where Go looks.
    case binary
    /// The build constraint is none.
    case constraint
    case unreadable
  }
  package let kind: Kind
  package let position: Position
  package let message: String

  /// Whether the file is left out of the package; with a malformed header it counts as a Go file all the same.
  package var dropsFile: Bool { kind != .syntax && kind != .importPath }
}

/// What one file says of itself, whatever the target: constraints are not evaluated here.
package struct FileFacts: Sendable, Hashable {
  /// The name in the package clause; empty where there is none, and of files that are not Go.
  package var package: ByteString = ""
  package var packagePosition = Position(line: 1, column: 1)
  package var imports: [ImportSpec] = []
  package var constraint: BuildConstraint?
  package var problem: HeaderProblem?
  package var dynamicImports: [DynamicImport] = []
  package var embeds: [EmbedPattern] = []
  package var cgoFaults: [CgoFault] = []
  /// Of a Go file that cgo decides about, or one in C.
  package var cgoPart: CgoPart?
  /// Whether a file of a package main declares `func main`.
  package var declaresMain = false

  package init() {}

  /// Of a file that is there and cannot be read.
  package static var unreadable: FileFacts {
    var facts = FileFacts()
    facts.problem = HeaderProblem(
      kind: .unreadable, position: Position(line: 1, column: 1), message: "the file cannot be read")
    return facts
  }

  package var importsC: Bool { imports.contains { $0.path == "C" } }
}
