import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoModule
import GoSource
import Rules
import TestSupport
import Testing

/// Every example of every rule: unchanged, with harmless changes, and with changes that must silence it.
@Suite struct ExampleTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let rule: RuleID
    let index: Int
    var example: Rule.Example { Rule.named(rule).examples[index] }
    var testDescription: String { "\(rule.rawValue): \(example.title)" }

    /// The examples that the source alone decides, without comments in them; RuleExampleTests has the others.
    static let all = Rule.all.filter { $0.id != .unusedAllow }.flatMap { rule in
      rule.examples.indices.filter { rule.examples[$0].steps.isEmpty }.map { Case(rule: rule.id, index: $0) }
    }
    static let telling = all.filter { $0.example.archive.contains("// HERE") }
  }

  static func findings(_ archive: Archive, in directory: String = "") throws -> [Finding] {
    let root = ByteString(directory)
    var tree = MemoryTree()
    for (path, content) in standardLibrary { tree.add(path, content, root: .standardLibrary) }
    for (path, content) in archive.files { tree.add(path, content) }
    let go = try #require(archive.files.first { $0.name == root.appending("go.mod").text })
    let module = try GoMod(parsing: Array(go.content.utf8))
    var scope = ModuleScope(
      mainModules: [ModuleScope.LocalModule(path: module.module, directory: DirectoryName(.repository, root))])
    if let list = archive.files.first(where: { $0.name == root.appending("vendor/modules.txt").text }) {
      scope.vendor = ModuleScope.Vendor(
        directory: DirectoryName(.repository, root.appending("vendor")),
        modules: VendorModules(parsing: Array(list.content.utf8)),
        isListBinding: false)
    }
    let context = BuildContext(platform: Platform("linux/amd64")!, tags: [], cgoMode: .off)
    let graph = PackageGraph(
      roots: [(module.module, DirectoryName(.repository, root))], contexts: CgoMode.allCases.map(context.with),
      scope: scope,
      tree: tree)
    let evidence = MainAnalysis(
      main: MainName(importPath: module.module, directory: root), graph: graph, context: context,
      locations: LocationResolver(goVersion: "go1.21", requirements: [:], base: nil))
    let differences = tree.differences
    let source = evidence.judgeSource(differences)
    return source.findings + source.notes.compactMap { evidence.finding($0, differences) }
  }

  fileprivate static let standardLibrary = [
    "fmt/fmt.go": "package fmt\n", "os/os.go": "package os\n", "io/io.go": "package io\n",
    "sync/sync.go": "package sync\n",
    "errors/errors.go": "package errors\n", "strings/strings.go": "package strings\n",
    "net/http/http.go": "package http\nimport \"net\"\n", "net/net.go": "package net\n",
    "net/cgo.go": "package net\nimport \"C\"\n", "net/nocgo.go": "//go:build !cgo\n\npackage net\n",
    "plugin/cgo.go":
      "package plugin\nimport \"C\"\nfunc Open(string) (*int, error) { return open() }\nfunc open() (*int, error) { return x(), nil }\n",
    "plugin/stub.go":
      "//go:build !cgo\n\npackage plugin\nfunc Open(string) (*int, error) { return nil, errors.New(\"not implemented\") }\n",
    "runtime/cgo/cgo.go": "package cgo\nimport \"C\"\n", "runtime/cgo/handle.go": "package cgo\n",
  ]

  @Test("the finding is reported on the line marked // HERE", arguments: Case.telling)
  func stands(_ item: Case) throws {
    let archive = Archive(item.example.archive)
    let file = try #require(archive.files.first { $0.content.contains("// HERE") })
    let lines = file.content.split(separator: "\n", omittingEmptySubsequences: false)
    let line = try #require(lines.firstIndex { $0.contains("// HERE") }) + 1
    let found = try Self.findings(archive)
    #expect(found.map(\.rule) == [item.rule])
    #expect(found.first?.location.file == ByteString(file.name))
    #expect(found.first?.location.line == line)
    #expect(found.first?.severity == Rule.named(item.rule).severity)
    #expect(found.first?.help.isEmpty == false)
  }

  @Test(
    "an example without a mark is silent under its rule",
    arguments: Case.all.filter { !$0.example.archive.contains("// HERE") })
  func silent(_ item: Case) throws {
    #expect(try Self.findings(Archive(item.example.archive)).filter { $0.rule == item.rule } == [])
  }

  @Test("harmless changes keep the finding, the others silence it", arguments: Case.telling, Mutation.allCases)
  func mutated(_ item: Case, _ mutation: Mutation) throws {
    // A line of go-error in a comment is not an error, and the rules of binaries have no source.
    var archive = Archive(item.example.archive)
    let index = try #require(archive.files.firstIndex { $0.content.contains("// HERE") })
    // A constraint on the main's only file removes the whole main, which is another case.
    let isMain = archive.files[index].content.hasPrefix("package main")
    if isMain, [.falseConstraint, .otherSystem].contains(mutation) { return }
    // A constraint that excludes the only file leaves a package without files: a go-error, but not this rule's.
    archive.files[index].content = mutation.apply(to: archive.files[index].content)
    let found = try Self.findings(archive).filter { $0.rule == item.rule }
    #expect(found.isEmpty == mutation.isSilent, "\(mutation.rawValue): \(found.map(\.message))")
    guard !mutation.isSilent else { return }
    let lines = archive.files[index].content.split(omittingEmptySubsequences: false) { $0.isNewline }
    let line = try #require(lines.firstIndex { $0.contains("// HERE") }) + 1
    #expect(found.first?.location.line == line)
  }

  @Test("directory names that are difficult for reports and shells", arguments: Case.telling)
  func oddNames(_ item: Case) throws {
    let odd = "we ird%41,:größe"
    var archive = Archive(item.example.archive)
    // Import paths cannot have such letters; the module's directory can.
    for index in archive.files.indices { archive.files[index].name = "\(odd)/\(archive.files[index].name)" }
    let file = try #require(archive.files.first { $0.content.contains("// HERE") })
    let found = try Self.findings(archive, in: odd).filter { $0.rule == item.rule }
    #expect(found.first?.location.file == ByteString(file.name))
  }

  @Test("every rule has a page with content")
  func pages() {
    #expect(Set(Rule.all.map(\.id)).count == Rule.all.count)
    for rule in Rule.all {
      #expect(!rule.summary.isEmpty && rule.why.count > 80 && !rule.fix.isEmpty)
      #expect(!rule.summary.hasSuffix("."))
    }
  }
}

extension MemoryTree {
  /// Returns what packages are without cgo, looked up in the files of this tree.
  var differences: CgoDifferences {
    func bytes(_ package: Package, _ file: SourceFile) -> [UInt8] {
      Array((files[package.directory.name]?[file.name] ?? "").utf8)
    }
    return CgoDifferences(
      CgoDifferences.Inspector(
        declarations: { scanDeclarations(bytes($0, $1)) }, uses: { FileUses(bytes($0, $1)) },
        members: { scanTypeMembers(bytes($0, $1)) }, words: { scanFunctionWords(bytes($0, $1)) },
        mentions: { mentions(bytes($0, $1), anyOf: $2) },
        freeNames: { FreeNames(bytes($0, $1)) }))
  }
}
