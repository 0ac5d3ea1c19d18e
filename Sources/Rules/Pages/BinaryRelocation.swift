package import Diagnostics

extension RuleID {
  package static let binaryRelocation = RuleID("binary-relocation")
}

extension Rule {
  package static let binaryRelocation = Rule(
    .binaryRelocation, .error, phase: .build, verdict: .dynamic,
    summary: "the binary is position-independent but has no PT_DYNAMIC: it crashes at start",
    why: """
      `-buildmode=pie -ldflags=-d` makes a position-independent program without the section that tells how to relocate
      it. Nothing relocates it, so the first use of an absolute address is a segmentation fault. `file` reports such a
      program as statically linked.
      """,
    fix: ["Remove the linker flag -d (in -ldflags), or build with -buildmode=exe, not -buildmode=pie."],
    examples: [
      Example(
        title: "-d with -buildmode=pie",
        archive: """
          env 'GOFLAGS=-buildmode=pie -ldflags=-d'
          1 staticgo check --build link
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main // HERE
          func main() {}
          """),
      Example(
        title: "-d alone, which has no effect",
        archive: """
          env GOFLAGS=-ldflags=-d
          staticgo check --build link
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          """),
    ])
}
