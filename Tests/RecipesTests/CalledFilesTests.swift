import Bytes
import Testing

@testable import Recipes

/// Commands that run other files of the repository.
@Suite struct CalledFilesTests {
  private static let head = "FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\n"
  private static let tail = "\nFROM scratch\nCOPY --from=build /app /app\n"

  @Test(
    "a Dockerfile runs make",
    arguments: [
      ("RUN make", "app:\n\tgo build -o /app ./cmd/app\nother:\n\tgo build ./cmd/x\n", ["4: cmd/app compiler → none"]),
      ("RUN make other", "app:\n\tgo build ./cmd/x\nother:\n\tgo build -o /app .\n", ["4: . compiler → none"]),
      ("RUN make all", "all: app\napp:\n\tgo build -o /app .\n", ["4: . compiler → none"]),
      ("RUN make", "export CGO_ENABLED := 0\napp:\n\tgo build -o /app .\n", ["4: . off(0) → none"]),
      ("RUN CGO_ENABLED=0 make", "app:\n\tgo build -o /app .\n", ["4: . off(4) → none"]),
      ("RUN make CGO_ENABLED=0", "app:\n\tgo build -o /app .\n", ["4: . off(0) → none"]),
      ("RUN CGO_ENABLED=1 make", "CGO_ENABLED = 0\napp:\n\tgo build -o /app .\n", ["4: . off(0) → none"]),
      ("RUN CGO_ENABLED=1 make", "CGO_ENABLED ?= 0\napp:\n\tgo build -o /app .\n", ["4: . on(4) → none"]),
      ("RUN make CGO_ENABLED=1", "CGO_ENABLED = 0\napp:\n\tgo build -o /app .\n", ["4: . on(0) → none"]),
      ("RUN make", "CGO_ENABLED ?= 0\napp:\n\tgo build -o /app .\n", ["4: . compiler → none"]),
      ("RUN make -j 4 app", "app:\n\tCGO_ENABLED=0 go build -o /app .\n", ["4: . off(0) → none"]),
      ("RUN make", "app:\n\t$(MAKE) bin\nbin:\n\tgo build -o /app .\n", ["4: . compiler → none"]),
      // An unknown goal, a file that is included, or a loop.
      ("RUN make $GOAL", "app:\n\tgo build -o /app .\n", []),
      ("RUN make missing", "app:\n\tgo build -o /app .\n", []),
      ("RUN make", "include x.mk\napp:\n\tgo build -o /app .\n", ["4: . unknown → none"]),
      ("RUN make", "app:\n\t$(MAKE) app\n", []),
    ] as [(String, String, [String])])
  func make(_ run: String, _ makefile: String, _ expected: [String]) {
    let files = ["Makefile": makefile]
    #expect(describe("Dockerfile", Self.head + run + Self.tail, files: files) == expected)
  }

  @Test(
    "a Dockerfile runs a script",
    arguments: [
      ("RUN ./build.sh", "#!/bin/sh\ngo build -o /app .\n", ["4: . compiler → none"]),
      ("RUN sh build.sh", "export CGO_ENABLED=0\ngo build -o /app .\n", ["4: . off(0) → none"]),
      (
        "ENV CGO_ENABLED=0\nRUN ./build.sh", "#!/usr/bin/env bash\ncd cmd\ngo build -o /app .\n",
        ["5: cmd off(4) → none"]
      ),
      ("RUN ./build.sh", "#!/usr/bin/env python3\ngo build -o /app .\n", []),
      ("RUN ./build.sh", "#!/bin/sh\nmake app\n", ["4: . off(0) → none"]),
      ("RUN ./build.sh", "#!/bin/sh\n. ./env.sh\ngo build -o /app .\n", ["4: . unknown → none"]),
      ("RUN ./build.sh", "#!/bin/sh\n./build.sh\n", []),
      ("RUN ./other.sh", "#!/bin/sh\ngo build -o /app .\n", []),
    ] as [(String, String, [String])])
  func script(_ run: String, _ script: String, _ expected: [String]) {
    let files = ["build.sh": script, "Makefile": "app:\n\tCGO_ENABLED=0 go build -o /app .\n"]
    #expect(describe("Dockerfile", Self.head + run + Self.tail, files: files) == expected)
  }

