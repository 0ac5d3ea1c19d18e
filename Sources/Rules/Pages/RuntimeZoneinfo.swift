package import Diagnostics

extension RuleID {
  package static let runtimeZoneinfo = RuleID("runtime-zoneinfo")
}

extension Rule {
  package static let runtimeZoneinfo = Rule(
    .runtimeZoneinfo, .warning, phase: .image, isAllowable: true,
    summary: "the program loads time zones by name, and its image has none",
    why: """
      time.LoadLocation looks for a zone in ZONEINFO, /usr/share/zoneinfo and the like, and in the Go installation that built the
      program. An image from scratch or Alpine has no such files, so it fails with "unknown time zone Europe/Berlin".
      """,
    fix: [
      "Put the zones into the program: `import _ \"time/tzdata\"`, or `-tags timetzdata` (400 KB).",
      "Or copy them: `COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo`.",
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
          import "time" // HERE
          func main() { time.LoadLocation("Europe/Berlin") }
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
          import "time"
          func main() { time.LoadLocation("Europe/Berlin") }
          -- Dockerfile --
          FROM golang:1.22 AS build
          WORKDIR /src
          COPY . .
          RUN CGO_ENABLED=0 go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo
          ENTRYPOINT ["/app"]
          """),
    ])
}
