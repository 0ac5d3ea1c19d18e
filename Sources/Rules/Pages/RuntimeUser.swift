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
      .shipped(
        title: "an image from scratch", importing: "import \"os/user\" // HERE", calling: "user.Lookup(\"nobody\")"),
      .shipped(
        title: "an image that has them", importing: "import \"os/user\"", calling: "user.Lookup(\"nobody\")",
        adding: "COPY --from=build /etc/passwd /etc/passwd"),
    ])
}
