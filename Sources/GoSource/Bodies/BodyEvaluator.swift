import Bytes

/// Finds out how a function's body ends, by following its statements with what is known of its variables.
///
/// A branch whose condition is not known leads to failure only if both its ways do. The result is never more than the
/// tokens show: where they leave it open, the function works.
struct BodyEvaluator {
  typealias Tokens = Statement.Tokens

  /// The value of a variable, as far as it is known.
  enum Value {
    case unknown
    /// `nil`, or a value that needs no computing.
    case constant
    /// An error that is not nil.
    case error(FunctionBody.Failure)
    /// The last result of a call: not nil if the cause holds.
    case result(FailureCause)
    /// A function, which fails if the cause holds.
    case function(FailureCause)
    /// A value of a type of the package.
    case made(ByteString)
  }

  /// The state at one place of one way through the body.
  struct State {
    var scopes: [[ByteString: Value]] = [[:]]
    /// The text that the program has last logged.
    var said: ByteString?
    /// Whether this way is only taken if a callee has failed.
    var isAfterFailure = false
    /// Whether this way depends on a name that may be a constant, such as `enabled`.
    var isAfterSwitch = false

    func value(of name: ByteString) -> Value? {
      for scope in scopes.reversed() { if let value = scope[name] { return value } }
      return nil
    }

    mutating func declare(_ name: ByteString, _ value: Value) { scopes[scopes.count - 1][name] = value }

    mutating func assign(_ name: ByteString, _ value: Value) {
      let home = scopes.lastIndex { $0[name] != nil } ?? 0
      scopes[home][name] = value
    }
  }

  /// Where a way goes on after its statements.
  indirect enum Path {
    /// The end of the body.
    case end
    /// The next round of a loop, or behind it: decided where the loop is.
    case pass
    /// The statements behind a block, with the number of scopes there.
    case then(ArraySlice<Statement>, scopes: Int, Exits)
  }

  struct Exits {
    var next: Path = .end
    var breaking: Path = .end
    var continuing: Path = .end
    /// Where `return` leads in a closure that runs in place; nil in the body itself.
    var returning: Path?
  }

  /// A body that takes more steps counts as one that works: the ways through it double with each branch.
  private static let maximumSteps = 500

  let signature: FunctionSignature
  /// The functions of the package whose error a condition looks at.
  var handled: Set<ByteString> = []
  private var budget = Self.maximumSteps
  /// How deep a closure is nested, and how many of them run in place.
  let nesting: Int
  private var closures = 0

  init(_ signature: FunctionSignature, nesting: Int = 0) {
    self.signature = signature
    self.nesting = nesting
  }

  /// Returns when the body fails.
  mutating func cause(of body: [Statement], in outer: State = State()) -> FailureCause {
    var state = outer
    state.scopes.append(Dictionary(signature.parameters.map { ($0, .unknown) }) { first, _ in first })
    if let receiver = signature.receiver { state.declare(receiver.name, .made(receiver.type)) }
    if let result = signature.errorName { state.declare(result, .constant) }
    let cause = follow(body[...], state, Exits())
    // A loop that nothing leaves does not fail.
    return FailureCause(groups: cause.groups.filter { !$0.callees.isEmpty || $0.failure != nil })
  }

  // MARK: Statements

  private mutating func follow(_ statements: ArraySlice<Statement>, _ state: State, _ exits: Exits) -> FailureCause {
    budget -= 1
    guard budget > 0 else { return .never }
    guard let first = statements.first else { return follow(exits.next, state) }
    let rest = statements.dropFirst()
    var state = state
    Self.forget(first, &state)
    switch first {
    case .returning(let values):
      if let path = exits.returning { return follow(path, state) }
      return panicking(in: values, state).or(returning(values, state))
    case .assigning(let targets, let isNew, let values):
      let cause = panicking(in: values, state)
      assign(targets, isNew, values, &state)
      return cause.or(follow(rest, state, exits))
    case .calling(let tokens): return call(tokens, rest, state, exits)
    case .branching(let first, let condition, let then, let otherwise):
      return branch(first, condition, then, otherwise, rest, state, exits)
    case .looping(let runs, let first, let body): return loop(runs, first, body, rest, state, exits)
    case .choosing(let kind, let first, let clauses):
      return choose(kind, first, clauses, rest, state, exits)
    case .block(let body): return follow(block: body, then: rest, state, exits)
    case .breaking: return follow(exits.breaking, state)
    case .continuing: return follow(exits.continuing, state)
    case .passing: return follow(rest, state, exits)
    case .deferring(let tokens): return mayChangeEnd(tokens, state) ? .never : follow(rest, state, exits)
    case .unknown: return .never
    }
  }

