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

  @Test("a workflow runs make with its environment")
  func workflow() {
    let text =
      "jobs:\n  b:\n    runs-on: ubuntu-latest\n    env: {CGO_ENABLED: 0}\n    steps:\n      - run: make -C sub app\n"
    let files = ["sub/Makefile": "app:\n\tgo build ./cmd/app\n"]
    #expect(describe(".github/workflows/ci.yml", text, files: files) == ["6: sub/cmd/app off(4) → nowhere"])
  }
}
