package import Bytes
import GoBuild

/// An error in a build constraint, with the message of Go's parser.
package struct ConstraintError: Error, Sendable, Equatable {
  package let message: String
}

/// A build constraint, unevaluated, in postfix order: evaluating it needs no recursion, however deep it was nested.
///
/// It follows go/build/constraint/expr.go, including the size limit.
package struct BuildConstraint: Sendable, Hashable {
  package enum Step: Sendable, Hashable {
    case tag(ByteString)
    case not, and, or
  }

  package private(set) var steps: [Step]

  /// Restores a constraint from its steps.
  init(steps: [Step]) { self.steps = steps }

  /// Whether the constraint holds; `isTrue` reports which tags are set.
  package func evaluate(_ isTrue: (ByteString) -> Bool) -> Bool {
    var stack: [Bool] = []
    // Steps from a cache may lack an operand, which then counts as false.
    func operand() -> Bool { stack.popLast() ?? false }
    for step in steps {
      switch step {
      case .tag(let tag): stack.append(isTrue(tag))
      case .not: stack.append(!operand())
      case .and:
        let (right, left) = (operand(), operand())
        stack.append(left && right)
      case .or:
        let (right, left) = (operand(), operand())
        stack.append(left || right)
      }
    }
    return stack.last ?? true
  }

  /// The tags in the constraint, in order.
  package var tags: [ByteString] {
    steps.compactMap { if case .tag(let tag) = $0 { tag } else { nil } }
  }

  /// Returns the conjunction of constraints, or nil if the list is empty.
  package static func all(_ constraints: [BuildConstraint]) -> BuildConstraint? {
    guard var result = constraints.first else { return nil }
    for constraint in constraints.dropFirst() { result.steps += constraint.steps + [.and] }
    return result
  }
}

/// `//go:build` lines.
extension BuildConstraint {
  private static let maximumSize = 1000

  private enum Token: Equatable {
    case open, close, not, and, or
    case tag(ByteString)

    var text: String {
      switch self {
      case .open: "("
      case .close: ")"
      case .not: "!"
      case .and: "&&"
      case .or: "||"
      case .tag(let tag): tag.text
      }
    }
  }

  /// Parses the text after `//go:build`.
  package init(goBuild text: ByteString) throws(ConstraintError) {
    let tokens = try Self.tokens(of: text)
    guard tokens.count <= Self.maximumSize else { throw ConstraintError(message: "build expression too large") }
    var output: [Step] = []
    var operators: [Token] = []
    var wantsOperand = true
    var previous: Token?

    func apply(_ token: Token) {
      switch token {
      case .not: output.append(.not)
      case .and: output.append(.and)
      case .or: output.append(.or)
      default: break
      }
    }
    for token in tokens {
      switch token {
      case .tag(let tag):
        guard wantsOperand else { throw ConstraintError(message: "unexpected token \(tag.text)") }
        output.append(.tag(tag))
        wantsOperand = false
        while operators.last == .not { apply(operators.removeLast()) }
      case .not:
        guard wantsOperand else { throw ConstraintError(message: "unexpected token !") }
        guard previous != .not else { throw ConstraintError(message: "double negation not allowed") }
        operators.append(.not)
      case .open:
        guard wantsOperand else { throw ConstraintError(message: "unexpected token (") }
        operators.append(.open)
      case .close:
        guard !wantsOperand, operators.contains(.open) else { throw ConstraintError(message: "unexpected token )") }
        while let top = operators.popLast(), top != .open { apply(top) }
        while operators.last == .not { apply(operators.removeLast()) }
      case .and, .or:
        guard !wantsOperand else { throw ConstraintError(message: "unexpected token \(token.text)") }
        while let top = operators.last, top == .and || (top == .or && token == .or) {
          operators.removeLast()
          apply(top)
        }
        operators.append(token)
        wantsOperand = true
      }
      previous = token
    }
    guard !wantsOperand else { throw ConstraintError(message: "unexpected end of expression") }
    while let top = operators.popLast() {
      guard top != .open else { throw ConstraintError(message: "missing close paren") }
      apply(top)
    }
    steps = output
  }

  private static func tokens(of text: ByteString) throws(ConstraintError) -> [Token] {
    var tokens: [Token] = []
    var index = 0
    let bytes = text.bytes
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): index += 1
      case UInt8(ascii: "("):
        tokens.append(.open)
        index += 1
      case UInt8(ascii: ")"):
        tokens.append(.close)
        index += 1
      case UInt8(ascii: "!"):
        tokens.append(.not)
        index += 1
      case let byte where byte == UInt8(ascii: "&") || byte == UInt8(ascii: "|"):
        guard index + 1 < bytes.count, bytes[index + 1] == byte else {
          throw ConstraintError(message: "invalid syntax at \(Character(UnicodeScalar(byte)))")
        }
        tokens.append(byte == UInt8(ascii: "&") ? .and : .or)
        index += 2
      default:
        let length = tagLength(bytes[index...])
        guard length > 0 else {
          let rest = String(decoding: bytes[index...], as: UTF8.self)
          throw ConstraintError(message: "invalid syntax at \(rest.first.map(String.init) ?? "")")
        }
        tokens.append(.tag(ByteString(bytes[index..<(index + length)])))
        index += length
      }
    }
    return tokens
  }

  /// The number of bytes at the start that a tag may contain: Unicode letters and digits, `_` and `.`.
  private static func tagLength(_ bytes: ArraySlice<UInt8>) -> Int {
    if let ascii = bytes.firstIndex(where: { !isBuildTagByte($0) }) {
      if bytes[ascii] < 0x80 { return ascii - bytes.startIndex }
    } else {
      return bytes.count
    }
    var length = 0
    let possible = bytes.prefix { $0 >= 0x80 || isBuildTagByte($0) }
    for scalar in String(decoding: possible, as: UTF8.self).unicodeScalars {
      guard isBuildTagScalar(scalar) else { break }
      length += UTF8.width(scalar)
    }
    return length
  }
}

/// `// +build` lines.
extension BuildConstraint {
  /// Parses the text after `+build`: fields are OR'd, the comma-separated parts of a field are AND'd. An invalid part
  /// counts as the tag `ignore`. Returns nil for a line with more than 100 operators, which Go ignores.
  package init?(plusBuild text: ByteString) {
    var steps: [Step] = []
    var clauses = 0
    for field in text.fields {
      var parts = 0
      for literal in field.split(UInt8(ascii: ",")) {
        var name = literal
        let isNegated = name.bytes.first == UInt8(ascii: "!")
        if isNegated { name = name.dropFirst(1) }
        let isInvalid = name.isEmpty || Self.tagLength(name.bytes[...]) != name.count
        steps.append(.tag(isInvalid ? "ignore" : name))
        if isNegated && !name.isEmpty && name.bytes.first != UInt8(ascii: "!") { steps.append(.not) }
        parts += 1
        if parts > 1 { steps.append(.and) }
      }
      clauses += 1
      if clauses > 1 { steps.append(.or) }
    }
    if clauses == 0 { steps = [.tag("ignore")] }
    guard steps.count(where: { if case .tag = $0 { false } else { true } }) <= 100 else { return nil }
    self.steps = steps
  }
}
