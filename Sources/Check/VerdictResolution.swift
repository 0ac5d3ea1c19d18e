import Builds
import Bytes
import Diagnostics
import GoBuild
import GoToolchain
import Linkage
import Rules

/// The facts that decide the verdict of a main on a target.
struct VerdictFacts {
  let item: Case
  let differences: CgoDifferences
  /// The reason why Go refuses to build anything of the group; nil if it does not.
  let failure: JudgementError?
  /// The flag that changes how every program of the target is linked, or nil.
  let flag: LinkFlag?
  let depth: BuildDepth
  /// The result of the build; nil if the main was not built.
  var built: BuiltMain?

  /// Whether the main is to be built: its source does not decide, or the depth requires a build.
  var needsBuild: Bool {
    guard failure == nil, isOpen, flag?.effect.isNoProgram != true else { return false }
    switch depth {
    case .none: return false
    case .auto: return item.source.differs || item.lacksFiles
    case .compile, .link: return true
    }
  }

  /// Whether the source leaves it to a build to prove the verdict.
  fileprivate var isOpen: Bool { ![.unknown, .blocked, .broken].contains(item.source.verdict) }
}

/// The verdict of a main on a target, with everything that follows from how it was reached.
struct VerdictResolution {
  private(set) var verdict: Verdict
  /// The reason for the verdict, in a few words.
  private(set) var reason: String
  private(set) var build: BuildDepth = .none
  private(set) var binary: BinarySummary?
  private(set) var findings: [Finding]
  private(set) var errors: [JudgementError] = []
  /// The package about which the source leaves a question open, which is then one of the errors.
  private(set) var undecided: ByteString?
  private(set) var notes: [String] = []
  private(set) var isOpenInBase = false
  /// The findings of the source about stubs that the program does not contain. They do not count, and an allow directive
  /// for one of them is used.
  private(set) var refuted: [Finding] = []
  /// The needs of the program at run time; nil where nobody asked.
  let needs: [RuntimeNeed.Reached]?
  /// The packages whose stubs the program may call.
  private(set) var linkedStubs: Set<ByteString> = []
  /// Whether the build produced findings, which the base may have too.
  private(set) var hasBuildFindings = false

  /// Resolves the verdict: the one place that decides it.
  init(_ facts: VerdictFacts) {
    needs = facts.built?.needs
    (verdict, reason, findings) = (facts.item.source.verdict, facts.item.source.reason, facts.item.source.findings)
    if let failure = facts.failure {
      (verdict, reason, findings) = (.unknown, failure.message, [])
      return
    }
    guard facts.isOpen else { return }
    let analysis = facts.item.analyze()
    if let flag = facts.flag, flag.effect.isNoProgram {
      (verdict, reason) = (.blocked, flag.flag)
      findings.append(analysis.flagFinding(flag))
      return
    }
    if facts.depth == .none { leaveUndecided(facts, facts.item.undecided, analysis) }
    // A flag that makes every binary need a loader is a finding without a binary.
    if let flag = facts.flag, facts.depth != .link, analysis.platform.hasStaticBinaries,
      facts.item.source.verdict < .degraded
    {
      (verdict, reason) = (.dynamic, flag.flag)
      findings.append(analysis.flagFinding(flag))
    }
    guard let built = facts.built else { return }
    let count = findings.count
    conclude(facts, built, analysis)
    hasBuildFindings = findings.count > count
  }

  /// Marks the open question as one of the base too, which does not count.
  mutating func acceptOpen(_ main: MainName) {
    notes.append(
      "the source alone does not show whether \(main.text) builds without cgo: package \(reason). This was so before the "
        + "change too, so the check does not fail. To find out, run: staticgo check --build auto")
    (errors, isOpenInBase) = ([], true)
  }

  /// Makes the verdict unknown if the source cannot decide it.
  private mutating func leaveUndecided(_ facts: VerdictFacts, _ undecided: ByteString?, _ analysis: MainAnalysis) {
    guard facts.item.source.differs, let undecided else { return }
    let package = analysis.name(of: undecided).text
    verdict = .unknown
    self.undecided = undecided
    reason = "\(package) differs without cgo"
    errors.append(
      JudgementError(
        message:
          "\(analysis.main.text) might not compile without cgo: Go then selects other files of package \(package), and they may "
          + "lack names that the program uses. staticgo has only read the source. To find out, run: staticgo check "
          + "--build auto"))
  }

