import Bytes
import Foundation
import Linkage
import TestSupport
import Testing

/// Binaries that the Go toolchain makes here, read by staticgo, by readelf and by `go version -m`.
@Suite struct LinkageTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let platform: String
    var flags: [String] = []
    var isDynamic = false
    let expected: LinkageAssessment.Answer
    var testDescription: String {
      "\(platform) \(flags.joined(separator: " "))\(isDynamic ? " with a dynamic import" : "")"
    }
  }

  static let loader = "/lib64/ld-linux-x86-64.so.2"
  static let samples: [Sample] = [
    Sample(platform: "linux/amd64", expected: .isStatic),
    Sample(platform: "linux/386", expected: .isStatic),
    Sample(platform: "linux/arm64", expected: .isStatic),
    Sample(platform: "linux/s390x", expected: .isStatic),
    Sample(platform: "linux/mips", expected: .isStatic),
    Sample(platform: "linux/ppc64le", expected: .isStatic),
    Sample(platform: "freebsd/amd64", expected: .isStatic),
    Sample(platform: "netbsd/amd64", expected: .isStatic),
    Sample(platform: "dragonfly/amd64", expected: .isStatic),
    Sample(platform: "openbsd/amd64", expected: .asStaticAsPossible),
    Sample(platform: "solaris/amd64", expected: .asStaticAsPossible),
    Sample(platform: "android/arm64", expected: .asStaticAsPossible),
    Sample(platform: "darwin/arm64", expected: .asStaticAsPossible),
    Sample(platform: "darwin/amd64", expected: .asStaticAsPossible),
    Sample(platform: "windows/amd64", expected: .asStaticAsPossible),
    Sample(platform: "windows/386", expected: .asStaticAsPossible),
    // reference/failure-modes.md, E3 to E6: cases in which ldd and file are wrong.
    Sample(
      platform: "linux/amd64", flags: ["-buildmode=pie"], expected: .notStatic([.interpreter(ByteString(loader))])),
    Sample(
      platform: "linux/arm64", flags: ["-buildmode=pie"],
      expected: .notStatic([.interpreter("/lib/ld-linux-aarch64.so.1")])),
    Sample(platform: "linux/amd64", flags: ["-buildmode=pie", "-ldflags=-d"], expected: .notStatic([.relocation])),
    Sample(
      platform: "linux/amd64", isDynamic: true,
      expected: .notStatic([.interpreter(ByteString(loader)), .needed(["libm.so.6"])])),
  ]

  private func build(_ sample: Sample, _ scratch: Scratch) throws -> [UInt8] {
    try scratch.write("go.mod", "module example.com/sample\n\ngo 1.19\n")
    let directive = sample.isDynamic ? "//go:cgo_import_dynamic _ _ \"libm.so.6\"\n" : ""
    try scratch.write("main.go", "package main\n\n\(directive)\nfunc main() { println(\"hello\") }\n")
    let parts = sample.platform.split(separator: "/").map(String.init)
    let built = outputOf(
      "go", ["build", "-o", "binary"] + sample.flags + ["."], in: scratch.url,
      environment: [
        "CGO_ENABLED": "0", "GOOS": parts[0], "GOARCH": parts[1], "GOFLAGS": "-tags=sample", "GOTOOLCHAIN": "local",
        "GOWORK": "off",
      ])
    try #require(built != nil, "go build \(sample) failed")
    return Array(try Data(contentsOf: scratch.url.appendingPathComponent("binary")))
  }

  @Test("a binary is read as readelf and go version read it", arguments: samples)
  func sample(_ sample: Sample) throws {
    let scratch = try Scratch()
    let bytes = try build(sample, scratch)
    let binary = try #require(try Binary.read(bytes.span).first)
    #expect(binary.assessment.answer == sample.expected)
    #expect(binary.system == String(sample.platform.prefix { $0 != "/" }))

    let settings = try #require(outputOf("go", ["version", "-m", "binary"], in: scratch.url))
    let lines = settings.split(separator: "\n").filter { $0.hasPrefix("\tbuild\t") }.map { $0.dropFirst(7) }
    #expect(binary.go?.settings.map { "\($0.key)=\($0.value)" }.sorted() == lines.map(unquoted).sorted())
    #expect(settings.hasPrefix("binary: \(binary.go?.version ?? "none")"))
    // The function table has every function of the symbol table, and is in files of every format.
    let names = FunctionTable(bytes.span)?.names ?? []
    let symbols = try #require(outputOf("go", ["tool", "nm", "binary"], in: scratch.url))
    let functions = symbols.split(separator: "\n").compactMap { line -> String? in
      let words = line.split(separator: " ")
      return words.count >= 3 && words[words.count - 2] == "T" ? String(words[words.count - 1]) : nil
    }.filter { $0.hasPrefix("main.") || $0.hasPrefix("runtime.gc") }
    #expect(functions.contains("main.main"))
    #expect(functions.filter { !names.contains(ByteString($0)) } == [])
    guard binary.format == .elf else { return }

    let headers = try #require(outputOf("readelf", ["-W", "-l", "-h", "-d", "binary"], in: scratch.url))
    #expect(headers.contains("\(binary.type.dropFirst(3)) ("))
    #expect(
      headers.contains("Requesting program interpreter: \(binary.interpreter?.text ?? "")]")
        == (binary.interpreter != nil))
    let needed = headers.split(separator: "\n").filter { $0.contains("(NEEDED)") }
      .compactMap { $0.split(separator: "[").last?.dropLast() }.map { ByteString(String($0)) }
    #expect(binary.needed == needed)
    #expect(headers.contains("  DYNAMIC ") == binary.hasDynamicSection)
    #expect(headers.contains("Flags: PIE") == binary.isPositionIndependent)
  }

  @Test(
    "a symbol is read as the function of its source",
    arguments: [
      ("main.main", nil, "main"), ("main.(*T).M", "T", "M"), ("main.T.M-fm", "T", "M"), ("main.init.0", nil, "init"),
      ("main.F.func1.2", nil, "F"), ("main.F[go.shape.int].gowrap1", nil, "F"), ("main.(*T[...]).M.func1", "T", "M"),
      ("main.glob..func1", nil, "glob"), ("example.com/a%2eb.F", nil, "F"), ("example.com/a.b.F", nil, "F"),
      ("example.com/a.b.T.M", "T", "M"), ("main.funcs.func", "funcs", "func"),
    ] as [(String, String?, String)])
  func symbols(_ symbol: String, _ receiver: String?, _ name: String) {
    let function = SymbolReader(packages: ["main", "example.com/a.b"]).function(ByteString(symbol))
    #expect(function?.receiver?.text == receiver)
    #expect(function?.name.text == name)
  }

  @Test("symbols of other packages are not theirs", arguments: ["mainly.F", "example.com/a%2ebc.F", "main", "main."])
  func otherSymbols(_ symbol: String) {
    #expect(SymbolReader(packages: ["main", "example.com/a.b"]).function(ByteString(symbol)) == nil)
  }

  private func unquoted(_ line: Substring) -> String {
    guard let equals = line.firstIndex(of: "=") else { return String(line) }
    let value = line[line.index(after: equals)...]
    return value.hasPrefix("\"") ? "\(line[...equals])\(value.dropFirst().dropLast())" : String(line)
  }

  @Test("output of a C compiler: libraries, the highest GLIBC version, static-pie, a shared library")
  func cPrograms() throws {
    let scratch = try Scratch()
    try scratch.write(
      "a.c",
      "#include <stdio.h>\n#include <math.h>\nint main(int c, char **v) { printf(\"%f\", pow(c, 0.5)); return 0; }\n")
    func link(_ flags: [String]) throws -> Binary {
      try #require(outputOf("gcc", ["-o", "out", "a.c"] + flags + ["-lm"], in: scratch.url) != nil)
      let bytes = Array(try Data(contentsOf: scratch.url.appendingPathComponent("out")))
      return try #require(try Binary.read(bytes.span).first)
    }
    let dynamic = try link([])
    #expect(dynamic.needed == ["libm.so.6", "libc.so.6"] && dynamic.cLibrary == .glibc)
    let versions = try #require(outputOf("readelf", ["-W", "-V", "out"], in: scratch.url))
    let highest = versions.split(whereSeparator: { " \n".contains($0) }).filter { $0.hasPrefix("GLIBC_") }
      .map { $0.dropFirst(6).split(separator: ".").compactMap { Int($0) } }
      .max { $0.lexicographicallyPrecedes($1) }
    #expect(dynamic.glibcVersion == highest?.map(String.init).joined(separator: "."))
    #expect(try link(["-static"]).assessment.answer == .isStatic)
    #expect(try link(["-static-pie"]).assessment.answer == .isStatic)
    #expect(try link(["-shared", "-fPIC", "-nostdlib"]).assessment.answer == .notStatic([.needed(["libm.so.6"])]))
    try scratch.write("a.c", "int sqlite3_open(const char *);\nint lose(void) { return sqlite3_open(0); }\n")
    let lost = try #require(outputOf("gcc", ["-o", "out", "a.c", "-shared", "-fPIC", "-nostdlib"], in: scratch.url))
    let library = Array(try Data(contentsOf: scratch.url.appendingPathComponent("out")))
    #expect(lost.isEmpty)
    #expect(try Binary.read(library.span).first?.unresolved == ["sqlite3_open"])
    try scratch.write("a.c", "int main(void) { return 0; }\n")
    #expect(try link(["-c"]).assessment.answer == .notAProgram("an object file, not a program"))
  }

  @Test("a damaged binary is an error, never a crash", arguments: [0, 17, 18, 19])
  func damaged(_ index: Int) throws {
    var bytes = try build(Self.samples[index], try Scratch())
    var generator = Noise(state: UInt64(index) + 1)
    for length in stride(from: 0, to: 1024, by: 7) { _ = try? Binary.read(Array(bytes[..<length]).span) }
    let header = Array(bytes[..<4096])
    for _ in 0..<3000 {
      for _ in 0..<4 {
        bytes[Int(generator.next() % 1024)] = [0, 1, 0x7f, 0xff, UInt8(truncatingIfNeeded: generator.next())]
          .randomElement(using: &generator)!
      }
      _ = try? Binary.read(bytes.span)
      bytes.replaceSubrange(0..<4096, with: header)
    }
  }

  /// A 64-bit little-endian ELF file: program headers (type, flags, offset, size), then the content.
  private func elf(_ headers: [(type: UInt32, flags: UInt32, offset: Int, size: Int)], _ content: [UInt8]) -> [UInt8] {
    func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
      (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let count = UInt16(headers.count)
    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
    file += bytes(UInt16(2)) + bytes(UInt16(62)) + bytes(UInt32(1)) + bytes(UInt64(0)) + bytes(UInt64(64))
    file += bytes(UInt64(0)) + bytes(UInt32(0)) + bytes(UInt16(64)) + bytes(UInt16(56)) + bytes(count)
    file += bytes(UInt16(0)) + bytes(UInt16(0)) + bytes(UInt16(0))
    let start = 64 + 56 * headers.count
    for header in headers {
      let offset = UInt64(start + header.offset)
      file += bytes(header.type) + bytes(header.flags) + bytes(offset) + bytes(offset) + bytes(offset)
      file += bytes(UInt64(header.size)) + bytes(UInt64(header.size)) + bytes(UInt64(8))
    }
    return file + content
  }

  @Test("a crafted binary takes no longer than its size allows", .timeLimit(.minutes(1)))
  func floods() throws {
    func word(_ value: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    // A megabyte of DT_NEEDED, each the same long name.
    let name = [UInt8](repeating: 0x61, count: 4_000) + [0]
    let entries = 65_000
    var content = name
    let start = 64 + 56 * 2
    content += word(5) + word(UInt64(start))
    for _ in 0..<entries { content += word(1) + word(0) }
    let needed = elf([(1, 4, 0, content.count), (2, 4, name.count, content.count - name.count)], content)
    #expect(throws: LinkageError.self) { try Binary.read(needed.span) }
    // As many notes as fit, in as many segments as a header can have.
    let notes = [UInt8](repeating: 0, count: 1 << 20)
    let segments =
      [(type: UInt32(1), flags: UInt32(4), offset: 0, size: notes.count)]
      + [(type: UInt32, flags: UInt32, offset: Int, size: Int)](repeating: (4, 4, 0, notes.count), count: 60_000)
    let noted = elf(segments, notes)
    #expect(try Binary.read(noted.span).first?.needed == [])
  }

  @Test(
    "files that are not binaries are described",
    arguments: [
      ("", "the file is empty"), ("#!/bin/sh\n", "a script, not a binary"), ("hello", "neither ELF nor Mach-O nor PE"),
      ("!<arch>\nx", "an archive, not a program (built from a package that is not main?)"),
      ("MZ", "the file is cut short or its headers are damaged"),
      ("\u{7f}ELF", "the file is cut short or its headers are damaged"),
      ("\0asm", "WebAssembly, which is neither static nor dynamic"),
    ])
  func others(_ content: String, _ message: String) {
    #expect(throws: LinkageError(message)) { try Binary.read(Array(content.utf8).span) }
  }

  @Test(
    "the C library is recognized by its libraries",
    arguments: [
      ("/lib64/ld-linux-x86-64.so.2", ["libc.so.6"], CLibrary.glibc), ("/lib/ld-musl-x86_64.so.1", ["libc.so"], .musl),
      (nil, ["libc.musl-x86_64.so.1"], .musl), ("/system/bin/linker64", ["libc.so"], .bionic),
      (nil, ["libfoo.so"], nil),
    ] as [(String?, [String], CLibrary?)])
  func families(_ loader: String?, _ needed: [String], _ family: CLibrary?) {
    #expect(CLibrary(interpreter: loader.map { ByteString($0) }, needed: needed.map { ByteString($0) }) == family)
  }
}
