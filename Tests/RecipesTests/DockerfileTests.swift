import Bytes
import GoBuild
import Testing

@testable import RecipeFiles
@testable import Recipes

@Suite struct DockerfileTests {
  private static func words(_ text: String, files: [String: String] = [:]) -> [String] {
    describe("Dockerfile", text, files: files)
  }

  @Test(
    "the patterns of public Dockerfiles",
    arguments: [
      // Nothing is pinned, and gcc is there.
      (
        "FROM golang:1.22 AS build\nWORKDIR /src\nCOPY . .\nRUN go build -o /app ./cmd/app\nFROM scratch\nCOPY --from=build /app /app\n",
        ["4: cmd/app compiler → none"]
      ),
      (
        "FROM docker.io/library/golang:1.22-bookworm@sha256:00 AS build\nCOPY . /src\nWORKDIR /src/cmd/app\nRUN go build\nFROM alpine:3.20\nCOPY --from=build /src/cmd/app/app /usr/bin/\n",
        ["4: cmd/app compiler → musl"]
      ),
      // Static by luck.
      (
        "FROM golang:1.22-alpine AS build\nCOPY . .\nRUN go build -o app .\nFROM gcr.io/distroless/static\nCOPY --from=build /go/app /app\n",
        ["3: . lucky → nowhere"]
      ),
      (
        "FROM golang:1.22-alpine AS build\nWORKDIR /src\nCOPY . .\nRUN apk add --no-cache git build-base\nRUN go build -o app ./...\nFROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=0 /src/app /app\n",
        ["5: ./... compiler(4) → none"]
      ),
      // Settings that work.
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nENV CGO_ENABLED=0\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["5: . off(4) → none"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN CGO_ENABLED=0 go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["4: . off(4) → none"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nARG CGO_ENABLED=0\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["5: . off(4) → none"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN export CGO_ENABLED=0 \\\n && go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["5: . off(4) → none"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN go env -w CGO_ENABLED=0 && go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["4: . off(4) → none"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN <<EOF\nset -e\nexport CGO_ENABLED=0\ngo build -o /a .\nEOF\nFROM scratch\nCOPY --from=b /a /a\n",
        ["7: . off(6) → none"]
      ),
      (
        "ARG CGO_ENABLED=0\nFROM golang:1.22 AS b\nARG CGO_ENABLED\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["6: . off(3) → none"]
      ),
      // A stage inherits ENV, not ARG.
      (
        "FROM golang:1.22 AS base\nENV CGO_ENABLED=0\nARG GOOS=linux\nFROM base AS b\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["7: . off(2) → none"]
      ),
      // Settings that do not.
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN export CGO_ENABLED=0\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["5: . compiler → none", "4: CGO_ENABLED the shell ends"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN CGO_ENABLED=0 && go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["4: . compiler → none", "4: CGO_ENABLED is not exported"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nENV CGO_ENABLE=0\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["5: . compiler → none", "4: CGO_ENABLE for CGO_ENABLED"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nENV CGO_ENABLED=false\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["5: . compiler → none", "4: CGO_ENABLED = false"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a .\nFROM scratch\nENV CGO_ENABLED=0\nCOPY --from=b /a /a\n",
        ["4: . compiler → none", "6: CGO_ENABLED after 4"]
      ),
      (
        "ARG CGO_ENABLED=0\nFROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["5: . compiler → none", "1: CGO_ENABLED before FROM"]
      ),
      // Cross builds, and variables of the platform.
      (
        "FROM --platform=$BUILDPLATFORM golang:1.22 AS b\nARG TARGETOS TARGETARCH\nCOPY . /s\nWORKDIR /s\nRUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /a .\nFROM scratch\nCOPY --from=b /a /a\n",
        ["5: . compiler → none"]
      ),
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN GOOS=windows go build -o /a.exe .\n",
        ["4: . cross windows → glibc"]
      ),
      // What is not known is silent.
      ("FROM mycorp/builder\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a ./cmd/x\n", ["4: cmd/x unknown → ?"]),
      ("ARG V\nFROM golang:$V AS b\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a .\n", ["5: . unknown → ?"]),
      (
        "ARG V=1.22\nFROM golang:${V}-alpine AS b\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a .\n", ["5: . lucky → musl"]
      ),
      ("FROM golang:1.22\nARG CGO_ENABLED\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a .\n", ["5: . unknown → glibc"]),
      ("FROM golang:1.22\nCOPY . /s\nWORKDIR /s\nRUN . ./env.sh && go build -o /a .\n", ["4: . unknown → glibc"]),
      (
        "FROM golang:1.22\nCOPY . /s\nWORKDIR /s\nRUN if [ -n \"$X\" ]; then export CGO_ENABLED=0; fi; go build -o /a .\n",
        ["4: . unknown → glibc"]
      ),
      ("FROM golang:1.22\nCOPY . /s\nRUN cd /s/cmd/app && go build\n", ["3: cmd/app compiler → glibc"]),
      (
        "FROM golang:1.22\nCOPY cmd /s/cmd\nCOPY go.mod /s/\nWORKDIR /s\nRUN go build ./cmd/b\n",
        ["5: cmd/b compiler → glibc"]
      ),
      (
        "FROM golang:1.22\nWORKDIR /s\nRUN --mount=type=bind,target=. go build -o /b ./cmd/b\n",
        ["3: cmd/b compiler → glibc"]
      ),
      ("FROM golang:1.22\nRUN git clone x /s && cd /s && go build -o /b ./cmd/b\n", ["2: ? compiler → glibc"]),
      (
        "FROM golang:1.22\nRUN go install example.com/tool@latest\n",
        ["2: import example.com/tool@latest compiler → glibc"]
      ),
      // A copied root file system has whatever it has.
      (
        "FROM golang:1.22 AS b\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a .\nFROM scratch\nCOPY --from=b / /\n",
        ["4: . compiler → ?"]
      ),
      ("RUN go build", []), ("FROM", []), ("FROM golang:1.22\nRUN \"", []),
      ("FROM golang:1.22\nRUN <<EOF\ngo build", ["3: ? compiler → glibc"]),
    ] as [(String, [String])])
  func patterns(_ text: String, _ expected: [String]) {
    #expect(Self.words(text) == expected)
  }

  @Test("an image without a shell runs no script")
  func shells() {
    let build = "FROM golang:1.22 AS b\nENV CGO_ENABLED=0\nCOPY . /s\nWORKDIR /s\nRUN go build -o /a .\n"
    func start(_ text: String) -> [String] {
      Self.words(build + text, files: ["docker/start.sh": "#!/bin/sh\nexec /a\n", "docker/a": "\u{7f}ELF"]).filter {
        $0.contains("shell")
      }
    }
    #expect(start("FROM scratch\nCOPY --from=b /a /a\nENTRYPOINT /a --serve\n") == ["8: ENTRYPOINT without a shell"])
    #expect(start("FROM scratch\nCOPY --from=b /a /a\nENTRYPOINT [\"/a\"]\nCMD --serve\n") == [])
    #expect(start("FROM scratch\nCOPY --from=b /a /a\nCMD [\"sh\", \"-c\", \"/a\"]\n") == ["8: CMD without a shell"])
    #expect(start("FROM scratch\nRUN mkdir /x\n") == ["7: RUN without a shell"])
    #expect(start("FROM gcr.io/distroless/static:debug\nENTRYPOINT /a\n") == [])
    #expect(start("FROM alpine\nENTRYPOINT /a\n") == [])
    #expect(
      start("FROM scratch\nCOPY docker/start.sh /\nENTRYPOINT [\"/start.sh\"]\n")
        == ["8: ENTRYPOINT without a shell (docker/start.sh /bin/sh)"])
    #expect(start("FROM scratch\nCOPY docker/a /\nENTRYPOINT [\"/a\"]\n") == [])
    #expect(start("FROM scratch\nCOPY --from=busybox /bin/sh /bin/sh\nENTRYPOINT /a\n") == [])
  }

  @Test(
    "hostile files end at once",
    arguments: [
      String(repeating: "(", count: 100_000), String(repeating: "${A:-", count: 20_000),
      String(repeating: "sh -c \"", count: 10_000), String(repeating: "FROM a\n", count: 20_000),
      "FROM a\nRUN " + String(repeating: "if x; then ", count: 20_000),
      "FROM a\nENV " + String(repeating: "A=$A$A ", count: 10_000),
      "FROM golang\nRUN " + String(repeating: "go build;", count: 10_000),
      "FROM a\n" + String(repeating: "ENV A=x$A$A\n", count: 100) + "RUN go build $A\n",
      "FROM a\nRUN <<" + String(repeating: "A <<", count: 10_000),
    ])
  func hostile(_ text: String) {
    _ = Self.words(text)
    _ = Self.words("FROM golang\nRUN \(text)\n")
  }

  @Test(
    "how an Earthfile builds",
    arguments: [
      (
        """
        VERSION 0.8
        FROM golang:1.22
        WORKDIR /src
        build:
            COPY . .
            RUN go build -o out/app ./cmd/app
            SAVE ARTIFACT out/app /app AS LOCAL out/app
        docker:
            FROM scratch
            COPY +build/app /app
            ENTRYPOINT ["/app"]
            SAVE IMAGE app:latest
        """, ["6: cmd/app compiler → none"]
      ),
      // The order of the targets does not matter, and what a target begins with may be another one.
      (
        """
        VERSION 0.8
        image:
            FROM alpine:3.20
            COPY +build/app .
            SAVE IMAGE app
        deps:
            FROM golang:1.22
            WORKDIR /src
            ENV CGO_ENABLED=0
            COPY --dir cmd internal ./
        build:
            FROM +deps
            RUN go build -o app ./cmd/app
            SAVE ARTIFACT app
        """, ["13: cmd/app off(9) → musl"]
      ),
      // Without an image, the program runs wherever it is taken.
      (
        "FROM golang:1.22\nbuild:\n    COPY . .\n    RUN go build -o app .\n    SAVE ARTIFACT app\n",
        ["4: . compiler → nowhere"]
      ),
      // A condition is not followed, nor a target of another file.
      ("FROM golang:1.22\nbuild:\n    COPY . .\n    IF [ -n $X ]\n    RUN go build .\n    END\n", []),
      ("a:\n    FROM ./sub+deps\n    COPY . .\n    RUN go build -o app .\n    SAVE IMAGE a\n", ["4: . unknown → ?"]),
      ("a:\n    FROM +b\nb:\n    FROM +a\n    RUN go build .\n", []), ("", []),
    ] as [(String, [String])])
  func earthfile(_ text: String, _ expected: [String]) { #expect(describe("Earthfile", text) == expected) }
}
