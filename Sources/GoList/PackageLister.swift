import Bytes
import GoBuild
import GoGraph
import GoModule
import GoSource
import Loader

/// Loads packages as cmd/go does, with its errors and in its order (cmd/go/internal/load/pkg.go, PackagesAndErrors).
///
/// The rules use `PackageGraph`, which finds the packages that can be reached. The lister finds what Go would report:
/// it is exact, but slow.
final class PackageLister<Tree: SourceTree> {
  let tree: Tree
  let scope: ModuleScope
  let context: BuildContext
  let goVersion: GoVersion
  let places: ListingPlaces
  private var summarizer: PackageSummarizer
  private(set) var packages: [ByteString: ListedPackage] = [:]
  private(set) var resolutions: [ImportKey: Resolution] = [:]
  private var scanned: [DirectoryName: SourceDirectory?] = [:]
  /// The importer of each path on the shortest chain to it; nil for the listed roots.
  private var importers: [ByteString: ByteString?] = [:]
  /// By lower-case path: the first path of those that differ only in case.
  private var folded: [String: ByteString] = [:]
  private var depth = 0

  struct ImportKey: Hashable {
    let path: ByteString
    let importer: Importer
  }

  init(
    tree: Tree, scope: ModuleScope, context: BuildContext, goVersion: GoVersion, places: ListingPlaces
  ) {
    self.tree = tree
    self.scope = scope
    self.context = context
    self.goVersion = goVersion
    self.places = places
    summarizer = PackageSummarizer([context], symbols: tree.symbols)
  }

  /// Returns the packages of each pattern's import paths and everything they import.
  ///
  /// Each package comes after its imports, and no package comes twice.
  func list(_ patterns: [[ByteString]]) -> [[ListedPackage]] {
    prefetch(patterns.flatMap(\.self))
    var named: [[ListedPackage]] = []
    for paths in patterns {
      named.append([])
      for path in paths {
        let (package, _) = load(path, by: nil, stack: [], at: "")
        if !package.isRoot { named[named.count - 1].append(package) }
        package.isRoot = true
      }
    }
    var listed: [ListedPackage] = []
    var seen: Set<ObjectIdentifier> = []
    func visit(_ package: ListedPackage) {
      guard seen.insert(ObjectIdentifier(package)).inserted else { return }
      for child in package.children ?? [] { visit(child) }
      listed.append(package)
    }
    var ends: [Int] = []
    for packages in named {
      for package in packages { visit(package) }
      ends.append(listed.count)
    }
    for package in listed {
      for child in package.children ?? [] {
        package.dependencies.insert(child.importPath)
        package.dependencies.formUnion(child.dependencies)
      }
    }
    return zip([0] + ends, ends).map { Array(listed[$0..<$1]) }
  }

  // MARK: Reading

  /// Scans everything that the roots reach, one wave at a time, before the depth-first walk needs it.
  private func prefetch(_ roots: [ByteString]) {
    var wave: [(path: ByteString, importer: Importer)] = roots.map { ($0, .user) }
    for root in roots { importers[root] = .some(nil) }
    while !wave.isEmpty {
      var names: [DirectoryName] = []
      var paths: [ByteString] = []
      for (path, importer) in wave {
        guard case .package(let found, let name) = resolve(path, from: importer), scanned[name] == nil else { continue }
        scanned[name] = .some(nil)
        names.append(name)
        paths.append(found)
      }
      wave = []
      for ((path, name), found) in zip(zip(paths, names), tree.scan(names, &summarizer)) {
        scanned[name] = .some(found?.directory)
        guard let found else { continue }
        let importer = Importer(path, isStandard: name.root == .standardLibrary)
        for imported in found.summaries[0].imports.map({ tree.symbols[$0] }).sorted() {
          if importers[imported] == nil { importers[imported] = path }
          wave.append((imported, importer))
        }
      }
    }
  }

