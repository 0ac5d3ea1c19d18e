import Bytes
import GoBuild
import GoModule
import Testing

private func parse(_ text: String) throws -> GoMod { try GoMod(parsing: Array(text.utf8)) }

private func isImportable(_ path: ByteString) -> Bool { malformation(of: path) == nil }

@Suite struct GoModTests {
  @Test("a file with every directive")
  func whole() throws {
    let file = try parse(
      """
      // a comment
      module "example.com/app" // Deprecated: no

      go 1.23.4
      toolchain go1.24.1
      require example.com/a v1.2.3
      require (
      \texample.com/b/v2 v2.0.0 // indirect
      )
      replace example.com/a v1.2.3 => ../a
      replace ( example.com/c => example.com/d v1.0.0
      )
      exclude example.com/x v0.1.0
      retract [v1.0.0, v1.1.0] // bad
      tool example.com/tool
      ignore ./web
      godebug default=go1.21
      """.replacingLine(
        "replace ( example.com/c => example.com/d v1.0.0", "replace (\nexample.com/c => example.com/d v1.0.0"))
    #expect(file.module == "example.com/app")
    #expect(file.goVersion == GoVersion(1, 23))
    #expect(file.toolchain == "go1.24.1")
    #expect(file.requirements.map(\.module.path) == ["example.com/a", "example.com/b/v2"])
    #expect(file.requirements[1].line == 8 && file.requirements[1].column == 2)
    #expect(
      file.replacements.map(\.target) == [
        .directory("../a"), .module(ModuleVersion(path: "example.com/d", version: "v1.0.0")),
      ])
    #expect(file.exclusions == [ModuleVersion(path: "example.com/x", version: "v0.1.0")])
    #expect(file.ignored == ["./web"] && file.godebug == ["default=go1.21"])
    #expect(file.listsAllModules)
  }

  @Test(
    "errors have a line",
    arguments: [
      ("module m\n\nrequires a v1\n", 3, "unknown directive \"requires\""),
      ("module m\nrequire (\na v1\n", 2, "unterminated block: require"),
      ("module m\nrequire a\n", 2, "require expects a module and a version, such as: require example.com/lib v1.2.3"),
      ("go 1.21\n", 1, "no module declaration"),
      ("module m\ngo latest\n", 2, "invalid go version 'latest': must match format 1.23.0"),
      ("module \"m\n", 1, "unterminated string"),
      (
        "module m\nreplace a => b\n", 2,
        "replacement module without version must be directory path (rooted or starting with . or ..)"
      ),
      ("module m\nmodule n\n", 2, "repeated module statement"),
    ])
  func errors(_ text: String, _ line: Int, _ message: String) {
    #expect(throws: ModuleFileError(line: line, message: message)) { try parse(text) }
  }

  /// Each is refused or accepted by cmd/go 1.27, as the differential test in Tests/Scripts/modules/spellings.txtar shows.
  @Test(
    "a main module's file is read as strictly as Go reads it",
    arguments: [
      ("toolchain go9.99", "invalid toolchain version 'go9.99': must match format go1.23.0 or default"),
      ("toolchain", "toolchain directive expects exactly one argument"), ("toolchain default", nil),
      ("toolchain go1", nil), ("toolchain go1.24.1-suffix", nil),
      ("toolchain go1.21.0\ntoolchain go1.21.0", "repeated toolchain statement"),
      ("go 1.21\ngo 1.21", "repeated go statement"), ("go -1.5", "invalid go version '-1.5': must match format 1.23.0"),
      ("go 1.21x", "invalid go version '1.21x': must match format 1.23.0"),
      ("go 1.021", "invalid go version '1.021': must match format 1.23.0"),
      ("go 1.21.", "invalid go version '1.21.': must match format 1.23.0"),
      ("go 01.2", "invalid go version '01.2': must match format 1.23.0"), ("go 1.21rc2", nil), ("go 1.0", nil),
      ("go 1.21.3", nil), ("go 1.21.3.4", "invalid go version '1.21.3.4': must match format 1.23.0"),
      ("go (\n1.21\n)", "unknown block type \"go\""), ("toolchain (\ndefault\n)", "unknown block type \"toolchain\""),
      ("retract", "retract: expected a version, or '[' for a range of versions"), ("retract [v1.0.0, v0", nil),
      ("retract v1.0.0", nil),
      ("retract [v1.0.0, v1.1.0]", nil), ("retract [v1.0.0 v1.1.0]", "retract: expected ',' after version"),
      ("retract [v1.0.0,", "retract: expected version after ','"),
      ("retract [v1.0.0, v1.1.0", "retract: expected ']' after version"),
      ("retract v1.0.0 x", "retract: unexpected token after version: \"x\""),
      ("retract v1", "retract: version \"v1\" invalid: must be of the form v1.2.3"),
      ("retract (\nv1.0.0\n[v1.1.0, v1.2.0]\n)", nil), ("tool x y", "tool directive expects exactly one argument"),
      ("tool (\nx\ny\n)", nil), ("ignore", "ignore directive expects exactly one argument"),
      ("deprecated x", "unknown directive \"deprecated\""),
      ("godebug", "a godebug directive is written as: godebug key=value"),
      ("godebug x", "a godebug directive is written as: godebug key=value"),
      ("godebug x=1,y=2", "a godebug directive is written as: godebug key=value"),
      ("godebug http2client=0", nil),
      ("replace a => ./b\nreplace a => ./c", "two replace directives give module \"a\" different replacements"),
      ("replace a => ./b\nreplace a => ./b", nil), ("replace a v1.0.0 => ./b\nreplace a => ./c", nil),
      ("replace e.com/a v1 => ./b", "replace e.com/a: version \"v1\" invalid: must be of the form v1.2.3"),
      ("replace e.com/a => ./b v1.0.0", "replacement module directory path \"./b\" cannot have version"),
      ("replace e.com/a => b@v1.0.0", "replacement module must match format 'path version', not 'path@version'"),
      ("exclude e.com/x v1", "exclude e.com/x: version \"v1\" invalid: must be of the form v1.2.3"),
      ("exclude e.com/x latest", "exclude e.com/x: version \"latest\" invalid: must be of the form v1.2.3"),
      ("exclude e.com/x v1.2.3-pre", nil),
    ])
  func strict(_ lines: String, _ message: String?) {
    let expected =
      lines == "retract [v1.0.0, v0" ? "retract: version \"v0\" invalid: must be of the form v1.2.3" : message
    do {
      _ = try parse("module example.com/app\n\n\(lines)\n")
      #expect(expected == nil)
    } catch {
      #expect((error as? ModuleFileError)?.message == expected)
    }
    // As the go.mod of a dependency, lines of the main module do not count.
    if expected != nil, !["go", "retract", "ignore"].contains(where: lines.hasPrefix), !lines.hasPrefix("exclude") {
      #expect(throws: Never.self) {
        try GoMod(parsing: Array("module example.com/app\n\n\(lines)\n".utf8), tolerant: true)
      }
    }
  }

  @Test("module paths that Go refuses", arguments: ["go", "toolchain"])
  func modulePaths(_ path: String) { #expect(throws: ModuleFileError.self) { try parse("module \(path)\n") } }

  @Test(
    "a version must fit its module path, with Go's messages",
    arguments: [
      ("require e.com/a v2.0.0", "require e.com/a: version \"v2.0.0\" invalid: should be v0 or v1, not v2"),
      ("require e.com/a/v2 v1.0.0", "require e.com/a/v2: version \"v1.0.0\" invalid: should be v2, not v1"),
      ("require e.com/a/v2 v2.0.0", nil), ("require e.com/a v2.0.0+incompatible", nil),
      ("require e.com/a/v2 v2.0.0+incompatible", nil), ("require e.com/a v0.0.0-2020-abc", nil),
      (
        "require e.com/a/v1 v1.0.0",
        "require e.com/a/v1: version \"v1.0.0\" invalid: malformed module path \"e.com/a/v1\""
      ),
      (
        "require e.com/v02 v1.0.0", "require e.com/v02: version \"v1.0.0\" invalid: malformed module path \"e.com/v02\""
      ),
      ("require e.com/a/v1.2 v1.0.0", "malformed module path"), ("require e.com/av2 v1.0.0", nil),
      ("require gopkg.in/yaml v2.0.0", "malformed module path"), ("require gopkg.in/yaml.v2 v2.0.0", nil),
      ("require gopkg.in/yaml.v2 v1.0.0", "should be v2, not v1"), ("require gopkg.in/a.v2-unstable v2.0.0", nil),
      ("require gopkg.in/a.v1 v0.0.0-2020-abc", nil), ("require gopkg.in/a.v0 v0.1.0", nil),
      ("require gopkg.in/a.v02 v2.0.0", "malformed module path"),
      ("replace gopkg.in/x => ./x", "replace gopkg.in/x: malformed module path \"gopkg.in/x\""),
      ("exclude gopkg.in/x master", "malformed module path"),
      // Go would resolve the name of a branch, and then ask for a change of the file.
      ("require e.com/a master", "require e.com/a: version \"master\" invalid: must be of the form v1.2.3"),
      ("require e.com/a/v2 v1.2", "require e.com/a/v2: version \"v1.2\" invalid: must be of the form v1.2.3"),
      ("replace e.com/a => e.com/b v1", "replace e.com/b: version \"v1\" invalid: must be of the form v1.2.3"),
      ("exclude e.com/a v2.0.0", "exclude e.com/a: version \"v2.0.0\" invalid: should be v0 or v1, not v2"),
      ("replace e.com/a v2.0.0 => ../x", "replace e.com/a: version \"v2.0.0\" invalid: should be v0 or v1, not v2"),
      ("replace e.com/a => e.com/b v2.0.0", "replace e.com/b: version \"v2.0.0\" invalid: should be v0 or v1, not v2"),
    ] as [(String, String?)])
  func pathMajor(line: String, message: String?) {
    do throws(ModuleFileError) {
      _ = try GoMod(parsing: Array("module e.com/m\n\n\(line)\n".utf8))
      #expect(message == nil)
    } catch {
      #expect(error.line == 3)
      #expect(message.map(error.message.contains) == true, "\(error.message)")
    }
  }

  @Test("a dependency's go.mod may have unknown directives, and ones that Go ignores there")
  func tolerant() throws {
    #expect(try GoMod(parsing: Array("module m\nfuture x\nreplace x\n".utf8), tolerant: true).module == "m")
  }

  @Test("a replacement of one version precedes one of all versions")
  func replacement() throws {
    let file = try parse("module m\nreplace a v1.0.0 => ./one\nreplace a => ./all\n")
    #expect(
      GoMod.replacement(of: ModuleVersion(path: "a", version: "v1.0.0"), in: file.replacements)?.target
        == .directory("./one"))
    #expect(
      GoMod.replacement(of: ModuleVersion(path: "a", version: "v1.1.0"), in: file.replacements)?.target
        == .directory("./all"))
    #expect(GoMod.replacement(of: ModuleVersion(path: "b", version: "v1.0.0"), in: file.replacements) == nil)
  }

  @Test("go.work")
  func work() throws {
    let file = try GoWork(parsing: Array("go 1.22\nuse ./a\nuse (\n./b\n)\nreplace x => ./x\n".utf8))
    #expect(file.uses == ["./a", "./b"] && file.replacements.count == 1)
    // Go checks the replaced module here, but not its replacement.
    #expect(throws: Never.self) { try GoWork(parsing: Array("replace e.com/x => e.com/y v2.0.0\n".utf8)) }
    #expect(throws: ModuleFileError.self) { try GoWork(parsing: Array("replace e.com/x v2.0.0 => ./y\n".utf8)) }
  }

  @Test("vendor/modules.txt")
  func vendor() {
    let text =
      "## workspace\n# example.com/a v1.0.0\n## explicit; go 1.20\nexample.com/a\nexample.com/a/sub\n# example.com/b => ./b\nexample.com/b\n"
    let list = VendorModules(parsing: Array(text.utf8))
    #expect(list.isWorkspace)
    #expect(list.module(of: "example.com/a/sub")?.version == "v1.0.0")
    #expect(list.module(of: "example.com/a/sub")?.isExplicit == true)
    #expect(list.module(of: "example.com/b")?.version == "")
    #expect(list.module(of: "example.com/c") == nil)
  }
}