  @Test(
    "a build that a condition decides about is no certain one",
    arguments: [
      (
        "RUN make", "app:\nifeq ($(STATIC),1)\n\tCGO_ENABLED=0 go build -o /app .\nelse\n\tgo build -o /app .\nendif\n",
        ["4: if . off(0) → nowhere", "4: if . compiler → none"]
      ),
      ("RUN make", "ifdef X\napp:\n\tgo build -o /app .\nendif\n", ["4: if . compiler → none"]),
      ("RUN make all", "ifdef X\nall: app\nendif\napp:\n\tgo build -o /app .\n", ["4: if . compiler → none"]),
      (
        "RUN make", "app:\n\tif [ $(S) = 1 ]; then CGO_ENABLED=0 go build -o /app .; else go build -o /app .; fi\n",
        ["4: if . off(0) → nowhere", "4: if . compiler → none"]
      ),
      (
        "RUN if [ -n \"$S\" ]; then CGO_ENABLED=0 go build -o /app .; exit 0; fi; go build -o /app .", "",
        ["4: if . off(4) → nowhere", "4: if . compiler → none"]
      ),
      (
        "RUN case $S in a) CGO_ENABLED=0 go build -o /app .;; *) go build -o /app .;; esac", "",
        ["4: if . off(4) → nowhere", "4: if . compiler → none"]
      ),
      (
        "RUN CGO_ENABLED=0 go build -o /app . || go build -o /app .", "",
        ["4: . off(4) → nowhere", "4: if . compiler → none"]
      ),
      ("RUN echo usage; exit 1; go build -o /app .", "", []),
      ("RUN for x in a; do go build -o /app .; done", "", ["4: . compiler → none"]),
      (
        "RUN for x in a b; do go build -o /$x ./cmd/$x; done", "",
        ["4: cmd/a compiler → nowhere", "4: cmd/b compiler → nowhere"]
      ),
      ("RUN for x in app; do go build -o /$x ./cmd/$x; done", "", ["4: cmd/app compiler → none"]),
      ("RUN for x in cmd/*; do go build -o /app ./$x; done", "", ["4: ? compiler → none"]),
      ("RUN build() { go build -o /$1 ./cmd/$1; } && build app", "", ["4: cmd/app compiler → none"]),
      ("RUN build() { [ -z \"$1\" ] && return; go build -o /app .; }; build", "", ["4: if . compiler → none"]),
      ("RUN build() { go build -o /app .; }", "", []),
      (
        "RUN for x in app b; do go build -o /$x ./cmd/$x || exit 1; done", "",
        ["4: cmd/app compiler → none", "4: cmd/b compiler → nowhere"]
      ),
      ("RUN go mod download || exit 1; go build -o /app .", "", ["4: . compiler → none"]),
      ("RUN (cd /tmp && exit 0); go build -o /app .", "", ["4: . compiler → none"]),
      ("RUN for x in a b; do [ -d $x ] || continue; done; go build -o /app .", "", ["4: . compiler → none"]),
      ("RUN b() { shift; go build -o /app ./$1; }; b x y", "", ["4: ? compiler → none"]),
      ("RUN b() { go build -o /app ./$2; }; b $E x y", "", ["4: ? compiler → none"]),
      ("RUN read x; go build -o /app ./$x", "", ["4: ? compiler → none"]),
    ] as [(String, String, [String])])
  func conditions(_ run: String, _ makefile: String, _ expected: [String]) {
    let files = makefile.isEmpty ? [:] : ["Makefile": makefile]
    #expect(describe("Dockerfile", Self.head + run + Self.tail, files: files) == expected)
  }

  @Test(
    "a setting that is not followed is not known",
    arguments: [
      // The variables of a target are those of the targets that it needs too.
      "all: export CGO_ENABLED=0\nall: app\napp:\n\tgo build -o /app .\n",
      "CGO ?= 1\nall: CGO=0\nall: app\napp:\n\tCGO_ENABLED=$(CGO) go build -o /app .\n",
      "a%: export CGO_ENABLED=0\nall: app\napp:\n\tgo build -o /app .\n",
      "NAMES = CGO_ENABLED\nCGO_ENABLED = 0\nexport $(NAMES)\nall:\n\tgo build -o /app .\n",
      "define CGO_ENABLED\n0\nendef\nexport CGO_ENABLED\nall:\n\tgo build -o /app .\n",
      "$(eval export CGO_ENABLED=0)\nall:\n\tgo build -o /app .\n",
      "all: private export CGO_ENABLED=0\nall:\n\tgo build -o /app .\n",
      "all:\n\t$(eval export CGO_ENABLED=0)\n\tgo build -o /app .\n",
      "unexport CGO_ENABLED\nall:\n\tgo build -o /app .\n",
      "all:\n\tif test -f x; then setup() { export CGO_ENABLED=0; }; fi; setup; go build -o /app .\n",
    ])
  func unknown(_ makefile: String) {
    let text = Self.head + "RUN make all" + Self.tail
    #expect(describe("Dockerfile", text, files: ["Makefile": makefile]) == ["4: . unknown → none"])
  }

