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
      .shipped(
        title: "an image from scratch", importing: "import \"net/http\" // HERE",
        calling: "http.Get(\"https://example.com\")"),
      .shipped(
        title: "an image that has them", importing: "import \"net/http\"", calling: "http.Get(\"https://example.com\")",
        adding: "COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/"),
    ])
}
