import Diagnostics

extension Rule {
  package static let binaryNeeded = Rule(
    .binaryNeeded, .error,
    summary: "the binary has DT_NEEDED: it needs shared libraries at run time",
    why: """
      Each library must be on the machine, of the right C library and of a version that is new enough: a program for
      glibc does not run on Alpine, and one that asks for GLIBC_2.34 does not run on older systems.
      """,
    fix: [
      "Build with CGO_ENABLED=0.", "`staticgo inspect` shows the libraries; `go version -m` the settings of the build.",
    ],
    examples: [
      Example(
        title: "external linking, which Go before 1.22 does without cgo too",
        archive: """
          [!go1.21] skip
          env GOFLAGS=-ldflags=-linkmode=external
          1 staticgo check --build link --go go1.21
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
          env GOFLAGS=-ldflags=-linkmode=internal
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
