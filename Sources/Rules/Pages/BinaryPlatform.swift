package import Diagnostics

extension RuleID {
  package static let binaryPlatform = RuleID("binary-platform")
}

extension Rule {
  package static let binaryPlatform = Rule(
    .binaryPlatform, .error, phase: .binary,
    summary: "the binary is for another platform, CPU level or glibc than is expected",
    why: """
      A binary for another architecture ends with "exec format error". One that was built with GOAMD64=v3 stops at start on
      an older CPU. One that was linked with a newer glibc than the machine has does not start either.
      """,
    fix: [
      "Build with the GOOS, GOARCH and GOAMD64 of the machines that run it.",
      "`staticgo inspect --expect linux/amd64/v1 --glibc-max 2.28 dist/` says what is expected.",
    ])
}