  private func resolve(_ path: ByteString, from importer: Importer) -> Resolution {
    let key = ImportKey(path: path, importer: importer)
    if let known = resolutions[key] { return known }
    let made = scope.resolve(path, from: importer, in: tree)
    resolutions[key] = made
    return made
  }

  private func directory(_ name: DirectoryName) -> SourceDirectory? {
    if let known = scanned[name] { return known }
    let found = tree.scan([name], &summarizer).first ?? nil
    scanned[name] = .some(found?.directory)
    return found?.directory
  }

  // MARK: Loading

  /// Loads a path for the package that imports it. The returned error, if any, belongs to the importer.
  private func load(
    _ path: ByteString, by importer: ListedPackage?, stack: [ByteString], at position: String
  ) -> (package: ListedPackage, error: ListedError?) {
    if path.hasPrefix("mod/") || path.contains(UInt8(ascii: "@")) { return (disallowed(path, stack), nil) }
    let kind = importer.map { Importer($0.importPath, isStandard: $0.isStandard) } ?? .user
    let resolution = resolve(path, from: kind)
    var found = path
    if case .package(let importPath, _) = resolution { found = importPath }
    let package: ListedPackage
    if let known = packages[found] {
      package = known
      revisit(package, stack + [path])
    } else {
      package = ListedPackage(path)
      package.importPath = found
      packages[found] = package
      depth += 1
      fill(package, resolution, stack, position)
      depth -= 1
    }
    guard let importer, let message = refusal(of: package, written: path, by: importer) else { return (package, nil) }
    let error = ListedError(stack: stack, position: position, message: message)
    guard goVersion < GoVersion(1, 20) else { return (package, error) }
    // Go 1.19 puts the error on a copy of the imported package.
    let copy = ListedPackage(path)
    copy.importPath = package.importPath
    copy.directory = package.directory
    copy.files = package.files
    copy.imports = package.imports
    copy.importMap = package.importMap
    copy.embedPatterns = package.embedPatterns
    copy.embedFiles = package.embedFiles
    copy.hasModule = package.hasModule
    copy.children = package.children
    copy.error = error
    return (copy, nil)
  }

  private func disallowed(_ path: ByteString, _ stack: [ByteString]) -> ListedPackage {
    let package = ListedPackage(path)
    package.children = []
    package.error = ListedError(
      stack: stack + [path], position: "",
      message: path.hasPrefix("mod/")
        ? "disallowed import path \"\(path.text)\""
        : "can only use path@version syntax with 'go get' and 'go install' in module-aware mode")
    return package
  }

  /// Handles a package that was met before. If it is still being loaded, the imports form a cycle.
  private func revisit(_ package: ListedPackage, _ stack: [ByteString]) {
    if package.children == nil {
      if package.error == nil {
        package.error = ListedError(stack: stack, position: "", message: "import cycle not allowed")
      }
      package.isInCycle = true
    }
    guard let error = package.error, !package.isInCycle else { return }
    let isShorter =
      stack.count != error.stack.count
      ? stack.count < error.stack.count : stack.lexicographicallyPrecedes(error.stack)
    if isShorter { package.error?.stack = stack }
  }

