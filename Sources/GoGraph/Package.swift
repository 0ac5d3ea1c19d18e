package import Bytes
import GoBuild
package import GoSource

/// The facts about a package in one context that its importers and the rules need first. The files have the rest.
package struct PackageSummary: Sendable, Equatable {
  package struct Traits: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// At least one Go file is compiled.
    package static let hasGo = Traits(rawValue: 1)
    /// A file's header shows why the package does not build.
    package static let hasProblem = Traits(rawValue: 2)
    /// At least one active file imports "C".
    package static let usesC = Traits(rawValue: 4)
    /// An active file has a `//go:cgo_import_dynamic` line.
    package static let hasDynamicImports = Traits(rawValue: 8)
    package static let embeds = Traits(rawValue: 16)
    package static let isMain = Traits(rawValue: 32)
    /// The active files differ between cgo on and cgo off.
    package static let differs = Traits(rawValue: 64)
    /// There are sources for other compilers but no active file imports "C", or an object file is linked in.
    package static let hasStrangeSources = Traits(rawValue: 128)
    /// A file's header shows a problem, or no Go file is active.
    package static let isUnbuildable = Traits(rawValue: 256)

    // Written on bits: the library's set methods cost a call each, and these checks run for every package.
    package func has(_ trait: Traits) -> Bool { rawValue & trait.rawValue != 0 }
    package var isProgram: Bool { rawValue & 33 == 33 }
    /// Whether the package has any trait except `hasGo` and `embeds`, or lacks `hasGo`.
    var isNotable: Bool { rawValue & 17 != rawValue || rawValue & 1 == 0 }
    /// Whether the package has neither a Go file nor a problem.
    package var isEmpty: Bool { rawValue & 3 == 0 }
  }
  package var traits: Traits

  package init(traits: Traits = [], imports: [Symbol] = []) {
    self.traits = traits
    self.imports = imports
  }
  /// The paths that the active files import, each once, in the order of files and specs, without "C".
  package var imports: [Symbol]
}

/// A package of a graph: its directory, and its summary in each context that the graph was loaded for.
///
/// It is immutable. It is a class because lists of packages are made for every main.
package final class Package {
  package let importPath: ByteString
  package let directory: SourceDirectory
  /// The summaries, in the order of the graph's contexts.
  package let summaries: [PackageSummary]
  private let symbols: Symbols

  init(importPath: ByteString, directory: SourceDirectory, summaries: [PackageSummary], symbols: Symbols) {
    self.importPath = importPath
    self.directory = directory
    self.summaries = summaries
    self.symbols = symbols
  }

  package var isStandard: Bool { directory.name.root == .standardLibrary }
  package var isInRepository: Bool { directory.name.root == .repository }

  /// Whether an active file has a `//go:embed` line in any of the contexts.
  package var embeds: Bool { summaries.contains { $0.traits.contains(.embeds) } }

  /// Returns the files, grouped by their role in a context; computed at each call.
  package func selectFiles(in context: BuildContext) -> PackageFiles {
    PackageFiles(directory, context, symbols: symbols)
  }

  /// Whether the active files differ between cgo on and cgo off.
  package func differs(in context: BuildContext) -> Bool {
    var summarizer = PackageSummarizer([context.with(.on), context.with(.off)], symbols: symbols)
    return summarizer.summarize(directory)[0].traits.contains(.differs)
  }

  /// Returns the Go files that are active only with cgo on, then the SWIG files, from which Go code is made with cgo only.
  package func filesLostWithoutCgo(in context: BuildContext) -> [SourceFile] {
    let kept = Set(selectFiles(in: context.with(.off)).active.map(\.name))
    let before = selectFiles(in: context.with(.on))
    return before.active.filter { !kept.contains($0.name) } + before.other(.swig, .swigCXX)
  }

  /// Returns the Go files that are active only with cgo off.
  package func filesGainedWithoutCgo(in context: BuildContext) -> [SourceFile] {
    let before = Set(selectFiles(in: context.with(.on)).active.map(\.name))
    return selectFiles(in: context.with(.off)).active.filter { !before.contains($0.name) }
  }
}

