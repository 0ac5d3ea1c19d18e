import Bytes
import Linkage
import System
import Testing

@testable import Images

@Suite struct ImagesTests {
  private static func files(_ entries: [(ByteString, RootFiles.Entry)]) -> RootFiles {
    RootFiles(Dictionary(entries) { $1 })
  }
  private static let file = RootFiles.Entry(kind: .file, isExecutable: true, size: 1)
  private static func link(_ target: ByteString) -> RootFiles.Entry {
    RootFiles.Entry(kind: .symbolicLink, link: target)
  }

  @Test(
    "links are followed in the image, and never out of it",
    arguments: [
      ("/bin/sh", "usr/bin/sh"), ("bin/../bin/./sh", "usr/bin/sh"), ("/outside/passwd", "etc/passwd"),
      ("/up", "etc/passwd"), ("/loop", nil), ("/dangling", nil), ("/etc/passwd/x", nil), ("", ""), ("/etc", "etc"),
    ] as [(ByteString, ByteString?)])
  func links(_ path: ByteString, _ expected: ByteString?) {
    let files = Self.files([
      ("usr/bin/sh", Self.file), ("etc/passwd", Self.file), ("bin", Self.link("usr/bin")),
      ("outside", Self.link("/../../../etc")), ("up", Self.link("../../etc/passwd")), ("loop", Self.link("loop")),
      ("dangling", Self.link("nowhere")),
    ])
    #expect(files.resolve(path)?.path == expected)
  }

  @Test func chainsOfLinksEnd() {
    // Each link doubles the path, forty times.
    let files = Self.files(
      (0..<60).map { ("l\($0)", Self.link(ByteString("l\($0 + 1)/l\($0 + 1)"))) } + [("l60", Self.link("."))])
    #expect(files.resolve("l0") == nil)
  }

  private static func answer(
    _ need: RuntimeNeed, _ functions: [ByteString], _ entries: [(ByteString, RootFiles.Entry)], trimsPaths: Bool? = nil
  ) -> ImageAnswer {
    let reached = RuntimeNeed.Reached(need: need, functions: functions, replacement: nil)
    return ImageAnswer(reached, in: ContainerImage(files: files(entries)), trimsPaths: trimsPaths)
  }

  @Test(
    "what an image has and lacks",
    arguments: [
      (.roots, ["etc/ssl/certs/ca-certificates.crt"], .there), (.roots, ["etc/pki/tls/certs/x.pem"], .there),
      (.roots, ["etc/ssl/openssl.cnf"], .missing), (.zoneinfo, ["usr/share/zoneinfo/UTC"], .there),
      (.zoneinfo, ["usr/share/zoneinfo.tab"], .missing), (.zoneinfo, ["usr/local/go/lib/time/zoneinfo.zip"], .open),
      (.user, ["etc/passwd"], .there), (.user, ["etc/group"], .missing), (.tmp, ["tmp/x"], .there),
      (.tmp, ["tmp"], .missing),
      (.program, ["usr/bin/x"], .open), (.program, ["app"], .open), (.program, [], .missing), (.home, [], .open),
      (.mime, [], .open),
      (.services, ["etc/services"], .there),
    ] as [(RuntimeNeed, [ByteString], ImageAnswer.State)])
  func image(_ need: RuntimeNeed, _ paths: [ByteString], _ expected: ImageAnswer.State) {
    #expect(Self.answer(need, ["f"], paths.map { ($0, Self.file) }).state == expected)
  }

  @Test func zonesOfATrimmedProgram() {
    let entries = [("usr/local/go/lib/time/zoneinfo.zip", Self.file)] as [(ByteString, RootFiles.Entry)]
    #expect(Self.answer(.zoneinfo, ["time.LoadLocation"], entries, trimsPaths: true).state == .missing)
  }
}
