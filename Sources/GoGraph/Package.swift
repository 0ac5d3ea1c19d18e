package import Bytes
package import GoSource

/// The facts about a package in one context that its importers and the rules need first. The files have the rest.
package struct Outline: Sendable, Equatable {
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

/// A package of a graph: its directory, and its outline in each context that the graph was loaded for.
///
/// It is immutable. It is a class because lists of packages are made for every main.
package final class Package {
  package let importPath: ByteString
  package let directory: SourceDirectory
  /// The outlines, in the order of the graph's contexts.
  package let outlines: [Outline]
  private let symbols: Symbols

  init(importPath: ByteString, directory: SourceDirectory, outlines: [Outline], symbols: Symbols) {
    self.importPath = importPath
    self.directory = directory
    self.outlines = outlines
    self.symbols = symbols
  }

  package var isStandard: Bool { directory.name.root == .standardLibrary }
  package var isInRepository: Bool { directory.name.root == .repository }

  /// Whether an active file has a `//go:embed` line in any of the contexts.
  package var embeds: Bool { outlines.contains { $0.traits.contains(.embeds) } }

  /// Returns the files, grouped by their role in a context; computed at each call.
  package func files(in context: BuildContext) -> PackageFiles { PackageFiles(directory, context, symbols: symbols) }

  /// Whether the active files differ between cgo on and cgo off.
  package func differs(in context: BuildContext) -> Bool {
    var outliner = Outliner([context.with(.cgoOn), context.with(.cgoOff)], symbols: symbols)
    return outliner.outline(directory)[0].traits.contains(.differs)
  }

  /// Returns the Go files that are active only with cgo on.
  package func filesLostWithoutCgo(in context: BuildContext) -> [SourceFile] {
    let kept = Set(files(in: context.with(.cgoOff)).active.map(\.name))
    return files(in: context.with(.cgoOn)).active.filter { !kept.contains($0.name) }
  }

  /// Returns the Go files that are active only with cgo off.
  package func filesGainedWithoutCgo(in context: BuildContext) -> [SourceFile] {
    let before = Set(files(in: context.with(.cgoOn)).active.map(\.name))
    return files(in: context.with(.cgoOff)).active.filter { !before.contains($0.name) }
  }
}

/// Makes outlines, and caches which tags are satisfied.
package struct Outliner {
  package let contexts: [BuildContext]
  private var truths: [TagTruth]
  /// By context: the index in `contexts` of the same context in the other cgo mode; nil if it was not requested.
  private let others: [Int?]
  private let symbols: Symbols
  private let c: Symbol
  private let main: Symbol
  /// By symbol: the number of the last outline that has it.
  private var seen: [Int32] = []
  private var number: Int32 = 0

  package init(_ contexts: [BuildContext], symbols: Symbols) {
    self.contexts = contexts
    self.symbols = symbols
    truths = contexts.map { TagTruth($0, symbols) }
    others = contexts.map { context in
      contexts.firstIndex(of: context.with(context.view == .cgoOn ? .cgoOff : .cgoOn))
    }
    c = symbols.symbol(for: "C")
    main = symbols.symbol(for: "main")
  }

  /// Returns the outlines of a directory's package, in the order of the contexts.
  package mutating func outline(_ directory: SourceDirectory) -> [Outline] {
    var selections: [Selection] = []
    selections.reserveCapacity(contexts.count)
    for index in contexts.indices { selections.append(Selection(directory, &truths[index])) }
    var outlines: [Outline] = []
    outlines.reserveCapacity(contexts.count)
    for index in contexts.indices {
      let selection = selections[index]
      // Most packages are the same in all contexts, and share one list of imports.
      if let same = selections[..<index].firstIndex(where: { Self.areSame($0, selection) }) {
        var outline = outlines[same]
        outline.traits.remove(.differs)
        outlines.append(outline)
      } else {
        outlines.append(outline(directory, selection))
      }
    }
    for index in contexts.indices {
      if let other = others[index], differ(selections[index], selections[other], directory) {
        outlines[index].traits.insert(.differs)
      }
    }
    return outlines
  }

  /// Returns an empty directory and its outlines, for a directory that does not exist.
  mutating func nothing(_ name: DirectoryName) -> (directory: SourceDirectory, outlines: [Outline]) {
    let directory = SourceDirectory(name: name, files: [])
    return (directory, outline(directory))
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

  private mutating func outline(_ directory: SourceDirectory, _ selection: Selection) -> Outline {
    var outline = Outline()
    if selection.problem != nil { outline.traits.insert(.hasProblem) }
    if selection.name == main || (selection.name == nil && selection.text == "main") {
      outline.traits.insert(.isMain)
    }
    number += 1
    var hasForeign = false
    for index in selection.roles.indices {
      switch selection.roles[index] {
      case .go: outline.traits.insert(.hasGo)
      case .cgo:
        outline.traits.insert(.hasGo)
        outline.traits.insert(.usesC)
      case .other:
        switch directory.summaries[index].kind {
        case .c, .cxx, .objectiveC, .fortran, .swig, .swigCXX: hasForeign = true
        case .object: outline.traits.insert(.hasStrangeSources)
        default: break
        }
        continue
      default: continue
      }
      let header = directory.summaries[index].header
      if header.hasDynamicImports { outline.traits.insert(.hasDynamicImports) }
      if header.embeds { outline.traits.insert(.embeds) }
      directory.files[index].packed.forEachImport { path in
        if path != c, isFirst(path) { outline.imports.append(path) }
      }
    }
    if hasForeign, !outline.traits.has(.usesC) { outline.traits.insert(.hasStrangeSources) }
    if outline.traits.has(.hasProblem) || !outline.traits.has(.hasGo) { outline.traits.insert(.isUnbuildable) }
    return outline
  }

  /// Whether a path occurs for the first time in this outline.
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
