import Bytes
import Config
import Diagnostics
import GoSource
import Plan
import Recipes
import Rules
import System

/// The allow directives in a tree's Go files and in go.mod, and the allow entries of the configuration. Directives in
/// vendored files are ignored, since third-party code may allow nothing.
final class Allowances {
  /// A directive with its position.
  struct Placed {
    let directive: AllowDirective
    let position: Position
    let end: Int
    /// Whether the directive follows other text on its line.
    let isTrailing: Bool
  }

  /// Returns the content of a file of the tree; nil if the tree lacks it.
  private let content: (ByteString) -> [UInt8]?
  /// The files that have a comment for staticgo, with their contents; nil for one without.
  private var commented: [ByteString: [UInt8]?] = [:]
  private var files: [ByteString: [Placed]] = [:]
  private var byLine: [ByteString: [Int: [Placed]]] = [:]
  private var lines: [ByteString: [ArraySlice<UInt8>]] = [:]
  private let entries: [Config.Allow]
  /// The file that has the entries.
  private let configuration: ByteString
  private let today: String

  private let rules: [RuleID]

  /// `rules` are the rules that directives may name.
  init(
    content: @escaping (ByteString) -> [UInt8]?, entries: [Config.Allow], of configuration: ByteString,
    rules: [RuleID]
  ) {
    self.configuration = configuration
    self.rules = rules
    self.content = content
    self.entries = entries
    today = entries.contains { $0.expires != nil } ? utcToday() : ""
  }

  /// The directives and entries that allow a finding, or several.
  struct Match {
    fileprivate(set) var directives: Set<Location.Place> = []
    fileprivate(set) var entries: Set<Int> = []
    var isEmpty: Bool { directives.isEmpty && entries.isEmpty }
    /// The first of them.
    fileprivate(set) var allowance: Allowance?

    mutating func formUnion(_ other: Match) {
      directives.formUnion(other.directives)
      entries.formUnion(other.entries)
    }
  }

  /// Returns everything that allows the finding: directives at its location or at an import of its chain, and entries of
  /// the configuration. The finding is allowed unless the match is empty.
  func match(_ finding: Finding) -> Match {
    let places = [finding.location] + finding.chain.map(\.location)
    var match = Match()
    for place in places { match.directives.formUnion(directives(allowing: finding.rule, at: place)) }
    match.entries = Set(entries.indices.filter { !isExpired(entries[$0]) && allows(entries[$0], finding, places) })
    match.allowance = allowance(of: match)
    return match
  }

  private func allowance(of match: Match) -> Allowance? {
    if let place = match.directives.min() {
      let directive = placed(in: place.file, on: place.line).first { $0.position.column == place.column }?.directive
      return Allowance(reason: directive?.reason ?? "", file: place.file, line: place.line)
    }
    return match.entries.min().map {
      Allowance(reason: entries[$0].reason, file: configuration, line: entries[$0].line)
    }
  }

  private func isExpired(_ entry: Config.Allow) -> Bool { entry.expires.map { $0 < today } ?? false }

  private func allows(_ entry: Config.Allow, _ finding: Finding, _ places: [Location]) -> Bool {
    guard entry.rules.contains(finding.rule) else { return false }
    func isNamed(_ globs: [Glob], _ matches: (Glob) -> Bool) -> Bool { globs.isEmpty || globs.contains(where: matches) }
    return isNamed(entry.packages) { $0.matches(finding.culprit) }
      && isNamed(entry.paths) { glob in places.contains { $0.isInRepository && glob.matches($0.file) } }
      // An entry allows a finding about several mains only if it matches all of them.
      && isNamed(entry.mains) { _ in
        finding.mains.allSatisfy { main in entry.mains.contains { $0.matches(main) } }
      }
  }

  /// Returns the findings about entries of the configuration that have expired or allow nothing. Omits entries that
  /// have not expired and allow a rule of `silent`.
  func unusedEntries(of config: Config, _ used: Match, besides silent: Set<RuleID>) -> [Finding] {
    entries.enumerated().compactMap { index, entry in
      let isOver = isExpired(entry)
      if used.entries.contains(index) || (!isOver && !entry.rules.isDisjoint(with: silent)) { return nil }
      let rules = entry.rules.map(\.rawValue).sorted()
      let disuse = isOver ? MainAnalysis.Disuse.expired(on: "\(entry.expires!)") : .noFinding(rules: rules)
      return MainAnalysis.unusedAllow(
        Location(
          file: config.file, line: entry.line, column: entry.column, endColumn: entry.endColumn, isInRepository: true),
        ByteString(entry.name), disuse, isEntry: true)
    }
  }

  private func directives(allowing rule: RuleID, at location: Location) -> [Location.Place] {
    guard location.isOfTeam else { return [] }
    // Only these lines are looked at: a file may have many directives and many findings.
    let near = max(0, location.line - 2)...max(0, location.line)
    return near.flatMap { placed(in: location.file, on: $0) }.filter {
      $0.directive.problem == nil && $0.directive.rules.contains(rule) && isPlaced($0, at: location)
    }.map { Location.Place(file: location.file, line: $0.position.line, column: $0.position.column) }
  }

