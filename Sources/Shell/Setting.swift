/// The value of an environment variable, as far as a file shows it.
package enum Setting: Sendable, Hashable {
  case unset
  case known(String)
  /// It depends on something that the file does not show: a build argument, a command, a script.
  case unknown

  /// The text; "" where it is not set, and nil where it is unknown.
  package var text: String? {
    switch self {
    case .unset: ""
    case .known(let text): text
    case .unknown: nil
    }
  }
}

/// A variable with the line that sets it; nil where no line does.
package struct Variable: Sendable, Hashable {
  package var value: Setting
  package var line: Int?

  package init(_ value: Setting, line: Int? = nil) {
    self.value = value
    self.line = line
  }
}

/// The variables of a process.
package struct Environment: Sendable, Hashable {
  private var variables: [String: Variable] = [:]
  /// The value of a variable that no line sets: unset, or unknown where the process inherits variables.
  package var others = Setting.unset

  package init() {}

  package subscript(name: String) -> Variable {
    get { variables[name] ?? Variable(others) }
    set { variables[name] = newValue }
  }

  package var names: Set<String> { Set(variables.keys) }

  /// Makes everything unknown that differs from another environment: only one of two ways through a script is taken.
  package mutating func merge(_ other: Environment) {
    if others != other.others { others = .unknown }
    for name in names.union(other.names) where self[name].value != other[name].value {
      self[name] = Variable(.unknown, line: self[name].line ?? other[name].line)
    }
  }

  /// Makes every variable unknown.
  package mutating func forget() {
    variables = [:]
    others = .unknown
  }
}
