import Bytes
import Foundation
import TestSupport
import Testing

@testable import RecipeFiles
@testable import Recipes

@Suite struct BuildFilesTests {
  @Test(
    "which variables of a Makefile go sees",
    arguments: [
      ("CGO_ENABLED := 0\nbuild:\n\tgo build ./cmd/app\n", ["3: cmd/app unknown → nowhere", "1: CGO_ENABLED of make"]),
      ("export CGO_ENABLED := 0\nbuild:\n\tgo build ./cmd/app\n", ["3: cmd/app off(1) → nowhere"]),
      ("CGO_ENABLED = 0\nexport CGO_ENABLED\nbuild:\n\tgo build .\n", ["4: . off(1) → nowhere"]),
      ("CGO_ENABLED = 0\nexport\nbuild:\n\tgo build .\n", ["4: . off(1) → nowhere"]),
      (".EXPORT_ALL_VARIABLES:\nCGO_ENABLED = 0\nbuild:\n\tgo build .\n", ["4: . off(2) → nowhere"]),
      ("CGO_ENABLED ?= 0\nbuild:\n\tCGO_ENABLED=$(CGO_ENABLED) go build .\n", ["3: . off(3) → nowhere"]),
      ("build: CGO_ENABLED=0\nbuild:\n\tgo build .\n", ["3: . unknown → nowhere", "1: CGO_ENABLED of make"]),
      ("build: export CGO_ENABLED=0\nbuild:\n\tgo build .\n", ["3: . unknown → nowhere"]),
      ("a: CGO_ENABLED=0\na:\n\techo\nb:\n\tgo build .\n", ["5: . unknown → nowhere"]),
      ("b:\n\texport CGO_ENABLED=0\n\tgo build .\n", ["3: . unknown → nowhere", "2: CGO_ENABLED the shell ends"]),
      (".ONESHELL:\nb:\n\texport CGO_ENABLED=0\n\tgo build .\n", ["4: . off(3) → nowhere"]),
      ("b:\n\t@export CGO_ENABLED=0; \\\n\tgo build .\n", ["2: . off(2) → nowhere"]),
      ("b:\n\tCGO_ENABLED=0 && go build .\n", ["2: . unknown → nowhere", "2: CGO_ENABLED is not exported"]),
      ("BIN := ./cmd/app\nb:\n\tCGO_ENABLED=0 go build $(FLAGS) -o x $(BIN)\n", ["3: cmd/app off(3) → nowhere"]),
      ("b:\n\tCGO_ENABLED=false go build .\n", ["2: . unknown → nowhere", "2: CGO_ENABLED = false"]),
      // An included file may export it, and a condition may set it.
      ("include x.mk\nCGO_ENABLED := 0\nb:\n\tgo build .\n", ["4: . unknown → nowhere"]),
      ("ifdef STATIC\nexport CGO_ENABLED = 0\nendif\nb:\n\tgo build .\n", ["5: . unknown → nowhere"]),
      ("# CGO_ENABLED := 0\nb:\n\tgo build .\n", ["3: . unknown → nowhere"]),
      ("CGO_ENABLED := 0\nb:\n\tgo test ./...\n", []),
    ] as [(String, [String])])
  func makefile(_ text: String, _ expected: [String]) { #expect(describe("Makefile", text) == expected) }

  @Test(
    "which variables of a workflow go sees",
    arguments: [
      ("- run: go build ./cmd/app", ["7: cmd/app compiler → nowhere"]),
      ("- run: |\n    export CGO_ENABLED=0\n    go build .", ["9: . off(8) → nowhere"]),
      ("- run: export CGO_ENABLED=0\n- run: go build .", ["8: . compiler → nowhere", "7: CGO_ENABLED the shell ends"]),
      ("- run: go build .\n  env:\n    CGO_ENABLED: 0", ["7: . off(9) → nowhere"]),
      ("- run: go build .\n  env:\n    CGO_ENABLED: false", ["7: . compiler → nowhere", "9: CGO_ENABLED = false"]),
      ("- run: echo CGO_ENABLED=0 >> $GITHUB_ENV\n- run: go build .", ["8: . off(7) → nowhere"]),
      ("- run: go build .\n  env:\n    CGO_ENABLED: ${{ matrix.cgo }}", ["7: . unknown → nowhere"]),
      ("- run: go build .\n  working-directory: cmd/app", ["7: cmd/app compiler → nowhere"]),
      ("- run: GOOS=${{ matrix.os }} go build .", ["7: . compiler → nowhere"]),
      ("- uses: actions/checkout@v4", []),
    ] as [(String, [String])])
  func workflow(_ steps: String, _ expected: [String]) {
    let indented = steps.split(separator: "\n", omittingEmptySubsequences: false).map { "      " + $0 }
    let head = "on: push\njobs:\n  build:\n    runs-on: ubuntu-latest\n    # The steps.\n    steps:\n"
    #expect(describe(".github/workflows/ci.yml", head + indented.joined(separator: "\n") + "\n") == expected)
  }

  @Test(
    "which variables of a job of GitLab go sees",
    arguments: [
      ("build:\n  image: golang:1.22\n  script:\n    - go build ./cmd/app\n", ["4: cmd/app compiler → nowhere"]),
      (
        "variables:\n  CGO_ENABLED: 0\nbuild:\n  script:\n    - cd cmd/app\n    - go build\n",
        ["6: cmd/app off(2) → nowhere"]
      ),
      (
        "build:\n  image: golang:1.22-alpine\n  before_script:\n    - export CGO_ENABLED=0\n  script: go build .\n",
        ["5: . off(4) → nowhere"]
      ),
      (
        "build:\n  script:\n    - CGO_ENABLED=0; go build .\n",
        ["3: . unknown → nowhere", "3: CGO_ENABLED is not exported"]
      ),
      (
        "build:\n  variables:\n    CGO_ENABLED: \"off\"\n  script: [go build .]\n",
        ["4: . unknown → nowhere", "3: CGO_ENABLED = off"]
      ),
      ("build:\n  extends: .go\n  script: [go build .]\n", ["3: . unknown → nowhere"]),
      (
        ".go:\n  image: golang:1.22\n  variables:\n    CGO_ENABLED: 0\nbuild:\n  extends: .go\n  script: [go build .]\n",
        ["7: . off(4) → nowhere"]
      ),
      (
        ".a:\n  variables: {CGO_ENABLED: 1}\n.b:\n  extends: .a\n  variables: {CGO_ENABLED: 0}\n  script: [go build .]\nbuild:\n  extends: [.a, .b]\n",
        ["6: . off(5) → nowhere"]
      ),
      (
        ".setup:\n  script:\n    - export CGO_ENABLED=0\nbuild:\n  image: golang:1.22\n  script:\n    - !reference [.setup, script]\n    - go build .\n",
        ["8: . off(3) → nowhere"]
      ),
      (
        "build:\n  image: golang:1.22\n  script:\n    - !reference [.setup, script]\n    - go build .\n",
        ["5: . unknown → nowhere"]
      ),
      ("build:\n  image: golang\n  script:\n    - [export CGO_ENABLED=0, go build .]\n", ["4: . off(4) → nowhere"]),
      (".a:\n  extends: .a\nbuild:\n  extends: .a\n  script: [go build .]\n", ["5: . unknown → nowhere"]),
      (".a:\n  script: [!reference [.a, script], !reference [.a, script], go build .]\nbuild:\n  extends: .a\n", nil),
      (".go:\n  script: [go build .]\nvariables:\n  X: 1\n", []), ("- a", []), ("", []),
    ] as [(String, [String]?)])
  func gitLab(_ text: String, _ expected: [String]?) {
    let found = describe(".gitlab-ci.yml", text)
    // A template that contains itself is read a limited number of times.
    if let expected { #expect(found == expected) } else { #expect(found.count < 2_000) }
  }

  @Test(
    "how goreleaser builds",
    arguments: [
      ("builds:\n  - main: ./cmd/app\n", ["2: cmd/app compiler → nowhere"]),
      ("builds:\n  - main: ./cmd/app\n    env: [CGO_ENABLED=0]\n", ["2: cmd/app off(3) → nowhere"]),
      ("env:\n  - CGO_ENABLED=0\nbuilds:\n  - main: ./cmd/app\n", ["4: cmd/app off(2) → nowhere"]),
      (
        "builds:\n  - main: .\n    env:\n      - CGO_ENABLED=off\n",
        ["2: . compiler → nowhere", "4: CGO_ENABLED = off"]
      ),
      ("builds:\n  - main: .\n    env: ['CGO_ENABLED={{ .Env.CGO }}']\n", ["2: . unknown → nowhere"]),
      ("builds:\n  - builder: rust\n", []), ("builds: 1\n", []), ("", []),
    ] as [(String, [String])])
  func goReleaser(_ text: String, _ expected: [String]) { #expect(describe(".goreleaser.yaml", text) == expected) }

  @Test(
    "how ko builds",
    arguments: [
      ("builds:\n- main: ./cmd/app\n", ["2: cmd/app off(0) → none"]),
      ("builds:\n- main: ./cmd/app\n  env: [CGO_ENABLED=1]\n", ["2: cmd/app on(3) → none"]),
      (
        "defaultBaseImage: alpine\nbuilds:\n- dir: cmd\n  main: app\n  env: [CGO_ENABLED=yes]\n",
        ["3: cmd/app unknown → musl", "5: CGO_ENABLED = yes"]
      ),
      ("builds:\n- main: ./cmd/app\n  env: ['CGO_ENABLED={{.Env.CGO}}']\n", ["2: cmd/app unknown → none"]),
      ("defaultBaseImage: x\n", []), ("", []),
    ] as [(String, [String])])
  func ko(_ text: String, _ expected: [String]) { #expect(describe(".ko.yaml", text) == expected) }

  @Test(
    "which variables of a Taskfile go sees",
    arguments: [
      ("tasks:\n  build:\n    cmds:\n      - go build ./cmd/app\n", ["4: cmd/app unknown → nowhere"]),
      ("env: {CGO_ENABLED: 0}\ntasks:\n  b: go build .\n", ["3: . off(1) → nowhere"]),
      (
        "tasks:\n  b:\n    dir: cmd\n    env:\n      CGO_ENABLED: '0'\n    cmds:\n      - cmd: go build ./app\n",
        ["7: cmd/app off(5) → nowhere"]
      ),
      (
        "tasks:\n  b:\n    cmds:\n      - export CGO_ENABLED=0\n      - go build .\n",
        ["5: . unknown → nowhere", "4: CGO_ENABLED the shell ends"]
      ),
      ("tasks:\n  b:\n    cmds:\n      - CGO_ENABLED={{.CGO}} go build .\n", ["4: . unknown → nowhere"]),
      ("dotenv: ['.env']\ntasks:\n  b: go build .\n", ["3: . unknown → nowhere"]),
      ("env: {CGO_ENABLED: no}\ntasks:\n  t: go test ./...\n", []), ("tasks: 1\n", []), ("", []),
    ] as [(String, [String])])
  func taskfile(_ text: String, _ expected: [String]) { #expect(describe("Taskfile.yml", text) == expected) }

  @Test(
    "how melange builds",
    arguments: [
      (
        "environment:\n  environment:\n    CGO_ENABLED: '0'\npipeline:\n  - uses: go/build\n    with:\n"
          + "      packages: ./cmd/app\n", ["5: cmd/app off(3) → nowhere"]
      ),
      (
        "environment:\n  contents:\n    packages: [build-base]\npipeline:\n  - runs: |\n      go build ./cmd/app\n",
        ["6: cmd/app compiler → nowhere"]
      ),
      (
        "subpackages:\n  - pipeline:\n      - uses: go/build\n        with: {packages: .}\n", ["3: . unknown → nowhere"]
      ),
    ] as [(String, [String])])
  func melange(_ text: String, _ expected: [String]) { #expect(describe("melange.yaml", text) == expected) }

  @Test(
    "the steps of a composite action",
    arguments: [
      ("- run: go build ./cmd/app", ["6: cmd/app unknown → nowhere"]),
      ("- run: CGO_ENABLED=0 go build ./cmd/app", ["6: cmd/app off(6) → nowhere"]),
      ("- run: go build .\n  env: {CGO_ENABLED: 'off'}", ["6: . unknown → nowhere", "7: CGO_ENABLED = off"]),
    ] as [(String, [String])])
  func action(_ steps: String, _ expected: [String]) {
    let indented = steps.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n")
    let text = "name: build\n# An action.\nruns:\n  using: composite\n  steps:\n" + indented
    #expect(describe("tools/build/action.yml", text) == expected)
  }

  @Test(
    "build arguments that a file passes to a Dockerfile",
    arguments: [
      (
        "docker-bake.hcl", "target \"a\" {\n  args = {\n    A = \"x${B}\" # {\n    \"C\" : 1\n  }\n}\n", ["3 A", "4 C"]
      ),
      ("docker-bake.json", "{\"target\": {\"a\": {\"args\": {\n\"A\": 1}}}}", ["2 A"]),
      ("compose.yaml", "services:\n  a:\n    build:\n      args:\n        A: x\n        B:\n", ["5 A", "6 B"]),
      ("compose.yaml", "services:\n  a:\n    build:\n      args: [A=x, B]\n", ["4 A", "4 B"]),
      ("Makefile", "a:\n\tdocker build --build-arg A=$(B) --build-arg=C=1 -t x .\n", ["2 A", "2 C"]),
      (
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          context: .\n"
          + "          build-args: |\n            A=1\n            B=${{ x }}\n", ["8 A", "9 B"]
      ),
    ] as [(ByteString, String, [String])])
  func arguments(_ path: ByteString, _ text: String, _ expected: [String]) throws {
    let file = try #require(RecipeFile.read(path, Array(text.utf8)) { _ in nil })
    #expect(file.images.flatMap(\.arguments).map { "\($0.line) \($0.name)" } == expected)
    #expect(file.images.allSatisfy { $0.dockerfile == "Dockerfile" })
  }

  @Test(
    "images for several platforms",
    arguments: [
      (
        "docker-bake.hcl",
        "target \"app\" {\n  dockerfile = \"build/Dockerfile\"\n"
          + "  platforms = [\"linux/amd64\", \"linux/arm64\"]\n}\n", ["3: build/Dockerfile linux/amd64 linux/arm64"]
      ),
      (
        "docker-bake.hcl",
        "target \"all\" {\n  platforms = [\"linux/amd64\", # one\n    \"linux/arm64\"]\n}\n"
          + "target \"app\" {\n  inherits = [\"all\"]\n  context = \"./app\"\n}\n",
        ["2: Dockerfile linux/amd64 linux/arm64", "2: app/Dockerfile linux/amd64 linux/arm64"]
      ),
      ("docker-bake.hcl", "target \"app\" {\n  platforms = [\"linux/amd64\"]\n}\n", []),
      ("docker-bake.hcl", "target \"app\" {\n  platforms = split(\",\", P)\n}\n", []),
      (
        "docker-bake.hcl",
        "target \"app\" {\n  dockerfile = \"${D}\"\n  platforms = [\"linux/amd64\", \"linux/arm64\"]\n}\n",
        []
      ),
      (
        "docker-bake.json",
        "{\"target\": {\"app\": {\"context\": \"app\",\n\"platforms\": [\"linux/amd64\", \"linux/arm\"]}}}",
        ["2: app/Dockerfile linux/amd64 linux/arm"]
      ),
      (
        "deploy/compose.yaml",
        "services:\n  app:\n    build:\n      context: ..\n      platforms: [linux/amd64, linux/arm64]\n",
        ["5: Dockerfile linux/amd64 linux/arm64"]
      ),
      ("compose.yaml", "services:\n  app:\n    build: .\n", []),
      (
        "compose.yaml",
        "services:\n  app:\n    build:\n      context: https://x\n      platforms: [linux/amd64, linux/arm64]\n", []
      ),
    ] as [(ByteString, String, [String])])
  func images(_ path: ByteString, _ text: String, _ expected: [String]) throws {
    let file = try #require(RecipeFile.read(path, Array(text.utf8)) { _ in nil })
    #expect(file.images.map { "\($0.line): \($0.dockerfile) \($0.platforms.joined(separator: " "))" } == expected)
  }

  @Test(
    "a Makefile gives go what make gives it",
    arguments: [
      "CGO_ENABLED := 0\na:\n\t@go build\n", "export CGO_ENABLED := 0\na:\n\t@go build\n",
      "CGO_ENABLED := 0\nexport CGO_ENABLED\na:\n\t@go build\n", "CGO_ENABLED := 0\nexport\na:\n\t@go build\n",
      "a:\n\t@CGO_ENABLED=0 go build\n", "a:\n\t@export CGO_ENABLED=0\n\t@go build\n",
      "a:\n\t@export CGO_ENABLED=0; \\\n\tgo build\n", ".ONESHELL:\na:\n\t@export CGO_ENABLED=0\n\tgo build\n",
      ".EXPORT_ALL_VARIABLES:\nCGO_ENABLED = 0\na:\n\t@go build\n", "V = 0\na:\n\t@CGO_ENABLED=$(V) go build\n",
      "V = 0\na:\n\t@CGO_ENABLED=${V} go build\n", "a:\n\t@A=0; CGO_ENABLED=$$A go build\n",
    ])
  func make(_ text: String) throws {
    let scratch = try Scratch()
    try scratch.write("Makefile", text)
    try scratch.writeProgram("bin/go", "#!/bin/sh\necho \"$1 ${CGO_ENABLED-unset}\"\n")
    let path = scratch.url.appendingPathComponent("bin").path + ":/usr/bin:/bin"
    guard let real = outputOf("env", ["-i", "PATH=\(path)", "make", "-s", "a"], in: scratch.url) else { return }
    let file = try #require(RecipeFile.read("Makefile", Array(text.utf8)) { _ in nil })
    let ours = file.recipes.map { if case .off = $0.cgo { "build 0" } else { "build unset" } }
    #expect(ours == real.split(separator: "\n").filter { $0.hasPrefix("build") }.map(String.init))
  }

  @Test(
    "hostile build files end at once",
    arguments: [
      String(repeating: "$(", count: 50_000), String(repeating: "A=$(A)$(A)\n", count: 5_000),
      "a:\n" + String(repeating: "\tgo build .\n", count: 5_000), String(repeating: "ifdef A\n", count: 20_000),
      "jobs:\n  a:\n    steps:\n" + String(repeating: "      - run: go build .\n", count: 5_000),
    ])
  func hostile(_ text: String) {
    for path in [".gitlab-ci.yml", "Makefile", ".github/workflows/a.yml", ".goreleaser.yml"] as [ByteString] {
      _ = describe(path, text)
    }
  }
}
