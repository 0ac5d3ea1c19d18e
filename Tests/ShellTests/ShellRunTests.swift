import Bytes
import Foundation
import Shell
import TestSupport
import Testing

@Suite struct ShellRunTests {
  /// Scripts whose last command is `go build`, which here prints what it gets.
  static let scripts = [
    "go build", "CGO_ENABLED=0 go build", "CGO_ENABLED=0; go build", "CGO_ENABLED=0 && go build",
    "export CGO_ENABLED=0; go build", "export CGO_ENABLED; CGO_ENABLED=0; go build",
    "CGO_ENABLED=0; export CGO_ENABLED; go build",
    "(export CGO_ENABLED=0); go build", "(export CGO_ENABLED=0; go build)", "{ export CGO_ENABLED=0; }; go build",
    "env CGO_ENABLED=0 go build", "export CGO_ENABLED=0; env -u CGO_ENABLED go build",
    "export CGO_ENABLED=0; unset CGO_ENABLED; go build",
    "export CGO_ENABLED=1; CGO_ENABLED=0 go build", "A=0; CGO_ENABLED=$A go build", "CGO_ENABLED=${A:-0} go build",
    "CGO_ENABLED=${A-0} go build", "A=; CGO_ENABLED=${A:-0} go build", "A=; CGO_ENABLED=${A-0} go build",
    "export CGO_ENABLED='0' # x\ngo build",
    "export CGO_ENABLED=\"$A\"0; go build", "export CGO_ENABLED=\\\n0\ngo build", "set -a; CGO_ENABLED=0; go build",
    "cat <<X >/dev/null\nexport CGO_ENABLED=0\nX\ngo build", "export CGO_ENABLED=0 >/dev/null; go build",
    "sh -c 'export CGO_ENABLED=0'; go build",
    "export CGO_ENABLED=0; sh -c 'go build'", "sh -c 'CGO_ENABLED=0 go build'", "cd /tmp; go build",
    "cd /tmp && cd .. && go build", "(cd /tmp); go build",
    "false || CGO_ENABLED=0 go build", "true && go build", "export CGO_ENABLED=0 GOOS=linux; go build",
    "! true; go build",
    "f() { export CGO_ENABLED=0; }; go build", "export A=0; export CGO_ENABLED=$A; A=1; go build",
    "echo 'go build'; go build", "go\\\n build",
    "for a in 0 1; do CGO_ENABLED=$a go build; done", "for a in 0 1\ndo\n  export CGO_ENABLED=$a\ndone\ngo build",
    "A='0 1'; for a in $A; do CGO_ENABLED=$a go build; done",
    "A='0 1'; for a in \"$A\"; do CGO_ENABLED=$a go build; done",
    "for a in; do go build; done; go build", "for d in /tmp /usr; do (cd $d && go build); done; go build",
    "for a in 0 1; do for b in /tmp /usr; do cd $b; CGO_ENABLED=$a go build; done; done; echo done",
    "for a in 0; do if true; then CGO_ENABLED=$a; fi; done; go build",
    "for a in 0 1; do CGO_ENABLED=$a; export CGO_ENABLED; done; go build",
    "f() { go build; }; f; f", "f() { CGO_ENABLED=$1 go build; }; f 0; f 1",
    "function_() { go build; }; CGO_ENABLED=0 function_; go build",
    "f() { cd $1; go build; }; f /tmp; go build", "f() { export CGO_ENABLED=${1}; }; f 0; go build",
    "f() { return; go build; }; f; go build",
    "f() { A=$2; CGO_ENABLED=${A:-1} go build; }; f x; f x 0",
    "f() { for a in 0 1; do CGO_ENABLED=$a go build; done; }; f",
    "f() { g; }; g() { go build; }; f", "f()\n{\n  go build\n}\nCGO_ENABLED=0 f", "f() ( go build; ); go build",
    "f() { echo \"}\"; go build; }; f", "f() { exit 0; }; f; go build", "f() { sh -c 'CGO_ENABLED=0 go build'; }; f",
    "s() { export CGO_ENABLED=0; }; A=1 s; go build", "f() { CGO_ENABLED=$1; }; CGO_ENABLED=1 f 0; go build",
    "f() { CGO_ENABLED=$1; }; f 0; export CGO_ENABLED; go build",
    "f() { local a=$1; CGO_ENABLED=$a go build; }; a=1; f 0; CGO_ENABLED=$a go build",
  ]

  @Test("a script gives go what sh gives it", arguments: scripts)
  func shell(_ script: String) throws {
    let scratch = try Scratch()
    try scratch.writeProgram("bin/go", "#!/bin/sh\necho \"$1 ${CGO_ENABLED-unset} $PWD\"\n")
    let path = scratch.url.appendingPathComponent("bin").path + ":/usr/bin:/bin"
    let real = try #require(
      outputOf("env", ["-i", "PATH=\(path)", "sh", "-c", "cd /usr\n\(script)"], in: scratch.url))
    var run = ShellRun(Environment(), in: "/usr")
    run.run(ShellLexer.tokens(Array(script), lines: script.map { _ in 1 }))
    let ours = run.commands.compactMap { command -> String? in
      guard command.texts.first == "go", command.texts.count > 1, let verb = command.texts[1] else { return nil }
      let cgo =
        switch command.environment["CGO_ENABLED"].value {
        case .unset: "unset"
        case .known(let text): text
        case .unknown: "?"
        }
      return "\(verb) \(cgo) \(command.directory?.text ?? "?")\n"
    }
    #expect(ours.joined() == real.split(separator: "\n").filter { $0.hasPrefix("build") }.map { $0 + "\n" }.joined())
  }
}
