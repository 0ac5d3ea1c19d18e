import Bytes
import GoBuild
import GoToolchain
import Testing

@Suite struct CompilerOutputTests {
  @Test("packages, positions, messages and their continuation lines")
  func messages() {
    let text: ByteString = """
      go: downloading example.com/x v1.0.0
      # ex.com/m/cmd/c
      cmd/c/main.go:2:14: declared and not used: x
      cmd/c/main.go:3:19: too many return values
      \thave (number)
      \twant ()
      cmd/c/main.go:9:1: too many errors
      # ex.com/m/a [ex.com/m/a.test]
      ./odd:name.go:7: no column
      # ex.com/m/l
      main.main: relocation target X not defined
      """
    let messages = readBuildMessages(text)
    #expect(messages.map(\.package) == ["ex.com/m/cmd/c", "ex.com/m/cmd/c", "ex.com/m/a", "ex.com/m/l"])
    #expect(messages.map(\.line) == [2, 3, 7, 0])
    #expect(messages.map(\.column) == [14, 19, 1, 0])
    #expect(messages[1].message == "too many return values\nhave (number)\nwant ()")
    #expect(messages[2].file == "./odd:name.go")
    #expect(messages[3].file == nil)
  }

  @Test("hostile output is text, never a position out of range")
  func hostile() {
    let messages = readBuildMessages("x.go:99999999999999999999:1: boom\n.go:1:1: x\na.go:: y\n")
    #expect(messages[0].file == nil)
    #expect(messages.count == 3)
  }

  @Test(
    "GOFLAGS that are kept, and those that are dropped",
    arguments: [
      ("-race -tags=a", ["-tags=a"], ["-race"]), ("-mod=mod", [], ["-mod=mod"]), ("-mod=vendor", ["-mod=vendor"], []),
      ("'-ldflags=-s -linkmode=external'", ["-ldflags=-s -linkmode=external"], []),
      ("'-ldflags=all=--linkmode  external'", ["-ldflags=all=--linkmode  external"], []),
      ("-linkshared=0 -ldflags=-s", ["-linkshared=0", "-ldflags=-s"], []),
      ("-asan -msan=true", [], ["-asan", "-msan=true"]),
    ] as [(String, [String], [String])])
  func flags(_ text: String, _ kept: [String], _ dropped: [String]) {
    let flags = GoFlags(text, origin: .environment)
    #expect(flags.kept == kept && flags.dropped == dropped)
  }

  @Test(
    "binaries are named as Go names them",
    arguments: [
      ("ex.com/app/cmd/tool", "linux", "tool"), ("ex.com/app/v2", "linux", "app"), ("ex.com/app/v1", "linux", "v1"),
      ("ex.com/app", "windows", "app.exe"), ("ex.com/app/v0", "linux", "v0"), ("ex.com/v22x", "linux", "v22x"),
    ])
  func names(_ path: String, _ system: String, _ name: String) {
    #expect(Toolchain.binaryName(of: ByteString(path), system: ByteString(system)) == ByteString(name))
  }
}
