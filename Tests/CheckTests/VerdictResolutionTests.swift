import Builds
import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoSource
import Linkage
import Rules
import TestSupport
import Testing

@testable import Check

/// The one place that decides a verdict, from values.
@Suite struct VerdictResolutionTests {
  private let analysis: MainAnalysis = {
    var tree = MemoryTree()
    tree.add("main.go", "package main\n\nfunc main() {}\n")
    let scope = ModuleScope(
      mainModules: [ModuleScope.LocalModule(path: "ex.com/m", directory: DirectoryName(.repository, ""))])
    let context = BuildContext(platform: Platform("linux/amd64")!, tags: [], cgoMode: .off)
    let graph = PackageGraph(
      roots: [("ex.com/m", DirectoryName(.repository, ""))], contexts: CgoMode.allCases.map(context.with), scope: scope,
      tree: tree)
    return MainAnalysis(
      main: MainName(importPath: "ex.com/m", directory: ""), graph: graph, context: context,
      locations: LocationResolver(goVersion: "go1.27", requirements: [:], base: nil))
  }()

  private let differences = CgoDifferences(
    CgoDifferences.Inspector(
      declarations: { _, _ in [] }, uses: { _, _ in FileUses([]) }, members: { _, _ in [:] }, words: { _, _ in [] },
      mentions: { _, _, _ in false }, freeNames: { _, _ in FreeNames([]) }))

  private func facts(
    _ verdict: Verdict = .isStatic, differs: Bool = false, undecided: ByteString? = nil, depth: BuildDepth = .none,
    flag: LinkFlag.Effect? = nil, failure: String? = nil, built: BuiltMain? = nil
  ) -> VerdictFacts {
    let key = MainOnTarget(main: analysis.main, target: Target(platform: Platform("linux/amd64")!, tags: []))
    let source = SourceVerdict(
      verdict: verdict, reason: "source", findings: [], notes: [], errors: [], differs: differs, losing: [])
    let item = Case(
      key: key, analyze: { [analysis] in analysis }, change: Case.Change(), source: source, undecided: undecided,
      notes: [])
    return VerdictFacts(
      item: item, differences: differences, failure: failure.map { JudgementError(message: $0) },
      flag: flag.map { LinkFlag(flag: "-f", origin: "GOFLAGS", effect: $0) }, depth: depth, built: built)
  }

  private func built(_ change: (inout BuiltMain) -> Void) -> BuiltMain {
    var main = BuiltMain()
    change(&main)
    return main
  }

  private func binary(interpreter: ByteString? = nil, needed: [ByteString] = []) -> Binary {
    var binary = Binary(format: .elf, type: "ET_EXEC", kind: .executable, architecture: "x86-64")
    binary.interpreter = interpreter
    binary.needed = needed
    return binary
  }

  @Test("the source decides where nothing is built")
  func source() {
    for verdict in [Verdict.isStatic, .staticWithoutCgo, .degraded, .blocked, .broken] {
      let resolution = VerdictResolution(facts(verdict))
      #expect(resolution.verdict == verdict && resolution.reason == "source" && resolution.build == .none)
    }
  }

  @Test("a module that Go refuses makes the main unknown, whatever else is known")
  func failure() {
    let resolution = VerdictResolution(facts(.blocked, depth: .link, failure: "go.mod is broken"))
    #expect(resolution.verdict == .unknown && resolution.reason == "go.mod is broken" && resolution.findings.isEmpty)
    #expect(!facts(differs: true, depth: .link, failure: "x").needsBuild)
  }

  @Test("what the source leaves open is unknown without a build, and says so")
  func undecided() {
    let resolution = VerdictResolution(facts(.staticWithoutCgo, differs: true, undecided: "ex.com/c"))
    #expect(resolution.verdict == .unknown)
    #expect(resolution.errors.first?.message.contains("run: staticgo check --build auto") == true)
    #expect(VerdictResolution(facts(.staticWithoutCgo, differs: true)).verdict == .staticWithoutCgo)
  }

  @Test(
    "what is built: all that is open at compile and link, what differs at auto, nothing at none",
    arguments: [
      (BuildDepth.none, true, Verdict.isStatic, false), (.auto, true, .isStatic, true),
      (.auto, false, .isStatic, false),
      (.compile, false, .isStatic, true), (.link, false, .degraded, true), (.link, true, .blocked, false),
      (.link, true, .broken, false), (.link, true, .unknown, false),
    ])
  func needsBuild(_ depth: BuildDepth, _ differs: Bool, _ verdict: Verdict, _ expected: Bool) {
    #expect(facts(verdict, differs: differs, depth: depth).needsBuild == expected)
  }

  @Test("a flag that builds no program blocks; one that needs a loader makes the main dynamic, unless it is linked")
  func flags() {
    let none = VerdictResolution(facts(depth: .link, flag: .noProgram("needs external (cgo) linking")))
    #expect(none.verdict == .blocked && none.findings.map(\.rule.rawValue) == ["build-failed"])
    #expect(!facts(depth: .link, flag: .noProgram("x")).needsBuild)
    let loader = VerdictResolution(facts(flag: .loader))
    #expect(loader.verdict == .dynamic && loader.findings.map(\.rule.rawValue) == ["binary-interpreter"])
    #expect(VerdictResolution(facts(.degraded, flag: .loader)).verdict == .degraded)
    #expect(VerdictResolution(facts(depth: .link, flag: .loader)).findings.isEmpty)
  }

  @Test("the go command's complaints about the code are broken, all others unknown with an error")
  func complaints() {
    let code = VerdictResolution(
      facts(depth: .compile, built: built { $0.complaints = [GoMessage("import cycle not allowed", .code)] }))
    #expect(code.verdict == .broken && code.errors.isEmpty && code.hasBuildFindings && code.build == .compile)
    let other = VerdictResolution(
      facts(depth: .compile, built: built { $0.complaints = [GoMessage("no space left on device", .other)] }))
    #expect(other.verdict == .unknown && other.errors.count == 1 && !other.hasBuildFindings)
  }

  @Test("a build that was stopped leaves the source's verdict, with a note")
  func timedOut() {
    let resolution = VerdictResolution(facts(.staticWithoutCgo, depth: .link, built: built { $0.isTimedOut = true }))
    #expect(resolution.verdict == .staticWithoutCgo && resolution.build == .none && resolution.notes.count == 1)
  }

  @Test("the binary has the last word")
  func binaries() {
    let fine = VerdictResolution(facts(depth: .link, built: built { $0.binary = binary() }))
    #expect(fine.verdict == .isStatic && fine.binary?.type == "ET_EXEC" && fine.findings.isEmpty)
    let needing = VerdictResolution(
      facts(depth: .link, built: built { $0.binary = binary(interpreter: "/lib64/ld.so", needed: ["libc.so.6"]) }))
    #expect(needing.verdict == .dynamic && needing.reason == "libc.so.6" && needing.hasBuildFindings)
    let loading = VerdictResolution(
      facts(depth: .link, built: built { $0.binary = binary(interpreter: "/lib64/ld.so") }))
    #expect(loading.verdict == .dynamic && loading.reason == "needs a loader")
  }
}
