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
      .shipped(
        title: "an image from scratch", importing: "import \"os\" // HERE", calling: "os.CreateTemp(\"\", \"x\")"),
      .shipped(
        title: "an image that has them", importing: "import \"os\"", calling: "os.CreateTemp(\"\", \"x\")",
        adding: "VOLUME /tmp"),
    ])
}