/// Makes summaries, and caches which tags are satisfied.
package struct PackageSummarizer {
  package let contexts: [BuildContext]
  private var truths: [TagTruth]
  /// By context: the index in `contexts` of the same context in the other cgo mode; nil if it was not requested.
  private let others: [Int?]
  private let symbols: Symbols
  private let c: Symbol
  private let main: Symbol
  /// By symbol: the number of the last summary that has it.
  private var seen: [Int32] = []
  private var number: Int32 = 0

  package init(_ contexts: [BuildContext], symbols: Symbols) {
    self.contexts = contexts
    self.symbols = symbols
    truths = contexts.map { TagTruth($0, symbols) }
    others = contexts.map { context in
      contexts.firstIndex(of: context.with(context.cgoMode == .on ? .off : .on))
    }
    c = symbols.symbol(for: "C")
    main = symbols.symbol(for: "main")
  }

  /// Returns the summaries of a directory's package, in the order of the contexts.
  package mutating func summarize(_ directory: SourceDirectory) -> [PackageSummary] {
    var selections: [Selection] = []
    selections.reserveCapacity(contexts.count)
    for index in contexts.indices { selections.append(Selection(directory, &truths[index])) }
    var summaries: [PackageSummary] = []
    summaries.reserveCapacity(contexts.count)
    for index in contexts.indices {
      let selection = selections[index]
      // Most packages are the same in all contexts, and share one list of imports.
      if let same = selections[..<index].firstIndex(where: { Self.areSame($0, selection) }) {
        var summary = summaries[same]
        summary.traits.remove(.differs)
        summaries.append(summary)
      } else {
        summaries.append(summarize(directory, selection))
      }
    }
    for index in contexts.indices {
      if let other = others[index], differ(selections[index], selections[other], directory) {
        summaries[index].traits.insert(.differs)
      }
    }
    return summaries
  }

  /// Returns an empty directory and its summaries, for a directory that does not exist.
  mutating func nothing(_ name: DirectoryName) -> (directory: SourceDirectory, summaries: [PackageSummary]) {
    let directory = SourceDirectory(name: name, files: [])
    return (directory, summarize(directory))
  }

  private static func areSame(_ one: Selection, _ other: Selection) -> Bool {
    one.roles == other.roles && one.name == other.name && (one.problem == nil) == (other.problem == nil)
  }

  /// Whether the build sees different files in the two cgo modes.
  private func differ(_ one: Selection, _ other: Selection, _ directory: SourceDirectory) -> Bool {
    if one.roles == other.roles { return false }
    return directory.files.indices.contains { index in
      one.isBuilt(index, directory.summaries[index].kind) != other.isBuilt(index, directory.summaries[index].kind)
    }
  }

  private mutating func summarize(_ directory: SourceDirectory, _ selection: Selection) -> PackageSummary {
    var summary = PackageSummary()
    if selection.problem != nil { summary.traits.insert(.hasProblem) }
    if selection.name == main || (selection.name == nil && selection.text == "main") {
      summary.traits.insert(.isMain)
    }
    number += 1
    var hasForeign = false
    for index in selection.roles.indices {
      switch selection.roles[index] {
      case .go: summary.traits.insert(.hasGo)
      case .cgo:
        summary.traits.insert(.hasGo)
        summary.traits.insert(.usesC)
      case .other:
        switch directory.summaries[index].kind {
        case .c, .cxx, .objectiveC, .fortran, .swig, .swigCXX: hasForeign = true
        case .object: summary.traits.insert(.hasStrangeSources)
        default: break
        }
        continue
      default: continue
      }
      let header = directory.summaries[index].header
      if header.hasDynamicImports { summary.traits.insert(.hasDynamicImports) }
      if header.embeds { summary.traits.insert(.embeds) }
      directory.files[index].packed.forEachImport { path in
        if path != c, isFirst(path) { summary.imports.append(path) }
      }
    }
    if hasForeign, !summary.traits.has(.usesC) { summary.traits.insert(.hasStrangeSources) }
    if summary.traits.has(.hasProblem) || !summary.traits.has(.hasGo) { summary.traits.insert(.isUnbuildable) }
    return summary
  }

  /// Whether a path occurs for the first time in this summary.
  private mutating func isFirst(_ path: Symbol) -> Bool {
    if path.index >= seen.count {
      let count = symbols.count
      guard path.index < count else { return false }
      seen += [Int32](repeating: 0, count: count - seen.count)
    }
    defer { seen[path.index] = number }
    return seen[path.index] != number
  }
}