  private func fill(
    _ package: ListedPackage, _ resolution: Resolution, _ stack: [ByteString], _ position: String
  ) {
    let path = package.writtenPath
    // Until the package is on the stack, an error has the position of the import.
    func failHere(_ message: String) {
      if package.error == nil {
        package.error = ListedError(stack: stack, position: stack.isEmpty ? "" : position, message: message)
      }
    }
    let inner = stack + [path]
    func failInside(_ message: String, at place: String = "") {
      if package.error == nil { package.error = ListedError(stack: inner, position: place, message: message) }
    }
    var source: SourceDirectory?
    switch resolution {
    case .package(_, let name):
      let found = directory(name) ?? SourceDirectory(name: name, files: [])
      if let link = found.danglingLink {
        failHere("stat \(places.path(name).appending(link).text): no such file or directory")
      } else {
        (package.directory, source) = (name, found)
        read(package, found, failHere, failInside)
        if let reason = implicitRequirement(of: package, in: name) { failHere(reason) }
      }
    case .none(let resolutionError):
      failHere(places.resolutionError(path, resolutionError, stack.first, importers[path] ?? nil))
    }
    let implicit = implicitImports(of: package)
    if package.name == "main", let reason = linkingRefusal { return failHere(reason) }
    let fold = package.importPath.text.lowercased()
    if let other = folded[fold], other != package.importPath {
      return failHere("case-insensitive import collision: \"\(package.importPath.text)\" and \"\(other.text)\"")
    }
    folded[fold] = package.importPath
    package.hasModule = package.directory != nil
    if let source, !embed(package, source, failInside) { return }
    guard depth < 4000 else { return failInside("imports are nested too deep") }
    var children: [ListedPackage] = []
    for (index, imported) in (package.imports + implicit).enumerated() where imported != "C" {
      let (child, error) = load(imported, by: package, stack: inner, at: package.sites[imported] ?? "")
      if let error, package.error == nil { package.error = error }
      if index < package.imports.count {
        if child.importPath != imported { package.importMap[imported] = child.importPath }
        package.imports[index] = child.importPath
      }
      children.append(child)
    }
    package.children = children
    checkKinds(package) { failInside($0) }
  }

  /// Returns Go's error for a main module's package that imports from a module that go.mod does not list, or nil
  /// (modload/load.go, DirectImportFromImplicitDependencyError).
  private func implicitRequirement(of package: ListedPackage, in directory: DirectoryName) -> String? {
    guard scope.vendor == nil, scope.whole?.known == nil, scope.module(of: directory) == nil,
      directory.root != .standardLibrary
    else {
      return nil
    }
    for path in package.imports {
      guard case .package(_, let found) = resolve(path, from: .user), let module = scope.module(of: found),
        !scope.explicit.contains(module)
      else { continue }
      return "package \(package.importPath.text) imports \(path.text) from implicitly required module; to add missing "
        + "requirements, run:\n\tgo get \(module.path.text)@\(module.version.text)"
    }
    return nil
  }

  /// Reads the files of a directory, and records their errors.
  private func read(
    _ package: ListedPackage, _ source: SourceDirectory, _ failHere: (String) -> Void,
    _ failInside: (String, String) -> Void
  ) {
    let directory = places.path(source.name)
    let files = PackageFiles(source, context, symbols: tree.symbols, isSafelyPlaced: directory.isSafeForCgo)
    package.files = files
    for file in files.active {
      let facts = file.unpackedFacts
      guard facts.problem == nil else { continue }
      for spec in facts.imports where package.sites[spec.path] == nil {
        package.sites[spec.path] = places.position(source.name, file.name, spec.start)
      }
    }
    package.imports = package.sites.keys.sorted()
    if let test = files.testThatUsesC, files.isTestFirst {
      failHere("use of cgo in test \(directory.appending(test).text) not supported")
    }
    guard let problem = files.problem else {
      let isNothing = files.isEmpty && files.test.isEmpty && files.externalTest.isEmpty
      if isNothing, package.error == nil {
        failInside(
          (files.ignoredGo.isEmpty ? "no Go files in " : "build constraints exclude all Go files in ")
            + directory.text, "")
      }
      return
    }
    let file = directory.appending(problem.file).text
    switch problem.kind {
    case .header(.syntax):
      failInside(problem.message, places.position(source.name, problem.file, problem.position))
    case .header(.importPath):
      failHere("\(file):\(problem.position.line):\(problem.position.column): \(problem.message)")
    case .header(.binary): failHere("read \(file): \(problem.message)")
    case .cgoLine:
      // Go expands ${SRCDIR} in an argument before it checks it, but prints an invalid line as written.
      let isArgument = problem.message.hasPrefix("malformed")
      failHere(
        "\(file): \(isArgument ? problem.message.replacing("${SRCDIR}", with: directory.text) : problem.message)")
    case .header(.constraint): failHere("\(problem.file.text): \(problem.message)")
    case .header(.missing): failHere("open \(file): no such file or directory")
    case .header(.unreadable): failHere(problem.message)
    case .severalPackages: failHere("\(problem.message) in \(directory.text)")
    }
  }

