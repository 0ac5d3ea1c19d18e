import Bytes
package import Diagnostics
import Recipes

extension RuleID {
  package static let recipeNoEffect = RuleID("recipe-no-effect")
}

extension Rule {
  package static let recipeNoEffect = Rule(
    .recipeNoEffect, .error, phase: .recipe,
    summary: "a setting of a Dockerfile, Makefile or workflow that go never sees, such as RUN export CGO_ENABLED=0",
    why: """
      A variable that go never sees changes nothing, and no tool reports it. Each RUN starts a new shell: an export ends
      with its RUN. NAME=0 && go build sets a variable of the shell, which is not exported. An ARG before the first FROM is
      not visible in a stage. go takes only 0 and 1 for CGO_ENABLED: with any other value it decides as without one.
      """,
    fix: [
      "Use `ENV CGO_ENABLED=0` in the stage that builds, above the build.",
      "Or set it in the command itself: `RUN CGO_ENABLED=0 go build …`.",
    ],
    examples: [
      Example(
        title: "an export in a RUN of its own",
        archive: """
          1 staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22
          WORKDIR /src
          COPY . .
          RUN export CGO_ENABLED=0 # // HERE
          RUN go build -o /app .
          """),
      Example(
        title: "an export before go build in the same RUN",
        archive: """
          staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22
          WORKDIR /src
          COPY . .
          RUN export CGO_ENABLED=0 && go build -o /app .
          """),
    ])
}

extension RecipeSubject {
  /// The finding about a setting that go never sees.
  func lost(_ setting: LostSetting, in file: RecipeFile) -> Finding {
    let name = setting.name
    let predicate: String
    let label: String
    let help: String
    let usual = "use ENV CGO_ENABLED=0 in the stage that builds, above the build"
    var severity = Severity.error
    switch setting.cause {
    case .makeVariable:
      predicate = "does not get \(name): \(file.path.text) sets it without exporting it"
      (label, help) = (
        "make passes this variable to go only if it was in the environment before", "write export in front of it"
      )
    case .shellEnds(let unit):
      predicate = "does not get the \(name) that \(file.path.text) exports"
      (label, help) = (
        "each \(unit) has its own shell: the export ends here",
        unit == "RUN"
          ? "set \(name) with ENV instead of export"
          : unit == "step"
            ? "set \(name) in env: of the job or of the step that builds"
            : "use export \(name) := … outside of the recipe"
      )
    case .notExported:
      predicate = "does not get \(name): \(file.path.text) sets it without exporting it"
      (label, help) = (
        "this variable of the shell is not exported, so the go command does not get it",
        "write the assignment directly before go, without && or ; between them: \(name)=0 go build"
      )
    case .misspelt(let meant):
      predicate = "does not get the \(name) that \(file.path.text) sets: go reads \(meant)"
      (label, help) = ("go does not read \(name)", "rename \(name) to \(meant)")
    case .value(let text):
      predicate = "is built as if \(name) were not set: its value is \"\(text.prefix(20))\""
      (label, help) = ("go takes only 0 and 1", "set \(name) to 0")
    case .beforeFrom:
      predicate = "does not get the \(name) that \(file.path.text) declares before FROM"
      (label, help) = (
        "an ARG before FROM is not visible in a stage", "add ARG \(name) below the FROM line of the stage that builds"
      )
    case .undeclared(let dockerfile):
      predicate = "does not get the \(name) that \(file.path.text) passes to \(dockerfile.text)"
      (label, help) = (
        "\(dockerfile.text) has no ARG \(name) in a stage",
        "add ARG \(name) below the FROM line of the stage that builds in \(dockerfile.text)"
      )
    case .afterBuild(let line):
      severity = .warning
      predicate = "does not get the \(name) that \(file.path.text) sets after the build"
      (label, help) = ("the build on line \(line) does not see it", usual)
    }
    var finding = finding(
      .recipeNoEffect, severity, file, line: setting.line, about: "\(name):\(setting.cause.word)", predicate,
      label: label, help: [help])
    finding.fixes = fixes(setting, in: file)
    return finding
  }

  /// The findings about build arguments that a Dockerfile does not declare.
  func undeclared(in file: RecipeFile, _ all: () -> [RecipeFile]) -> [Finding] {
    all().flatMap { publisher in
      let passed = publisher.images.filter { $0.dockerfile == file.path }.flatMap(\.arguments)
      let unseen = Set(passed.filter { $0.isOfGo && !file.declared.contains($0.name) })
      return unseen.sorted { ($0.line, $0.name) < ($1.line, $1.name) }.map { argument in
        lost(
          LostSetting(name: argument.name, cause: .undeclared(dockerfile: file.path), line: argument.line),
          in: publisher)
      }
    }
  }

  /// The edits that make go see a setting.
  private func fixes(_ setting: LostSetting, in file: RecipeFile) -> [Fix] {
    let (name, line) = (setting.name, setting.line)
    switch setting.cause {
    case .shellEnds(unit: "RUN") where file.text(of: line).hasPrefix(ByteString("RUN export \(name)=")):
      // A further command or word would mean something else to ENV.
      let rest = file.text(of: line).dropFirst("RUN export \(name)=".utf8.count)
      guard !rest.bytes.contains(where: { " &;|\\#\t".utf8.contains($0) }) else { return [] }
      return Self.fix(file, line, "RUN export ", "ENV ")
    case .notExported: return Self.fix(file, line, "\(name)=0 && ", "\(name)=0 ")
    case .misspelt(let meant): return Self.fix(file, line, "\(name)=", "\(meant)=")
    case .value(let text) where ["false", "off", "no"].contains(text.lowercased()):
      return ["=", ": "].lazy.map { Self.fix(file, line, name + $0 + text, name + $0 + "0") }.first { !$0.isEmpty }
        ?? []
    case .makeVariable where file.text(of: line).hasPrefix(ByteString(name)):
      return Self.fix(file, line, name, "export " + name)
    default: return []
    }
  }
}
