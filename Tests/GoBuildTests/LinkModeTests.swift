import GoBuild
import Testing

/// The flag of `go build` that decides how programs are linked.
@Suite struct LinkModeTests {
  @Test(
    "the most severe flag decides, and the last of its kind",
    arguments: [
      (["-tags=a", "-trimpath"], nil, nil), (["-buildmode=pie"], 0, .positionIndependent),
      (["--buildmode=pie", "-ldflags=-d"], 0, .positionIndependent), (["-buildmode=pie", "-buildmode=exe"], nil, nil),
      (["-buildmode=exe", "-buildmode=plugin"], 1, .library), (["-buildmode=c-archive"], 0, .library),
      (["-ldflags=-s -linkmode=external"], 0, .external), (["-ldflags=all=--linkmode  external"], 0, .external),
      (["-ldflags=-X main.v=linkmode=external"], nil, nil), (["-ldflags=-linkmode=external", "-ldflags=-s"], nil, nil),
      (["-ldflags=-linkmode=external -linkmode=internal"], nil, nil), (["-ldflags=net=-linkmode=external"], nil, nil),
      (["-ldflags=-linkmode=external", "-ldflags=std=-s"], 0, .external),
      (["-linkshared=0", "-ldflags=-buildmode=pie"], 1, .positionIndependent), (["-linkshared"], 0, .external),
      (["-ldflags=-linkshared"], 0, .external), (["-ldflags=-s -msan"], 0, .external),
      (["-buildmode=archive"], 0, .library),
      // A flag without which no program is made precedes one that makes the program need a loader.
      (["-buildmode=pie", "-ldflags=-linkmode=external"], 1, .external),
      (["-buildmode=c-shared", "-ldflags=-linkmode=external"], 0, .library),
      (["-ldflags=-linkmode=external", "-linkshared=true"], 1, .external),
    ] as [([String], Int?, LinkMode?)])
  func mode(flags: [String], index: Int?, mode: LinkMode?) {
    let found = linkMode(of: flags)
    #expect(found?.index == index && found?.mode == mode)
  }

  @Test(
    "a flag for a linker that is not used",
    arguments: [
      (["-ldflags=-s -extldflags=-static"], "-ldflags=-s -extldflags=-static"),
      (["-trimpath", "-ldflags=-extldflags '-static -lm'"], "-ldflags=-extldflags '-static -lm'"),
      (["-ldflags=-linkmode=external -extldflags=-static"], nil), (["-ldflags=-s"], nil),
      (["-ldflags=-X main.text=extldflags"], nil), (["-tags=extldflags"], nil),
    ] as [([String], String?)])
  func idle(flags: [String], idle: String?) { #expect(ineffectiveLinkerFlag(in: flags) == idle) }
}
