package import Bytes
package import Diagnostics
import GoBuild
package import Linkage
package import Recipes

/// A main whose verdict is known, with what a finding about its recipes needs.
package struct RecipeSubject {
  package let analysis: MainAnalysis
  package let verdict: Verdict
  /// The tags of the target on which it was judged.
  package let tags: [String]
  /// All mains of the repository, among which a recipe's packages are looked up.
  package let mains: Set<MainName>
  /// The needs of the linked program at run time; empty where nobody asked for them.
  package var needs: [RuntimeNeed.Reached] = []
  /// Returns the content of a file of the tree; nil if the file does not exist.
  package var content: (ByteString) -> [UInt8]? = { _ in nil }

  package init(_ analysis: MainAnalysis, _ verdict: Verdict, tags: [String], mains: Set<MainName>) {
    self.analysis = analysis
    self.verdict = verdict
    self.tags = tags
    self.mains = mains
  }

  /// Whether a recipe builds the main, as far as its file shows, for the target and with the tags of the verdict.
  package func isBuilt(by recipe: Recipe) -> Bool {
    let platform = analysis.platform
    guard recipe.system ?? "linux" == platform.system.text,
      recipe.architecture == nil || recipe.architecture == platform.architecture.text
    else { return false }
    return recipe.builds(analysis.main, among: mains)
  }

  /// The findings about the recipes of a file that build the main. `all` returns the files of the tree, which may build
  /// images for several platforms with it.
  package func findings(in file: RecipeFile, _ all: () -> [RecipeFile]) -> [Finding] {
    let onAnyPlatform = file.recipes.filter { $0.builds(analysis.main, among: mains) }
    let platforms =
      onAnyPlatform.compactMap { platform($0, in: file, all) } + onAnyPlatform.compactMap { crossBuilt($0, in: file) }
    let own = onAnyPlatform.filter(isBuilt)
    if own.isEmpty { return platforms }
    var linked = own.compactMap { linkage($0, in: file) }
    var undeclared: [Finding] = []
    let isUndecided = own.contains { recipe in
      switch recipe.cgo {
      case .withCompiler, .withoutCompiler: recipe.builder != nil
      default: false
      }
    }
    if isUndecided || !linked.isEmpty && file.declared.contains(where: { $0.contains("CGO") }) {
      if isSetByArgument(file, all) { linked = [] }
      if isUndecided { undeclared = self.undeclared(in: file, all) }
    }
    return platforms + linked + undeclared + own.flatMap { missing($0, in: file) }
      + own.filter { $0.called == nil }.flatMap { flags($0, in: file) }
      + file.lost.map { lost($0, in: file) } + checks(in: file)
      + file.shellless.compactMap { shellless($0, own, in: file) }
  }

  /// Whether another file passes a build argument about cgo to a Dockerfile that declares it, as CGO_ENABLED or as another
  /// name that it hands on.
  private func isSetByArgument(_ file: RecipeFile, _ all: () -> [RecipeFile]) -> Bool {
    let names = file.declared.filter { $0.contains("CGO") }
    guard !names.isEmpty else { return false }
    return all().contains { publisher in
      publisher.images.contains { $0.dockerfile == file.path && $0.arguments.contains { names.contains($0.name) } }
    }
  }

  /// Makes a finding about a line of a recipe.
  func finding(
    _ rule: Rule, _ severity: Severity, _ file: RecipeFile, line: Int, about name: String, _ predicate: String,
    label: String, help: [String]
  ) -> Finding {
    Finding(
      rule: rule.id, severity: severity, culprit: file.path + ByteString("#" + name), predicate: Predicate(predicate),
      label: label, location: Self.place(file, line), chain: [], mains: [analysis.main],
      targets: [analysis.platform.description], help: help)
  }

  /// The edit of a line where it contains a text exactly once; empty otherwise.
  static func fix(_ file: RecipeFile, _ line: Int, _ old: String, _ new: String) -> [Fix] {
    let text = file.text(of: line)
    let (needle, other) = (ByteString(old), ByteString(new))
    guard !needle.isEmpty, let start = text.firstIndex(of: needle), text.firstIndex(of: needle, from: start + 1) == nil
    else { return [] }
    let replaced = ByteString(text.bytes[..<start]) + other + text.dropFirst(start + needle.count)
    return [Fix(file: file.path, line: line, original: text, replacement: replaced)]
  }

  static func place(_ file: RecipeFile, _ line: Int) -> Location {
    let columns = file.columns(of: line)
    return Location(
      file: file.path, line: line, column: columns.lowerBound, endColumn: columns.upperBound, isInRepository: true)
  }
}

extension Recipe {
  /// Whether the recipe builds a main.
  package func builds(_ main: MainName, among mains: Set<MainName>) -> Bool {
    subjects.contains { $0.holds(main, in: file, isAtRoot: isAtRoot, among: mains) }
  }
}

extension Recipe {
  /// Whether a program of several is copied to another image: by its name, with its directory, or by a pattern.
  fileprivate func isCopied(_ name: ByteString) -> Bool {
    copied.contains { $0 == name || $0.contains(UInt8(ascii: "*")) || $0 == "bin" || $0 == "out" || $0 == "dist" }
  }

  /// Whether a command that builds several programs keeps this one.
  func keeps(_ main: MainName) -> Bool { copied.isEmpty || isCopied(main.importPath.baseName) }
}

extension Recipe.Subject {
  /// Whether a main is one of the packages, looked up by its directory: relative to the directory of the file, or to the
  /// root if that directory has no such main.
  package func holds(_ main: MainName, in file: ByteString, isAtRoot: Bool, among mains: Set<MainName>) -> Bool {
    let home = isAtRoot ? "" : file.directory
    switch self {
    case .unknown: return false
    case .importPath(let path): return path == main.importPath
    case .directory(let directory):
      if home.isEmpty { return main.directory == directory }
      let own = directory.isEmpty ? home : home.appending(directory).cleaned
      return main.directory == own || main.directory == directory && !mains.contains { $0.directory == own }
    case .below(let directory):
      if home.isEmpty { return main.directory.isWithin(directory) }
      let own = directory.isEmpty ? home : home.appending(directory).cleaned
      return main.directory.isWithin(mains.contains { $0.directory.isWithin(own) } ? own : directory)
    }
  }
}

extension RecipeSubject {
  /// The linkage of the main as a recipe builds it, in a few words.
  package func linkageWord(of recipe: Recipe) -> String {
    if verdict == .unknown { return "unknown" }
    if verdict == .isStatic { return "static" }
    if recipe.isCheck { return "no program is kept" }
    if recipe.hasUnknownFlags || !recipe.tags.isEmpty && Set(recipe.tags) != Set(tags) {
      return "unknown: built with other tags or flags"
    }
    if !recipe.targets.isEmpty, case .withCompiler = recipe.cgo { return "dynamic for the platform of the machine" }
    let flags = recipe.flags.map(\.text)
    if linkMode(of: flags) != nil { return "decided by the flags" }
    switch recipe.cgo {
    case .off, .cross: return verdict == .blocked ? "does not build" : verdict == .dynamic ? "dynamic" : "static"
    case .unknown: return "unknown"
    case .withoutCompiler: return verdict == .blocked ? "does not build" : "static, since no C compiler is installed"
    case .on, .withCompiler:
      return "dynamic (\(recipe.builder?.image.library?.rawValue ?? "the libc of the build image"))"
    }
  }
}