  /// Finds the embedded files and checks all file names. Returns false if loading ends here.
  private func embed(
    _ package: ListedPackage, _ source: SourceDirectory, _ fail: (String, String) -> Void
  ) -> Bool {
    guard let files = package.files else { return true }
    var patterns: [ByteString: String] = [:]
    for file in files.active where file.header.embeds {
      let facts = file.unpackedFacts
      guard facts.problem == nil else { continue }
      for embed in facts.embeds where patterns[embed.pattern] == nil {
        patterns[embed.pattern] = places.position(source.name, file.name, embed.position)
      }
    }
    package.embedPatterns = patterns.keys.sorted()
    var embedded: Set<ByteString> = []
    for pattern in package.embedPatterns {
      switch places.embed(source.name, pattern) {
      case .success(let found): embedded.formUnion(found)
      case .failure(let error):
        let isFirst = package.error == nil
        fail("pattern \(pattern.text): \(error.message)", patterns[pattern] ?? "")
        // Go moves an earlier error to the position of the pattern.
        if !isFirst { package.error?.position = patterns[pattern] ?? "" }
        return checkNames(package, files, [], fail)
      }
    }
    package.embedFiles = embedded.sorted()
    return checkNames(package, files, package.embedFiles, fail)
  }

  private func checkNames(
    _ package: ListedPackage, _ files: PackageFiles, _ embedded: [ByteString], _ fail: (String, String) -> Void
  ) -> Bool {
    let kinds: [[SourceFile]] = [
      files.go, files.cgo, files.ignoredGo, files.ignoredOther, files.other, files.test, files.externalTest,
    ]
    let own = kinds.flatMap { $0.map(\.name) }
    let known = Set(own)
    let names = own + embedded.filter { $0.contains(UInt8(ascii: "/")) || !known.contains($0) }
    var folds: [String: ByteString] = [:]
    for name in names {
      let fold = name.text.lowercased()
      if let other = folds[fold], other != name {
        let (first, second) = other < name ? (other, name) : (name, other)
        fail("case-insensitive file name collision: \"\(first.text)\" and \"\(second.text)\"", "")
        return false
      }
      folds[fold] = name
    }
    for name in names where !isSafe(name) {
      fail("invalid input file name \"\(name.text)\"", "")
      return false
    }
    let last = package.importPath.baseName
    guard isSafe(last) else {
      fail("invalid input directory name \"\(last.text)\"", "")
      return false
    }
    return true
  }

  /// Whether Go accepts a name (cmd/go/internal/load/pkg.go, SafeArg and the check for cgo's own files).
  private func isSafe(_ name: ByteString) -> Bool {
    guard let first = name.bytes.first, !name.hasPrefix("_cgo_") else { return false }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "/"), 0x80...:
      return true
    default: return false
    }
  }

  private func checkKinds(_ package: ListedPackage, _ fail: (String) -> Void) {
    guard let files = package.files, files.cgo.isEmpty, files.other(.swig, .swigCXX).isEmpty else { return }
    let kinds: [(String, SourceKind)] = [
      ("C", .c), ("C++", .cxx), ("Objective-C", .objectiveC), ("Fortran", .fortran),
    ]
    for (name, kind) in kinds {
      let found = files.other(kind)
      guard !found.isEmpty else { continue }
      let list = found.map(\.name.text).joined(separator: " ")
      return fail("\(name) source files not allowed when not using cgo or SWIG: \(list)")
    }
  }
}
