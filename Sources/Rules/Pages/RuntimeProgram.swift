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
      .shipped(
        title: "an image from scratch", importing: "import \"os/exec\" // HERE", calling: "exec.Command(\"git\").Run()"),
      .shipped(
        title: "an image with programs", importing: "import \"os/exec\"", calling: "exec.Command(\"git\").Run()",
        base: "debian:12"),
    ])
}