extension String {
  fileprivate func replacingLine(_ line: String, _ lines: String) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).map { $0 == line ? lines : String($0) }.joined(
      separator: "\n")
  }
}

@Suite struct VersionTests {
  @Test(
    "versions are ordered",
    arguments: [
      [
        "v0.0.0-2020", "v0.0.1", "v0.9.0", "v0.10.0", "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta",
        "v1.0.0-beta",
        "v1.0.0-rc.2", "v1.0.0-rc.10", "v1.0.0", "v2.0.0+incompatible", "v10.0.0",
      ]
    ])
  func order(_ versions: [String]) {
    for (index, left) in versions.enumerated() {
      for right in versions[(index + 1)...] {
        #expect(isVersion(ByteString(left), before: ByteString(right)), "\(left) < \(right)")
        #expect(!isVersion(ByteString(right), before: ByteString(left)), "not \(right) < \(left)")
      }
    }
  }

  @Test("names in the module cache")
  func escape() {
    let name = ModuleVersion(path: "ex.com/Upper/Mod/v2", version: "v2.0.0-RC1").cacheName
    #expect(name?.path == "ex.com/!upper/!mod/v2" && name?.version == "v2.0.0-!r!c1")
  }

  @Test(
    "modules that Go refuses have no name in the module cache",
    arguments: [
      ("ex.com/m", "v0.9.1/../../../../private"), ("ex.com/m", ".."), ("ex.com/m", "."), ("ex.com/m", ""),
      ("ex.com/m", "v1.0.0/"), ("ex.com/m", "v1.0.0."), ("ex.com/m", "!v1"), ("ex.com/m", "v1\\x"),
      ("ex.com/m", "v1\0"),
      ("ex.com/m", "v1:x"), ("ex.com/m", "con.v1"), ("ex.com/../m", "v1.0.0"), ("/ex.com/m", "v1.0.0"),
      ("ex.com//m", "v1.0.0"), ("../ex.com", "v1.0.0"), ("m", "v1.0.0"), ("EX.com/m", "v1.0.0"), ("", "v1.0.0"),
      ("-ex.com/m", "v1.0.0"),
    ])
  func refused(_ path: String, _ version: String) {
    #expect(ModuleVersion(path: ByteString(path), version: ByteString(version)).cacheName == nil)
  }

