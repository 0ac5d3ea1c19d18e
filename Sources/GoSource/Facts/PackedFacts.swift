import Bytes

/// The facts of a file in a compact form, with strings as symbols. The part that decides whether the file is active can
/// be read without unpacking the rest.
///
/// ```
/// flags, package, line and column of its clause,
/// [steps of the constraint: 0 not, 1 and, 2 or, n + 3 the tag n],
/// imports (path, start and end), [problem], [dynamic imports], [embed patterns], [faults of #cgo lines],
/// [1 if a CgoPart follows, plus 2 if func main is declared]
/// ```
package struct PackedFacts: Sendable {
  /// Each part in brackets above is present if its flag is set.
  fileprivate struct Flags: OptionSet {
    let rawValue: UInt8
    static let constraint = Flags(rawValue: 1)
    static let problem = Flags(rawValue: 2)
    static let importsC = Flags(rawValue: 4)
    static let dynamicImports = Flags(rawValue: 8)
    static let embeds = Flags(rawValue: 16)
    static let documentation = Flags(rawValue: 32)
    static let dropsFile = Flags(rawValue: 64)
    static let cgoFaults = Flags(rawValue: 128)
  }

  /// The version of the layout and of the scanner's results. Increase it whenever either changes.
  package static let formatVersion = 17

  private let bytes: [UInt8]
  private let start: Int
  private let end: Int
  private let symbols: Symbols

  /// Wraps facts that are part of a larger buffer.
  package init(_ bytes: [UInt8], in range: Range<Int>, symbols: Symbols) {
    self.bytes = bytes
    start = range.lowerBound
    end = range.upperBound
    self.symbols = symbols
  }

  /// Packs what few files have.
  private static func packRare(_ facts: FileFacts, into packer: inout Packer) {
    if !facts.dynamicImports.isEmpty {
      packer.number(facts.dynamicImports.count)
      for directive in facts.dynamicImports {
        packer.position(directive.position)
        packer.text(directive.text)
        packer.byte(directive.library == nil ? 0 : 1)
        if let library = directive.library { packer.text(library) }
      }
    }
    if !facts.embeds.isEmpty {
      packer.number(facts.embeds.count)
      for embed in facts.embeds {
        packer.text(embed.pattern)
        packer.position(embed.position)
      }
    }
    if !facts.cgoFaults.isEmpty {
      packer.number(facts.cgoFaults.count)
      for fault in facts.cgoFaults {
        packer.position(fault.position)
        packer.text(ByteString(fault.message))
        packer.byte(fault.isOfDirectory ? 1 : 0)
        packer.number(fault.conditions.count)
        for condition in fault.conditions { packer.text(condition) }
      }
    }
  }

  package init(_ facts: FileFacts, symbols: Symbols) {
    var packer = Packer()
    var flags: Flags = []
    if facts.constraint != nil { flags.insert(.constraint) }
    if facts.problem != nil { flags.insert(.problem) }
    if facts.problem?.dropsFile ?? false { flags.insert(.dropsFile) }
    if facts.importsC { flags.insert(.importsC) }
    if !facts.dynamicImports.isEmpty { flags.insert(.dynamicImports) }
    if !facts.embeds.isEmpty { flags.insert(.embeds) }
    if !facts.cgoFaults.isEmpty { flags.insert(.cgoFaults) }
    if facts.package == "documentation" { flags.insert(.documentation) }
    packer.byte(flags.rawValue)
    packer.number(symbols.symbol(for: facts.package).index)
    packer.position(facts.packagePosition)
    if let constraint = facts.constraint {
      packer.number(constraint.steps.count)
      for step in constraint.steps {
        switch step {
        case .not: packer.number(0)
        case .and: packer.number(1)
        case .or: packer.number(2)
        case .tag(let tag): packer.number(symbols.symbol(for: tag).index + 3)
        }
      }
    }
    packer.number(facts.imports.count)
    for spec in facts.imports {
      packer.number(symbols.symbol(for: spec.path).index)
      packer.position(spec.start)
      packer.position(spec.end)
    }
    if let problem = facts.problem {
      packer.byte(problem.kind.rawValue)
      packer.position(problem.position)
      packer.text(ByteString(problem.message))
    }
    Self.packRare(facts, into: &packer)
    if facts.cgoPart != nil || facts.declaresMain {
      packer.byte((facts.cgoPart == nil ? 0 : 1) | (facts.declaresMain ? 2 : 0))
      facts.cgoPart?.pack(into: &packer)
    }
    self.init(packer.bytes, in: 0..<packer.bytes.count, symbols: symbols)
  }

  /// The bytes to store in the cache.
  package var stored: ArraySlice<UInt8> { bytes[start..<end] }

  private var flags: Flags { Flags(rawValue: start < end ? bytes[start] : 0) }
  private var hasConstraint: Bool { flags.contains(.constraint) }

  /// The facts that decide most questions about a file, in a value that is cheap to copy.
  package struct Header: Sendable {
    private let flags: Flags
    package let package: Symbol

    fileprivate init(_ flags: Flags, package: Symbol) {
      self.flags = flags
      self.package = package
    }

    package var importsC: Bool { flags.contains(.importsC) }
    package var isDocumentation: Bool { flags.contains(.documentation) }
    package var hasProblem: Bool { flags.contains(.problem) }
    package var isDropped: Bool { flags.contains(.dropsFile) }
    package var hasDynamicImports: Bool { flags.contains(.dynamicImports) }
    package var embeds: Bool { flags.contains(.embeds) }
    package var hasConstraint: Bool { flags.contains(.constraint) }
    package var hasCgoFaults: Bool { flags.contains(.cgoFaults) }
  }

  package var header: Header {
    var unpacker = body
    return Header(flags, package: Symbol(index: unpacker.number()))
  }

  private var body: Unpacker { Unpacker(bytes, in: min(start + 1, end)..<end) }

  /// Whether the constraint holds; true without a constraint. `isTrue` reports which tags are set.
  package func isAdmitted(_ isTrue: (Symbol) -> Bool) -> Bool {
    guard hasConstraint else { return true }
    var unpacker = body
    unpacker.skipClause()
    let count = unpacker.count()
    // The stack is the bits of an integer. A constraint that could need more bits is unpacked and evaluated.
    guard count <= 64 else { return facts.constraint?.evaluate { isTrue(symbols.symbol(for: $0)) } ?? true }
    var stack: UInt64 = 0
    for _ in 0..<count {
      switch unpacker.number() {
      case 0: stack ^= 1
      case 1: stack = stack >> 1 & (stack | ~1)
      case 2: stack = stack >> 1 | (stack & 1)
      case let tag: stack = stack << 1 | (isTrue(Symbol(index: tag &- 3)) ? 1 : 0)
      }
    }
    return stack & 1 == 1
  }

  /// Calls `visit` with each import path, in file order.
  package func forEachImport(_ visit: (Symbol) -> Void) {
    var unpacker = body
    unpacker.skipClause()
    if hasConstraint { for _ in 0..<unpacker.count() { _ = unpacker.number() } }
    for _ in 0..<unpacker.count() {
      visit(Symbol(index: unpacker.number()))
      for _ in 0..<4 { _ = unpacker.number() }
    }
  }

  /// All facts, unpacked.
  package var facts: FileFacts {
    var facts = FileFacts()
    var unpacker = body
    let flags = flags
    facts.package = symbols[Symbol(index: unpacker.number())]
    facts.packagePosition = unpacker.position()
    if flags.contains(.constraint) {
      facts.constraint = BuildConstraint(
        steps: (0..<unpacker.count()).map { _ in
          switch unpacker.number() {
          case 0: .not
          case 1: .and
          case 2: .or
          case let tag: .tag(symbols[Symbol(index: tag &- 3)])
          }
        })
    }
    facts.imports = (0..<unpacker.count()).map { _ in
      ImportSpec(
        path: symbols[Symbol(index: unpacker.number())], start: unpacker.position(), end: unpacker.position())
    }
    if flags.contains(.problem) {
      facts.problem = HeaderProblem(
        kind: HeaderProblem.Kind(rawValue: unpacker.byte()) ?? .unreadable, position: unpacker.position(),
        message: unpacker.text().text)
    }
    if flags.contains(.dynamicImports) {
      facts.dynamicImports = (0..<unpacker.count()).map { _ in
        DynamicImport(
          position: unpacker.position(), text: unpacker.text(), library: unpacker.byte() == 1 ? unpacker.text() : nil)
      }
    }
    if flags.contains(.embeds) {
      facts.embeds = (0..<unpacker.count()).map { _ in
        EmbedPattern(pattern: unpacker.text(), position: unpacker.position())
      }
    }
    if flags.contains(.cgoFaults) {
      facts.cgoFaults = (0..<unpacker.count()).map { _ in
        let (position, message, isOfDirectory) = (unpacker.position(), unpacker.text().text, unpacker.byte() == 1)
        return CgoFault(
          conditions: (0..<unpacker.count()).map { _ in unpacker.text() }, position: position, message: message,
          isOfDirectory: isOfDirectory)
      }
    }
    if !unpacker.isAtEnd {
      let rest = unpacker.byte()
      facts.declaresMain = rest & 2 != 0
      if rest & 1 != 0 { facts.cgoPart = CgoPart(unpacking: &unpacker) }
    }
    return facts
  }
}

extension Packer {
  fileprivate mutating func position(_ position: Position) {
    number(position.line)
    number(position.column)
  }
}

extension Unpacker {
  mutating func position() -> Position { Position(line: coordinate(), column: coordinate()) }

  /// A line or column, small enough that no sum with it overflows, whatever the file says.
  private mutating func coordinate() -> Int {
    let value = number()
    return (0..<1 << 40).contains(value) ? value : 0
  }

  /// Skips the package clause: its name and its position.
  fileprivate mutating func skipClause() { for _ in 0..<3 { _ = number() } }
}
