package import Diagnostics

extension RuleID {
  package static let binaryNeeded = RuleID("binary-needed")
}

extension Rule {
  package static let binaryNeeded = Rule(
    .binaryNeeded, .error, phase: .build, verdict: .dynamic,
    summary: "the binary has DT_NEEDED: it needs shared libraries at run time",
    why: """
      Every library must be on the machine, built for the right C library, in a version that is new enough. A program
      for glibc does not run on Alpine, and one that needs GLIBC_2.34 does not run on older systems.
      """,
    fix: [
      "Build with CGO_ENABLED=0.",
      "Run `staticgo inspect` to see the libraries, and `go version -m` to see the build settings.",
    ],
    examples: [
      Example(
        title: "external linking, which Go before 1.22 allows without cgo",
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
        title: "the same program, built with internal linking",
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
