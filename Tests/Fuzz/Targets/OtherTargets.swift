import Bytes
import CISystems
import Cache
import Config
import Diagnostics
import Git
import GoSource
import GoToolchain
import Images
import Linkage
import RecipeFiles
import Reports
import Rules
import TestSupport

let configTargets: [FuzzTarget] = [
  FuzzTarget(
    "config",
    seeds: [
      "targets = [\"linux/amd64\"]\ntags = [\"a\"]\nmains = [\"./cmd/...\"]\n[rules]\ncgo-source = \"warning\"\n"
        + "[[allow]]\nrule = \"cgo-source\"\npackage = \"a/...\"\nreason = \"x\"\nexpires = 2027-01-02\n",
      "[[main]]\npath = \"./cmd/a\"\nflags = [\"-ldflags=-s\"]\ntags = []\n'a'.\"b\\u00e9\" = {c = 1, d = [1.5e3, 0x1f]}\n",
      "a = \"\"\"\nx\\\n  y\"\"\"\nb = '''z'''\nc = 1979-05-27T07:32:00Z\n",
    ], words: ["[[allow]]\n", "[rules]\n", "\"\"\"", "'''", " = ", "[[main]]\n"]
  ) { bytes in
    do throws(ConfigError) { _ = try Config(parsing: bytes, rules: Rule.all.map(\.id)) } catch {
      if error.message.isEmpty { return "an error without a message" }
    }
    return nil
  },
  FuzzTarget(
    "goreleaser",
    seeds: [
      "version: 2\nbuilds:\n  - &a\n    main: ./cmd/a\n    env: [CGO_ENABLED=0]\n    goos: [linux]\n    goarch: [amd64]\n  - <<: *a\n    id: b\n    tags: [x]\n"
    ], words: ["builds:\n", "- ", "&a ", "*a", "<<: ", "{{ .Env.X }}"]
  ) { bytes in
    _ = ReleaseBuild.all(in: ".goreleaser.yaml", bytes)
    return nil
  },
  FuzzTarget("glob", seeds: ["a/**/b*\na/x/b1", "./...\ncmd/a", "[a-c]?x{y,z}\naqxy"], lengthLimit: 200) { bytes in
    let parts = ByteString(bytes).split(10)
    guard parts.count == 2 else { return nil }
    _ = Glob(parts[0].text).matches(parts[1])
    return nil
  },
  FuzzTarget("allow-directive", seeds: ["//staticgo:allow cgo-source,cgo-stub -- reason"], lengthLimit: 300) { bytes in
    guard let directive = AllowDirective(comment: ByteString(bytes), rules: Rule.all.map(\.id)) else { return nil }
    return directive.problem == nil && directive.rules.isEmpty ? "it is valid and allows nothing" : nil
  },
]