  /// Whether a deferred call may recover from a panic or change the result.
  private func mayChangeEnd(_ call: Tokens, _ state: State) -> Bool {
    if call.contains(where: { $0.text == Word.recover || $0.isMark("&") || $0.text == signature.errorName }) {
      return true
    }
    // A function of the package, or a method of the receiver.
    guard case .identifier(let name)? = call.first?.token, name != Word.func else { return false }
    let next = call.dropFirst().first
    if next.isMark("(") { return !GoCall.predeclared.contains(name) }
    if case .made? = state.value(of: name), call.count > 3, call[call.startIndex + 3].isMark("(") { return true }
    return false
  }

  private mutating func follow(_ path: Path, _ state: State) -> FailureCause {
    switch path {
    case .end: return .never
    case .pass: return .always(nil)
    case .then(let statements, let scopes, let exits):
      var state = state
      state.scopes.removeLast(state.scopes.count - scopes)
      return follow(statements, state, exits)
    }
  }

  private mutating func follow(
    block: [Statement], then rest: ArraySlice<Statement>, _ state: State, _ exits: Exits, scopes: Int? = nil,
    isClause: Bool = false
  ) -> FailureCause {
    var (inner, within) = (state, exits)
    within.next = .then(rest, scopes: scopes ?? state.scopes.count, exits)
    if isClause { within.breaking = within.next }
    inner.scopes.append([:])
    return follow(block[...], inner, within)
  }

  /// Forgets the variables whose address a statement takes, and those that a function literal in it assigns.
  private static func forget(_ statement: Statement, _ state: inout State) {
    let tokens: [Tokens]
    switch statement {
    case .calling(let call): tokens = GoCall.closure(doneBy: call) == nil ? [call] : []
    case .assigning(_, _, let values), .returning(let values): tokens = values
    case .branching(let first, let condition, _, _):
      if let first { forget(first, &state) }
      tokens = [condition]
    default: tokens = []
    }
    for part in tokens {
      var isInFunction = false
      for index in part.indices {
        let token = part[index]
        if token.text == Word.func { isInFunction = true }
        guard case .identifier(let name) = token.token, state.value(of: name) != nil else { continue }
        let isAddress = index > part.startIndex && part[index - 1].isMark("&")
        let next = index + 1 < part.endIndex ? part[index + 1] : nil
        let isAssigned =
          isInFunction && (next.isMark("=") || next.isMark(","))
          && !(index + 2 < part.endIndex && next.isMark("=") && part[index + 2].isMark("="))
        if isAddress || isAssigned { state.assign(name, .unknown) }
      }
    }
  }

  private mutating func enter(_ first: Statement?, _ state: inout State) -> FailureCause {
    state.scopes.append([:])
    switch first {
    case .assigning(let targets, let isNew, let values):
      let cause = panicking(in: values, state)
      assign(targets, isNew, values, &state)
      return cause
    case .calling(let tokens): return panicking(in: [tokens], state)
    default: return .never
    }
  }

  private mutating func branch(
    _ first: Statement?, _ condition: Tokens, _ then: [Statement], _ otherwise: [Statement],
    _ rest: ArraySlice<Statement>, _ state: State, _ exits: Exits
  ) -> FailureCause {
    var inner = state
    let before = enter(first, &inner).or(panicking(in: [condition], inner))
    let outside = state.scopes.count
    let test = test(condition, inner)
    if case .yes = test { return before.or(follow(block: then, then: rest, inner, exits, scopes: outside)) }
    if case .no = test { return before.or(follow(block: otherwise, then: rest, inner, exits, scopes: outside)) }
    var (yes, no) = (inner, inner)
    if case .yesIf = test { yes.isAfterFailure = true }
    if case .noIf = test { no.isAfterFailure = true }
    if case .ifNamed = test { (yes.isAfterSwitch, no.isAfterSwitch) = (true, true) }
    let one = follow(block: then, then: rest, yes, exits, scopes: outside)
    if one.isNever {
      // Most ways end without a failure, so the other way need not be followed.
      switch test {
      case .unknown, .yesIf: return before
      default: break
      }
    }
    let two = follow(block: otherwise, then: rest, no, exits, scopes: outside)
    switch test {
    case .yesIf(let cause): return before.or(cause.and(one)).or(one.and(two))
    case .noIf(let cause): return before.or(cause.and(two)).or(one.and(two))
    case .ifNamed(let whereTrue, let whereFalse):
      return before.or(whereTrue.and(one)).or(whereFalse.and(two)).or(one.and(two))
    default: return before.or(one.and(two))
    }
  }

  private mutating func loop(
    _ runs: Statement.Runs, _ first: Statement?, _ body: [Statement], _ rest: ArraySlice<Statement>, _ state: State,
    _ exits: Exits
  ) -> FailureCause {
    var inner = state
    let before = enter(first, &inner)
    var within = exits
    (within.next, within.breaking, within.continuing) = (.pass, .pass, .pass)
    inner.scopes.append([:])
    let round = follow(body[...], inner, within)
    if round.isNever { return before }
    if case .endlessly = runs, !Self.breaks(body) { return before.or(round) }
    var after = state
    for (name, values) in Self.assignments(in: body) {
      // A value that a loop assigns in only one place stands after at least one round.
      var isSure = false
      if case .perhaps = runs {} else { isSure = values.count == 1 }
      after.assign(name, isSure ? value(of: values[0], state) : .unknown)
    }
    return before.or(round.and(follow(rest, after, exits)))
  }

