import GoBuild
import Testing

/// The effect of a flag, by platform and Go release.
@Suite struct LinkFlagTests {
  private static let external = LinkFlag.Effect.noProgram("needs external (cgo) linking")

  @Test(
    "the effect of a flag, as go build of each release shows it",
    arguments: [
      (.positionIndependent, "linux/amd64", 19, .loader), (.positionIndependent, "linux/arm64", 27, .loader),
      (.positionIndependent, "linux/loong64", 24, external), (.positionIndependent, "linux/loong64", 25, .loader),
      (.positionIndependent, "linux/s390x", 26, external), (.positionIndependent, "linux/s390x", 27, .loader),
      (.positionIndependent, "linux/386", 27, external), (.positionIndependent, "freebsd/amd64", 27, external),
      (.positionIndependent, "linux/arm", 21, .libraries), (.external, "linux/amd64", 21, .libraries),
      (.external, "linux/amd64", 22, external),
      (.library, "linux/amd64", 27, .noProgram("makes a library and needs external (cgo) linking")),
    ] as [(LinkMode, String, Int, LinkFlag.Effect)])
  func effect(mode: LinkMode, platform: String, minor: Int, effect: LinkFlag.Effect) throws {
    let platform = try #require(Platform(platform))
    let flag = LinkFlag("-x", origin: "GOFLAGS", mode, on: platform, by: GoVersion(1, minor))
    #expect(flag.effect == effect)
  }
}