let binaryTargets: [FuzzTarget] = [
  FuzzTarget(
    "binary", binarySeeds: BinarySeeds.all, words: ["\u{7f}ELF", "MZ", "PE\0\0", "/lib64/ld-linux-x86-64.so.2"]
  ) {
    bytes in
    do throws(LinkageError) {
      for binary in try Binary.read(bytes.span) {
        _ = binary.explanation
        if binary.needed.count > bytes.count { return "more libraries than bytes" }
      }
    } catch { if error.message.isEmpty { return "an error without a message" } }
    return nil
  },
  FuzzTarget("function-table", binarySeeds: BinarySeeds.functionTables, words: ["main.main", "%2e", "(*T).", "[...]"]) {
    bytes in
    let names = FunctionTable(bytes.span)?.names ?? []
    if names.reduce(0, { $0 + $1.count + 1 }) > bytes.count { return "the names are longer than the file" }
    let reader = SymbolReader(packages: ["main", "example.com/a.b"])
    for name in names + [ByteString(bytes)] {
      if reader.function(name)?.name.isEmpty == true { return "\(name) is read as a function without a name" }
      _ = SymbolReader.readable(name)
    }
    return nil
  },
  // The seeds are in Tests/Fuzz/Corpus.
  FuzzTarget(
    "archive", binarySeeds: [Array("!<arch>\n".utf8)],
    words: ["PK\u{3}\u{4}", "ustar", "070701", "../", "debian-binary"]
  ) {
    bytes in
    do throws(ArchiveError) {
      return try ArchiveReader.reading(bytes) { reader throws(ArchiveError) in
        // An archive may repeat itself without end.
        for _ in 0..<1_000 {
          guard let member = try reader.next() else { break }
          let parts = member.path.split(UInt8(ascii: "/"))
          if member.path.hasPrefix("/") || parts.contains("..") { return "\(member.path) leads out" }
          if try reader.read(upTo: 1 << 16).count > 1 << 16 { return "more than was asked for" }
        }
        return nil
      }
    } catch { return error.message.isEmpty ? "an error without a message" : nil }
  },
  FuzzTarget("index", binarySeeds: [BinarySeeds.index], words: ["DIRC", "TREE", "link", "sdir"]) { bytes in
    guard let index = IndexFile(bytes) else { return nil }
    let conflicts = index.content.conflicts
    return zip(conflicts, conflicts.dropFirst()).allSatisfy { $0 < $1 } ? nil : "conflicts are not sorted"
  },
  // As zlib streams, and as what such a stream contains.
  FuzzTarget(
    "loose-object",
    binarySeeds: [storedStream(Array("blob 3\0abc".utf8)), Array("tree 0\0".utf8), Array("tag 99\0a".utf8)],
    words: ["blob ", "tree ", "commit ", "tag ", "\0"]
  ) { bytes in
    for file in [bytes, storedStream(bytes)] {
      guard let content = try? LooseObjects.content(ofFile: file, looseID) else { continue }
      guard content.endIndex - content.startIndex <= file.count * 1_032 else { return "longer than zlib can make it" }
    }
    guard let content = try? LooseObjects.content(ofFile: storedStream(bytes), looseID) else { return nil }
    let header = bytes.prefix { $0 != 0 }
    let size = header.split(separator: UInt8(ascii: " ")).last.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
    return size == content.count && content.elementsEqual(bytes.suffix(content.count)) ? nil : "another content"
  },
  FuzzTarget("cache", binarySeeds: [BinarySeeds.cache]) { bytes in
    // The checksum of a forged file is right.
    var forged = bytes
    if forged.count >= 24 {
      let sum = checksum(forged[24...])
      for index in 0..<8 { forged[16 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(56 - 8 * index)) }
    }
    let store = FactStore(StoreContents(of: forged))
    for (id, _) in BinarySeeds.cached {
      guard let packed = store.facts(id, .go) else { continue }
      let facts = packed.facts
      _ = packed.isAdmitted { $0.index > 3 }
      packed.forEachImport { _ = store.symbols[$0] }
      _ = facts.constraint?.evaluate { $0 == "linux" }
    }
    if var note = store.note("key") { _ = (note.number(), note.text(), note.content()) }
    return nil
  },
]

