package import Diagnostics

extension RuleID {
  package static let runtimeUser = RuleID("runtime-user")
}

extension Rule {
  package static let runtimeUser = Rule(
    .runtimeUser, .warning, phase: .image, isAllowable: true,
    summary: "the program looks up users, and its image has no /etc/passwd",
    why: """
      Without cgo, os/user reads /etc/passwd and /etc/group. user.Current then fails unless USER and HOME are set, and every
      lookup by name or id fails.
      """,
    fix: [
      "Copy the files: `COPY --from=build /etc/passwd /etc/group /etc/`.",
      "If only user.Current is called, set `ENV USER=app HOME=/`.",
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
          import "os/user" // HERE
          func main() { user.Lookup("nobody") }
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
          import "os/user"
          func main() { user.Lookup("nobody") }
          -- Dockerfile --
          FROM golang:1.22 AS build
          WORKDIR /src
          COPY . .
          RUN CGO_ENABLED=0 go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          COPY --from=build /etc/passwd /etc/passwd
          ENTRYPOINT ["/app"]
          """),
    ])
}
