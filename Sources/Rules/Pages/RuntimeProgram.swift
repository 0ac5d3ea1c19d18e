package import Diagnostics

extension RuleID {
  package static let runtimeProgram = RuleID("runtime-program")
}

extension Rule {
  package static let runtimeProgram = Rule(
    .runtimeProgram, .warning, phase: .image, isAllowable: true,
    summary: "the program starts other programs, and its image has none",
    why: """
      os/exec looks for programs in PATH. An image from scratch, and distroless, have no shell, no git and no ps: the call fails
      with "executable file not found in $PATH".
      """,
    fix: [
      "Copy the program that is started into the image, or use an image that has it."
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
          import "os/exec" // HERE
          func main() { exec.Command("git").Run() }
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
        title: "an image with programs",
        archive: """
          staticgo check --all --build link
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          import "os/exec"
          func main() { exec.Command("git").Run() }
          -- Dockerfile --
          FROM golang:1.22 AS build
          WORKDIR /src
          COPY . .
          RUN CGO_ENABLED=0 go build -o /app .
          FROM debian:12
          COPY --from=build /app /app
          ENTRYPOINT ["/app"]
          """),
    ])
}
