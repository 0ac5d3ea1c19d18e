/// The name of a rule, the same in configuration, suppression, reports and `explain`. `Rule.all` has the rules that exist.
package struct RuleID: RawRepresentable, Sendable, Hashable {
  package let rawValue: String

  package init(rawValue: String) { self.rawValue = rawValue }
  package init(_ name: String) { rawValue = name }

  /// Whether this can be the name of a rule. Reports print names as they are, so a report from elsewhere is checked.
  package var isName: Bool {
    !rawValue.isEmpty && rawValue.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == UInt8(ascii: "-") }
  }

  /// The rule about allow directives and entries, which reports treat differently: only a whole run can tell.
  package static let unusedAllow = RuleID("unused-allow")
}
