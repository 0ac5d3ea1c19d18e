package import Bytes

/// Something that a package declares and that the failure of its functions may depend on.
package struct Callee: Sendable, Hashable {
  package enum Kind: UInt8, Sendable {
    /// A function or method that fails in any way.
    case fails
    /// One that returns an error, panics or ends the program.
    case returnsError
    /// One that panics or ends the program.
    case panics
    /// All methods of that name that the package declares, which may be none.
    case everyMethod
    /// A type whose exported methods all fail or do nothing.
    case failingType
    /// A declared type, used for a conversion.
    case type
    /// A constant, or a function that returns a constant.
    case isTrue, isFalse
  }

  package let kind: Kind
  /// The type of the receiver, for a method.
  package let receiver: ByteString?
  package let name: ByteString

  package init(_ kind: Kind, _ name: ByteString, of receiver: ByteString? = nil) {
    self.kind = kind
    self.receiver = receiver
    self.name = name
  }
}

/// When a part of a function leads to failure: if all callees of one of the groups are as said. A group without callees
/// always leads to it.
package struct FailureCause: Sendable, Hashable {
  package struct Group: Sendable, Hashable {
    package let callees: [Callee]
    /// How the part fails itself; nil where only its callees do.
    package let failure: FunctionBody.Failure?

    package init(callees: [Callee], failure: FunctionBody.Failure?) {
      self.callees = callees
      self.failure = failure
    }
  }

  package let groups: [Group]

  /// More than these are dropped, which only misses failures.
  private static let maximumGroups = 6
  private static let maximumCallees = 4

  package init(groups: [Group]) { self.groups = groups }

  static let never = FailureCause(groups: [])

  static func always(_ failure: FunctionBody.Failure?) -> FailureCause {
    FailureCause(groups: [Group(callees: [], failure: failure)])
  }

  static func callee(_ callee: Callee, failing failure: FunctionBody.Failure? = nil) -> FailureCause {
    FailureCause(groups: [Group(callees: [callee], failure: failure)])
  }

  var isNever: Bool { groups.isEmpty }

  func or(_ other: FailureCause) -> FailureCause {
    var found: [Group] = []
    for group in groups + other.groups {
      if found.contains(where: { group.implies($0) }) { continue }
      found.removeAll { $0.implies(group) }
      if found.count < Self.maximumGroups { found.append(group) }
    }
    return FailureCause(groups: found)
  }

  func and(_ other: FailureCause) -> FailureCause {
    var found = FailureCause.never
    for one in groups {
      for two in other.groups {
        let callees = one.callees + two.callees.filter { !one.callees.contains($0) }
        guard callees.count <= Self.maximumCallees else { continue }
        found = found.or(FailureCause(groups: [Group(callees: callees, failure: one.failure ?? two.failure)]))
      }
    }
    return found
  }
}

extension FailureCause.Group {
  /// Whether the other group holds where this one does.
  fileprivate func implies(_ other: FailureCause.Group) -> Bool {
    other.callees.allSatisfy { wanted in callees.contains { $0.implies(wanted) } }
  }
}

extension Callee {
  fileprivate func implies(_ other: Callee) -> Bool {
    guard name == other.name, receiver == other.receiver else { return false }
    switch (kind, other.kind) {
    case (.panics, .returnsError), (.panics, .fails), (.returnsError, .fails): return true
    default: return kind == other.kind
    }
  }
}
