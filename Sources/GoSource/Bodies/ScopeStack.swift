import Bytes

/// The kinds of places where a name can be declared.
enum ScopeKind {
  /// The braces of a block or a composite literal, of a struct type, and of an interface type.
  case block, structure, interface
  /// The statement of `if`, `for`, `switch` or `select`, with the names that its header declares.
  case header
  /// A `case` or `default` of a switch or select; `isOpen` until its colon.
  case clause
  /// Parentheses or brackets; `declarations` for those of `var (`.
  case group, declarations
  case file

  var isBraces: Bool { self == .block || self == .structure || self == .interface }
  var holdsStatements: Bool { ![.group, .declarations].contains(self) }
}

private struct Scope {
  let kind: ScopeKind
  var names: Set<ByteString> = []
  /// Names whose scope begins after their statement.
  var pending: [ByteString] = []
  var isOpen = false
}

/// The scopes around a place. Each question takes the same time, however deep they are nested.
struct ScopeStack {
  private var scopes = [Scope(kind: .file)]
  /// The number of scopes that declare each name.
  private var declaring: [ByteString: Int] = [:]
  private(set) var blockCount = 0
  private(set) var braceCount = 0

  var count: Int { scopes.count }
  var innermost: ScopeKind { scopes[scopes.count - 1].kind }
  var isOpenClause: Bool { scopes[scopes.count - 1].isOpen }

  func holds(_ name: ByteString) -> Bool { declaring[name] != nil }

  mutating func enter(_ kind: ScopeKind, declaring names: Set<ByteString> = []) {
    scopes.append(Scope(kind: kind, isOpen: kind == .clause))
    if kind == .block { blockCount += 1 }
    if kind.isBraces { braceCount += 1 }
    declare(names)
  }

  /// Leaves the innermost scope, but never that of the file.
  mutating func leave() {
    guard scopes.count > 1 else { return }
    let scope = scopes.removeLast()
    if scope.kind == .block { blockCount -= 1 }
    if scope.kind.isBraces { braceCount -= 1 }
    for name in scope.names { declaring[name] = declaring[name].flatMap { $0 > 1 ? $0 - 1 : nil } }
  }

  mutating func declare(_ names: some Sequence<ByteString>, outwards distance: Int = 0) {
    let home = max(scopes.count - 1 - distance, 0)
    for name in names where scopes[home].names.insert(name).inserted { declaring[name, default: 0] += 1 }
  }

  mutating func postpone(_ names: [ByteString]) { scopes[scopes.count - 1].pending += names }

  /// Declares the names whose statement has ended. Those of `var ( … )` belong to the scope around the parentheses.
  mutating func declarePostponed() {
    let names = scopes[scopes.count - 1].pending
    scopes[scopes.count - 1].pending = []
    declare(names, outwards: innermost == .declarations ? 1 : 0)
  }

  mutating func closeClause() { scopes[scopes.count - 1].isOpen = false }
}