  private mutating func choose(
    _ kind: Statement.Choice, _ first: Statement?, _ clauses: [Statement.Clause], _ rest: ArraySlice<Statement>,
    _ state: State, _ exits: Exits
  ) -> FailureCause {
    var inner = state
    let before = enter(first, &inner)
    let outside = state.scopes.count
    var clauses = clauses
    // Such a switch tests its cases in order, and `default` last.
    if kind == .conditions, let place = clauses.firstIndex(where: \.isDefault) {
      clauses.append(clauses.remove(at: place))
    }
    var isAlways: FailureCause?
    var causes: [FailureCause] = []
    for clause in clauses {
      var state = inner
      let test = kind != .conditions || clause.conditions.count != 1 ? .unknown : test(clause.conditions[0], inner)
      if case .no = test { continue }
      if case .yesIf = test { state.isAfterFailure = true }
      let cause = follow(block: clause.body, then: rest, state, exits, scopes: outside, isClause: true)
      if case .yesIf(let condition) = test, causes.allSatisfy({ !$0.isNever }) {
        isAlways = (isAlways ?? .never).or(causes.reduce(condition.and(cause)) { $0.and($1) })
      }
      if cause.isNever, kind != .conditions { return before }
      causes.append(cause)
      if case .yes = test { break }
    }
    if kind != .channel, !clauses.contains(where: \.isDefault) { causes.append(follow(rest, state, exits)) }
    let all = causes.reduce(FailureCause.always(nil)) { $0.and($1) }
    return before.or(isAlways ?? .never).or(all)
  }

  private mutating func call(
    _ tokens: Tokens, _ rest: ArraySlice<Statement>, _ state: State, _ exits: Exits
  ) -> FailureCause {
    var state = state
    if GoCall.endsProgram(tokens) {
      let end = FailureCause.always(.panics(text: GoCall.firstString(tokens) ?? state.said))
      // A logger of the package may have a method of that name that returns.
      return GoCall.method(tokens).map { end.and(.callee(Callee(.everyMethod, $0))) } ?? end
    }
    // once.Do(func() { … }) runs in place.
    if let closure = GoCall.closure(doneBy: tokens), closures < 3 {
      closures += 1
      defer { closures -= 1 }
      var parser = StatementParser(closure)
      var within = Exits()
      within.next = .then(rest, scopes: state.scopes.count, exits)
      within.returning = within.next
      state.scopes.append([:])
      return follow(parser.statements()[...], state, within)
    }
    if GoCall.logs(tokens), let text = GoCall.text(tokens) { state.said = text }
    return panicking(in: [tokens], state).or(follow(rest, state, exits))
  }

  private mutating func assign(_ targets: [ByteString?], _ isNew: Bool, _ values: [Tokens], _ state: inout State) {
    var found = targets.map { _ in values.isEmpty ? Value.constant : .unknown }
    if values.count == targets.count {
      found = values.map { value(of: $0, state) }
    } else if values.count == 1, let last = targets.indices.last {
      // n, err := f()
      found[last] = value(of: values[0], state)
    }
    for (target, value) in zip(targets, found) {
      guard let target, target != "_" else { continue }
      if isNew { state.declare(target, value) } else { state.assign(target, value) }
    }
  }

  /// Whether a statement leaves the loop around it.
  private static func breaks(_ body: [Statement]) -> Bool {
    body.contains { statement in
      switch statement {
      case .breaking: true
      case .branching(_, _, let then, let otherwise): breaks(then) || breaks(otherwise)
      case .block(let body): breaks(body)
      default: false
      }
    }
  }

  /// Returns the names that statements assign without declaring them, with the values.
  private static func assignments(in body: [Statement]) -> [ByteString: [Tokens]] {
    var found: [ByteString: [Tokens]] = [:]
    func note(_ targets: [ByteString?], _ values: [Tokens]) {
      for (index, target) in targets.enumerated() {
        guard let target else { continue }
        let value = values.count == targets.count ? values[index] : index == targets.count - 1 ? values.first : nil
        found[target, default: []].append(value ?? [])
      }
    }
    func visit(_ statements: [Statement]) {
      for statement in statements {
        switch statement {
        case .assigning(let targets, isNew: false, let values): note(targets, values)
        case .branching(let first, _, let then, let otherwise):
          visit([first].compactMap(\.self) + then + otherwise)
        case .looping(_, let first, let body): visit([first].compactMap(\.self) + body)
        case .choosing(_, let first, let clauses): visit([first].compactMap(\.self) + clauses.flatMap(\.body))
        case .block(let body): visit(body)
        default: break
        }
      }
    }
    visit(body)
    return found
  }
}
