package import Bytes
package import Diagnostics

extension Rule {
  package static let unusedAllow = Rule(
    .unusedAllow, .warning,
    summary: "an allow directive that allows nothing",
    why: """
      A directive stays behind when what it allowed is gone, and will then allow the next thing that comes along. It is
      reported only where every main was judged: a part cannot tell, but staticgo merge can, of all of them together.
      """,
    fix: [
      "Remove it.",
      "If it names no rule or gives no reason, mend it: //staticgo:allow RULE[,RULE] -- reason",
      "Directly above import \"C\" it is part of the C code: put it on the same line, or leave a blank line between.",
    ],
    examples: [
      Example(
        title: "what was allowed is gone",
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
        title: "what is allowed is there",
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

extension Evidence {
  /// The finding about a directive, or an entry of the configuration, at a place.
  package static func unusedAllow(
    _ location: Location, _ name: ByteString, _ reason: String, isEntry: Bool = false
  ) -> Finding {
    Finding(
      rule: .unusedAllow, severity: Rule.unusedAllow.severity, culprit: location.file + " " + name,
      predicate: "an allow \(isEntry ? "entry" : "directive") allows nothing: \(reason)", label: reason,
      location: location, chain: [],
      mains: [],
      targets: [], help: ["remove it, or mend it"])
  }
}
