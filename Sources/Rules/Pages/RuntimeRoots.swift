package import Diagnostics

extension RuleID {
  package static let runtimeRoots = RuleID("runtime-roots")
}

extension Rule {
  package static let runtimeRoots = Rule(
    .runtimeRoots, .warning, phase: .image, isAllowable: true,
    summary: "the program connects by TLS, and its image has no CA certificates",
    why: """
      Go looks for the certificates of authorities in files such as /etc/ssl/certs/ca-certificates.crt. Without them every
      connection to a TLS server ends with "x509: certificate signed by unknown authority", and SystemCertPool returns an
      empty pool without an error.
      """,
    fix: [
      "Copy them: `COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/`.",
      "Or put them into the program: `import _ \"golang.org/x/crypto/x509roots/fallback\"`.",
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
          import "net/http" // HERE
          func main() { http.Get("https://example.com") }
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
          import "net/http"
          func main() { http.Get("https://example.com") }
          -- Dockerfile --
          FROM golang:1.22 AS build
          WORKDIR /src
          COPY . .
          RUN CGO_ENABLED=0 go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
          ENTRYPOINT ["/app"]
          """),
    ])
}
