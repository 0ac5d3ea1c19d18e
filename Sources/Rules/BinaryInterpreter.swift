import Diagnostics

extension Rule {
  package static let binaryInterpreter = Rule(
    .binaryInterpreter, .error,
    summary: "the binary has PT_INTERP: it needs a loader, though no library",
    why: """
      The kernel starts the program that PT_INTERP names, and that one starts yours. In an image FROM scratch, on
      distroless/static or with another C library it is not there, and the kernel answers "no such file or directory"
      about a file that exists. Position-independent executables and external linking are the usual reasons.
      """,
    fix: [
      "Build without -buildmode=pie and without external linking.",
      "If GOFLAGS holds the flag, `go env GOFLAGS` shows it, and `go env -w GOFLAGS=` or unsetting the variable drops it.",
    ],
    examples: [
      Example(
        title: "a position-independent executable, by GOFLAGS",
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
        title: "the same program as go builds it",
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
