package import Bytes
package import Diagnostics

extension Rule {
  package static let unusedAllow = Rule(
    .unusedAllow, .warning, phase: .allow,
    summary: "an allow directive or entry that matches no finding",
    why: """
      A directive often stays after the finding that it allowed is fixed. It may then hide the next finding. It is
      reported only if every main was judged. One part of a run (--shard) cannot tell; `staticgo merge` reports it for
      all parts together.
      """,
    fix: [
      "Remove the directive or the entry.",
      "If it lacks a rule or a reason, fix it: //staticgo:allow RULE[,RULE] -- reason",
      "Directly above import \"C\" it is part of the C code. Put it on the same line, or leave a blank line between.",
    ],
    examples: [
      Example(
        title: "the allowed finding is fixed",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import "example.com/app/native"
          func main() {
            //staticgo:allow cgo-import -- the appliance has the library // HERE
            native.Call()
          }
          -- native/native.go --
          package native
          func Call() {}
          """),
      Example(
        title: "the allowed finding still exists",
        archive: """
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import "example.com/app/native" //staticgo:allow cgo-import -- the appliance has the library
          func main() { native.Call() }
          -- native/native.go --
          package native
          import "C"
          func Call() {}
          """),
    ])
}

extension MainAnalysis {
  /// Why an allow directive or entry has no effect.
  package enum Disuse {
    /// None of the rules has a finding that it covers.
    case noFinding(rules: [String])
    case expired(on: String)
    /// The directive is not written as it must be.
    case invalid(String)
  }

  /// The finding about an unused directive or configuration entry at a location.
  package static func unusedAllow(
    _ location: Location, _ name: ByteString, _ disuse: Disuse, isEntry: Bool = false
  ) -> Finding {
    let subject = isEntry ? "this allow entry" : "this allow directive"
    let (predicate, label, help): (String, String, String)
    switch disuse {
    case .noFinding(let rules):
      let names = rules.joined(separator: " or ")
      label = isEntry ? "it matches no finding of \(names)" : "no finding of \(names) is on this line"
      predicate = "\(subject) is not needed: \(label)"
      help =
        isEntry
        ? "remove it, or correct its paths, packages and mains" : "remove it, or move it to the line of the finding"
    case .expired(let day):
      label = "it expired on \(day)"
      predicate = "\(subject) has no effect any more: \(label)"
      help = "remove it, or set a later date"
    case .invalid(let problem):
      label = problem
      predicate = "\(subject) has no effect: \(problem)"
      help = "correct it, or remove it if it is not needed"
    }
    return Finding(
      rule: .unusedAllow, severity: Rule.unusedAllow.severity, culprit: location.file + " " + name,
      predicate: Predicate(predicate), label: label, location: location, chain: [], mains: [], targets: [], help: [help]
    )
  }
}