  @Test(
    "the ways to set a variable in a script",
    arguments: [
      (": \"${CGO_ENABLED:=0}\"\nexport CGO_ENABLED\ngo build -o /app .\n", "off(0)"),
      ("set -o allexport\nCGO_ENABLED=0\ngo build -o /app .\n", "off(0)"),
      ("readonly CGO_ENABLED=0; export CGO_ENABLED\ngo build -o /app .\n", "off(0)"),
      ("readonly CGO_ENABLED=0\ngo build -o /app .\n", "compiler"),
    ])
  func settings(_ script: String, _ cgo: String) {
    for call in ["./build.sh", "bash -x ./build.sh", "bash -eu -o pipefail build.sh"] {
      let text = Self.head + "RUN " + call + Self.tail
      #expect(describe("Dockerfile", text, files: ["build.sh": "#!/bin/sh\n" + script]) == ["4: . \(cgo) → none"])
    }
  }

  @Test(
    "calls of make that build nothing, or another file",
    arguments: ["make -n", "make --touch", "MAKEFLAGS=-n make", "sed -i s/1/0/ Makefile && make"])
  func notFollowed(_ call: String) {
    let files = ["Makefile": "app:\n\tgo build -o /app .\n"]
    #expect(describe("Dockerfile", Self.head + "RUN " + call + Self.tail, files: files) == [])
  }

  @Test("an unknown variable on the command line of make is that variable, and no more")
  func override() {
    let files = ["Makefile": "app:\n\tgo build -ldflags -X=main.v=$(V) -o /app .\n"]
    let text = Self.head + "RUN make V=$(git describe)" + Self.tail
    #expect(describe("Dockerfile", text, files: files) == ["4: . compiler → none"])
  }

  @Test("with a Makefile in the root and one beside the Dockerfile, the build context is not known")
  func contexts() {
    let files = [
      "Makefile": "app:\n\tgo build -o /app .\n", "svc/Makefile": "app:\n\tCGO_ENABLED=0 go build -o /app .\n",
    ]
    #expect(describe("svc/Dockerfile", Self.head + "RUN make" + Self.tail, files: files) == [])
    let own = ["svc/Makefile": "app:\n\tCGO_ENABLED=0 go build -o /app .\n"]
    #expect(describe("svc/Dockerfile", Self.head + "RUN make" + Self.tail, files: own) == ["4: . off(0) → none"])
  }

  @Test("white space before a comment is part of a value for make, and not 0 for go")
  func trailingSpace() {
    let files = ["Makefile": "export CGO_ENABLED=0 # static\napp:\n\tgo build -o /app .\n"]
    #expect(describe("Dockerfile", Self.head + "RUN make" + Self.tail, files: files) == ["4: . compiler → none"])
  }

  @Test("many calls of one Makefile are read once")
  func manyCalls() {
    let makefile = (0..<2_000).map { "V\($0) := \($0)\n" }.joined() + "app:\n\tgo build -o /app .\n"
    let text = Self.head + String(repeating: "RUN make\n", count: 300) + Self.tail
    #expect(describe("Dockerfile", text, files: ["Makefile": makefile]).count == 300)
  }

  @Test("a workflow runs make with its environment")
  func workflow() {
    let text =
      "jobs:\n  b:\n    runs-on: ubuntu-latest\n    env: {CGO_ENABLED: 0}\n    steps:\n      - run: make -C sub app\n"
    let files = ["sub/Makefile": "app:\n\tgo build ./cmd/app\n"]
    #expect(describe(".github/workflows/ci.yml", text, files: files) == ["6: sub/cmd/app off(4) → nowhere"])
  }
}