  /// Returns a finding with a word of help about each comment beside it that looks like a directive and allows nothing.
  func explained(_ finding: Finding) -> Finding {
    var explained = finding
    var seen: Set<Location.Place> = []
    let places = ([finding.location] + finding.chain.map(\.location)).filter(\.isOfTeam)
    let hints = places.flatMap { place in [place.line, place.line - 1].map { (place.file, $0) } }.compactMap {
      file, line -> String? in
      guard line > 0, let problem = AllowDirective.problem(in: text(line, in: file), rules: rules),
        seen.insert(Location.Place(file: file, line: line, column: 1)).inserted
      else { return nil }
      return "the directive in \(file.text):\(line) allows nothing: \(problem)"
    }
    explained.help = hints + finding.help
    return explained
  }

  private func isPlaced(_ item: Placed, at location: Location) -> Bool {
    let line = item.position.line
    if line == location.line { return true }
    if item.isTrailing { return false }
    guard importsC(location.line, in: location.file) else { return line == location.line - 1 }
    // Directly above import "C" a comment is C code.
    return line == location.line - 2 && text(location.line - 1, in: location.file).trimmed.isEmpty
  }

  private func importsC(_ line: Int, in file: ByteString) -> Bool {
    let text = text(line, in: file).trimmed
    return text.hasPrefix("\"C\"") || (text.hasPrefix("import") && text.firstIndex(of: "\"C\"") != nil)
  }

  /// Returns the content of a file; nil if it says nothing to staticgo, as nearly all do.
  private func commentedContent(_ file: ByteString) -> [UInt8]? {
    if let known = commented[file] { return known }
    let bytes = content(file).flatMap { ByteString($0).firstIndex(of: "staticgo:") == nil ? nil : $0 }
    commented[file] = .some(bytes)
    return bytes
  }

  private func text(_ line: Int, in file: ByteString) -> ByteString {
    if lines[file] == nil {
      let bytes = commentedContent(file) ?? []
      lines[file] = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    }
    guard let all = lines[file], (1...max(1, all.count)).contains(line), line <= all.count else { return "" }
    return ByteString(all[line - 1])
  }

  private func placed(in file: ByteString, on line: Int) -> [Placed] {
    if byLine[file] == nil { byLine[file] = Dictionary(grouping: placed(in: file), by: \.position.line) }
    return byLine[file]?[line] ?? []
  }

  private func placed(in file: ByteString) -> [Placed] {
    if let known = files[file] { return known }
    let bytes = commentedContent(file) ?? []
    var found: [Placed] = []
    if file.isGoFileName {
      for comment in scanLineComments(bytes, startingWith: "//staticgo:") {
        guard let directive = AllowDirective(comment: comment.text, rules: rules) else { continue }
        found.append(
          Placed(
            directive: directive, position: comment.position, end: comment.position.column + comment.text.count,
            isTrailing: comment.isTrailing))
      }
    } else {
      for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
        guard let (start, comment) = Self.comment(in: ByteString(line), isRecipe: RecipeKind(file) != nil),
          let directive = AllowDirective(comment: comment, rules: rules)
        else { continue }
        let isTrailing = line.prefix(start).contains { !" \t#".utf8.contains($0) }
        found.append(
          Placed(
            directive: directive, position: Position(line: index + 1, column: start + 1), end: line.count + 1,
            isTrailing: isTrailing))
      }
    }
    files[file] = found
    return found
  }

  /// Returns the comment of a line that may be a directive, and its offset. In files whose comments begin with `#`, that
  /// sign replaces the slashes.
  private static func comment(in line: ByteString, isRecipe: Bool) -> (start: Int, text: ByteString)? {
    if let start = line.firstIndex(of: "//staticgo:") { return (start, line.dropFirst(start)) }
    guard isRecipe, let start = line.firstIndex(of: "#"), let word = line.firstIndex(of: "staticgo:", from: start),
      line.bytes[(start + 1)..<word].allSatisfy({ $0 == UInt8(ascii: " ") })
    else { return nil }
    return (start, ByteString("//") + line.dropFirst(word))
  }

  /// Returns the findings about directives in `files` that are invalid or allow nothing. Omits valid ones that allow a
  /// rule of `silent`.
  func unused(in files: Set<ByteString>, _ used: Match, besides silent: Set<RuleID>) -> [Finding] {
    files.sorted().filter { !$0.isVendored }.flatMap { file in
      placed(in: file).compactMap { item -> Finding? in
        let place = Location.Place(file: file, line: item.position.line, column: item.position.column)
        if used.directives.contains(place) { return nil }
        if item.directive.problem == nil, !item.directive.rules.isDisjoint(with: silent) { return nil }
        let disuse: MainAnalysis.Disuse
        if let problem = item.directive.problem {
          disuse = .invalid(problem)
        } else if !item.isTrailing, importsC(place.line + 1, in: file) {
          disuse = .invalid("a comment directly above import \"C\" is C code: leave a blank line between")
        } else {
          disuse = .noFinding(rules: item.directive.rules.map(\.rawValue).sorted())
        }
        return MainAnalysis.unusedAllow(
          Location(
            file: file, line: place.line, column: place.column, endColumn: item.end, isInRepository: true),
          ByteString(item.directive.rules.map(\.rawValue).sorted().joined(separator: ",")), disuse)
      }
    }
  }
}
