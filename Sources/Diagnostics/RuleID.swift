/// The name of a rule, the same in configuration, suppression, reports and `explain`. `Rule.all` has the rules that exist.
package struct RuleID: RawRepresentable, Sendable, Hashable {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }
  package init(_ name: String) { rawValue = name }

  /// The rule about allow directives and entries, which reports treat differently: only a whole run can tell.
  package static let unusedAllow = RuleID("unused-allow")
}
