import Bytes
import GoBuild
import Testing

@testable import RecipeFiles
@testable import Recipes

@Suite struct ReleaseFilesTests {
  /// Returns a description such as `cmd/app linux/amd64,linux/arm64 netgo`.
  private static func words(_ build: ReleaseBuild) -> String {
    let subject =
      switch build.subject {
      case .main(let directory): directory.isEmpty ? "." : directory.text
      case .all: "*"
      case .unknown: "?"
      }
    return [subject, build.platforms.map(\.description).joined(separator: ","), build.tags.joined(separator: ",")]
      .joined(separator: " ")
  }

  private static func builds(_ file: ByteString, _ text: String) -> [String] {
    ReleaseBuild.all(in: file, Array(text.utf8)).map(words)
  }

  @Test(
    "a rule or a job that names a main and how it is built",
    arguments: [
      ("Makefile", "app:\n\tGOOS=linux GOARCH=arm64 go build -tags netgo ./cmd/app\n", ["cmd/app linux/arm64 netgo"]),
      ("Makefile", "check:\n\tgo build ./...\n\tgo build ./cmd/app\n", []),
      (
        ".github/workflows/a.yml",
        "jobs:\n  a:\n    steps:\n      - run: go build -tags osusergo -o app ./cmd/app\n      - run: go vet ./...\n",
        ["cmd/app  osusergo"]
      ),
    ] as [(ByteString, String, [String])])
  func jobs(file: ByteString, text: String, expected: [String]) { #expect(Self.builds(file, text) == expected) }

  @Test(
    "literal values of a Dockerfile",
    arguments: [
      ("RUN go build ./cmd/app", ["cmd/app  "]), ("RUN go build", [".  "]), ("RUN make", []),
      (
        "RUN CGO_ENABLED=0 GOOS=linux GOARCH=arm64 go build -tags=netgo,osusergo -o /app ./cmd/app",
        ["cmd/app linux/arm64 netgo,osusergo"]
      ),
      (
        "ENV GOOS=linux GOARCH=amd64\nRUN go build -o /app \\\n  # a comment\n  -tags 'a b' ./x/../cmd/app",
        ["cmd/app linux/amd64 a,b"]
      ),
      ("ENV GOOS linux\nARG GOARCH=amd64\nRUN cd /src && go install -ldflags \"-s -w\" .", ["src linux/amd64 "]),
      ("RUN export GOOS=linux GOARCH=s390x; go build . && go build ./b", [". linux/s390x ", "b linux/s390x "]),
      ("ARG TARGETARCH TAGS NAME\nENV GOARCH=$TARGETARCH\nRUN GOOS=linux go build -tags $TAGS ./cmd/$NAME", ["?  "]),
      ("ENV GOOS=linux GOARCH=amd64\nFROM alpine\nCOPY . .\nRUN go build .", [".  "]),
      ("RUN --mount=type=cache,target=/go-cache env GOOS=linux GOARCH=amd64 go build ./...", ["* linux/amd64 "]),
      ("RUN GOOS=plan10 GOARCH=amd64 go build /etc/x ; go build ../y", ["etc/x  ", "y  "]),
      ("RUN echo 'go build ./a' && (go build ./b)", ["b  "]),
      ("WORKDIR /src\nRUN go build\nWORKDIR /src/a\nRUN go build", ["src  ", "src/a  "]),
      ("RUN go build -C a .", ["a  "]),
      ("RUN go vet ./... | go", []), ("RUN \"", []), ("\\", []),
    ] as [(String, [String])])
  func dockerfile(text: String, builds: [String]) {
    #expect(Self.builds("Dockerfile", "FROM golang\nCOPY . .\n" + text) == builds)
  }

  @Test(
    "literal values of a goreleaser file",
    arguments: [
      (
        """
        builds:
          - main: ./cmd/app
            goos: [linux, windows]
            goarch: &archs [amd64, arm64]
            tags: [netgo]
            ignore:
              - {goos: windows, goarch: arm64}
          - dir: tools
            main: x
            goos: linux
            goarch: *archs
            flags:
              - -trimpath
              - -tags=a,b
          - main: "{{ .Env.MAIN }}"
            targets: [linux_amd64_v1, darwin_arm64, go_118_first_class]
          - builder: rust
        """,
        [
          "cmd/app linux/amd64,linux/arm64,windows/amd64 netgo", "tools/x linux/amd64,linux/arm64 a,b",
          "? linux/amd64,darwin/arm64 ",
        ]
      ),
      ("builds: 3", []), ("a: [", []), ("", []), ("- builds", []),
      ("builds:\n  - goos: '{{ x }}'\n    goarch: [amd64]", [".  "]),
      ("builds: [{main: a, tags: '-x'}]", ["a  "]), ("builds: [{skip: true}]", []),
    ] as [(String, [String])])
  func goreleaser(text: String, builds: [String]) { #expect(Self.builds("x/.goreleaser.yml", text) == builds) }

  @Test("YAML bombs and unlimited nesting are refused")
  func bombs() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<30 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
    }
    #expect(Self.builds(".goreleaser.yaml", text + "builds: [{main: a}]").count <= 1)
    #expect(Self.builds(".goreleaser.yaml", String(repeating: "[", count: 100_000)).isEmpty)
    #expect(Self.builds(".goreleaser.yaml", String(repeating: "- ", count: 100_000)).isEmpty)
    let many = Array(repeating: "linux", count: 20_000).joined(separator: ",")
    #expect(
      Self.builds(".goreleaser.yaml", "builds: [{goos: [\(many)], goarch: [\(many),arm64]}]") == [". linux/arm64 "])
    #expect(Self.builds(".goreleaser.yaml", "builds: &b [{main: a}, *b]").count == 1)
  }

  @Test(
    "release files by name",
    arguments: [
      ("Dockerfile", true), ("a/Dockerfile.dev", true), ("app.Dockerfile", true), ("Containerfile", true),
      ("Dockerfiles", false), (".goreleaser.yaml", true), ("goreleaser.yml", true), ("x.yml", false),
    ] as [(ByteString, Bool)])
  func names(file: ByteString, isAsked: Bool) { #expect((RecipeKind(file) != nil) == isAsked) }
}
