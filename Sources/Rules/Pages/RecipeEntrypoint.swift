import Bytes
package import Diagnostics
import Recipes

extension RuleID {
  package static let recipeEntrypoint = RuleID("recipe-entrypoint")
}

extension Rule {
  package static let recipeEntrypoint = Rule(
    .recipeEntrypoint, .error, phase: .recipe, isAllowable: true,
    summary: "an ENTRYPOINT, CMD or RUN needs a shell that its image does not have",
    why: """
      ENTRYPOINT app and CMD app are run by /bin/sh -c, and a script by the interpreter in its first line. scratch and
      distroless images have no shell. The container stops with "no such file or directory", although the program is there
      and static.
      """,
    fix: [
      "Use the exec form: `ENTRYPOINT [\"/app\"]`.",
      "Do in the program what the script does, or use an image with a shell.",
    ],
    examples: [
      Example(
        title: "the shell form in an image without a shell",
        archive: """
          1 staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22 AS build
          ENV CGO_ENABLED=0
          COPY . /src
          WORKDIR /src
          RUN go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          ENTRYPOINT /app # // HERE
          """),
      Example(
        title: "the exec form",
        archive: """
          staticgo check --all --build none
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22 AS build
          ENV CGO_ENABLED=0
          COPY . /src
          WORKDIR /src
          RUN go build -o /app .
          FROM scratch
          COPY --from=build /app /app
          ENTRYPOINT ["/app"]
          """),
    ])
}

extension RecipeSubject {
  /// The finding about an instruction that needs a shell; nil where the main does not run in that image.
  func shellless(_ missing: RecipeFile.MissingShell, _ recipes: [Recipe], in file: RecipeFile) -> Finding? {
    guard recipes.contains(where: { $0.runtime?.line == missing.image.line || $0.builder?.line == missing.image.line })
    else { return nil }
    let image = missing.image.image.name
    let isBuild = missing.instruction == "RUN"
    let predicate =
      isBuild
      ? "has no image: RUN needs a shell, and \(image) has none" : "does not start in its image: \(image) has no shell"
    let label =
      missing.script.map { "\($0.path.text) is a script for \($0.interpreter)" }
      ?? (isBuild ? "RUN is run by /bin/sh -c" : "the shell form is run by /bin/sh -c")
    var finding = finding(
      .recipeEntrypoint, .error, file, line: missing.line, about: missing.instruction, predicate, label: label,
      help: [
        missing.script != nil
          ? "start the program itself, or use an image with a shell"
          : isBuild
            ? "run it in the stage that builds, and COPY the result"
            : "use the exec form: \(missing.instruction) [\"…\"]"
      ])
    finding.related = [
      RelatedLocation(location: Self.place(file, missing.image.line), message: "the image without a shell")
    ]
    return finding
  }
}
