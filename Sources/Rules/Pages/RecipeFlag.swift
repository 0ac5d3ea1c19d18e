import Bytes
package import Diagnostics
import GoBuild
import Recipes

extension RuleID {
  package static let recipeFlag = RuleID("recipe-flag")
}

extension Rule {
  package static let recipeFlag = Rule(
    .recipeFlag, .note, phase: .recipe,
    summary: "a flag of go build that changes nothing, or a check of a binary that proves nothing",
    why: """
      Since Go 1.10 the build cache keeps programs with and without cgo apart, so -installsuffix cgo has no effect and -a
      only makes the build slower. -extldflags is for the C compiler's linker, which is not used without cgo. Such flags
      look as if they made the program static, and do not.

      ldd and file do not show whether a program is static. ldd fails on a static program, so `ldd app | grep` fails with
      pipefail where all is well. file takes a position-independent program that crashes at start for static.
      """,
    fix: [
      "Remove the flag. `CGO_ENABLED=0` alone makes the program static.",
      "Instead of ldd or file, use `staticgo inspect FILE`. It exits with 1 if the program is not static.",
    ],
    examples: [
      Example(
        title: "a suffix that nothing needs since Go 1.10",
        archive: """
          staticgo check --all --build none -v
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22
          COPY . /src
          WORKDIR /src
          RUN CGO_ENABLED=0 go build -installsuffix cgo -o /app . # // HERE
          """),
      Example(
        title: "a check that fails on a static program",
        archive: """
          staticgo check --all --build none -v
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22
          COPY . /src
          WORKDIR /src
          RUN CGO_ENABLED=0 go build -o /app .
          RUN ldd /app 2>&1 | grep -q "not a dynamic executable" # // HERE
          """),
      Example(
        title: "flags that have an effect",
        archive: """
          staticgo check --all --build none -v
          -- go.mod --
          module example.com/app
          go 1.21
          -- main.go --
          package main
          func main() {}
          -- Dockerfile --
          FROM golang:1.22
          COPY . /src
          WORKDIR /src
          RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /app .
          """),
    ])
}

extension RecipeSubject {
  /// The notes about checks that do not show whether the program is static.
  func checks(in file: RecipeFile) -> [Finding] {
    file.checks.map { program, line in
      finding(
        .recipeFlag, .note, file, line: line, about: program,
        "is checked with \(program), which does not show whether it is static",
        label: program == "ldd"
          ? "ldd fails on a static program" : "file takes a program that crashes at start for static",
        help: ["use staticgo inspect FILE, which exits with 1 if the program is not static"])
    }
  }

  /// The notes about flags of a recipe without effect.
  func flags(_ recipe: Recipe, in file: RecipeFile) -> [Finding] {
    func note(_ flag: String, _ reason: String) -> Finding {
      finding(
        .recipeFlag, .note, file, line: recipe.line, about: "\(analysis.main.text) \(flag)",
        "is built with \(flag), which has no effect", label: reason, help: ["remove \(flag)"])
    }
    var found: [Finding] = []
    if let suffix = BuildFlag.last("installsuffix", in: recipe.flags) {
      found.append(note("-installsuffix \(suffix)", "the build cache keeps programs with and without cgo apart"))
    }
    if case .off = recipe.cgo {
      let flags = recipe.flags.map(\.text)
      if ineffectiveLinkerFlag(in: flags) != nil {
        found.append(note("-extldflags", "without cgo Go's internal linker is used"))
      }
    }
    return found
  }
}
