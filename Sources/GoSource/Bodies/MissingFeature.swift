import Bytes

/// A body that only reports that a feature is missing: it logs that, or closes the channel that it returns.
struct MissingFeature {
  typealias Tokens = Statement.Tokens

  /// How it fails; nil for any other body.
  private(set) var failure: FunctionBody.Failure?

  init(_ statements: [Statement]) {
    var text: ByteString?
    if Self.onlyLogs(statements, &text), let text, Self.saysMissing(text) {
      failure = .doesNothing(text: text)
    } else if Self.closesItsChannel(statements) {
      failure = .doesNothing(text: nil)
    }
  }

  /// Whether the statements only log and return constants. `text` is set to the first text that is logged.
  private static func onlyLogs(_ statements: [Statement], _ text: inout ByteString?) -> Bool {
    statements.allSatisfy { statement in
      switch statement {
      case .passing: return true
      case .returning(let values): return values.allSatisfy(GoCall.isConstant)
      case .calling(let tokens):
        // Standard output is for results.
        guard GoCall.logs(tokens), !GoCall.endsProgram(tokens),
          tokens.prefix(3).map(\.text) != ["fmt", ".", "Println"],
          tokens.prefix(3).map(\.text) != ["fmt", ".", "Printf"]
        else { return false }
        text = text ?? GoCall.text(tokens)
        return true
      case .assigning(let targets, _, let values):
        return targets.allSatisfy { $0 == Word.blank } && !values.joined().contains { $0.isMark("(") }
      case .branching(_, _, let then, let otherwise): return onlyLogs(then, &text) && onlyLogs(otherwise, &text)
      case .looping(_, _, let body), .block(let body): return onlyLogs(body, &text)
      default: return false
      }
    }
  }

  private static func saysMissing(_ text: ByteString) -> Bool {
    let letters = text.text.lowercased().filter { $0.isLetter }
    let words = ["support", "enabled", "implemented", "available", "compiled", "built"]
    return letters.contains("cgo") || letters.contains("unsupported") || letters.contains("unavailable")
      || words.contains { letters.contains("not" + $0) || letters.contains("without" + $0) }
  }

  /// `ch := make(chan T); close(ch); return ch`
  private static func closesItsChannel(_ statements: [Statement]) -> Bool {
    guard statements.count == 3, case .assigning(let targets, isNew: true, let values) = statements[0],
      targets.count == 1, let channel = targets[0], values.first?.prefix(3).map(\.text) == ["make", "(", "chan"],
      // A closed channel of empty values is a signal.
      values.first?.dropFirst(3).first.map({ !Word.types.contains($0.text) }) ?? false,
      case .returning(let returned) = statements[2], returned.first?.map(\.text) == [channel]
    else { return false }
    switch statements[1] {
    case .calling(let tokens): return tokens.map(\.text) == ["close", "(", channel, ")"]
    default: return false
    }
  }
}
