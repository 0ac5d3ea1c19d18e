import Bytes
import GoBuild
import GoModule

private let moduleWords = [
  "module ", "go 1.21\n", "toolchain go1.23.1\n", "require (\n", "replace ", "exclude ", "retract [v1.0.0, v1.1.0]\n",
  "ignore ", "tool ", "godebug ", "use ", " => ", "// indirect", "v1.2.3", "v2.0.0+incompatible",
  "v0.0.0-20230101000000-abcdefabcdef", "## explicit; go 1.21\n", "/v2", "gopkg.in/x.v3",
]

private let goMods = [
  """
  module example.com/a/v2 // Deprecated: no

  go 1.21.3

  toolchain go1.23.1

  require (
  \tgithub.com/b/c v1.2.3 // indirect
  \t"quoted.org/d" `v2.0.0+incompatible`
  )

  require golang.org/x/sys v0.0.0-20230101000000-abcdefabcdef
  exclude github.com/b/c v1.2.2
  replace (
  \tgithub.com/b/c v1.2.3 => ../c
  \tquoted.org/d => example.org/d v1.0.0
  )
  retract [v2.0.0, v2.1.0]
  ignore ( ./a
  node_modules )
  tool example.com/a/v2/cmd
  godebug default=go1.21

  """
]

let moduleTargets: [FuzzTarget] = [
  FuzzTarget("go-mod", seeds: goMods, words: moduleWords) { bytes in
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(\.count)
    guard let strict = try? GoMod(parsing: bytes) else {
      _ = try? GoMod(parsing: bytes, tolerant: true)
      return nil
    }
    for requirement in strict.requirements {
      guard lines.indices.contains(requirement.line - 1), 1 <= requirement.column,
        requirement.column < requirement.endColumn, requirement.endColumn <= lines[requirement.line - 1] + 1
      else { return "the requirement of line \(requirement.line) is outside the file" }
    }
    guard let tolerant = try? GoMod(parsing: bytes, tolerant: true) else {
      return "a file that is valid for the main module is not for a dependency"
    }
    return tolerant.requirements == strict.requirements && tolerant.module == strict.module
      ? nil : "a dependency has other requirements"
  },
  FuzzTarget(
    "go-work", seeds: ["go 1.21\n\nuse (\n\t.\n\t./a\n)\nreplace x.org/y => ./y\ngodebug panicnil=1\n"],
    words: moduleWords
  ) { bytes in
    _ = try? GoWork(parsing: bytes)
    return nil
  },
  FuzzTarget(
    "modules-txt",
    seeds: [
      "# a.org/b v1.0.0\n## explicit; go 1.21\na.org/b\na.org/b/c\n# d.org/e v1.0.0 => ./e\n## workspace\nd.org/e\n# d.org/e => ./e\n"
    ], words: moduleWords
  ) { bytes in
    let list = VendorModules(parsing: bytes)
    _ = list.module(of: "a.org/b/c")
    return nil
  },
  FuzzTarget("go-sum", seeds: ["a.org/b v1.0.0 h1:abc=\na.org/b v1.0.0/go.mod h1:def=\n"]) { bytes in
    let sum = readGoSum(bytes)
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false).count
    if let malformed = sum.malformed, !(1...lines).contains(malformed) { return "line \(malformed) is not in the file" }
    return nil
  },
  FuzzTarget(
    "module-path",
    seeds: ["example.com/a/v2@v2.1.0", "gopkg.in/yaml.v3@v3.0.1", "a.org/B@v0.0.0-20230101000000-abcdefabcdef"],
    words: moduleWords, lengthLimit: 300
  ) { bytes in
    let parts = ByteString(bytes).split(UInt8(ascii: "@"))
    let module = ModuleVersion(path: parts.first ?? "", version: parts.dropFirst().first ?? "")
    _ = malformation(of: module.path)
    _ = versionProblem(of: module)
    guard let name = module.cacheName else { return nil }
    for text in [name.path, name.version] {
      if text.isEmpty || text.hasPrefix("/") { return "\(text.text) is not a relative path in the module cache" }
      for part in text.split(UInt8(ascii: "/")) where part == "" || part == "." || part == ".." {
        return "\(text.text) leaves the module cache"
      }
      if text.bytes.contains(where: { $0 < 0x20 || (0x41...0x5a).contains($0) }) {
        return "\(text.text) is not escaped"
      }
    }
    return nil
  },
  FuzzTarget("versions", seeds: ["v1.2.3 v1.2.3-pre.1", "v2.0.0+incompatible v2.0.0", "1.21 1.21rc1", "1.21.3 1.9"]) {
    bytes in
    let parts = ByteString(bytes).split(UInt8(ascii: " "))
    guard parts.count == 2 else { return nil }
    if isVersion(parts[0], before: parts[1]), isVersion(parts[1], before: parts[0]) {
      return "each is before the other"
    }
    if isGoVersion(parts[0], before: parts[1]), isGoVersion(parts[1], before: parts[0]) {
      return "each Go version is before the other"
    }
    return nil
  },
  FuzzTarget("build-flags", seeds: ["-tags=a,b -ldflags '-s -w -linkmode external' -buildmode=pie ./cmd/a"]) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    let flags = GoFlags(text, origin: .environment)
    let again = GoFlags(flags.value, origin: .environment)
    _ = BuildFlag.parse(flags.kept)
    _ = linkMode(of: flags.kept)
    _ = ineffectiveLinkerFlag(in: flags.kept)
    for flag in flags.kept { _ = try? configuredFlag(flag) }
    // Go has no way to write a flag that contains both kinds of quotes.
    guard !text.contains("'"), !text.contains("\"") else { return nil }
    return again.kept == flags.kept + ["-buildvcs=false"] ? nil : "\(flags.value) is read as other flags"
  },
]
