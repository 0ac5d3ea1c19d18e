package import Diagnostics

extension RuleID {
  package static let runtimeTmp = RuleID("runtime-tmp")
}

extension Rule {
  package static let runtimeTmp = Rule(
    .runtimeTmp, .warning, phase: .image, isAllowable: true,
    summary: "the program makes temporary files, and its image has no /tmp",
    why: """
      os.CreateTemp and os.MkdirTemp use TMPDIR or /tmp, and nothing creates that directory. In an image from scratch they fail
      with "no such file or directory". An upload of more than 32 MB needs it too.
      """,
    fix: [
      "Make the directory: `VOLUME /tmp`, `WORKDIR /tmp`, or a COPY of one. With Kubernetes, mount an emptyDir."
    ],
    examples: [
      Example(
        title: "an image from scratch",
        archive: """
          staticgo check --all --build link
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import "os" // HERE
          func main() { os.CreateTemp("", "x") }
          -- Dockerfile --
          FROM golang:1.22 AS build
          WORKDIR /src
          COPY . .
          RUN CGO_ENABLED=0 go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          ENTRYPOINT ["/app"]
          """),
      Example(
        title: "an image that has them",
        archive: """
          staticgo check --all --build link
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import "os"
          func main() { os.CreateTemp("", "x") }
          -- Dockerfile --
          FROM golang:1.22 AS build
          WORKDIR /src
          COPY . .
          RUN CGO_ENABLED=0 go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          VOLUME /tmp
          ENTRYPOINT ["/app"]
          """),
    ])
}
