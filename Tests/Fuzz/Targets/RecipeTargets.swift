import Bytes
import RecipeFiles
import Recipes

/// The files that build programs for release: each kind is one target.
let recipeTargets: [FuzzTarget] = [
  recipeTarget(
    "dockerfile", "Dockerfile",
    seeds: [
      """
      # escape=`
      FROM golang AS b
      ARG T=x
      ENV CGO_ENABLED=0 GOOS=linux
      RUN --mount=type=cache,target=/x cd a && \\
        CGO_ENABLED=0 go build -tags "a $T" -o /x ./cmd/a # y
      RUN ["go", "build"]
      RUN <<E
      go build .
      E
      """,
      """
      ARG V=1
      FROM --platform=$BUILDPLATFORM golang:$V-alpine AS b
      ARG TARGETOS TARGETARCH
      RUN GOOS=$TARGETOS GOARCH=${TARGETARCH:-amd64} go build -o /out/a ./cmd/a
      FROM scratch
      COPY --from=b /out/a /a
      ENTRYPOINT ["/a"]
      """,
    ], words: ["RUN ", "ENV ", "go build ", "\\\n", "&&", "<<EOF\n", "FROM scratch\n", "COPY --from=b ", "${A:-b}"]),
  recipeTarget(
    "makefile", "Makefile",
    seeds: [
      "export CGO_ENABLED := 0\nb: X=1\n\t@go build $(FLAGS) ./cmd/app; \\\n\tsh -c 'go build'\n",
      ".ONESHELL:\nifdef A\ninclude b.mk\nendif\na:\n\texport CGO_ENABLED=0\n\tif x; then go build; else cd /; fi\n",
      "A ?= $(B)\nB = $(A:x=y)\na: b\n\t$(MAKE) -C c b CGO_ENABLED=0\n%.o: %.c\n\tgo build $@\ndefine f\ngo build\nendef\n",
    ], words: ["export ", "CGO_ENABLED", ":=", "\t", "$(", "go build", "<<EOF\n", "|| ", "esac", "$(MAKE) ", "endef\n"]),
  recipeTarget(
    "workflow", ".github/workflows/a.yml",
    seeds: [
      """
      jobs:
        a:
          runs-on: ubuntu-latest
          container: golang:alpine
          strategy: {matrix: {goos: [linux, darwin], include: [{cgo: 0}]}}
          env:
            CGO_ENABLED: 0
          steps:
            - run: |
                echo CGO_ENABLED=0 >> "$GITHUB_ENV"
                GOOS=${{ matrix.goos }} go build .
            - uses: ./x
      """
    ], words: ["run: ", "env:", "${{ x }}", "GITHUB_ENV", "go build", "matrix:", "<<: *a", "&a "]),
  recipeTarget(
    "gitlab-ci", ".gitlab-ci.yml",
    seeds: [
      """
      variables: {CGO_ENABLED: "0"}
      .a: &a
        image: golang:alpine
        before_script: [export X=1]
      b:
        <<: *a
        extends: .a
        script:
          - go build ./cmd/a
          - !reference [.a, before_script]
      """
    ], words: ["script:", "extends: ", "variables:", "- go build", "*a", "!reference "]),
  recipeTarget(
    "taskfile", "Taskfile.yml",
    seeds: [
      """
      version: '3'
      vars: {A: '{{.B}}'}
      env: {CGO_ENABLED: '0'}
      tasks:
        default: {cmds: [{task: b, vars: {A: x}}]}
        b: {dir: c, env: {GOOS: linux}, cmds: ['go build -o {{.A}} ./cmd/a'], deps: [d]}
      """
    ], words: ["cmds:", "task: ", "{{.A}}", "env:", "deps:"]),
  recipeTarget(
    "earthfile", "Earthfile",
    seeds: [
      """
      VERSION 0.8
      FROM golang:alpine
      b:
        ARG A=x
        ENV CGO_ENABLED=0
        RUN go build -o a ./cmd/a
        SAVE ARTIFACT a AS LOCAL out/a
      i:
        FROM scratch
        COPY +b/a /a
        IF [ "$A" = x ]
          BUILD +b
        END
      """
    ], words: ["SAVE ARTIFACT ", "COPY +b/a ", "FROM +b\n", "IF ", "END\n", "BUILD +"]),
  recipeTarget(
    "bake", "docker-bake.hcl",
    seeds: [
      """
      variable "A" { default = "x" }
      group "default" { targets = ["b"] }
      target "b" {
        inherits = ["c"]
        dockerfile = "Dockerfile"
        args = { A = "${A}", CGO_ENABLED = 0 }
        platforms = ["linux/amd64", "linux/arm64"] # y
      }
      """
    ], words: ["target \"", "args = {", "${", "<<EOF\n", "/*", "platforms = ["]),
  recipeTarget(
    "compose", "compose.yaml",
    seeds: [
      "services:\n  a:\n    build: {context: ., dockerfile: Dockerfile, target: b, args: [A=x, B]}\n  b:\n    build: .\n"
    ],
    words: ["build:", "args:", "${A:-b}", "platforms:"]),
  recipeTarget(
    "ko", ".ko.yaml",
    seeds: [
      "defaultBaseImage: alpine\nbuilds:\n- id: a\n  main: ./cmd/a\n  env: [CGO_ENABLED=1]\n  ldflags: [-s]\n  flags: [-tags, x]\n"
    ], words: ["builds:\n", "env:", "- CGO_ENABLED=", "baseImageOverrides:"]),
  recipeTarget(
    "melange", "melange.yaml",
    seeds: [
      """
      package: {name: a, version: 1}
      environment: {environment: {CGO_ENABLED: "0"}}
      pipeline:
        - uses: go/build
          with: {packages: ./cmd/a, output: a, tags: x}
        - runs: go build .
      subpackages:
        - pipeline: [{runs: 'cd x; go build ./y'}]
      """
    ], words: ["pipeline:", "uses: go/build", "runs: ", "with:", "${{package.name}}"]),
  // The files that a recipe calls are read, each with the variables of the call.
  FuzzTarget(
    "called-file",
    seeds: [
      "all: b\nb:\n\tCGO_ENABLED=0 $(MAKE) c A=x\nc:\n\tsh b.sh; go build $(A)\n",
      "export CGO_ENABLED=0\nmake b\n. ./c.sh\ngo build ./cmd/a\n",
      "#!/bin/sh\nfor a in x y; do (cd $a; go build -o ../$a .); done\ncase $1 in a) go build;; esac\nf() { go install; }\n",
    ], words: ["esac", "done", "${1:-x}", "make b\n", "sh b.sh\n", "$(MAKE) ", "\n\t", "export "]
  ) { bytes in
    let callers: [(ByteString, String)] = [
      ("Dockerfile", "FROM golang\nCOPY . .\nRUN make b\nRUN sh b.sh && ./c.sh\n"),
      (
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make b && ./b.sh\n"
      ),
      ("Taskfile.yml", "version: '3'\ntasks:\n  b: {cmds: [make b, ./b.sh]}\n"),
    ]
    for (path, text) in callers {
      guard RecipeFile.read(path, Array(text.utf8), content: { _ in bytes }) != nil else {
        return "\(path.text) is not read"
      }
    }
    return nil
  },
]

private func recipeTarget(_ name: String, _ path: ByteString, seeds: [String], words: [String]) -> FuzzTarget {
  FuzzTarget(name, seeds: seeds, words: words) { checkRecipes(path, $0) }
}

/// The lines of recipes and of lost settings are lines of the file.
private func checkRecipes(_ path: ByteString, _ bytes: [UInt8]) -> String? {
  _ = ReleaseBuild.all(in: path, bytes)
  guard let file = RecipeFile.read(path, bytes, content: { _ in nil }) else { return "\(path.text) is not read" }
  let count = bytes.count { $0 == 0x0a } + 1
  for line in file.recipes.map(\.line) + file.lost.map(\.line) + file.shellless.map(\.line)
    + file.notFollowed.map(\.line)
  {
    if !(1...count).contains(line) { return "line \(line) of \(count)" }
    if file.columns(of: line).lowerBound < 1 { return "a column before the line" }
  }
  return nil
}
