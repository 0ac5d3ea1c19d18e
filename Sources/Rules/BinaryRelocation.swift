import Diagnostics

extension Rule {
  package static let binaryRelocation = Rule(
    .binaryRelocation, .error,
    summary: "the binary is ET_DYN without PT_DYNAMIC: it will crash at start",
    why: """
      `-buildmode=pie -ldflags=-d` leaves a position-independent program without the section that says how to relocate
      it. Nothing does it then, and the first use of an absolute address is a segmentation fault. `file` calls such a
      program statically linked.
      """,
    fix: ["Drop -d from -ldflags, or -buildmode=pie from the build."],
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
        title: "-d alone does nothing",
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