  /// Sets the verdict that the result of a build proves.
  private mutating func conclude(_ facts: VerdictFacts, _ built: BuiltMain, _ analysis: MainAnalysis) {
    let name = analysis.main.text
    if built.isTimedOut {
      notes.append(
        "\(name): the build was stopped at the time limit, so the verdict comes only from reading the source. To continue "
          + "the build, run staticgo again")
      leaveUndecided(facts, facts.differences.undecided(analysis, losing: facts.item.source.losing), analysis)
      return
    }
    build = facts.depth == .link ? .link : .compile
    let compiler = analysis.compilerFindings(built.errors, facts.differences.inspector).map { $0.proved(by: .compiler) }
    if !compiler.isEmpty {
      findings += compiler
      verdict = compiler.contains { $0.rule != .goError } ? .blocked : .broken
      reason = compiler.map { analysis.name(of: $0.culprit).text }.joined(separator: ", ")
      return
    }
    let linker = analysis.linkerFindings(built.complaints.filter { $0.kind == .link }.map(\.text))
      .map { $0.proved(by: .linker) }
    if !linker.isEmpty {
      // The findings of the source stand beside it: a main may be dynamic too.
      findings += linker
      verdict = max(verdict, linker.contains { $0.rule != .goError } ? .blocked : .broken)
      reason = linker.map { analysis.name(of: $0.culprit).text }.joined(separator: ", ")
      return
    }
    if let first = built.complaints.first {
      reason = first.text.split(separator: "\n").joined(separator: " ")
      if built.complaints.allSatisfy({ $0.kind == .code || $0.kind == .link }) {
        verdict = .broken
        findings.append(analysis.goCommandError(built.complaints.map(\.text)).proved(by: .compiler))
      } else {
        verdict = .unknown
        let text = built.complaints.map(\.text).joined(separator: "\n")
        errors.append(JudgementError(message: "\(name): go build fails: \(text)"))
      }
      return
    }
    if !built.stubs.isEmpty { confirm(built.stubs, facts, analysis) }
    if let binary = built.binary { conclude(facts, binary, analysis) }
  }

  /// Keeps the stubs that the program contains. Without any, it is not degraded.
  private mutating func confirm(_ answers: [StubAnswer], _ facts: VerdictFacts, _ analysis: MainAnalysis) {
    let confirmed = analysis.confirmed(findings, by: answers, facts.differences)
    let kept = Set(confirmed.map(\.fingerprint))
    refuted = findings.filter { !kept.contains($0.fingerprint) }
    linkedStubs = Set(answers.map(\.culprit).filter { culprit in confirmed.contains { $0.culprit == culprit } })
    findings = confirmed
    guard verdict == .degraded else { return }
    (verdict, reason) = analysis.verdict(of: findings, facts.differences)
    if !analysis.platform.hasStaticBinaries, verdict < .degraded { verdict = .notApplicable }
  }

  private mutating func conclude(_ facts: VerdictFacts, _ binary: Binary, _ analysis: MainAnalysis) {
    self.binary = BinarySummary(type: binary.type, interpreter: binary.interpreter, needed: binary.needed)
    guard analysis.platform.hasStaticBinaries else { return }
    // A finding with the reason replaces one with only the fact.
    let isDynamic = verdict == .dynamic
    findings += analysis.linkage(binary, flag: facts.flag, isDynamic: isDynamic)
      .map { $0.proved(by: .binary) }
    guard case .notStatic = binary.assessment.answer else { return }
    if !isDynamic {
      reason = binary.needed.isEmpty ? "needs a loader" : binary.needed.map(\.text).joined(separator: ", ")
    }
    verdict = .dynamic
  }
}

extension LinkFlag.Effect {
  fileprivate var isNoProgram: Bool {
    if case .noProgram = self { return true }
    return false
  }
}
