import Bytes
import Diagnostics
import GoBuild
import GoGraph
import GoModule
import GoSource
import Loader
import Modules
import Plan
import Snapshots
import System

/// The result of a pattern on the command line of `list`.
struct NamedPackages {
  /// Import paths, in Go's order.
  var paths: [ByteString] = []
  /// Patterns that match nothing, with Go's error message and, if known, the directory.
  var errors: [(pattern: ByteString, message: String, directory: ByteString?)] = []
}

/// Turns patterns into import paths (cmd/go/internal/modload/load.go, LoadPackages; search.go, matchPackages).
struct ListingPatterns {
  let group: ModuleGroup
  let source: PackageSource
  let context: BuildContext
  /// The directories that `./...` matches in the group's modules, including those called vendor.
  let candidates: [MainName]
  let currentDirectory: ByteString

  func name(_ text: String, _ summarizer: inout PackageSummarizer) -> NamedPackages {
    if text == "std" || text == "cmd" { return NamedPackages(paths: standardPackages(text, &summarizer)) }
    let pattern = PackagePattern(text)
    let stem = pattern.stem
    guard pattern.isPath else {
      guard pattern.isTree else {
        // A directory of the repository means the same in every command, also where Go has a package of that name.
        let place = pattern.directory(from: currentDirectory)
        let isOurs = place.relative(to: source.snapshot.root).map { inside in
          !inside.isEmpty && candidates.contains { $0.directory == inside }
        }
        return isOurs ?? false ? directory(place, ByteString(text), &summarizer) : NamedPackages(paths: [stem.cleaned])
      }
      let matched = candidates.filter { $0.importPath.isWithin(stem) }.sorted { $0.importPath < $1.importPath }
      return named(matched, by: text, &summarizer)
    }
    let absolute = pattern.directory(from: currentDirectory)
    guard pattern.isTree else { return directory(absolute, ByteString(text), &summarizer) }
    let isInModule = group.modules.contains { absolute.isWithin(source.snapshot.root.appending($0.directory)) }
    guard isInModule, let inside = absolute.relative(to: source.snapshot.root) else {
      let what = group.workspace == nil ? "main module or its" : "modules listed in go.work or their"
      let prefix = stem.cleaned.isEmpty ? "." : stem.cleaned.text
      return NamedPackages(errors: [
        (
          ByteString(text),
          "pattern \(text): directory prefix \(prefix) does not contain \(what) selected "
            + "dependencies", nil
        )
      ])
    }
    let matched = candidates.filter {
      $0.directory.isWithin(inside) && !isBelowNestedModule($0.directory, from: inside)
    }
    .sorted { Self.comesBefore($0.directory, $1.directory) }
    return named(matched, by: text, &summarizer)
  }

  /// Returns the packages matched by a wildcard that have files or a problem to report, and Go's first error.
  private func named(_ matched: [MainName], by pattern: String, _ summarizer: inout PackageSummarizer) -> NamedPackages
  {
    var named = NamedPackages()
    let scanned = source.scan(matched.map { DirectoryName(.repository, $0.directory) }, &summarizer)
    for (name, found) in zip(matched, scanned) {
      guard let directory = found?.directory else { continue }
      if let link = directory.danglingLink {
        let place = source.path(onDisk: directory.name).appending(link)
        let message = "pattern \(pattern): stat \(place.text): no such file or directory"
        if named.errors.isEmpty { named.errors = [(ByteString(pattern), message, nil)] }
        continue
      }
      let files = PackageFiles(directory, context, symbols: source.symbols)
      let isEmpty =
        files.isEmpty && files.test.isEmpty && files.externalTest.isEmpty && files.problem?.isOfExcludedFile != false
      if !isEmpty { named.paths.append(name.importPath) }
    }
    return named
  }

  /// Whether a walk visits `left` before `right`: a directory before its content, names in byte order.
  private static func comesBefore(_ left: ByteString, _ right: ByteString) -> Bool {
    left.split(UInt8(ascii: "/")).lexicographicallyPrecedes(right.split(UInt8(ascii: "/")))
  }

