import GoBuild
import Testing

@Suite struct BuildFlagTests {
  @Test(
    "a flag as Go's package flag reads it",
    arguments: [
      ("-a", "a", nil), ("--a", "a", nil), ("-ldflags=-s -w", "ldflags", "-s -w"), ("--tags=", "tags", ""),
      ("-x=a=b", "x", "a=b"),
    ] as [(String, String, String?)])
  func flags(_ text: String, _ name: String, _ value: String?) {
    let flag = BuildFlag(text)
    #expect(flag?.name == name && flag?.value == value)
  }

  @Test("what is not a flag", arguments: ["", "-", "--", "a", "---a", "-=x", "- a", "./cmd"])
  func others(_ text: String) { #expect(BuildFlag(text) == nil) }

  @Test("the arguments of go build: flags with and without values, then packages")
  func arguments() {
    let (flags, packages) = BuildFlag.parse(["-o", "out", "-trimpath", "-tags", "a,b", "-ldflags=-s", "./cmd/x", "-v"])
    #expect(flags.map(\.name) == ["o", "trimpath", "tags", "ldflags"])
    #expect(flags.map(\.value) == ["out", nil, "a,b", "-s"])
    #expect(packages == ["./cmd/x", "-v"])
    #expect(BuildFlag.last("tags", in: flags) == "a,b" && BuildFlag.last("p", in: flags) == nil)
  }

  @Test(
    "white space separates flags whatever follows it",
    arguments: [
      "-tags=a\r\n-trimpath", "-tags=a\r-trimpath", "-tags=a \u{301} -trimpath", "-tags=a\t\u{200d}x -trimpath",
    ])
  func whiteSpace(_ text: String) {
    let flags = GoFlags(text, origin: .environment)
    #expect(flags.kept.first == "-tags=a" && flags.kept.last == "-trimpath")
    #expect(GoFlags(flags.value, origin: .environment).kept == flags.kept + ["-buildvcs=false"])
  }

  @Test("GOFLAGS: what tests a program or changes the repository is dropped, the rest kept with its quotes")
  func goFlags() {
    let flags = GoFlags("-race '-ldflags=-s -w' -mod=mod -v -tags=a", origin: .environment)
    #expect(flags.kept == ["-ldflags=-s -w", "-tags=a"])
    #expect(flags.dropped == ["-race", "-mod=mod", "-v"])
    #expect(flags.value == "'-ldflags=-s -w' -tags=a -buildvcs=false")
    #expect(flags.tagsValue == "-tags=a -buildvcs=false")
    #expect(GoFlags("-mod=vendor", origin: .environment).mod == "vendor")
  }

  @Test(
    "build tags", arguments: [("a", true), ("a.b_1", true), ("é", true), ("", false), ("a-b", false), ("!a", false)])
  func tags(_ text: String, _ isTag: Bool) {
    #expect(isBuildTag(text) == isTag)
    #expect(splitBuildTags("a,b c,,") == ["a", "b", "c"])
  }
}