  @Test(
    "paths that could leave their directory are refused",
    arguments: [
      "../x", "a/../b", "/etc", "a//b", "a/", "a/b.", "a b", "a\0b", "a\\b", "",
    ])
  func unsafe(_ path: String) { #expect(!isImportable(ByteString(path))) }

  @Test("minimal version selection over the graph, within the limits of pruning")
  func selection() throws {
    let files = [
      "a@v1.0.0": "module a\ngo 1.16\nrequire c v1.1.0\n",
      "b@v1.0.0": "module b\ngo 1.20\nrequire c v1.2.0\nrequire d v1.0.0\n",
      "c@v1.1.0": "module c\ngo 1.16\n", "c@v1.2.0": "module c\ngo 1.20\nrequire e v1.0.0\n",
      "d@v1.0.0": "module d\ngo 1.16\nrequire f v1.0.0\n",
    ]
    func load(_ module: ModuleVersion) -> GoMod? {
      files["\(module.path.text)@\(module.version.text)"].flatMap { try? parse($0) }
    }
    let old = try parse("module m\ngo 1.16\nrequire a v1.0.0\nrequire b v1.0.0\n")
    let list = BuildList(roots: [old], isWorkspace: false, readingAll: true, load: load)
    #expect(
      list.versions == ["a": "v1.0.0", "b": "v1.0.0", "c": "v1.2.0", "d": "v1.0.0", "e": "v1.0.0", "f": "v1.0.0"])
    #expect(Set(list.unread.map(\.path)) == ["e", "f"])
    let new = try parse("module m\ngo 1.17\nrequire a v1.0.0\n")
    #expect(BuildList(roots: [new], isWorkspace: false, readingAll: false, load: load).versions == ["a": "v1.0.0"])
    // In a workspace even that module's requirements count for the others.
    #expect(BuildList(roots: [new], isWorkspace: true, readingAll: true, load: load).versions.count > 1)
  }
}