/// The variables that make a run of each system, and the one whose value is the input.
private let ciVariables: [(system: [String: String], name: String)] = [
  (["GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "e"], "GITHUB_BASE_REF"),
  (["GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": "e"], "GITHUB_REF_NAME"),
  (["GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": "e"], "GITHUB_REF_NAME"),
  (["GITLAB_CI": "true", "CI_MERGE_REQUEST_IID": "1"], "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
  (["GITLAB_CI": "true"], "CI_COMMIT_BEFORE_SHA"),
  (["TF_BUILD": "True", "BUILD_REASON": "PullRequest"], "SYSTEM_PULLREQUEST_TARGETBRANCH"),
  (["TEAMCITY_VERSION": "1"], "TEAMCITY_BUILD_PROPERTIES_FILE"), (["CIRCLECI": "true"], "CIRCLE_BRANCH"),
  (["BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_PR_ID": "1"], "BITBUCKET_PR_DESTINATION_BRANCH"),
  (["BUILDKITE": "true", "BUILDKITE_PULL_REQUEST": "1"], "BUILDKITE_PULL_REQUEST_BASE_BRANCH"),
  (["CI": "woodpecker", "CI_PIPELINE_EVENT": "pull_request"], "CI_COMMIT_TARGET_BRANCH"),
  (["DRONE": "true", "DRONE_BUILD_EVENT": "pull_request"], "DRONE_TARGET_BRANCH"),
  (["JENKINS_URL": "x", "CHANGE_ID": "1"], "CHANGE_TARGET"),
]

private let looseID = ObjectID(ContentID(hexadecimal: "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")!)

let outputTargets: [FuzzTarget] = [
  // The event of GitHub is a file; what other systems report are variables: the lines of the input.
  FuzzTarget(
    "ci-event",
    seeds: [
      """
      {"before":"0123456789012345678901234567890123456789","repository":{"default_branch":"main"},
      "pull_request":{"base":{"sha":"0123456789012345678901234567890123456789"},"head":{"sha":null}},
      "merge_group":{"base_sha":"0123456789012345678901234567890123456789"}}
      """,
      "teamcity.build.branch=main\nteamcity.pullRequest.target.branch=refs/heads/main\nbuild.vcs.number=1\n", "a..b",
    ], words: ["pull_request", "\"sha\":", "refs/heads/", "0123456789012345678901234567890123456789", "-n", "@{"]
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    for (system, name) in ciVariables {
      var environment = system
      environment[name] = text
      guard let run = CIRun(environment, read: { _ in bytes }) else { return "the system is not detected" }
      for revision in run.bases.flatMap({ [$0.revision, $0.ifMerged ?? "0"] }) {
        let isName = ["refs/", "HEAD^"].contains(where: revision.hasPrefix) || revision.allSatisfy(\.isHexDigit)
        if !isName || revision.contains("..") { return "\(run.system.rawValue): the base \(revision)" }
      }
    }
    return nil
  },
  FuzzTarget(
    "compiler-output",
    seeds: [
      "# a.org/b\nb/x.go:3:5: undefined: C.x\n\thave (int)\n\twant ()\nb/y.go:1:2: x.Y undefined (type T has no field or method Y)\ngo: no required module provides package q; to add it:\n\tgo get q\n"
    ], words: ["# ", ".go:1:2: ", "undefined: ", "\n\t", "too many errors"]
  ) { bytes in
    for message in readBuildMessages(ByteString(bytes)) {
      _ = Complaint(ofFile: message.message)
      _ = Complaint(ofPackage: message.message)
      if message.file != nil, message.line < 0 { return "a line below zero" }
    }
    return nil
  },
  FuzzTarget("text", seeds: ["a\u{1b}[31m\u{202e}##vso[task]::error::\r\n\u{85}é\u{301}"]) { bytes in
    let text = "\(ByteString(bytes))" as SafeText
    if let scalar = text.text.unicodeScalars.first(where: { !isPrintable($0) }) {
      return "U+\(scalar.value) is printed"
    }
    for command in ["##vso[", "##["] where text.text.contains(command) { return "\(command) is printed" }
    return text.text.utf8.starts(with: "::".utf8) ? ":: is printed at the start of a line" : nil
  },
  FuzzTarget(
    "report", seeds: [ReportSeed.json], words: ["\"findings\":[", "\\u001b", "\"mains\":["], lengthLimit: 8192
  ) { bytes in
    guard let report = try? readJSONReport(bytes) else { return nil }
    guard let again = try? readJSONReport(Array(jsonReport(report, toolVersion: "1").utf8)) else {
      return "a report that was written is not read"
    }
    if jsonReport(again, toolVersion: "1") != jsonReport(report, toolVersion: "1") { return "it is another report" }
    let tool = ToolDescription(version: "1", address: "https://example.org", rules: [])
    for format in ReportFormat.allCases {
      let text = format.write(report, tool, style: TextStyle())
      for scalar in text.unicodeScalars where scalar.value < 0x20 && ![9, 10, 13].contains(scalar.value) {
        return "\(format.rawValue) has the control character \(scalar.value)"
      }
    }
    return nil
  },
]
