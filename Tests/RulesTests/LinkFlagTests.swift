import GoGraph
import GoModule
import Linkage
import Rules
import Testing

/// What a flag comes to, on which platform and by which Go.
@Suite struct LinkFlagTests {
  private static let external = LinkFlag.Effect.noProgram("needs external linking")

  @Test(
    "a flag's effect, as go build of each release shows it",
    arguments: [
      (.positionIndependent, "linux/amd64", 19, .loader), (.positionIndependent, "linux/arm64", 27, .loader),
      (.positionIndependent, "linux/loong64", 24, external), (.positionIndependent, "linux/loong64", 25, .loader),
      (.positionIndependent, "linux/s390x", 26, external), (.positionIndependent, "linux/s390x", 27, .loader),
      (.positionIndependent, "linux/386", 27, external), (.positionIndependent, "freebsd/amd64", 27, external),
      (.positionIndependent, "linux/arm", 21, .libraries), (.external, "linux/amd64", 21, .libraries),
      (.external, "linux/amd64", 22, external),
      (.library, "linux/amd64", 27, .noProgram("needs external linking, and makes a library")),
    ] as [(LinkMode, String, Int, LinkFlag.Effect)])
  func effect(mode: LinkMode, platform: String, minor: Int, effect: LinkFlag.Effect) throws {
    let platform = try #require(Platform(platform))
    let flag = LinkFlag("-x", origin: "GOFLAGS", mode, on: platform, by: GoVersion(1, minor))
    #expect(flag.effect == effect)
  }
}
