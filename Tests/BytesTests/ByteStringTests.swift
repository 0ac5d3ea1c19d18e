import Bytes
import Testing

@Suite struct ByteStringTests {
  @Test("names that differ only in normalization are different")
  func normalization() {
    #expect("caf\u{e9}" == "cafe\u{301}")
    #expect(ByteString("caf\u{e9}") != ByteString("cafe\u{301}"))
  }

  @Test(
    "paths are cleaned as Go's path.Clean does",
    arguments: [
      ("a/./b//c/../d", "a/b/d"), ("../a/..", ".."), ("a/..", ""), ("./..", ".."), ("/../a", "/a"), ("", ""),
      ("/", "/"),
    ])
  func cleaned(_ path: String, _ clean: String) { #expect(ByteString(path).cleaned == ByteString(clean)) }

  @Test(
    "a path lies within another by whole elements",
    arguments: [
      ("a/b", "a", true), ("ab", "a", false), ("a", "a", true), ("a", "", true), ("/r/x", "/r", true),
      ("/x", "/", true),
    ])
  func within(_ path: String, _ ancestor: String, _ expected: Bool) {
    #expect(ByteString(path).isWithin(ByteString(ancestor)) == expected)
  }

  @Test("relative path below an ancestor")
  func relative() {
    #expect(ByteString("a/b/c").relative(to: "a") == "b/c")
    #expect(ByteString("a").relative(to: "a") == "")
    #expect(ByteString("ab").relative(to: "a") == nil)
    #expect(ByteString("/a").relative(to: "/") == "a")
  }

  @Test("directory, base name and joining")
  func elements() {
    #expect(ByteString("a/b.go").directory == "a")
    #expect(ByteString("b.go").directory == "")
    #expect(ByteString("a/b.go").baseName == "b.go")
    #expect(ByteString("").appending("b") == "b")
    #expect(ByteString("a").appending("") == "a")
    #expect(ByteString("/").appending("b") == "/b")
  }

  @Test("searching")
  func search() {
    #expect(ByteString("abcabd").firstIndex(of: "abd") == 3)
    #expect(ByteString("ab").firstIndex(of: "abd") == nil)
    #expect(ByteString("xx").firstIndex(of: "x", from: 1) == 1)
  }
}

@Suite struct ByteReadingTests {
  @Test("numbers in both orders, and nothing beyond the end")
  func numbers() throws {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
    #expect(try bytes.span.u16(0, .little) == 0x0201)
    #expect(try bytes.span.u32(0, .big) == 0x0102_0304)
    #expect(try bytes.span.u64(0, .big) == 0x0102_0304_0506_0708)
    #expect(throws: OutOfBounds.self) { try bytes.span.u32(5, .big) }
    #expect(throws: OutOfBounds.self) { try bytes.span.u32(Int.max, .big) }
    #expect(throws: OutOfBounds.self) { try bytes.span.u32(-1, .big) }
  }

  @Test("a C string needs its end")
  func strings() throws {
    #expect(try [UInt8]("ab\0c".utf8).span.cString(0) == "ab")
    #expect(throws: OutOfBounds.self) { try [UInt8]("abc".utf8).span.cString(0) }
    #expect(throws: OutOfBounds.self) { try [UInt8]("abc".utf8).span.byteString(1, 3) }
  }
}
