import Bytes
import Foundation
import Testing

@testable import System

@Suite struct TemporaryDirectoryTests {
  @Test("a directory that a killed process left is removed; one in use, and any other, stays")
  func tidy() throws {
    let place = try TemporaryDirectory(prefix: "staticgo-test")
    let names = ["staticgo-tmp-abc123", "staticgo-tmp-used00", "staticgo-tmp-longer-name", "staticgo-mine12", "other"]
    for name in names { try makeDirectories(place.path.appending(ByteString(name)).appending("sub")) }
    try writeNewFile(place.path.appending("staticgo-tmp-afile0"), [])
    let used = try openPath(place.path.appending("staticgo-tmp-used00"), O_RDONLY)
    #expect(flock(used, LOCK_EX | LOCK_NB) == 0)
    TemporaryDirectory.tidy(place.path, olderThan: 3_600)
    #expect(try listDirectory(place.path).count == 6)
    TemporaryDirectory.tidy(place.path, olderThan: -1)
    let left = Set(try listDirectory(place.path).map(\.name.text))
    #expect(left == Set(names.dropFirst() + ["staticgo-tmp-afile0"]))
    close(used)
  }

  @Test("a directory is removed with its value, with everything in it")
  func removed() throws {
    var path: ByteString = ""
    do {
      let directory = try TemporaryDirectory(prefix: "staticgo-test")
      path = directory.path
      try makeDirectories(path.appending("a/b"))
      #expect(isDirectory(path) && path.baseName.hasPrefix("staticgo-test-tmp-"))
    }
    #expect(!isDirectory(path))
  }
}
