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
      .shipped(
        title: "an image from scratch", importing: "import \"time\" // HERE",
        calling: "time.LoadLocation(\"Europe/Berlin\")"),
      .shipped(
        title: "an image that has them", importing: "import \"time\"", calling: "time.LoadLocation(\"Europe/Berlin\")",
        adding: "COPY --from=build /usr/share/zoneinfo /usr/share/zoneinfo"),
    ])
}
