import Bytes

extension BodyEvaluator {
  /// The answer of a condition, as far as it is known.
  enum Test {
    case yes, no, unknown
    /// It holds if callees fail, or does not hold then.
    case yesIf(FailureCause)
    case noIf(FailureCause)
    /// It holds if a name is constantly true, and does not if it is constantly false.
    case ifNamed(whereTrue: FailureCause, whereFalse: FailureCause)
  }

  mutating func handle(_ cause: FailureCause) {
    for callee in cause.groups.flatMap(\.callees) { handled.insert(callee.name) }
  }

  mutating func test(_ condition: Tokens, _ state: State) -> Test {
    if condition.contains(where: { $0.isMark("&") || $0.isMark("|") }) { return .unknown }
    let end = condition.endIndex
    if condition.count > 3, condition[end - 1].text == Word.nil, condition[end - 2].isMark("=") {
      let isNot = condition[end - 3].isMark("!")
      guard isNot || condition[end - 3].isMark("=") else { return .unknown }
      let value = value(of: condition.dropLast(3), state)
      switch value {
      case .error, .function, .made: return isNot ? .yes : .no
      case .result(let cause):
        handle(cause)
        return isNot ? .yesIf(cause) : .noIf(cause)
      case .constant, .unknown: return .unknown
      }
    }
    // `if !enabled`, `if !supported()`
    let isNot = condition.first.isMark("!")
    let name = isNot ? condition.dropFirst() : condition
    let isCall = name.count == 3 && name.last.isMark(")") && name.dropFirst().first.isMark("(")
    guard name.count == 1 || isCall, case .identifier(let word)? = name.first?.token, state.value(of: word) == nil
    else {
      return .unknown
    }
    let (isTrue, isFalse) = (FailureCause.callee(Callee(.isTrue, word)), FailureCause.callee(Callee(.isFalse, word)))
    return isNot ? .ifNamed(whereTrue: isFalse, whereFalse: isTrue) : .ifNamed(whereTrue: isTrue, whereFalse: isFalse)
  }
}
