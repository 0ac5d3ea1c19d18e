package import Diagnostics

extension RuleID {
  package static let binaryInterpreter = RuleID("binary-interpreter")
}

extension Rule {
  package static let binaryInterpreter = Rule(
    .binaryInterpreter, .error, phase: .build, verdict: .dynamic,
    summary: "the binary has PT_INTERP: it needs a loader, but no shared library",
    why: """
      The kernel runs the loader named in PT_INTERP, and the loader starts the program. An image FROM scratch,
      distroless/static or an image with another C library does not have this loader. The kernel then reports
      "no such file or directory", although your binary exists. The usual causes are position-independent executables
      and external linking.
      """,
    fix: [
      "Build without -buildmode=pie and without external linking.",
      "If `go env GOFLAGS` shows the flag, unset the variable or run `go env -w GOFLAGS=`.",
    ],
    examples: [
      Example(
        title: "a position-independent executable, set in GOFLAGS",
        archive: """
          env GOFLAGS=-buildmode=pie
          1 staticgo check --build link
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main // HERE
          func main() {}
          """),
      Example(
        title: "the same program, built with the default flags",
        archive: """
          env GOFLAGS=
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