  /// Whether the directory is in a module nested below `top`. A walk from `top` does not enter nested modules, not even
  /// those that go.work uses.
  private func isBelowNestedModule(_ directory: ByteString, from top: ByteString) -> Bool {
    group.scope.innermostModule(of: directory, below: top) != top
  }

  private func directory(
    _ absolute: ByteString, _ pattern: ByteString, _ summarizer: inout PackageSummarizer
  ) -> NamedPackages {
    func fail(_ message: String, _ directory: ByteString? = nil) -> NamedPackages {
      NamedPackages(errors: [(pattern, message, directory)])
    }
    let root = source.snapshot.root
    let standard = source.standardLibrary
    if let path = absolute.relative(to: standard), !path.isEmpty { return NamedPackages(paths: [path]) }
    let module = group.modules.filter { absolute.isWithin(root.appending($0.directory)) }
      .max { $0.directory.count < $1.directory.count }
    guard let module, let inside = absolute.relative(to: root) else {
      return fail("directory \(absolute.text) outside main module or its selected dependencies")
    }
    guard source.snapshot.holdsFiles(below: inside) || isDirectory(absolute) else {
      return fail("stat \(absolute.text): directory not found")
    }
    let path = module.file.module.appending(absolute.relative(to: root.appending(module.directory)) ?? "")
    if group.scope.innermostModule(of: inside, below: module.directory) != module.directory {
      return fail("main module (\(module.file.module.text)) does not contain package \(path.text)")
    }
    guard source.holdsGoFiles(DirectoryName(.repository, inside)) else {
      return fail("no Go files in \(absolute.text)", absolute)
    }
    let scanned = source.scan([DirectoryName(.repository, inside)], &summarizer)[0]
    if let link = scanned?.directory.danglingLink {
      return fail("stat \(absolute.appending(link).text): no such file or directory")
    }
    if let vendor = group.scope.vendor?.directory.path, let vendored = inside.relative(to: vendor), !vendored.isEmpty {
      return NamedPackages(paths: [vendored])
    }
    return NamedPackages(paths: [path])
  }

  // MARK: The toolchain's own packages

  private func standardPackages(_ pattern: String, _ summarizer: inout PackageSummarizer) -> [ByteString] {
    var names: [ByteString] = []
    walk(pattern == "cmd" ? "cmd" : "", into: &names, skipsCommands: pattern == "std")
    let directories = names.map { DirectoryName(.standardLibrary, $0) }
    return zip(names, source.scan(directories, &summarizer)).compactMap { name, found in
      guard let found else { return nil }
      let files = PackageFiles(found.directory, context, symbols: source.symbols)
      if files.isEmpty, files.test.isEmpty, files.externalTest.isEmpty, files.problem?.isOfExcludedFile != false {
        return nil
      }
      if name.isWithin("cmd/vendor"), files.name == "main" { return nil }
      if name == "builtin" || (name == "runtime/cgo" && context.cgoMode == .off) { return nil }
      return name
    }
  }

  private func walk(_ directory: ByteString, into names: inout [ByteString], skipsCommands: Bool) {
    guard let entries = try? listDirectory(source.standardLibrary.appending(directory)) else { return }
    if !directory.isEmpty, directory != "cmd",
      entries.contains(where: { $0.kind != .directory && $0.name.isGoFileName })
    {
      names.append(directory)
    }
    for entry in entries where entry.kind == .directory {
      if entry.name.hasPrefix(".") || entry.name.hasPrefix("_") || entry.name == "testdata" { continue }
      if directory.isEmpty, (skipsCommands && entry.name == "cmd") || entry.name.contains(UInt8(ascii: ".")) {
        continue
      }
      walk(directory.appending(entry.name), into: &names, skipsCommands: skipsCommands)
    }
  }
}
